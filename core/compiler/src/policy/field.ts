/**
 * The fields that a policy can test: one table, from which the resolver types expressions, the reference interpreter
 * reads frames and the lowering picks nftables expressions.
 *
 * Every field has an integer value of a fixed width (addresses are integers too) and a header that must be present.
 * INVARIANT: a test of a field whose header is absent is false, negated or not.
 *
 * Layers: `ether.*`, `vlan.*`, `arp.*`, `stp.*` are read from the frame. `ip.*`, `ip6.*` and everything above exist only
 * in a frame whose own (outer) EtherType is IPv4 or IPv6: a VLAN-tagged, QinQ or LLC/SNAP frame has none of them.
 */

/** How a field's values are written and printed. */
export type FieldType =
  | { readonly kind: 'mac' }
  | { readonly kind: 'ipv4' }
  | { readonly kind: 'ipv6' }
  /** `names` maps words to values (`request` → 1). */
  | { readonly kind: 'number'; readonly bits: number; readonly names?: Readonly<Record<string, number>> }
  /** True or false; tested with the value 1. */
  | { readonly kind: 'flag' }
  | { readonly kind: 'ifname' };

/** The header that must be there for a field to exist. */
export type Header =
  | 'frame'
  /** Outer EtherType 0x8100. */
  | 'vlan'
  | 'arp'
  /** Outer EtherType 0x0800. */
  | 'ipv4'
  /** Outer EtherType 0x86dd. */
  | 'ipv6'
  /** Outer EtherType IPv4 or IPv6. */
  | 'ip'
  | 'tcp'
  | 'udp'
  | 'udplite'
  | 'sctp'
  | 'dccp'
  | 'icmp'
  | 'icmpv6'
  /** ICMPv6 neighbour solicitation, advertisement or redirect: the messages with a target (RFC 4861 4.3–4.5). */
  | 'nd'
  /** A neighbour discovery message whose first option is a link-layer address (RFC 4861 4.6.1). */
  | 'nd-link'
  /** ICMPv6 multicast listener query, version 1 report or done (RFC 2710). */
  | 'mld'
  /** IPv4 only. */
  | 'igmp'
  | 'esp'
  | 'ah'
  | 'gre'
  | 'stp'
  | 'connection'
  | 'packet';

export interface Field {
  readonly id: string;
  readonly header: Header;
  readonly type: FieldType;
  /** One line for the reference and the editor. */
  readonly doc: string;
}
