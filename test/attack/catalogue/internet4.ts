// IPv4 in a foreign name, and headers that play games. In: who is who. Out: entries. Guarantees: pure.
import {
  ascii,
  BROADCAST,
  dhcp,
  ETHERTYPE,
  icmp,
  ipv4,
  ipv4Fragments,
  join,
  PROTOCOL,
  tcp,
  udp,
} from '../../kernel/frames.ts';
import { type Actors, data4, framed, greeting, in4, patched } from './actors.ts';
import { type CatalogueEntry, either, stop } from './entry.ts';

const NOBODY = '0.0.0.0';

/** The last address of the guest's subnet of 24 bits, or its first. */
const inSubnet = (address: string, last: number): string => address.replace(/\d+$/, String(last));

/** Source addresses that are not the guest's. */
export function foreign4(a: Actors): readonly CatalogueEntry[] {
  const foreign = stop('address', 'RFC 2827, RFC 7039: traffic in a foreign name');
  const odd = stop('address', 'RFC 1122 3.2.1.3, RFC 6890: never a source on a link');
  const from = (src: string, protocol: number, payload: Uint8Array): Uint8Array => in4(a, { src, protocol, payload });
  const ends = { src: a.victim.ipv4, dst: a.witness.ipv4 };
  const ports = { sport: 40000, dport: 40001 };
  const asking = (src: string, dst: string): Uint8Array =>
    udp({ src, dst }, { sport: 68, dport: 67, payload: dhcp({ type: 'request', mac: a.own.mac }) });
  const request = (src: string, dst: string): Uint8Array =>
    in4(a, { src, dst, protocol: PROTOCOL.udp, payload: asking(src, dst) });
  return [
    foreign('IPv4 from a foreign address', data4(a, a.victim.ipv4)),
    foreign('IPv4 from the gateway address', data4(a, a.gateway.ipv4)),
    foreign('IPv4 from the address of its receiver', data4(a, a.witness.ipv4)),
    foreign('IPv4 from an address outside the subnet', data4(a, '203.0.113.77')),
    foreign(
      'IPv4 with options from a foreign address',
      in4(a, {
        src: a.victim.ipv4,
        protocol: PROTOCOL.udp,
        payload: greeting(a.victim.ipv4, a.witness.ipv4),
        options: new Uint8Array([7, 3, 4]),
      }),
    ),
    foreign('TCP from a foreign address', from(a.victim.ipv4, PROTOCOL.tcp, tcp(ends, ports))),
    foreign('TCP reset from a foreign address', from(a.victim.ipv4, PROTOCOL.tcp, tcp(ends, { ...ports, flags: 4 }))),
    foreign('ping from a foreign address', from(a.victim.ipv4, PROTOCOL.icmp, icmp({ type: 8, rest: ascii('weir') }))),
    foreign(
      'ping of everybody from a foreign address',
      in4(a, {
        src: a.victim.ipv4,
        dst: '255.255.255.255',
        protocol: PROTOCOL.icmp,
        payload: icmp({ type: 8, rest: ascii('weir') }),
      }),
    ),
    ...[4, 41, 47, 50, 51, 132, 253].map((protocol) =>
      foreign(`IPv4 protocol ${protocol} from a foreign address`, from(a.victim.ipv4, protocol, new Uint8Array(24))),
    ),
    odd('IPv4 from a loopback address', data4(a, '127.0.0.1')),
    odd('IPv4 from the broadcast address', data4(a, '255.255.255.255')),
    odd('IPv4 from a group', data4(a, '224.0.0.1')),
    odd('IPv4 from the subnet broadcast address', data4(a, inSubnet(a.own.ipv4, 255))),
    odd('IPv4 from the subnet itself', data4(a, inSubnet(a.own.ipv4, 0))),
    odd('IPv4 from a link-local address', data4(a, '169.254.7.7')),
    odd('IPv4 from no address', data4(a, NOBODY)),
    foreign('DHCP request from a foreign address', request(a.victim.ipv4, '255.255.255.255')),
    foreign('DHCP request from no address to one server', request(NOBODY, a.gateway.ipv4)),
    foreign(
      'from no address to the DHCP port by TCP',
      in4(a, {
        src: NOBODY,
        dst: '255.255.255.255',
        protocol: PROTOCOL.tcp,
        payload: tcp({ src: NOBODY, dst: '255.255.255.255' }, { sport: 68, dport: 67 }),
      }),
    ),
  ];
}

/** Fragments and headers that contradict themselves. */
export function shapes4(a: Actors): readonly CatalogueEntry[] {
  const foreign = stop('address', 'RFC 791: the source stands in every fragment');
  const game = stop('address', 'RFC 791 3.1: a header that lies still has its source where it was');
  const harmless = either('the own source; a receiver drops what contradicts itself');
  const tiny = either(
    'RFC 1858, RFC 3128: flags of TCP in a second fragment; what puts packets together drops overlaps',
  );
  const packet = {
    src: a.victim.ipv4,
    dst: a.witness.ipv4,
    protocol: PROTOCOL.udp,
    payload: greeting(a.victim.ipv4, a.witness.ipv4),
  };
  const [first, second] = ipv4Fragments(packet);
  const wrap = (bytes: Uint8Array): Uint8Array => framed(a, ETHERTYPE.ipv4, bytes);
  const lying = (src: string): Uint8Array => data4(a, src);
  const ends = { src: a.own.ipv4, dst: a.witness.ipv4 };
  const mine = { ...ends, protocol: PROTOCOL.tcp, payload: tcp(ends, { sport: 40000, dport: 40001 }) };
  const [head, tail] = ipv4Fragments(mine);
  const options = (src: string, bytes: readonly number[]): Uint8Array =>
    in4(a, { src, protocol: PROTOCOL.udp, payload: greeting(src, a.witness.ipv4), options: new Uint8Array(bytes) });
  const route = [131, 7, 4, 10, 0, 0, 1];
  return [
    foreign('spoofed IPv4, first fragment', wrap(first)),
    foreign('spoofed IPv4, second fragment', wrap(second)),
    foreign('spoofed IPv4, middle fragment', wrap(ipv4({ ...packet, fragmentOffset: 8, moreFragments: true }))),
    foreign('spoofed IPv4, last possible fragment', wrap(ipv4({ ...packet, fragmentOffset: 65528 }))),
    foreign(
      'spoofed IPv4, fragment of nothing',
      wrap(ipv4({ ...packet, payload: new Uint8Array(), moreFragments: true })),
    ),
    game('spoofed IPv4 with a header of 16 bytes', patched(lying(a.victim.ipv4), 14, [0x44])),
    game('spoofed IPv4 with a header of no bytes', patched(lying(a.victim.ipv4), 14, [0x40])),
    game('spoofed IPv4 with a header longer than it is', patched(lying(a.victim.ipv4), 14, [0x4f])),
    game('spoofed IPv4 of version 6', patched(lying(a.victim.ipv4), 14, [0x65])),
    game('spoofed IPv4 of version 0', patched(lying(a.victim.ipv4), 14, [0x05])),
    game('spoofed IPv4 that says it is longer', patched(lying(a.victim.ipv4), 16, [0xff, 0xff])),
    game('spoofed IPv4 that says it is shorter', patched(lying(a.victim.ipv4), 16, [0, 10])),
    game('spoofed IPv4 that says it has no length', patched(lying(a.victim.ipv4), 16, [0, 0])),
    game('spoofed IPv4 with a wrong checksum', patched(lying(a.victim.ipv4), 24, [0, 0])),
    game('spoofed IPv4 with the evil bit', patched(lying(a.victim.ipv4), 20, [0x80])),
    game('spoofed IPv4 with a loose source route', options(a.victim.ipv4, route)),
    game('spoofed IPv4 with a strict source route', options(a.victim.ipv4, [137, ...route.slice(1)])),
    game('spoofed IPv4 with an option of no length', options(a.victim.ipv4, [7, 0, 4, 0])),
    game('spoofed IPv4 with forty bytes of options', options(a.victim.ipv4, [...Array<number>(40).fill(1)])),
    game('spoofed IPv4 in the type of IPv6', patched(lying(a.victim.ipv4), 12, [0x86, 0xdd])),
    stop('address', 'only the type tells what it is')(
      'own IPv4 in the type of IPv6',
      patched(lying(a.own.ipv4), 12, [0x86, 0xdd]),
    ),
    stop('shape', 'only the type tells what it is')(
      'own IPv4 in the type of ARP',
      patched(lying(a.own.ipv4), 12, [8, 6]),
    ),
    game(
      'spoofed IPv4 to everybody',
      framed(a, ETHERTYPE.ipv4, ipv4({ ...packet, dst: '255.255.255.255' }), { dst: BROADCAST }),
    ),
    harmless('own IPv4 with a header of 16 bytes', patched(lying(a.own.ipv4), 14, [0x44])),
    harmless('own IPv4 of version 6', patched(lying(a.own.ipv4), 14, [0x65])),
    harmless('own IPv4 that says it is longer', patched(lying(a.own.ipv4), 16, [0xff, 0xff])),
    harmless('own IPv4 with a loose source route', options(a.own.ipv4, route)),
    tiny('own TCP, first fragment without flags', wrap(head), 'tracking'),
    tiny('own TCP, second fragment with flags', wrap(tail), 'tracking'),
    tiny(
      'own TCP, fragment over its flags',
      wrap(ipv4({ ...mine, payload: join(mine.payload.slice(8), ascii('more')), fragmentOffset: 8 })),
      'tracking',
    ),
  ];
}
