/**
 * How nft reads each field: the condition that its header is there, the expression, and how its values are written.
 *
 * INVARIANT: with the condition in front, the statement matches exactly when the field exists and its value fits.
 */
import { and, exthdr, match, meta, payload, rawPayload } from '@weir/nftables-json';
import type { Expression, PayloadField, Statement } from '@weir/nftables-json';
import type { Header } from '../policy/field.ts';
import { ETHER_ARP, ETHER_IP4, ETHER_IP6, ETHER_RARP, ETHER_VLAN, IP_TYPES, question } from './question.ts';
import type { Question } from './question.ts';
import { singles } from './value-ranges.ts';
import type { ValueForm } from './write-value.ts';

/** Headers of fields, with RARP's (RFC 903) apart from ARP's: nft has names only for the fields of the latter. */
export type AccessHeader = Header | 'rarp';

/** A field with a value. */
export interface ValueAccess {
  readonly kind: 'value';
  readonly header: AccessHeader;
  readonly left: Expression;
  readonly bits: number;
  readonly form: ValueForm;
}

/** A field that is true or false: the statements for each. */
export interface FlagAccess {
  readonly kind: 'flag';
  readonly header: Header;
  readonly isSet: Statement;
  readonly isClear: Statement;
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

export type FieldAccess = ArpAccess | ValueAccess | FlagAccess | TypeAccess | ConnectionAccess | TargetAccess;

const value = (header: Header, left: Expression, bits: number, form: ValueForm = 'number'): ValueAccess => ({
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

const protocol = (header: Header): TypeAccess => ({
  kind: 'protocol',
  header,
  left: meta('l4proto'),
  bits: 8,
  form: 'protocol',
});

// WHY: more-fragments and the offset; don't-fragment (0x4000) says nothing about it (RFC 791 3.1).
const fragmentBits = and(payload('ip', 'frag-off'), 0x3fff);

/** Every field that can be lowered, by its id. */
export const ACCESS: ReadonlyMap<string, FieldAccess> = new Map<string, FieldAccess>([
  ['ether.source', value('frame', payload('ether', 'saddr'), 48, 'mac')],
  ['ether.destination', value('frame', payload('ether', 'daddr'), 48, 'mac')],
  ['ether.type', { kind: 'ether-type', header: 'frame', left: payload('ether', 'type'), bits: 16, form: 'ether-type' }],
  ['vlan.id', value('vlan', payload('vlan', 'id'), 12)],
  ['vlan.priority', value('vlan', payload('vlan', 'pcp'), 3)],
  ['vlan.type', value('vlan', payload('vlan', 'type'), 16, 'ether-type')],
  ['arp.operation', arp('operation', 48, 16)],
  ['arp.hardware-type', arp('htype', 0, 16)],
  ['arp.protocol-type', arp('ptype', 16, 16, 'ether-type')],
  ['arp.sender-mac', arp('saddr ether', 64, 48, 'mac')],
  ['arp.sender-ip', arp('saddr ip', 112, 32, 'ipv4')],
  ['arp.target-mac', arp('daddr ether', 144, 48, 'mac')],
  ['arp.target-ip', arp('daddr ip', 192, 32, 'ipv4')],
  ['ip.source', value('ipv4', payload('ip', 'saddr'), 32, 'ipv4')],
  ['ip.destination', value('ipv4', payload('ip', 'daddr'), 32, 'ipv4')],
  ['ip.protocol', protocol('ipv4')],
  ['ip.dscp', value('ipv4', payload('ip', 'dscp'), 6)],
  ['ip.ecn', value('ipv4', payload('ip', 'ecn'), 2)],
  ['ip.ttl', value('ipv4', payload('ip', 'ttl'), 8)],
  ['ip.length', value('ipv4', payload('ip', 'length'), 16)],
  [
    'ip.fragment',
    { kind: 'flag', header: 'ipv4', isSet: match(fragmentBits, '!=', 0), isClear: match(fragmentBits, '==', 0) },
  ],
  ['ip6.source', value('ipv6', payload('ip6', 'saddr'), 128, 'ipv6')],
  ['ip6.destination', value('ipv6', payload('ip6', 'daddr'), 128, 'ipv6')],
  ['ip6.protocol', protocol('ipv6')],
  ['ip6.dscp', value('ipv6', payload('ip6', 'dscp'), 6)],
  ['ip6.ecn', value('ipv6', payload('ip6', 'ecn'), 2)],
  ['ip6.hop-limit', value('ipv6', payload('ip6', 'hoplimit'), 8)],
  ['ip6.flow-label', value('ipv6', payload('ip6', 'flowlabel'), 20)],
  ['ip6.length', value('ipv6', payload('ip6', 'length'), 16)],
  [
    'ip6.fragment',
    {
      kind: 'flag',
      header: 'ipv6',
      isSet: match(exthdr('frag'), '==', true),
      isClear: match(exthdr('frag'), '==', false),
    },
  ],
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
  ['connection.state', { kind: 'connection-state' }],
  ['packet.mark', value('packet', meta('mark'), 32)],
  ['packet.length', value('packet', meta('length'), 32)],
  ['packet.type', value('packet', meta('pkttype'), 8)],
]);

const LLC_STP = match(rawPayload('ll', 112, 24), '==', 0x424203);
const transport = (number: number): Question => question({ ether: IP_TYPES, protocol: singles(number) });

/** The question whether a header is there. A transport header that is cut off or in another fragment fails by itself. */
export function headerQuestion(header: AccessHeader): Question {
  switch (header) {
    case 'frame':
    case 'packet':
    case 'connection':
      return question({});
    case 'vlan':
      return question({ ether: singles(ETHER_VLAN) });
    case 'arp':
      return question({ ether: singles(ETHER_ARP) });
    case 'rarp':
      return question({ ether: singles(ETHER_RARP) });
    case 'ipv4':
      return question({ ether: singles(ETHER_IP4) });
    case 'ipv6':
      return question({ ether: singles(ETHER_IP6) });
    case 'ip':
      return question({ ether: IP_TYPES });
    case 'tcp':
      return transport(6);
    case 'udp':
      return transport(17);
    case 'dccp':
      return transport(33);
    case 'sctp':
      return transport(132);
    case 'udplite':
      return transport(136);
    case 'icmp':
      return question({ ether: singles(ETHER_IP4), protocol: singles(1) });
    case 'icmpv6':
      return question({ ether: singles(ETHER_IP6), protocol: singles(58) });
    case 'nd':
      return question({
        ether: singles(ETHER_IP6),
        protocol: singles(58),
        statements: [match(payload('icmpv6', 'type'), '==', { range: [135, 137] })],
      });
    case 'stp':
      // A length, not an EtherType (IEEE 802.3 3.2.6), and the LLC header of spanning tree (42 42 03).
      return question({ ether: [{ low: 0n, high: 1500n }], statements: [LLC_STP] });
    default:
      return header satisfies never;
  }
}
