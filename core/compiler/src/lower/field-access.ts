/**
 * How nft reads each field: the condition that its header is there, the expression, and how its values are written.
 *
 * INVARIANT: with the condition in front, the statement matches exactly when the field exists and its value fits.
 */
import {
  and,
  anonSet,
  concat,
  ct,
  exthdr,
  match,
  meta,
  payload,
  rawPayload,
  tcpOptionByKind,
} from '@weir/nftables-json';
import type { Expression, PayloadField, Statement } from '@weir/nftables-json';
import type { Header } from '../policy/field.ts';
import { tcpOptionKind } from '../policy/fields.ts';
import { LINK_OPTIONS } from './header-question.ts';
import type { AccessHeader, LinkOption } from './header-question.ts';
import type { ValueForm } from './write-value.ts';

/** A field with a value. */
export interface ValueAccess {
  readonly kind: 'value';
  readonly header: AccessHeader;
  readonly left: Expression;
  readonly bits: number;
  readonly form: ValueForm;
}

/** A field that is true or false: statements that all hold when it is set, and of which one holds when it is clear. */
export interface FlagAccess {
  readonly kind: 'flag';
  readonly header: Header;
  readonly isSet: readonly Statement[];
  readonly isClear: readonly Statement[];
}

/** The outer EtherType and the upper-layer protocol, which questions keep as sets of values. */
export interface TypeAccess {
  readonly kind: 'ether-type' | 'protocol';
  readonly header: Header;
  readonly left: Expression;
  readonly bits: number;
  readonly form: ValueForm;
}

/** What the connection tracking, or the marks that carry it, must answer. */
export interface ConnectionAccess {
  readonly kind: 'connection-state';
}

/** What only the connection tracking itself can answer. */
export interface TrackedAccess {
  readonly kind: 'connection-fact';
  readonly value: ValueAccess;
}

/** An address that nft knows as bare bits, at another place in each kind of message. */
export interface RawAccess {
  readonly kind: 'raw';
  readonly of: readonly ValueAccess[];
}

/** An address that nft has no name for. */
export interface WideAccess {
  readonly kind: 'wide';
  readonly header: Header;
  readonly offset: number;
  readonly bits: number;
}

/** The target of neighbour discovery messages: nft has a name for it only since 1.0.9. */
export interface TargetAccess {
  readonly kind: 'nd-target';
}

/** A field that ARP and RARP have at the same place. */
export interface ArpAccess {
  readonly kind: 'arp';
  readonly value: ValueAccess;
  /** Bits from the start of the ARP header. */
  readonly offset: number;
}

export type FieldAccess =
  | ArpAccess
  | ValueAccess
  | FlagAccess
  | TypeAccess
  | ConnectionAccess
  | TrackedAccess
  | RawAccess
  | WideAccess
  | TargetAccess;

const value = (header: AccessHeader, left: Expression, bits: number, form: ValueForm = 'number'): ValueAccess => ({
  kind: 'value',
  header,
  left,
  bits,
  form,
});

const arp = (field: PayloadField<'arp'>, offset: number, bits: number, form: ValueForm = 'number'): ArpAccess => ({
  kind: 'arp',
  value: value('arp', payload('arp', field), bits, form),
  offset,
});

const ports = (protocol: 'tcp' | 'udp' | 'udplite' | 'sctp' | 'dccp'): readonly (readonly [string, FieldAccess])[] => [
  [`${protocol}.source`, value(protocol, payload(protocol, 'sport'), 16)],
  [`${protocol}.destination`, value(protocol, payload(protocol, 'dport'), 16)],
];

/** Places of an STP frame: Ethernet header (14), LLC (3), then the BPDU (IEEE 802.1D 9.3.1). In bits. */
const stp = (offset: number, bits: number, form: ValueForm = 'number'): ValueAccess =>
  value('stp', rawPayload('ll', 136 + offset, bits), bits, form);

const flag = (header: Header, left: Expression): FlagAccess => ({
  kind: 'flag',
  header,
  isSet: [match(left, '==', true)],
  isClear: [match(left, '==', false)],
});

/**
 * The sender's address is the target's, byte by byte.
 * WHY: nft compares what it reads with constants alone; two bytes beside each other are looked up among the pairs of equal ones.
 */
function gratuitous(): FlagAccess {
  const equal = anonSet(Array.from({ length: 256 }, (_, byte) => concat(byte, byte)));
  const bytes = [0, 8, 16, 24].map((at) => concat(rawPayload('nh', 112 + at, 8), rawPayload('nh', 192 + at, 8)));
  return {
    kind: 'flag',
    header: 'arp',
    isSet: bytes.map((pair) => match(pair, '==', equal)),
    isClear: bytes.map((pair) => match(pair, '!=', equal)),
  };
}

const linkAddress: RawAccess = {
  kind: 'raw',
  of: (Object.keys(LINK_OPTIONS) as readonly LinkOption[]).map((header) =>
    value(header, rawPayload('th', LINK_OPTIONS[header] + 16, 48), 48),
  ),
};

const protocol = (header: Header): TypeAccess => ({
  kind: 'protocol',
  header,
  left: meta('l4proto'),
  bits: 8,
  form: 'protocol',
});

// WHY: more-fragments and the offset; don't-fragment (0x4000) says nothing about it (RFC 791 3.1).
const bit = (left: Expression): Pick<FlagAccess, 'isSet' | 'isClear'> => ({
  isSet: [match(left, '!=', 0)],
  isClear: [match(left, '==', 0)],
});

const fragmentBits = and(payload('ip', 'frag-off'), 0x3fff);

/** Every field that can be lowered, by its id. */
export const ACCESS: ReadonlyMap<string, FieldAccess> = new Map<string, FieldAccess>([
  ['ether.source', value('frame', payload('ether', 'saddr'), 48, 'mac')],
  ['ether.destination', value('frame', payload('ether', 'daddr'), 48, 'mac')],
  ['ether.type', { kind: 'ether-type', header: 'frame', left: payload('ether', 'type'), bits: 16, form: 'ether-type' }],
  ['vlan.id', value('vlan', payload('vlan', 'id'), 12)],
  ['vlan.priority', value('vlan', payload('vlan', 'pcp'), 3)],
  ['vlan.dei', { kind: 'flag', header: 'vlan', ...bit(payload('vlan', 'dei')) }],
  ['vlan.type', value('vlan', payload('vlan', 'type'), 16, 'ether-type')],
  ['arp.operation', arp('operation', 48, 16)],
  ['arp.hardware-type', arp('htype', 0, 16)],
  ['arp.protocol-type', arp('ptype', 16, 16, 'ether-type')],
  ['arp.hardware-length', arp('hlen', 32, 8)],
  ['arp.protocol-length', arp('plen', 40, 8)],
  ['arp.sender-mac', arp('saddr ether', 64, 48, 'mac')],
  ['arp.sender-ip', arp('saddr ip', 112, 32, 'ipv4')],
  ['arp.target-mac', arp('daddr ether', 144, 48, 'mac')],
  ['arp.target-ip', arp('daddr ip', 192, 32, 'ipv4')],
  ['arp.gratuitous', gratuitous()],
  ['ip.source', value('ipv4', payload('ip', 'saddr'), 32, 'ipv4')],
  ['ip.destination', value('ipv4', payload('ip', 'daddr'), 32, 'ipv4')],
  ['ip.protocol', protocol('ipv4')],
  ['ip.dscp', value('ipv4', payload('ip', 'dscp'), 6)],
  ['ip.ecn', value('ipv4', payload('ip', 'ecn'), 2)],
  ['ip.ttl', value('ipv4', payload('ip', 'ttl'), 8)],
  ['ip.length', value('ipv4', payload('ip', 'length'), 16)],
  [
    'ip.fragment',
    { kind: 'flag', header: 'ipv4', isSet: [match(fragmentBits, '!=', 0)], isClear: [match(fragmentBits, '==', 0)] },
  ],
  ['ip.dont-fragment', { kind: 'flag', header: 'ipv4', ...bit(and(payload('ip', 'frag-off'), 0x4000)) }],
  ['ip.id', value('ipv4', payload('ip', 'id'), 16)],
  ['ip.header-length', value('ipv4', payload('ip', 'hdrlength'), 4)],
  ['ip6.source', value('ipv6', payload('ip6', 'saddr'), 128, 'ipv6')],
  ['ip6.destination', value('ipv6', payload('ip6', 'daddr'), 128, 'ipv6')],
  ['ip6.protocol', protocol('ipv6')],
  ['ip6.dscp', value('ipv6', payload('ip6', 'dscp'), 6)],
  ['ip6.ecn', value('ipv6', payload('ip6', 'ecn'), 2)],
  ['ip6.hop-limit', value('ipv6', payload('ip6', 'hoplimit'), 8)],
  ['ip6.flow-label', value('ipv6', payload('ip6', 'flowlabel'), 20)],
  ['ip6.length', value('ipv6', payload('ip6', 'length'), 16)],
  ['ip6.fragment', flag('ipv6', exthdr('frag'))],
  ['ip6.hop-by-hop', flag('ipv6', exthdr('hbh'))],
  ['ip6.routing', flag('ipv6', exthdr('rt'))],
  ['ip6.destination-options', flag('ipv6', exthdr('dst'))],
  ['ip6.routing-type', value('ipv6', exthdr('rt', 'type'), 8)],
  ['packet.protocol', protocol('ip')],
  ...ports('tcp'),
  ...ports('udp'),
  ...ports('udplite'),
  ...ports('sctp'),
  ...ports('dccp'),
  ['tcp.flags', value('tcp', payload('tcp', 'flags'), 8)],
  ['icmp.type', value('icmp', payload('icmp', 'type'), 8)],
  ['icmp.code', value('icmp', payload('icmp', 'code'), 8)],
  ['icmpv6.type', value('icmpv6', payload('icmpv6', 'type'), 8)],
  ['icmpv6.code', value('icmpv6', payload('icmpv6', 'code'), 8)],
  ['icmpv6.target', { kind: 'nd-target' }],
  ['icmpv6.link-address', linkAddress],
  ['icmpv6.group', { kind: 'wide', header: 'mld', offset: 64, bits: 128 }],
  ['igmp.type', value('igmp', payload('igmp', 'type'), 8)],
  ['igmp.group', { kind: 'raw', of: [value('igmp', rawPayload('th', 32, 32), 32)] }],
  ['esp.spi', value('esp', payload('esp', 'spi'), 32)],
  ['ah.spi', value('ah', payload('ah', 'spi'), 32)],
  ['gre.protocol', value('gre', rawPayload('th', 16, 16), 16)],
  ['stp.protocol', stp(0, 16)],
  ['stp.version', stp(16, 8)],
  ['stp.type', stp(24, 8)],
  ['stp.flags', stp(32, 8)],
  ['stp.root-priority', stp(40, 16)],
  ['stp.root-mac', { kind: 'raw', of: [stp(56, 48)] }],
  ['stp.root-cost', stp(104, 32)],
  ['stp.bridge-priority', stp(136, 16)],
  ['stp.bridge-mac', { kind: 'raw', of: [stp(152, 48)] }],
  ['stp.port', stp(200, 16)],
  ['stp.message-age', stp(216, 16)],
  ['stp.max-age', stp(232, 16)],
  ['stp.hello-time', stp(248, 16)],
  ['stp.forward-delay', stp(264, 16)],
  ['connection.state', { kind: 'connection-state' }],
  ['connection.direction', { kind: 'connection-fact', value: value('connection', ct('direction'), 1) }],
  ['connection.mark', { kind: 'connection-fact', value: value('connection', ct('mark'), 32) }],
  ['packet.mark', value('packet', meta('mark'), 32)],
  ['packet.length', value('packet', meta('length'), 32)],
  ['packet.type', value('packet', meta('pkttype'), 8)],
]);

/** How a field of this id is read; undefined for an id that is no field. */
export function accessOf(id: string): FieldAccess | undefined {
  const kind = tcpOptionKind(id);
  return kind === undefined ? ACCESS.get(id) : flag('tcp', tcpOptionByKind(kind));
}
