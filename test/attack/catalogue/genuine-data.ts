// Ordinary traffic from a guest's own addresses, which filters decide. In: who is who. Out: entries. Guarantees: pure.
import {
  ascii,
  ETHERTYPE,
  icmp,
  icmpv6,
  ipv4Fragments,
  ipv6Fragments,
  join,
  PROTOCOL,
  ROUTER_ALERT,
  tcp,
  TCP_FLAG,
  u16,
  udp,
} from '../../kernel/frames.ts';
import { type Actors, data4, data6, framed, greeting, in4, in6, macFor } from './actors.ts';
import { type CatalogueEntry, pass } from './entry.ts';

const EVERYBODY = '255.255.255.255';

/** Every entry. */
export function data(a: Actors): readonly CatalogueEntry[] {
  const plain = pass('ordinary traffic, which filters decide');
  const cut = pass('RFC 791, RFC 8200 4.5: large datagrams are cut');
  const headers = pass('RFC 7045: extension headers are no crime');
  const four = { src: a.own.ipv4, dst: a.witness.ipv4 };
  const six = { src: a.own.ipv6, dst: a.witness.ipv6 };
  const ports = { sport: 40000, dport: 443 };
  const wrap = (type: number, packet: Uint8Array, dst = a.witness.ipv4): Uint8Array =>
    framed(a, type, packet, { dst: macFor(a, dst) });
  const datagram = { ...four, protocol: PROTOCOL.udp, payload: greeting(four.src, four.dst) };
  const datagram6 = { ...six, nextHeader: PROTOCOL.udp, payload: greeting(six.src, six.dst) };
  const pieces4 = ipv4Fragments(datagram, 16).map((packet) => wrap(ETHERTYPE.ipv4, packet));
  const pieces6 = ipv6Fragments(datagram6, 16).map((packet) => wrap(ETHERTYPE.ipv6, packet));
  const large = ipv4Fragments(
    { ...four, protocol: PROTOCOL.icmp, payload: icmp({ type: 8, rest: new Uint8Array(64) }) },
    32,
  );
  const tcp6 = ipv6Fragments(
    { ...six, nextHeader: PROTOCOL.tcp, payload: tcp(six, { ...ports, payload: new Uint8Array(40) }) },
    32,
  );
  const order = ['first', 'last'];
  const shout = (dst: string, port: number): Uint8Array =>
    in4(a, { dst, protocol: PROTOCOL.udp, payload: udp({ src: four.src, dst }, { sport: port, dport: port }) });
  const shout6 = (dst: string, port: number): Uint8Array =>
    in6(a, {
      src: a.own.linkLocal,
      dst,
      nextHeader: PROTOCOL.udp,
      payload: udp({ src: a.own.linkLocal, dst }, { sport: port, dport: port }),
    });
  return [
    plain('IPv4 from the own address', data4(a, a.own.ipv4)),
    plain('IPv6 from the own address', data6(a, a.own.ipv6)),
    plain('IPv6 from the own link-local address', data6(a, a.own.linkLocal)),
    plain('TCP over IPv4', in4(a, { protocol: PROTOCOL.tcp, payload: tcp(four, ports) })),
    plain('TCP over IPv6', in6(a, { nextHeader: PROTOCOL.tcp, payload: tcp(six, ports) })),
    plain(
      'TCP acknowledgement',
      in4(a, {
        protocol: PROTOCOL.tcp,
        payload: tcp(four, { ...ports, sport: 40001, flags: TCP_FLAG.ack, acknowledgement: 1 }),
      }),
      'tracking',
    ),
    plain(
      'ping over IPv4',
      in4(a, { protocol: PROTOCOL.icmp, payload: icmp({ type: 8, rest: join(u16(7), u16(1), ascii('weir')) }) }),
    ),
    plain(
      'ping over IPv6',
      in6(a, {
        nextHeader: PROTOCOL.icmpv6,
        payload: icmpv6(six, { type: 128, rest: join(u16(7), u16(1), ascii('weir')) }),
      }),
    ),
    plain(
      'answer to a ping over IPv4',
      in4(a, { protocol: PROTOCOL.icmp, payload: icmp({ type: 0, rest: join(u16(7), u16(1), ascii('weir')) }) }),
      'tracking',
    ),
    plain(
      'answer to a ping over IPv6',
      in6(a, {
        nextHeader: PROTOCOL.icmpv6,
        payload: icmpv6(six, { type: 129, rest: join(u16(7), u16(1), ascii('weir')) }),
      }),
      'tracking',
    ),
    ...(
      [
        ['SCTP', 132],
        ['ESP', 50],
        ['AH', 51],
        ['GRE', 47],
        ['IP in IP', 4],
        ['6in4', 41],
        ['OSPF', 89],
        ['VRRP', 112],
        ['an unknown protocol', 253],
      ] as const
    ).map(([name, protocol]) =>
      plain(`${name} over IPv4`, in4(a, { protocol, payload: new Uint8Array(32) }), 'tracking'),
    ),
    ...(
      [
        ['SCTP', 132],
        ['ESP', 50],
        ['GRE', 47],
        ['IPv4 in IPv6', 4],
        ['no next header', 59],
        ['an unknown protocol', 253],
      ] as const
    ).map(([name, nextHeader]) =>
      plain(`${name} over IPv6`, in6(a, { nextHeader, payload: new Uint8Array(32) }), 'tracking'),
    ),
    ...pieces4.map((frame, at) => cut(`UDP over IPv4, ${order[at]} fragment`, frame, 'tracking')),
    ...pieces6.map((frame, at) => cut(`UDP over IPv6, ${order[at]} fragment`, frame, 'tracking')),
    ...large.map((packet, at) =>
      cut(`large ping over IPv4, ${order[at]} fragment`, wrap(ETHERTYPE.ipv4, packet), 'tracking'),
    ),
    ...tcp6.map((packet, at) => cut(`TCP over IPv6, ${order[at]} fragment`, wrap(ETHERTYPE.ipv6, packet), 'tracking')),
    plain(
      'IPv4 with a router alert',
      in4(a, { protocol: PROTOCOL.udp, payload: datagram.payload, options: new Uint8Array([148, 4, 0, 0]) }),
    ),
    plain(
      'IPv4 with a record of its route',
      in4(a, { protocol: PROTOCOL.udp, payload: datagram.payload, options: new Uint8Array([7, 7, 4, 0, 0, 0, 0]) }),
    ),
    plain(
      'IPv4 filled up to 60 bytes',
      join(in4(a, { protocol: PROTOCOL.udp, payload: udp(four, { ...ports, sport: 40002 }) }), new Uint8Array(18)),
      'tracking',
    ),
    plain(
      'IPv4 with a time to live of one',
      in4(a, { ttl: 1, protocol: PROTOCOL.udp, payload: udp(four, { sport: 40003, dport: 33434 }) }),
    ),
    headers('IPv6 from the own address behind destination options', data6(a, a.own.ipv6, [{ kind: 'destination' }])),
    headers(
      'IPv6 from the own address behind a hop-by-hop header',
      data6(a, a.own.ipv6, [{ kind: 'hop-by-hop', options: ROUTER_ALERT }]),
    ),
    headers(
      'IPv6 from the own address behind a segment route',
      data6(a, a.own.ipv6, [{ kind: 'routing', type: 4, addresses: [a.witness.ipv6] }]),
    ),
    headers(
      'IPv6 from the own address behind both',
      data6(a, a.own.ipv6, [{ kind: 'hop-by-hop' }, { kind: 'destination' }]),
    ),
    plain('multicast DNS over IPv4', shout('224.0.0.251', 5353)),
    plain('multicast DNS over IPv6', shout6('ff02::fb', 5353)),
    plain('LLMNR', shout('224.0.0.252', 5355)),
    plain('SSDP', shout('239.255.255.250', 1900)),
    plain('a datagram to everybody', shout(EVERYBODY, 9)),
    plain('a datagram to the subnet', shout(a.own.ipv4.replace(/\d+$/, '255'), 9)),
  ];
}
