// Servers that are none: DHCP and DHCPv6 from a guest. In: who is who. Out: entries. Guarantees: pure.
import {
  dhcp,
  dhcpv6,
  type Extension,
  ipv4Fragments,
  ipv6,
  ETHERTYPE,
  join,
  PROTOCOL,
  udp,
} from '../../kernel/frames.ts';
import { type Actors, framed, in4, in6 } from './actors.ts';
import { type CatalogueEntry, either, stop } from './entry.ts';

const EVERYBODY = '255.255.255.255';

function speech(a: Actors, type: 'offer' | 'ack' | 'nak', dst: string, sport = 67, dport = 68): Uint8Array {
  const ends = { src: a.own.ipv4, dst };
  const payload = dhcp({ type, mac: a.witness.mac, yiaddr: a.witness.ipv4, server: a.own.ipv4, router: a.own.ipv4 });
  return udp(ends, { sport, dport, payload });
}

/** A server's offer to everybody, in the own name. */
export const offer = (a: Actors): Uint8Array =>
  in4(a, { dst: EVERYBODY, protocol: PROTOCOL.udp, payload: speech(a, 'offer', EVERYBODY) });

/** DHCP. */
export function dhcpServers(a: Actors): readonly CatalogueEntry[] {
  const rogue = stop('role', 'RFC 2131: who answers first is router and name server of everybody');
  const wide = (payload: Uint8Array): Uint8Array => in4(a, { dst: EVERYBODY, protocol: PROTOCOL.udp, payload });
  const near = (payload: Uint8Array): Uint8Array => in4(a, { protocol: PROTOCOL.udp, payload });
  const whole = { src: a.own.ipv4, dst: EVERYBODY, protocol: PROTOCOL.udp, payload: speech(a, 'offer', EVERYBODY) };
  const [first, second] = ipv4Fragments(whole, 24);
  const [tiny] = ipv4Fragments(whole, 8);
  const cut = (payload: Uint8Array): Uint8Array => framed(a, ETHERTYPE.ipv4, payload, { dst: 'ff:ff:ff:ff:ff:ff' });
  return [
    rogue('DHCP server offer', offer(a)),
    rogue('DHCP server acknowledgement', wide(speech(a, 'ack', EVERYBODY))),
    rogue('DHCP server refusal', wide(speech(a, 'nak', EVERYBODY))),
    rogue('DHCP server offer to one client', near(speech(a, 'offer', a.witness.ipv4))),
    rogue('DHCP server offer from another port', wide(speech(a, 'offer', EVERYBODY, 6767))),
    rogue('DHCP server offer to another port', near(speech(a, 'offer', a.witness.ipv4, 67, 6868))),
    rogue('DHCP relay', near(speech(a, 'offer', a.witness.ipv4, 67, 67))),
    rogue(
      'DHCP server offer with IPv4 options',
      in4(a, {
        dst: EVERYBODY,
        protocol: PROTOCOL.udp,
        payload: speech(a, 'offer', EVERYBODY),
        options: new Uint8Array([148, 4, 0, 0]),
      }),
    ),
    rogue('DHCP server offer, first fragment', cut(first)),
    rogue('DHCP server offer, first fragment of eight bytes', cut(tiny)),
    either('RFC 791: a later fragment alone is put together with nothing')(
      'DHCP server offer, second fragment',
      cut(second),
      'tracking',
    ),
  ];
}

/** DHCPv6. */
export function dhcpv6Servers(a: Actors): readonly CatalogueEntry[] {
  const rogue = stop('role', 'RFC 8415: who answers first is name server of everybody');
  const hidden = stop('role', 'RFC 7610, RFC 7112: filters that read ports right behind the IPv6 header');
  const ends = { src: a.own.linkLocal, dst: a.witness.linkLocal };
  const said = (type: 'advertise' | 'reply', sport = 547, dport = 546): Uint8Array =>
    udp(ends, {
      sport,
      dport,
      payload: dhcpv6({ type, clientMac: a.witness.mac, serverMac: a.own.mac, address: '2001:db8:bad::1' }),
    });
  const sent = (payload: Uint8Array, extensions: readonly Extension[] = []): Uint8Array =>
    in6(a, { ...ends, nextHeader: PROTOCOL.udp, payload, extensions });
  const reply = said('reply');
  const piece = (next: number, offset: number, more: boolean, payload: Uint8Array): Uint8Array =>
    framed(
      a,
      ETHERTYPE.ipv6,
      ipv6({ ...ends, nextHeader: next, payload, extensions: [{ kind: 'fragment', offset, more }] }),
    );
  const options = new Uint8Array([PROTOCOL.udp, 0, 1, 4, 0, 0, 0, 0]);
  return [
    rogue('DHCPv6 server advertisement', sent(said('advertise'))),
    rogue('DHCPv6 server reply', sent(reply)),
    rogue('DHCPv6 server reply from another port', sent(said('reply', 5470))),
    rogue('DHCPv6 server reply to another port', sent(said('reply', 547, 5460))),
    rogue('DHCPv6 relay', sent(said('reply', 547, 547))),
    hidden('DHCPv6 server reply behind destination options', sent(reply, [{ kind: 'destination' }])),
    hidden('DHCPv6 server reply behind a hop-by-hop header', sent(reply, [{ kind: 'hop-by-hop' }])),
    hidden(
      'DHCPv6 server reply behind a routing header',
      sent(reply, [{ kind: 'routing', type: 4, addresses: [a.witness.linkLocal] }]),
    ),
    hidden('DHCPv6 server reply in an atomic fragment', sent(reply, [{ kind: 'fragment', offset: 0, more: false }])),
    hidden('DHCPv6 server reply, first fragment', piece(PROTOCOL.udp, 0, true, reply.slice(0, 16))),
    hidden('DHCPv6 server reply, first fragment that ends before its ports', piece(60, 0, true, options)),
    hidden(
      'DHCPv6 server reply, first fragment with its ports behind options',
      piece(60, 0, true, join(options, reply.slice(0, 16))),
    ),
    either('RFC 8200 4.5: a later fragment alone is put together with nothing')(
      'DHCPv6 server reply, second fragment',
      piece(PROTOCOL.udp, 16, false, reply.slice(16)),
      'tracking',
    ),
  ];
}
