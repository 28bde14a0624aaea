/** Where the fields with bits of their own stand: the header they are counted from, the first bit, and the width. */

export type Base = 'link' | 'network' | 'transport';

export interface Place {
  readonly base: Base;
  /** In bits from the start of the header. */
  readonly offset: number;
  readonly bits: number;
}

const at = (base: Base, offset: number, bits: number): Place => ({ base, offset, bits });

/** WHY: a BPDU starts behind the Ethernet header (14 bytes) and the LLC header (3 bytes), IEEE 802.1D 9.3.1. */
const stp = (offset: number, bits: number): Place => at('link', 17 * 8 + offset, bits);

const ports = (protocol: string): readonly (readonly [string, Place])[] => [
  [`${protocol}.source`, at('transport', 0, 16)],
  [`${protocol}.destination`, at('transport', 16, 16)],
];

/** By field id. Fields that are found out rather than read (protocols, fragments, facts of the host) are not here. */
export const PLACES: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['ether.destination', at('link', 0, 48)],
  ['ether.source', at('link', 48, 48)],
  ['ether.type', at('link', 96, 16)],
  ['vlan.priority', at('link', 112, 3)],
  ['vlan.dei', at('link', 115, 1)],
  ['vlan.id', at('link', 116, 12)],
  ['vlan.type', at('link', 128, 16)],
  ['arp.hardware-type', at('network', 0, 16)],
  ['arp.protocol-type', at('network', 16, 16)],
  ['arp.hardware-length', at('network', 32, 8)],
  ['arp.protocol-length', at('network', 40, 8)],
  ['arp.operation', at('network', 48, 16)],
  ['arp.sender-mac', at('network', 64, 48)],
  ['arp.sender-ip', at('network', 112, 32)],
  ['arp.target-mac', at('network', 144, 48)],
  ['arp.target-ip', at('network', 192, 32)],
  ['ip.header-length', at('network', 4, 4)],
  ['ip.id', at('network', 32, 16)],
  ['ip.dont-fragment', at('network', 49, 1)],
  ['ip.dscp', at('network', 8, 6)],
  ['ip.ecn', at('network', 14, 2)],
  ['ip.length', at('network', 16, 16)],
  ['ip.ttl', at('network', 64, 8)],
  ['ip.source', at('network', 96, 32)],
  ['ip.destination', at('network', 128, 32)],
  ['ip6.dscp', at('network', 4, 6)],
  ['ip6.ecn', at('network', 10, 2)],
  ['ip6.flow-label', at('network', 12, 20)],
  ['ip6.length', at('network', 32, 16)],
  ['ip6.hop-limit', at('network', 56, 8)],
  ['ip6.source', at('network', 64, 128)],
  ['ip6.destination', at('network', 192, 128)],
  ...ports('tcp'),
  ['tcp.flags', at('transport', 104, 8)],
  ...ports('udp'),
  ...ports('udplite'),
  ...ports('sctp'),
  ...ports('dccp'),
  ['icmp.type', at('transport', 0, 8)],
  ['icmp.code', at('transport', 8, 8)],
  ['icmpv6.type', at('transport', 0, 8)],
  ['icmpv6.code', at('transport', 8, 8)],
  ['icmpv6.target', at('transport', 64, 128)],
  ['icmpv6.group', at('transport', 64, 128)],
  ['igmp.type', at('transport', 0, 8)],
  ['igmp.group', at('transport', 32, 32)],
  ['esp.spi', at('transport', 0, 32)],
  ['ah.spi', at('transport', 32, 32)],
  ['gre.protocol', at('transport', 16, 16)],
  ['stp.protocol', stp(0, 16)],
  ['stp.version', stp(16, 8)],
  ['stp.type', stp(24, 8)],
  ['stp.flags', stp(32, 8)],
  ['stp.root-priority', stp(40, 16)],
  ['stp.root-mac', stp(56, 48)],
  ['stp.root-cost', stp(104, 32)],
  ['stp.bridge-priority', stp(136, 16)],
  ['stp.bridge-mac', stp(152, 48)],
  ['stp.port', stp(200, 16)],
  ['stp.message-age', stp(216, 16)],
  ['stp.max-age', stp(232, 16)],
  ['stp.hello-time', stp(248, 16)],
  ['stp.forward-delay', stp(264, 16)],
]);
