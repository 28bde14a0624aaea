/**
 * Where nftables reads each field of the policy's table, and which headers must be shown to be there first.
 *
 * In: a field's id and the target's nft. Out: the expression, or nothing when this lowering cannot say it. Guaranteed:
 * the expression itself never matches a frame without the field's header once the conditions of `requires` hold.
 */
import { ct, type Expression, isAtLeast, meta, type NftVersion, payload, rawPayload } from '@weir/nftables-json';

/** Ethernet types that conditions name. */
export const ETHERTYPE = { ipv4: 0x0800, arp: 0x0806, rarp: 0x8035, vlan: 0x8100, ipv6: 0x86dd } as const;
/** Upper-layer protocols that conditions name. */
export const PROTOCOL = { icmp: 1, igmp: 2, tcp: 6, udp: 17, dccp: 33, icmpv6: 58, sctp: 132, udplite: 136 } as const;

/** What a frame must be for a field to exist: its own EtherType and upper-layer protocol, each one of a list. */
export interface Requirement {
  readonly ether?: readonly number[];
  readonly protocol?: readonly number[];
  /** ICMPv6 messages that have a target (RFC 4861 4.3–4.5). */
  readonly icmpv6?: readonly number[];
  /** An IEEE 802.1D bridge protocol unit: LLC 42-42-03 to the bridge group address. */
  readonly bpdu?: true;
}

const IP = [ETHERTYPE.ipv4, ETHERTYPE.ipv6] as const;

const REQUIREMENTS = {
  frame: {},
  packet: {},
  connection: { ether: IP },
  vlan: { ether: [ETHERTYPE.vlan] },
  arp: { ether: [ETHERTYPE.arp, ETHERTYPE.rarp] },
  ip: { ether: IP },
  ipv4: { ether: [ETHERTYPE.ipv4] },
  ipv6: { ether: [ETHERTYPE.ipv6] },
  tcp: { ether: IP, protocol: [PROTOCOL.tcp] },
  udp: { ether: IP, protocol: [PROTOCOL.udp] },
  udplite: { ether: IP, protocol: [PROTOCOL.udplite] },
  sctp: { ether: IP, protocol: [PROTOCOL.sctp] },
  dccp: { ether: IP, protocol: [PROTOCOL.dccp] },
  icmp: { ether: [ETHERTYPE.ipv4], protocol: [PROTOCOL.icmp] },
  icmpv6: { ether: [ETHERTYPE.ipv6], protocol: [PROTOCOL.icmpv6] },
  nd: { ether: [ETHERTYPE.ipv6], protocol: [PROTOCOL.icmpv6], icmpv6: [135, 136, 137] },
  stp: { bpdu: true },
} as const satisfies Readonly<Record<string, Requirement>>;

/** The conditions under which a header is there. */
export function requirementOf(header: keyof typeof REQUIREMENTS): Requirement {
  return REQUIREMENTS[header];
}

/** WHY: a BPDU starts after the 14 bytes of Ethernet and 3 of LLC (IEEE 802.1D-2004 9.3.1); nft has no words for it. */
const bpdu = (offset: number, bytes: number): Expression => rawPayload('ll', (17 + offset) * 8, bytes * 8);

const EXPRESSIONS: Readonly<Record<string, Expression>> = {
  'ether.source': payload('ether', 'saddr'),
  'ether.destination': payload('ether', 'daddr'),
  'ether.type': payload('ether', 'type'),
  'vlan.id': payload('vlan', 'id'),
  'vlan.priority': payload('vlan', 'pcp'),
  'vlan.type': payload('vlan', 'type'),
  'arp.operation': payload('arp', 'operation'),
  'arp.hardware-type': payload('arp', 'htype'),
  'arp.protocol-type': payload('arp', 'ptype'),
  'arp.sender-mac': payload('arp', 'saddr ether'),
  'arp.sender-ip': payload('arp', 'saddr ip'),
  'arp.target-mac': payload('arp', 'daddr ether'),
  'arp.target-ip': payload('arp', 'daddr ip'),
  'ip.source': payload('ip', 'saddr'),
  'ip.destination': payload('ip', 'daddr'),
  'ip.protocol': payload('ip', 'protocol'),
  'ip.dscp': payload('ip', 'dscp'),
  'ip.ecn': payload('ip', 'ecn'),
  'ip.ttl': payload('ip', 'ttl'),
  'ip.length': payload('ip', 'length'),
  'ip6.source': payload('ip6', 'saddr'),
  'ip6.destination': payload('ip6', 'daddr'),
  'ip6.dscp': payload('ip6', 'dscp'),
  'ip6.ecn': payload('ip6', 'ecn'),
  'ip6.hop-limit': payload('ip6', 'hoplimit'),
  'ip6.length': payload('ip6', 'length'),
  'ip6.flow-label': payload('ip6', 'flowlabel'),
  'ip6.protocol': meta('l4proto'),
  'packet.protocol': meta('l4proto'),
  'tcp.source': payload('tcp', 'sport'),
  'tcp.destination': payload('tcp', 'dport'),
  'tcp.flags': payload('tcp', 'flags'),
  'udp.source': payload('udp', 'sport'),
  'udp.destination': payload('udp', 'dport'),
  'udp.length': payload('udp', 'length'),
  'udplite.source': payload('udplite', 'sport'),
  'udplite.destination': payload('udplite', 'dport'),
  'sctp.source': payload('sctp', 'sport'),
  'sctp.destination': payload('sctp', 'dport'),
  'dccp.source': payload('dccp', 'sport'),
  'dccp.destination': payload('dccp', 'dport'),
  'icmp.type': payload('icmp', 'type'),
  'icmp.code': payload('icmp', 'code'),
  'icmpv6.type': payload('icmpv6', 'type'),
  'icmpv6.code': payload('icmpv6', 'code'),
  'stp.type': bpdu(3, 1),
  'stp.flags': bpdu(4, 1),
  'stp.root-priority': bpdu(5, 2),
  'stp.root-address': bpdu(7, 6),
  'stp.root-cost': bpdu(13, 4),
  'stp.sender-priority': bpdu(17, 2),
  'stp.sender-address': bpdu(19, 6),
  'stp.port': bpdu(25, 2),
  'stp.age': bpdu(27, 2),
  'stp.max-age': bpdu(29, 2),
  'stp.hello-time': bpdu(31, 2),
  'stp.forward-delay': bpdu(33, 2),
  'connection.state': ct('state'),
  'connection.direction': ct('direction'),
  'connection.mark': ct('mark'),
  'packet.mark': meta('mark'),
  'packet.length': meta('length'),
  'packet.type': meta('pkttype'),
};

/**
 * The expression that reads a field.
 * WHY: `icmpv6 taddr` came with nft 1.0.9 and is in no 1.0.6.x; the target stands 8 bytes into the message (RFC 4861 4.3).
 */
export function fieldExpression(id: string, nft: NftVersion): Expression | undefined {
  if (id === 'icmpv6.target') return isAtLeast(nft, '1.1.3') ? payload('icmpv6', 'taddr') : rawPayload('th', 64, 128);
  return Object.hasOwn(EXPRESSIONS, id) ? EXPRESSIONS[id] : undefined;
}
