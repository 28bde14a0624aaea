// ICMP errors about connections of others: connection tracking calls them related to the connection that they quote, whoever sends them. In: who is
// who. Out: entries. Guarantees: pure.
import { ETHERTYPE, icmp, icmpv6, ipv4, ipv4Fragments, ipv6, join, PROTOCOL, udp, u32 } from '../../kernel/frames.ts';
import { type Actors, framed, in4, in6 } from './actors.ts';
import { type CatalogueEntry, pass, stop } from './entry.ts';

/** A datagram as an error quotes it: its source is the one who gets the error. */
export interface Quoted {
  readonly src: string;
  readonly dst: string;
  readonly sport: number;
  readonly dport: number;
}

const FOUR = [
  ['host unreachable', 3, 1],
  ['port unreachable', 3, 3],
  ['fragmentation needed', 3, 4],
  ['source quench', 4, 0],
  ['time exceeded', 11, 0],
  ['parameter problem', 12, 0],
] as const;

const SIX = [
  ['unreachable', 1, 4],
  ['packet too big', 2, 0],
  ['time exceeded', 3, 0],
  ['parameter problem', 4, 1],
  ['an unassigned error', 5, 0],
  ['a private error', 100, 0],
] as const;

const quote4 = (quoted: Quoted): Uint8Array =>
  ipv4({ src: quoted.src, dst: quoted.dst, protocol: PROTOCOL.udp, payload: udp(quoted, quoted) });

const quote6 = (quoted: Quoted): Uint8Array =>
  ipv6({ src: quoted.src, dst: quoted.dst, nextHeader: PROTOCOL.udp, payload: udp(quoted, quoted) });

/** An ICMP message about a datagram, to its source. The smallest MTU of each family is written where one is told. */
export const error4 = (a: Actors, type: number, code: number, quoted: Quoted, src = a.own.ipv4): Uint8Array =>
  in4(a, {
    src,
    dst: quoted.src,
    protocol: PROTOCOL.icmp,
    payload: icmp({ type, code, rest: join(u32(code === 4 ? 68 : 0), quote4(quoted)) }),
  });

/** The same for ICMPv6. */
export function error6(a: Actors, type: number, code: number, quoted: Quoted, src = a.own.ipv6): Uint8Array {
  const ends = { src, dst: quoted.src };
  const payload = icmpv6(ends, { type, code, rest: join(u32(type === 2 ? 1280 : 0), quote6(quoted)) });
  return in6(a, { ...ends, nextHeader: PROTOCOL.icmpv6, payload });
}

const PORTS = { sport: 40200, dport: 40201 };

/** Errors about datagrams that the guest never got, and those that it may answer. */
export function errors(a: Actors): readonly CatalogueEntry[] {
  const others = stop('address', 'RFC 5927: who is answered in the name of a connection breaks it or slows it down');
  const hidden = stop('shape', 'RFC 1122 3.2.2: an error is never so long that it must be cut');
  const answer = pass('RFC 1122 3.2.2, RFC 4443 2.4: a host says what it cannot take');
  const theirs4 = { src: a.witness.ipv4, dst: a.victim.ipv4, ...PORTS };
  const theirs6 = { src: a.witness.ipv6, dst: a.victim.ipv6, ...PORTS };
  const gate4 = { ...theirs4, dst: a.gateway.ipv4 };
  const gate6 = { ...theirs6, dst: a.gateway.ipv6 };
  const mine4 = { ...theirs4, dst: a.own.ipv4 };
  const mine6 = { ...theirs6, dst: a.own.ipv6 };
  const whole = (quoted: Quoted) => ({
    src: a.own.ipv4,
    dst: quoted.src,
    protocol: PROTOCOL.icmp,
    payload: icmp({ type: 3, code: 3, rest: join(u32(0), quote4(quoted)) }),
  });
  const [first, second] = ipv4Fragments(whole(theirs4), 8);
  const [longer] = ipv4Fragments(whole(mine4), 32);
  const wrap = (packet: Uint8Array): Uint8Array => framed(a, ETHERTYPE.ipv4, packet);
  const short = in4(a, {
    protocol: PROTOCOL.icmp,
    payload: icmp({ type: 3, code: 3, rest: join(u32(0), quote4(theirs4).slice(0, 16)) }),
  });
  return [
    ...FOUR.map(([name, type, code]) =>
      others(`ICMP ${name} about a connection of others`, error4(a, type, code, theirs4), 'tracking'),
    ),
    ...SIX.map(([name, type, code]) =>
      others(`ICMPv6 ${name} about a connection of others`, error6(a, type, code, theirs6), 'tracking'),
    ),
    others('ICMP port unreachable about a connection with the gateway', error4(a, 3, 3, gate4), 'tracking'),
    others('ICMPv6 unreachable about a connection with the gateway', error6(a, 1, 4, gate6), 'tracking'),
    others(
      'ICMP port unreachable about a connection with the world',
      error4(a, 3, 3, { ...theirs4, dst: '203.0.113.77' }),
      'tracking',
    ),
    others(
      'ICMPv6 packet too big about a connection with the world',
      error6(a, 2, 0, { ...theirs6, dst: '2001:db8:77::77' }),
      'tracking',
    ),
    others('ICMP port unreachable in the name of the end', error4(a, 3, 3, theirs4, a.victim.ipv4), 'tracking'),
    others('ICMPv6 unreachable in the name of the end', error6(a, 1, 4, theirs6, a.victim.ipv6), 'tracking'),
    hidden('ICMP error that ends in what it quotes', short, 'tracking'),
    hidden('ICMP error about a connection of others, first fragment', wrap(first), 'tracking'),
    hidden('ICMP error about an own connection, first fragment', wrap(longer), 'tracking'),
    {
      name: 'ICMP error, second fragment',
      why: 'RFC 791: a later fragment alone is put together with nothing',
      guard: 'either',
      frame: wrap(second),
      fate: 'tracking',
    },
    answer('ICMP port unreachable about what came', error4(a, 3, 3, mine4), 'tracking'),
    answer('ICMP time exceeded about what came', error4(a, 11, 1, mine4), 'tracking'),
    answer('ICMPv6 unreachable about what came', error6(a, 1, 4, mine6), 'tracking'),
    answer('ICMPv6 parameter problem about what came', error6(a, 4, 1, mine6), 'tracking'),
  ];
}
