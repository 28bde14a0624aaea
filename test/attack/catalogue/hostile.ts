// What an anti-spoofing guard must stop: frames in which a guest claims a foreign MAC or IP address, plays router or DHCP server, or hides such a
// claim behind tags, encapsulations, extension headers and fragments (the evasions of CVE-2021-27853, 27854, 27861 and 27862, RFC 7113).
import {
  ALL_NODES,
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
  ipv4Fragments,
  ipv6,
  ipv6Fragments,
  llcSnap,
  neighbourAdvertisement,
  neighbourSolicitation,
  PROTOCOL,
  redirect,
  routerAdvertisement,
  routerSolicitation,
  solicitedNode,
  spanningTree,
  tagged,
  udp,
} from '../../kernel/frames.ts';
import { type Actors, type CatalogueEntry, data4, data6, discovery, EVERYONE, greeting } from './actors.ts';

const stop = (name: string, frame: Uint8Array): CatalogueEntry => ({ name, guard: 'stop', frame });

function identities(a: Actors): readonly CatalogueEntry[] {
  return [
    stop('IPv4 from a foreign MAC address', data4(a, a.own.ipv4, a.victim.mac)),
    stop('IPv6 from a foreign MAC address', data6(a, a.own.ipv6, [], a.victim.mac)),
    stop('IPv4 from a foreign address', data4(a, a.victim.ipv4)),
    stop('IPv4 from the gateway address', data4(a, a.gateway.ipv4)),
    stop('IPv4 from an address outside the subnet', data4(a, '203.0.113.77')),
    stop('IPv6 from a foreign address', data6(a, a.victim.ipv6)),
    stop('IPv6 from a foreign link-local address', data6(a, a.victim.linkLocal)),
    stop('IPv6 from the gateway link-local address', data6(a, a.gateway.linkLocal)),
    stop('IPv6 from a foreign address behind destination options', data6(a, a.victim.ipv6, [{ kind: 'destination' }])),
    stop(
      'IPv6 from a foreign address behind a routing header',
      data6(a, a.victim.ipv6, [{ kind: 'routing', type: 0, addresses: [a.gateway.ipv6] }]),
    ),
  ];
}

function arpClaims(a: Actors): readonly CatalogueEntry[] {
  const reply = {
    operation: 'reply',
    src: a.own.mac,
    dst: a.witness.mac,
    targetMac: a.witness.mac,
    targetIp: a.witness.ipv4,
  } as const;
  return [
    stop('ARP reply with a foreign sender IP address', arp({ ...reply, senderIp: a.victim.ipv4 })),
    stop(
      'ARP reply with a foreign sender MAC address',
      arp({ ...reply, senderMac: a.victim.mac, senderIp: a.own.ipv4 }),
    ),
    stop('ARP reply that claims the gateway', arp({ ...reply, senderIp: a.gateway.ipv4 })),
    stop(
      'ARP request with a foreign sender IP address',
      arp({ ...reply, operation: 'request', dst: BROADCAST, senderIp: a.victim.ipv4 }),
    ),
    stop(
      'ARP from a foreign Ethernet address',
      arp({ ...reply, src: a.victim.mac, senderMac: a.own.mac, senderIp: a.own.ipv4 }),
    ),
    stop('ARP probe of a foreign address', arpProbe(a.own.mac, a.victim.ipv4)),
    stop('gratuitous ARP of a foreign address', gratuitousArp(a.own.mac, a.victim.ipv4)),
    stop('gratuitous ARP reply of a foreign address', gratuitousArp(a.own.mac, a.victim.ipv4, 'reply')),
    stop(
      'VLAN-tagged gratuitous ARP of a foreign address',
      tagged(gratuitousArp(a.own.mac, a.victim.ipv4), [{ vid: 5 }]),
    ),
  ];
}

function neighbourClaims(a: Actors): readonly CatalogueEntry[] {
  const mine = { kind: 'target-link-layer', mac: a.own.mac } as const;
  const na = (src: string, target: string, mac = a.own.mac): Uint8Array => {
    const ends = { src, dst: EVERYONE };
    return discovery(a, {
      ...ends,
      message: neighbourAdvertisement(ends, target, [{ kind: 'target-link-layer', mac }], 0x20000000),
    });
  };
  const ns = (src: string, mac: string): Uint8Array => {
    const ends = { src, dst: solicitedNode(a.witness.ipv6) };
    return discovery(a, {
      ...ends,
      message: neighbourSolicitation(ends, a.witness.ipv6, [{ kind: 'source-link-layer', mac }]),
    });
  };
  const probe = (target: string): Uint8Array => {
    const ends = { src: '::', dst: solicitedNode(target) };
    return discovery(a, { ...ends, message: neighbourSolicitation(ends, target, []) });
  };
  const rs = (src: string, mac: string): Uint8Array => {
    const ends = { src, dst: ALL_ROUTERS };
    return discovery(a, { ...ends, message: routerSolicitation(ends, [{ kind: 'source-link-layer', mac }]) });
  };
  const redirected = { src: a.gateway.linkLocal, dst: a.witness.linkLocal };
  return [
    stop('neighbour advertisement of a foreign target', na(a.own.linkLocal, a.victim.ipv6)),
    stop('neighbour advertisement of the gateway', na(a.own.linkLocal, a.gateway.linkLocal)),
    stop('neighbour advertisement from a foreign address', na(a.victim.linkLocal, a.victim.linkLocal)),
    stop('neighbour advertisement with a foreign link-layer option', na(a.own.linkLocal, a.own.ipv6, a.victim.mac)),
    stop('neighbour solicitation from a foreign address', ns(a.victim.ipv6, a.own.mac)),
    stop('neighbour solicitation with a foreign link-layer option', ns(a.own.ipv6, a.victim.mac)),
    stop('duplicate address detection of a foreign address', probe(a.victim.ipv6)),
    stop('router solicitation from a foreign address', rs(a.victim.linkLocal, a.own.mac)),
    stop('router solicitation with a foreign link-layer option', rs(a.own.linkLocal, a.victim.mac)),
    stop(
      'neighbour advertisement of a foreign target behind destination options',
      discovery(a, {
        src: a.own.linkLocal,
        dst: EVERYONE,
        message: neighbourAdvertisement({ src: a.own.linkLocal, dst: EVERYONE }, a.victim.ipv6, [mine], 0x20000000),
        extensions: [{ kind: 'destination' }],
      }),
    ),
    stop(
      'redirect in the name of the gateway',
      discovery(a, { ...redirected, message: redirect(redirected, a.own.linkLocal, '2001:db8:ffff::1', [mine]) }),
    ),
    stop(
      'redirect in the own name',
      discovery(a, {
        src: a.own.linkLocal,
        dst: a.witness.linkLocal,
        message: redirect({ src: a.own.linkLocal, dst: a.witness.linkLocal }, a.own.linkLocal, '2001:db8:ffff::1', [
          mine,
        ]),
      }),
    ),
  ];
}

/** Router advertisements in the own name: only the role is stolen, so that no address check catches them. */
function routerClaims(a: Actors): readonly CatalogueEntry[] {
  const ends = { src: a.own.linkLocal, dst: ALL_NODES };
  const message = routerAdvertisement(ends, [
    { kind: 'source-link-layer', mac: a.own.mac },
    { kind: 'prefix', prefix: '2001:db8:bad::', length: 64 },
  ]);
  const wrap = (payload: Uint8Array): Uint8Array =>
    ethernet({ dst: '33:33:00:00:00:01', src: a.own.mac, type: ETHERTYPE.ipv6, payload });
  const packet = { ...ends, nextHeader: PROTOCOL.icmpv6, hopLimit: 255, payload: message };
  const [head, tail] = ipv6Fragments(packet, 16);
  // The first fragment ends inside a chain of options, so that the ICMPv6 header stands in the second only (RFC 7112 forbids it).
  const chain = new Uint8Array([PROTOCOL.icmpv6, 0, 1, 4, 0, 0, 0, 0]);
  const split = { ...ends, nextHeader: 60, hopLimit: 255, payload: new Uint8Array([...chain, ...message]) };
  const [optionsOnly, hidden] = ipv6Fragments(split, 8);
  return [
    stop('router advertisement', wrap(ipv6(packet))),
    stop(
      'router advertisement behind a hop-by-hop header',
      wrap(ipv6({ ...packet, extensions: [{ kind: 'hop-by-hop' }] })),
    ),
    stop(
      'router advertisement behind destination options',
      wrap(ipv6({ ...packet, extensions: [{ kind: 'destination' }] })),
    ),
    stop(
      'router advertisement behind three extension headers',
      wrap(ipv6({ ...packet, extensions: [{ kind: 'hop-by-hop' }, { kind: 'destination' }, { kind: 'destination' }] })),
    ),
    stop('router advertisement, first fragment', wrap(head)),
    stop('router advertisement, second fragment', wrap(tail)),
    stop('router advertisement, first fragment with extension headers only', wrap(optionsOnly)),
    stop('router advertisement, second fragment that hides the ICMPv6 header', wrap(hidden)),
    stop(
      'router advertisement in one whole fragment',
      wrap(ipv6({ ...packet, extensions: [{ kind: 'fragment', offset: 0, more: false }] })),
    ),
    stop('router advertisement in a VLAN', tagged(wrap(ipv6(packet)), [{ vid: 5 }])),
    stop('router advertisement with a priority tag', tagged(wrap(ipv6(packet)), [{ vid: 0 }])),
    stop(
      'router advertisement in LLC/SNAP',
      llcSnap({ dst: '33:33:00:00:00:01', src: a.own.mac, type: ETHERTYPE.ipv6, payload: ipv6(packet) }),
    ),
  ];
}

function serverClaims(a: Actors): readonly CatalogueEntry[] {
  const ends = { src: a.own.ipv4, dst: '255.255.255.255' };
  const speak = (type: 'offer' | 'ack'): Uint8Array => {
    const payload = dhcp({ type, mac: a.witness.mac, yiaddr: a.witness.ipv4, server: a.own.ipv4, router: a.own.ipv4 });
    const packet = ipv4({ ...ends, protocol: PROTOCOL.udp, payload: udp(ends, { sport: 67, dport: 68, payload }) });
    return ethernet({ dst: BROADCAST, src: a.own.mac, type: ETHERTYPE.ipv4, payload: packet });
  };
  const ends6 = { src: a.own.linkLocal, dst: a.witness.linkLocal };
  const speak6 = (type: 'advertise' | 'reply'): Uint8Array => {
    const payload = dhcpv6({ type, clientMac: a.witness.mac, serverMac: a.own.mac, address: '2001:db8:bad::1' });
    const packet = ipv6({
      ...ends6,
      nextHeader: PROTOCOL.udp,
      payload: udp(ends6, { sport: 547, dport: 546, payload }),
    });
    return ethernet({ dst: a.witness.mac, src: a.own.mac, type: ETHERTYPE.ipv6, payload: packet });
  };
  return [
    stop('DHCP server offer', speak('offer')),
    stop('DHCP server acknowledgement', speak('ack')),
    stop('DHCPv6 server advertisement', speak6('advertise')),
    stop('DHCPv6 server reply', speak6('reply')),
  ];
}

function disguises(a: Actors): readonly CatalogueEntry[] {
  const packet = {
    src: a.victim.ipv4,
    dst: a.witness.ipv4,
    protocol: PROTOCOL.udp,
    payload: greeting(a.victim.ipv4, a.witness.ipv4),
  };
  const packet6 = {
    src: a.victim.ipv6,
    dst: a.witness.ipv6,
    nextHeader: PROTOCOL.udp,
    payload: greeting(a.victim.ipv6, a.witness.ipv6),
  };
  const to = { dst: a.witness.mac, src: a.own.mac };
  const inner = ethernet({ ...to, type: ETHERTYPE.ipv4, payload: ipv4(packet) });
  const own = data4(a, a.own.ipv4);
  const service = { vid: 7, tpid: ETHERTYPE.serviceVlan };
  const [first, second] = ipv4Fragments(packet);
  const [first6, second6] = ipv6Fragments(packet6);
  const wrap4 = (payload: Uint8Array): Uint8Array => ethernet({ ...to, type: ETHERTYPE.ipv4, payload });
  const wrap6 = (payload: Uint8Array): Uint8Array => ethernet({ ...to, type: ETHERTYPE.ipv6, payload });
  return [
    stop('spoofed IPv4 in a VLAN', tagged(inner, [{ vid: 5 }])),
    stop('spoofed IPv4 with a priority tag', tagged(inner, [{ vid: 0 }])),
    stop('spoofed IPv4 in QinQ 8100/8100', tagged(inner, [{ vid: 7 }, { vid: 5 }])),
    stop('spoofed IPv4 in QinQ 88a8/8100', tagged(inner, [service, { vid: 5 }])),
    stop('spoofed IPv4 in a service VLAN alone', tagged(inner, [service])),
    stop('spoofed IPv4 behind two priority tags', tagged(inner, [{ vid: 0 }, { vid: 0 }])),
    stop('spoofed IPv4 in LLC/SNAP', llcSnap({ ...to, type: ETHERTYPE.ipv4, payload: ipv4(packet) })),
    stop('spoofed IPv6 in LLC/SNAP', llcSnap({ ...to, type: ETHERTYPE.ipv6, payload: ipv6(packet6) })),
    stop('own IPv4 in a VLAN', tagged(own, [{ vid: 5 }])),
    stop('own IPv4 in QinQ 88a8/8100', tagged(own, [service, { vid: 5 }])),
    stop('spoofed IPv4, first fragment', wrap4(first)),
    stop('spoofed IPv4, second fragment', wrap4(second)),
    stop('spoofed IPv6, first fragment', wrap6(first6)),
    stop('spoofed IPv6, second fragment', wrap6(second6)),
    stop('spoofed IPv4 with options', wrap4(ipv4({ ...packet, options: new Uint8Array([7, 3, 4]) }))),
    stop('spanning tree message', spanningTree(a.own.mac)),
    stop('frame of an unknown type', ethernet({ ...to, type: 0x88b5, payload: new Uint8Array(46) })),
  ];
}

/** Every hostile frame, grouped by what it attacks. */
export const hostile = (a: Actors): readonly CatalogueEntry[] =>
  [identities, arpClaims, neighbourClaims, routerClaims, serverClaims, disguises].flatMap((group) => group(a));
