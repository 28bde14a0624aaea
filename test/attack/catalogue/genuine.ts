// What a guard must let through, since a guest with an address of its own sends it in ordinary life: resolution, detection of duplicates,
// configuration, group membership, and data from its own addresses.
import {
  ALL_ROUTERS,
  arp,
  arpProbe,
  BROADCAST,
  dhcp,
  dhcpv6,
  ETHERTYPE,
  ethernet,
  gratuitousArp,
  ipv4,
  ipv6,
  multicastMac,
  multicastReport,
  neighbourAdvertisement,
  neighbourSolicitation,
  PROTOCOL,
  rarp,
  ROUTER_ALERT,
  routerSolicitation,
  solicitedNode,
  udp,
} from '../../kernel/frames.ts';
import { type Actors, type CatalogueEntry, data4, data6, discovery, EVERYONE } from './actors.ts';

const pass = (name: string, frame: Uint8Array): CatalogueEntry => ({ name, guard: 'pass', frame });

const UNSPECIFIED = '::';

function resolution(a: Actors): readonly CatalogueEntry[] {
  const asked = { src: a.own.mac, senderIp: a.own.ipv4, targetIp: a.witness.ipv4 };
  return [
    pass('ARP request', arp({ ...asked, operation: 'request' })),
    pass('ARP request for the gateway', arp({ ...asked, operation: 'request', targetIp: a.gateway.ipv4 })),
    pass('ARP reply', arp({ ...asked, operation: 'reply', dst: a.witness.mac, targetMac: a.witness.mac })),
    pass('ARP probe of the own address', arpProbe(a.own.mac, a.own.ipv4)),
    pass('ARP announcement of the own address', gratuitousArp(a.own.mac, a.own.ipv4)),
  ];
}

function neighbours(a: Actors): readonly CatalogueEntry[] {
  const ns = (src: string, target: string, mac?: string): Uint8Array => {
    const ends = { src, dst: solicitedNode(target) };
    const options = mac === undefined ? [] : [{ kind: 'source-link-layer', mac } as const];
    return discovery(a, { ...ends, message: neighbourSolicitation(ends, target, options) });
  };
  const na = (src: string, dst: string, target: string, flags: number): Uint8Array =>
    discovery(a, {
      src,
      dst,
      message: neighbourAdvertisement({ src, dst }, target, [{ kind: 'target-link-layer', mac: a.own.mac }], flags),
    });
  const rs = (src: string, mac?: string): Uint8Array => {
    const ends = { src, dst: ALL_ROUTERS };
    const options = mac === undefined ? [] : [{ kind: 'source-link-layer', mac } as const];
    return discovery(a, { ...ends, message: routerSolicitation(ends, options) });
  };
  return [
    pass('neighbour solicitation', ns(a.own.ipv6, a.witness.ipv6, a.own.mac)),
    pass('neighbour solicitation from the link-local address', ns(a.own.linkLocal, a.gateway.linkLocal, a.own.mac)),
    pass('duplicate address detection', ns(UNSPECIFIED, a.own.ipv6)),
    pass('duplicate address detection of the link-local address', ns(UNSPECIFIED, a.own.linkLocal)),
    pass('neighbour advertisement in answer', na(a.own.ipv6, a.witness.ipv6, a.own.ipv6, 0x60000000)),
    pass(
      'neighbour advertisement of the link-local address',
      na(a.own.linkLocal, a.witness.linkLocal, a.own.linkLocal, 0x60000000),
    ),
    pass('neighbour advertisement, unsolicited', na(a.own.linkLocal, EVERYONE, a.own.ipv6, 0x20000000)),
    pass('router solicitation', rs(a.own.linkLocal, a.own.mac)),
    pass('router solicitation without an address', rs(UNSPECIFIED)),
  ];
}

function groups(a: Actors): readonly CatalogueEntry[] {
  const report = (src: string): Uint8Array => {
    const dst = 'ff02::16';
    const packet = {
      src,
      dst,
      nextHeader: PROTOCOL.icmpv6,
      hopLimit: 1,
      payload: multicastReport({ src, dst }, [solicitedNode(a.own.ipv6)]),
      extensions: [{ kind: 'hop-by-hop', options: ROUTER_ALERT }] as const,
    };
    return ethernet({ dst: multicastMac(dst), src: a.own.mac, type: ETHERTYPE.ipv6, payload: ipv6(packet) });
  };
  return [pass('MLDv2 report without an address', report(UNSPECIFIED)), pass('MLDv2 report', report(a.own.linkLocal))];
}

function configuration(a: Actors): readonly CatalogueEntry[] {
  const client = (type: 'discover' | 'request'): Uint8Array => {
    const ends = { src: '0.0.0.0', dst: '255.255.255.255' };
    const asked = type === 'request' ? { requested: a.own.ipv4, server: a.gateway.ipv4 } : {};
    const payload = udp(ends, { sport: 68, dport: 67, payload: dhcp({ type, mac: a.own.mac, ...asked }) });
    const packet = ipv4({ ...ends, protocol: PROTOCOL.udp, payload });
    return ethernet({ dst: BROADCAST, src: a.own.mac, type: ETHERTYPE.ipv4, payload: packet });
  };
  const ends = { src: a.own.linkLocal, dst: 'ff02::1:2' };
  const solicit = udp(ends, { sport: 546, dport: 547, payload: dhcpv6({ type: 'solicit', clientMac: a.own.mac }) });
  const packet = ipv6({ ...ends, nextHeader: PROTOCOL.udp, payload: solicit });
  return [
    pass('DHCP discover', client('discover')),
    pass('DHCP request', client('request')),
    pass(
      'DHCPv6 solicit',
      ethernet({ dst: multicastMac(ends.dst), src: a.own.mac, type: ETHERTYPE.ipv6, payload: packet }),
    ),
  ];
}

/** Every genuine frame, and those about which guards may differ. */
export const genuine = (a: Actors): readonly CatalogueEntry[] => [
  ...[resolution, neighbours, groups, configuration].flatMap((group) => group(a)),
  pass('IPv4 from the own address', data4(a, a.own.ipv4)),
  pass('IPv6 from the own address', data6(a, a.own.ipv6)),
  pass('IPv6 from the own link-local address', data6(a, a.own.linkLocal)),
  pass('IPv6 from the own address behind destination options', data6(a, a.own.ipv6, [{ kind: 'destination' }])),
  { name: 'RARP announcement', guard: 'either', frame: rarp(a.own.mac) },
];
