// IPv6 in a foreign name, bare and behind every extension header, and chains that hide. In: who is who. Out: entries. Guarantees: pure.
import {
  ascii,
  ETHERTYPE,
  type Extension,
  icmpv6,
  ipv6,
  ipv6Bytes,
  ipv6Fragments,
  join,
  PROTOCOL,
  tcp,
} from '../../kernel/frames.ts';
import { type Actors, data6, framed, greeting, in6, patched } from './actors.ts';
import { type CatalogueEntry, either, stop } from './entry.ts';

/** Chains of extension headers, by what they are. */
export function chains(a: Actors): readonly (readonly [name: string, why: string, chain: readonly Extension[]])[] {
  const hop = { kind: 'hop-by-hop' } as const;
  const options = { kind: 'destination' } as const;
  const routing = (type: number): Extension => ({ kind: 'routing', type, addresses: [a.gateway.ipv6] });
  const atomic = { kind: 'fragment', offset: 0, more: false } as const;
  return [
    ['a hop-by-hop header', 'RFC 8200 4.3', [hop]],
    ['destination options', 'RFC 8200 4.6', [options]],
    ['sixty-four bytes of destination options', 'RFC 7113 2.1', [{ kind: 'destination', options: new Uint8Array(62) }]],
    ['a source route (type 0)', 'RFC 5095: forbidden', [routing(0)]],
    ['a mobility route (type 2)', 'RFC 6275 6.4', [routing(2)]],
    ['a mesh route (type 3)', 'RFC 6554', [routing(3)]],
    ['a segment route (type 4)', 'RFC 8754', [routing(4)]],
    ['three extension headers', 'RFC 7113 2.1', [hop, options, options]],
    ['ten extension headers', 'RFC 7112: no filter reads on for ever', [hop, ...Array<Extension>(9).fill(options)]],
    ['headers in the wrong order', 'RFC 8200 4.1', [options, hop]],
    ['an atomic fragment', 'RFC 6946', [atomic]],
    ['options and an atomic fragment', 'RFC 6946', [options, atomic]],
    ['an atomic fragment and options', 'RFC 7112', [atomic, options]],
    ['two atomic fragments', 'RFC 8200 4.5: a fragment of a fragment', [atomic, atomic]],
  ];
}

/** Source addresses that are not the guest's. */
export function foreign6(a: Actors): readonly CatalogueEntry[] {
  const foreign = stop('address', 'RFC 2827, RFC 7039: traffic in a foreign name');
  const odd = stop('address', 'RFC 4291 2.5.2, 2.5.3, 2.7, RFC 4942 2.2: never a source on a link');
  const from = (src: string, nextHeader: number, payload: Uint8Array): Uint8Array =>
    in6(a, { src, nextHeader, payload });
  const ends = { src: a.victim.ipv6, dst: a.witness.ipv6 };
  return [
    foreign('IPv6 from a foreign address', data6(a, a.victim.ipv6)),
    foreign('IPv6 from a foreign link-local address', data6(a, a.victim.linkLocal)),
    foreign('IPv6 from the gateway address', data6(a, a.gateway.ipv6)),
    foreign('IPv6 from the gateway link-local address', data6(a, a.gateway.linkLocal)),
    foreign('IPv6 from an address outside the subnet', data6(a, '2001:db8:77::77')),
    foreign(
      'TCP over IPv6 from a foreign address',
      from(a.victim.ipv6, PROTOCOL.tcp, tcp(ends, { sport: 40000, dport: 40001 })),
    ),
    foreign(
      'ping over IPv6 from a foreign address',
      from(a.victim.ipv6, PROTOCOL.icmpv6, icmpv6(ends, { type: 128, rest: ascii('weir') })),
    ),
    ...[4, 41, 47, 50, 59, 132, 135, 139, 140, 253].map((next) =>
      foreign(`IPv6 next header ${next} from a foreign address`, from(a.victim.ipv6, next, new Uint8Array(24))),
    ),
    odd('IPv6 from no address', data6(a, '::')),
    odd('IPv6 from the loopback address', data6(a, '::1')),
    odd('IPv6 from a group', data6(a, 'ff02::1')),
    odd('IPv6 from a mapped IPv4 address', data6(a, `::ffff:${a.victim.ipv4}`)),
    odd('IPv6 from a compatible IPv4 address', data6(a, `::${a.victim.ipv4}`)),
    odd('IPv6 from the address of a translator', data6(a, `64:ff9b::${a.victim.ipv4}`)),
    odd('IPv6 from a 6to4 address', data6(a, '2002:cb00:714d::1')),
    ...chains(a).map(([name, , chain]) =>
      foreign(`IPv6 from a foreign address behind ${name}`, data6(a, a.victim.ipv6, chain)),
    ),
  ];
}

/** Fragments and headers that contradict themselves. */
export function shapes6(a: Actors): readonly CatalogueEntry[] {
  const foreign = stop('address', 'RFC 8200 4.5: the source stands in every fragment');
  const game = stop('address', 'RFC 8200 3: a header that lies still has its source where it was');
  const hides = stop('shape', 'RFC 7112, RFC 8200 4.5: nothing tells what it is a fragment of');
  const harmless = either('the own source; a receiver drops what contradicts itself');
  const mobile = either('RFC 6275 9.3.1: who has no binding for the home address drops it');
  const spoofed = data6(a, a.victim.ipv6);
  const own = data6(a, a.own.ipv6);
  const packet = {
    src: a.victim.ipv6,
    dst: a.witness.ipv6,
    nextHeader: PROTOCOL.udp,
    payload: greeting(a.victim.ipv6, a.witness.ipv6),
  };
  const [first, second] = ipv6Fragments(packet);
  const wrap = (bytes: Uint8Array): Uint8Array => framed(a, ETHERTYPE.ipv6, bytes);
  const home = join([201, 16], ipv6Bytes(a.victim.ipv6));
  const jumbo = new Uint8Array([0xc2, 4, 0, 1, 0, 0]);
  const fragment = (next: number, offset: number, more: boolean, payload: Uint8Array): Uint8Array =>
    in6(a, { nextHeader: next, payload, extensions: [{ kind: 'fragment', offset, more }] });
  return [
    foreign('spoofed IPv6, first fragment', wrap(first)),
    foreign('spoofed IPv6, second fragment', wrap(second)),
    foreign(
      'spoofed IPv6, last possible fragment',
      wrap(ipv6({ ...packet, extensions: [{ kind: 'fragment', offset: 65528, more: false }] })),
    ),
    game('spoofed IPv6 of version 4', patched(spoofed, 14, [0x45])),
    game('spoofed IPv6 of version 0', patched(spoofed, 14, [0])),
    game('spoofed IPv6 that says it is longer', patched(spoofed, 18, [0xff, 0xff])),
    game('spoofed IPv6 that says it has no length', patched(spoofed, 18, [0, 0])),
    game(
      'spoofed IPv6 jumbogram',
      patched(data6(a, a.victim.ipv6, [{ kind: 'hop-by-hop', options: jumbo }]), 18, [0, 0]),
    ),
    game(
      'spoofed IPv6 whose options reach beyond its end',
      patched(data6(a, a.victim.ipv6, [{ kind: 'destination' }]), 55, [255]),
    ),
    game('spoofed IPv6 in the type of IPv4', patched(spoofed, 12, [8, 0])),
    stop('address', 'only the type tells what it is')('own IPv6 in the type of IPv4', patched(own, 12, [8, 0])),
    hides('fragment that starts inside a hop-by-hop header', fragment(0, 8, false, new Uint8Array(16))),
    hides('fragment that starts inside destination options', fragment(60, 8, false, new Uint8Array(16))),
    hides('fragment that starts inside a routing header', fragment(43, 8, false, new Uint8Array(16))),
    hides('fragment that starts inside a fragment header', fragment(44, 8, false, new Uint8Array(16))),
    hides('fragment that starts inside an authentication header', fragment(51, 8, false, new Uint8Array(24))),
    hides(
      'first fragment of options that go on in the next',
      fragment(60, 0, true, new Uint8Array([60, 1, 1, 12, 0, 0, 0, 0])),
    ),
    hides('first fragment of options without an end', fragment(60, 0, true, new Uint8Array([60, 0, 1, 4, 0, 0, 0, 0]))),
    harmless('own IPv6 of version 4', patched(own, 14, [0x45])),
    harmless('own IPv6 that says it is longer', patched(own, 18, [0xff, 0xff])),
    harmless('own IPv6 jumbogram', patched(data6(a, a.own.ipv6, [{ kind: 'hop-by-hop', options: jumbo }]), 18, [0, 0])),
    harmless(
      'own IPv6 behind a source route (type 0)',
      data6(a, a.own.ipv6, [{ kind: 'routing', type: 0, addresses: [a.gateway.ipv6] }]),
    ),
    mobile('own IPv6 with a foreign home address', data6(a, a.own.ipv6, [{ kind: 'destination', options: home }])),
    either('RFC 8200 4.7: nobody reads on behind it')(
      'own IPv6 with a foreign packet behind no next header',
      in6(a, { nextHeader: PROTOCOL.none, payload: spoofed.slice(14) }),
    ),
  ];
}
