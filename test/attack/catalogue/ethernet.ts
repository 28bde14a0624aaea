// Ethernet addresses and link protocols that a guest has no business with. In: who is who. Out: entries. Guarantees: pure.
import { arp, ascii, ethernet, ethernet802, join, llcSnap, spanningTree, u16 } from '../../kernel/frames.ts';
import { type Actors, data4, data6, framed, patched } from './actors.ts';
import { type CatalogueEntry, stop } from './entry.ts';

/** Frames whose source address is not the port's. */
export function foreignMacs(a: Actors): readonly CatalogueEntry[] {
  const foreign = stop('mac', "a bridge learns the source address of every frame: the owner's frames would come here");
  const reserved = stop('mac', 'IEEE 802.3 3.2.3: no station has such an address');
  const ours = { dst: a.witness.mac, operation: 'reply', targetMac: a.witness.mac, targetIp: a.witness.ipv4 } as const;
  const own = data4(a, a.own.ipv4);
  return [
    foreign('IPv4 from a foreign MAC address', data4(a, a.own.ipv4, a.victim.mac)),
    foreign('IPv4 from the MAC address of the gateway', data4(a, a.own.ipv4, a.gateway.mac)),
    foreign('IPv4 from a MAC address that differs in one bit', patched(own, 11, [(own[11] ?? 0) ^ 0x80])),
    foreign('IPv6 from a foreign MAC address', data6(a, a.own.ipv6, [], a.victim.mac)),
    foreign(
      'ARP from a foreign Ethernet address',
      arp({ ...ours, src: a.victim.mac, senderMac: a.own.mac, senderIp: a.own.ipv4 }),
    ),
    foreign('a whole foreign identity, IPv4', data4(a, a.victim.ipv4, a.victim.mac)),
    foreign('a whole foreign identity, IPv6', data6(a, a.victim.ipv6, [], a.victim.mac)),
    foreign('a whole foreign identity, ARP', arp({ ...ours, src: a.victim.mac, senderIp: a.victim.ipv4 })),
    foreign('an unknown protocol from a foreign MAC address', framed(a, 0x88b5, ascii('weir'), { src: a.victim.mac })),
    reserved('IPv4 from a group MAC address', data4(a, a.own.ipv4, '01:00:5e:00:00:01'), 'bridge'),
    reserved('IPv6 from a group MAC address', data6(a, a.own.ipv6, [], '33:33:00:00:00:01'), 'bridge'),
    reserved('IPv4 from the broadcast MAC address', data4(a, a.own.ipv4, 'ff:ff:ff:ff:ff:ff'), 'bridge'),
    reserved('IPv4 from the zero MAC address', data4(a, a.own.ipv4, '00:00:00:00:00:00'), 'bridge'),
    reserved('IPv4 from the own MAC address with the group bit', patched(own, 6, [(own[6] ?? 0) | 1]), 'bridge'),
    foreign('IPv4 from a MAC address with another local bit', patched(own, 6, [(own[6] ?? 0) ^ 2])),
  ];
}

/** EtherTypes of other protocols, with where they go and what they would do. */
const PROTOCOLS: readonly (readonly [name: string, type: number, dst: string | undefined, why: string])[] = [
  ['802.1X start', 0x888e, '01:80:c2:00:00:03', 'IEEE 802.1X: a guest would log its port on or off'],
  ['802.1X start to a station', 0x888e, undefined, 'IEEE 802.1X: authentication of others would be disturbed'],
  ['LLDP', 0x88cc, '01:80:c2:00:00:0e', 'IEEE 802.1AB: a guest would pose as a switch'],
  [
    'LLDP to the nearest customer bridge',
    0x88cc,
    '01:80:c2:00:00:00',
    'IEEE 802.1AB: goes through bridges that are two ports only',
  ],
  ['link aggregation', 0x8809, '01:80:c2:00:00:02', 'IEEE 802.1AX: a guest would join an aggregate'],
  ['pause', 0x8808, '01:80:c2:00:00:01', 'IEEE 802.3 31B: stops the sending of a whole port'],
  ['VLAN registration', 0x88f5, '01:80:c2:00:00:21', 'IEEE 802.1Q MVRP: a guest would have VLANs brought to it'],
  ['PPPoE discovery offer', 0x8863, undefined, 'RFC 2516: a guest would pose as an access concentrator'],
  ['PPPoE session', 0x8864, undefined, 'RFC 2516: carries IP that no rule reads'],
  ['MPLS', 0x8847, undefined, 'RFC 3032: carries IP that no rule reads'],
  ['MPLS multicast', 0x8848, undefined, 'RFC 5332: carries IP that no rule reads'],
  ['MACsec', 0x88e5, undefined, 'IEEE 802.1AE: nobody can read it'],
  ['backbone bridging', 0x88e7, undefined, 'IEEE 802.1ah: a whole frame inside a frame'],
  ['transparent Ethernet bridging', 0x6558, undefined, 'RFC 1701: a whole frame inside a frame'],
  ['TRILL', 0x22f3, undefined, 'RFC 6325: a whole frame inside a frame'],
  ['network service header', 0x894f, undefined, 'RFC 8300: a whole frame inside a frame'],
  ['B.A.T.M.A.N.', 0x4305, undefined, 'a mesh protocol that carries whole frames'],
  ['precision time', 0x88f7, '01:1b:19:00:00:00', 'IEEE 1588: a guest would set clocks'],
  ['ATA over Ethernet', 0x88a2, undefined, 'disks without a password'],
  ['Fibre Channel over Ethernet', 0x8906, undefined, 'disks without a password'],
  ['FIP', 0x8914, '01:10:18:01:00:01', 'a guest would pose as a Fibre Channel forwarder'],
  ['RoCE', 0x8915, undefined, 'memory of others without an IP header'],
  ['EtherCAT', 0x88a4, undefined, 'machines without a password'],
  ['PROFINET', 0x8892, undefined, 'machines without a password'],
  ['IPX', 0x8137, undefined, 'no rule reads it'],
  ['AppleTalk ARP', 0x80f3, undefined, 'address resolution that no rule reads'],
  ['loopback', 0x9000, undefined, 'makes stations send frames to others'],
  ['wake on LAN', 0x0842, 'ff:ff:ff:ff:ff:ff', 'wakes machines of others'],
  ['an unknown type', 0x88b5, undefined, 'an allow-list lets nothing unknown through'],
  ['type 0xffff', 0xffff, undefined, 'an allow-list lets nothing unknown through'],
  ['an undefined type below 0x600', 0x05ff, undefined, 'IEEE 802.3 3.2.6: neither a length nor a type'],
];

/** Protocols of bridges, switches and machines. */
export function linkProtocols(a: Actors): readonly CatalogueEntry[] {
  const reserved = (dst: string | undefined): boolean => dst !== undefined && /^01:80:c2:00:00:0[1-9a-f]$/.test(dst);
  const types = PROTOCOLS.map(([name, type, dst, why]) =>
    stop('link', why)(
      `frame of ${name}`,
      framed(a, type, new Uint8Array(46), dst === undefined ? {} : { dst }),
      reserved(dst) ? 'bridge' : undefined,
    ),
  );
  const src = a.own.mac;
  const tree = stop('link', 'IEEE 802.1D 9.3: a guest would become the root of the tree');
  const cisco = stop('link', 'a guest would pose as a switch');
  const snap = (dst: string, organisation: readonly number[], type: number): Uint8Array =>
    ethernet802({ dst, src, payload: join([0xaa, 0xaa, 3], organisation, u16(type), new Uint8Array(30)) });
  const bare = stop('link', 'IEEE 802.2: no rule reads it');
  const to = { dst: a.witness.mac, src };
  return [
    ...types,
    tree('spanning tree message', spanningTree(src)),
    tree('topology change of spanning tree', treeMessage(src, [0, 0, 0, 0x80])),
    tree('rapid spanning tree message', patched(spanningTree(src), 17, [0, 0, 2, 2, 0x3c])),
    tree('spanning tree message of a VLAN', snap('01:00:0c:cc:cc:cd', [0, 0, 0x0c], 0x010b)),
    cisco('Cisco discovery', snap('01:00:0c:cc:cc:cc', [0, 0, 0x0c], 0x2000)),
    cisco('trunk negotiation', snap('01:00:0c:cc:cc:cc', [0, 0, 0x0c], 0x2004)),
    cisco('VLAN database', snap('01:00:0c:cc:cc:cc', [0, 0, 0x0c], 0x2003)),
    bare('raw 802.3 of IPX', ethernet802({ ...to, payload: join([0xff, 0xff], new Uint8Array(40)) })),
    bare('NetBIOS over LLC', ethernet802({ ...to, payload: join([0xf0, 0xf0, 3], new Uint8Array(40)) })),
    bare('LLC test', ethernet802({ ...to, payload: join([0, 0, 0xf3], new Uint8Array(43)) })),
    bare('IS-IS', ethernet802({ ...to, dst: '01:80:c2:00:00:14', payload: join([0xfe, 0xfe, 3], new Uint8Array(40)) })),
    bare('an 802.3 frame without content', ethernet({ ...to, type: 0, payload: new Uint8Array() })),
    bare('SNAP of an unknown organisation', llcSnap({ ...to, type: 0x1234, payload: new Uint8Array(30) })),
  ];
}

const treeMessage = (src: string, body: readonly number[]): Uint8Array =>
  ethernet802({ dst: '01:80:c2:00:00:00', src, payload: join([0x42, 0x42, 3], body) });
