/**
 * Where the fields of the language stand: their headers as sets of packets, and their bits. In: a field and what is asked of
 * its bits. Out: the set of packets that have the field and of which it holds.
 */
import { fieldOf, tcpOptionKind } from '@weir/compiler';
import type { Header, PayloadField } from '@weir/compiler';
import type { Diagram } from '../engine/diagrams.ts';
import { equalFact, tcpOptionFact } from '../space/bit-facts.ts';
import { trackedSet } from '../space/bounds.ts';
import { IP_KINDS, upperKindOf } from '../space/headers.ts';
import type { Condition, FrameKind, Headers } from '../space/headers.ts';
import { valuesOf } from '../space/ranges.ts';
import { NO_ROUTING } from '../space/strip.ts';
import type { Piece, Strip } from '../space/strip.ts';

/** Offset and width in bits from the start of the header. */
type Place = readonly [offset: number, bits: number];

const PORTS = { source: [0, 16], destination: [16, 16] } as const;

/** Protocol numbers of upper layers with fields. */
export const UPPER_PROTOCOLS = {
  tcp: 6,
  udp: 17,
  dccp: 33,
  sctp: 132,
  udplite: 136,
  icmp: 1,
  icmpv6: 58,
  nd: 58,
  mld: 58,
  'nd-link': 58,
  igmp: 2,
  gre: 47,
  esp: 50,
  ah: 51,
} as const;

/** WHY: a BPDU stands behind 3 bytes of LLC (IEEE 802.1D 9.3.1), whose strip starts with them. */
const bpdu = (offset: number, bits: number): Place => [24 + offset, bits];

/** Where the fields with bits of their own stand, by header. */
export const FIELD_PLACES: Readonly<Partial<Record<Header, Readonly<Record<string, Place>>>>> = {
  frame: { 'ether.destination': [0, 48], 'ether.source': [48, 48], 'ether.type': [96, 16] },
  vlan: { 'vlan.priority': [0, 3], 'vlan.dei': [3, 1], 'vlan.id': [4, 12], 'vlan.type': [16, 16] },
  arp: {
    'arp.hardware-type': [0, 16],
    'arp.protocol-type': [16, 16],
    'arp.hardware-length': [32, 8],
    'arp.protocol-length': [40, 8],
    'arp.operation': [48, 16],
    'arp.sender-mac': [64, 48],
    'arp.sender-ip': [112, 32],
    'arp.target-mac': [144, 48],
    'arp.target-ip': [192, 32],
  },
  ipv4: {
    'ip.header-length': [4, 4],
    'ip.id': [32, 16],
    'ip.dont-fragment': [49, 1],
    'ip.dscp': [8, 6],
    'ip.ecn': [14, 2],
    'ip.length': [16, 16],
    'ip.ttl': [64, 8],
    'ip.source': [96, 32],
    'ip.destination': [128, 32],
  },
  ipv6: {
    'ip6.dscp': [4, 6],
    'ip6.ecn': [10, 2],
    'ip6.flow-label': [12, 20],
    'ip6.length': [32, 16],
    'ip6.hop-limit': [56, 8],
    'ip6.source': [64, 128],
    'ip6.destination': [192, 128],
  },
  tcp: { 'tcp.source': PORTS.source, 'tcp.destination': PORTS.destination, 'tcp.flags': [104, 8] },
  udp: { 'udp.source': PORTS.source, 'udp.destination': PORTS.destination },
  udplite: { 'udplite.source': PORTS.source, 'udplite.destination': PORTS.destination },
  sctp: { 'sctp.source': PORTS.source, 'sctp.destination': PORTS.destination },
  dccp: { 'dccp.source': PORTS.source, 'dccp.destination': PORTS.destination },
  icmp: { 'icmp.type': [0, 8], 'icmp.code': [8, 8] },
  icmpv6: { 'icmpv6.type': [0, 8], 'icmpv6.code': [8, 8] },
  nd: { 'icmpv6.target': [64, 128] },
  mld: { 'icmpv6.group': [64, 128] },
  igmp: { 'igmp.type': [0, 8], 'igmp.group': [32, 32] },
  esp: { 'esp.spi': [0, 32] },
  ah: { 'ah.spi': [32, 32] },
  gre: { 'gre.protocol': [16, 16] },
  stp: {
    'stp.protocol': bpdu(0, 16),
    'stp.version': bpdu(16, 8),
    'stp.type': bpdu(24, 8),
    'stp.flags': bpdu(32, 8),
    'stp.root-priority': bpdu(40, 16),
    'stp.root-mac': bpdu(56, 48),
    'stp.root-cost': bpdu(104, 32),
    'stp.bridge-priority': bpdu(136, 16),
    'stp.bridge-mac': bpdu(152, 48),
    'stp.port': bpdu(200, 16),
    'stp.message-age': bpdu(216, 16),
    'stp.max-age': bpdu(232, 16),
    'stp.hello-time': bpdu(248, 16),
    'stp.forward-delay': bpdu(264, 16),
  },
};

/** Fields without bits of their own: the strip that holds their number. */
const NUMBERS: Readonly<Record<string, Piece>> = {
  'ip.protocol': { strip: 'protocol', offset: 0, bits: 9 },
  'ip6.protocol': { strip: 'protocol', offset: 0, bits: 9 },
  'packet.protocol': { strip: 'protocol', offset: 0, bits: 9 },
  'ip6.fragment': { strip: 'fragment', offset: 0, bits: 1 },
  'ip6.hop-by-hop': { strip: 'hop-by-hop', offset: 0, bits: 1 },
  'ip6.routing': { strip: 'routing', offset: 0, bits: 1 },
  'ip6.destination-options': { strip: 'destination-options', offset: 0, bits: 1 },
  'ip6.routing-type': { strip: 'routing-type', offset: 0, bits: 9 },
  'connection.direction': { strip: 'direction', offset: 0, bits: 1 },
  'connection.mark': { strip: 'connection-mark', offset: 0, bits: 32 },
  'connection.state': { strip: 'state', offset: 0, bits: 7 },
  'packet.mark': { strip: 'mark', offset: 0, bits: 32 },
  'packet.type': { strip: 'packet-type', offset: 0, bits: 8 },
  'packet.length': { strip: 'length', offset: 0, bits: 32 },
};

/** More fragments, and the offset (RFC 791 3.1). */
const FRAGMENT_BITS: Piece = { strip: 'ip4', offset: 50, bits: 14 };

/** Headers that a kind of frame has. */
export const HEADER_KINDS = {
  arp: 'arp',
  ipv4: 'ip4',
  ipv6: 'ip6',
  vlan: 'tag',
  stp: 'other',
} as const satisfies Partial<Record<Header, FrameKind>>;

/** The packets that have a header; its end may still be cut off. */
export function headerSet(headers: Headers, header: Header): Diagram {
  switch (header) {
    case 'frame':
    case 'packet':
    case 'connection':
      return headers.all();
    case 'vlan':
      return headers.type(valuesOf(0x8100));
    case 'arp':
    case 'ipv4':
    case 'ipv6':
      return headers.kind(HEADER_KINDS[header]);
    case 'ip':
      return headers.ip();
    case 'stp':
      // A length, at most 1500 (IEEE 802.3 3.2.6), and the LLC header 42 42 03.
      return headers.all(
        headers.type([{ low: 0n, high: 1500n }]),
        headers.hasBytes(3),
        headers.terms.bits({ strip: 'other', offset: 0, bits: 24 }, valuesOf(0x42_4203)),
      );
    case 'tcp':
    case 'udp':
    case 'dccp':
    case 'sctp':
    case 'udplite':
    case 'gre':
    case 'esp':
    case 'ah':
      return headers.all(headers.ip(), headers.protocol(valuesOf(UPPER_PROTOCOLS[header])));
    case 'icmp':
      return headers.all(headers.kind('ip4'), headers.protocol(valuesOf(UPPER_PROTOCOLS.icmp)));
    case 'icmpv6':
      return headers.all(headers.kind('ip6'), headers.protocol(valuesOf(UPPER_PROTOCOLS.icmpv6)));
    case 'igmp':
      return headers.all(headers.kind('ip4'), headers.protocol(valuesOf(UPPER_PROTOCOLS.igmp)));
    case 'mld':
      // Query, report, done (RFC 2710).
      return icmpv6Types(headers, 130, 132);
    case 'nd-link':
      return icmpv6Types(headers, 133, 137);
    case 'nd':
      // Solicitation, advertisement, redirect (RFC 4861 4.3 to 4.5).
      return icmpv6Types(headers, 135, 137);
    default:
      return header satisfies never;
  }
}

/** ICMPv6 messages of these types. */
function icmpv6Types(headers: Headers, first: number, last: number): Diagram {
  const types = [{ low: BigInt(first), high: BigInt(last) }];
  const type = headers.terms.bits({ strip: 'icmp', offset: 0, bits: 8 }, types);
  return headers.all(headerSet(headers, 'icmpv6'), headers.hasUpper(1), type);
}

/** Where the first option of a neighbour discovery message stands, in bits, by type (RFC 4861 4.1 to 4.5). */
const FIRST_OPTION = [
  { offset: 64, types: [133, 133] },
  { offset: 128, types: [134, 134] },
  { offset: 192, types: [135, 136] },
  { offset: 320, types: [137, 137] },
] as const;

/** The first option is a link-layer address, the source's (1) or the target's (2), and its bits are as asked. */
function linkAddressSet(headers: Headers, condition: Condition): Diagram {
  return headers.any(
    FIRST_OPTION.map(({ offset, types: [first, last] }) =>
      headers.all(
        icmpv6Types(headers, first, last),
        headers.hasUpper((offset + 64) / 8),
        headers.terms.bits({ strip: 'icmp', offset, bits: 8 }, valuesOf(1, 2)),
        condition([{ strip: 'icmp', offset: offset + 16, bits: 48 }]),
      ),
    ),
  );
}

/** What is asked of a field: of its bits, or of a value that is found out rather than read. */
export interface FieldQuestion {
  readonly ofBits: Condition;
  ofValue(value: bigint): boolean;
}

/** The packets that have the field and of whose value it holds. */
export function fieldSet(headers: Headers, field: string | PayloadField, asked: FieldQuestion): Diagram {
  if (typeof field !== 'string') return payloadSet(headers, field, asked.ofBits);
  const known = fieldOf(field);
  if (known === undefined) throw new Error(`no field ${JSON.stringify(field)}`);
  const { header } = known;
  const has = headerSet(headers, header);
  const place = FIELD_PLACES[header]?.[field];
  return headers.all(
    has,
    place === undefined ? numberSet(headers, field, asked) : bitsSet(headers, header, place, asked.ofBits),
  );
}

function bitsSet(headers: Headers, header: Header, [offset, bits]: Place, condition: Condition): Diagram {
  const bytes = Math.ceil((offset + bits) / 8);
  if (header === 'frame') return condition([{ strip: 'link', offset, bits }]);
  if (header in UPPER_PROTOCOLS) {
    const strip = upperKindOf(UPPER_PROTOCOLS[header as keyof typeof UPPER_PROTOCOLS]);
    return headers.all(headers.hasUpper(bytes), condition([{ strip, offset, bits }]));
  }
  const strip: Strip = HEADER_KINDS[header as keyof typeof HEADER_KINDS];
  // The tag is not among the bytes that are counted, and is always whole.
  return headers.all(headers.hasBytes(header === 'vlan' ? 0 : bytes), condition([{ strip, offset, bits }]));
}

function numberSet(headers: Headers, field: string, asked: FieldQuestion): Diagram {
  const { diagrams } = headers.terms;
  if (field === 'ip.fragment') {
    const isWhole = headers.terms.bits(FRAGMENT_BITS, valuesOf(0));
    return headers.all(headers.hasBytes(8), flagSet(headers, diagrams.not(isWhole), asked));
  }
  if (field === 'icmpv6.link-address') return linkAddressSet(headers, asked.ofBits);
  if (field === 'arp.gratuitous') return flagSet(headers, isGratuitous(headers), asked);
  const option = tcpOptionKind(field);
  if (option !== undefined)
    return headers.all(headers.hasUpper(4), flagSet(headers, headers.terms.fact(tcpOptionFact(option)), asked));
  const piece = NUMBERS[field];
  if (piece === undefined) throw new Error(`no place for the field ${field}`);
  const isKnown = presence(headers, piece);
  return headers.all(isKnown, asked.ofBits([piece]));
}

/** The packets that have such a number. */
function presence(headers: Headers, piece: Piece): Diagram {
  switch (piece.strip) {
    case 'protocol':
      return headers.hasProtocol();
    case 'routing-type':
      return headers.terms.bits(piece, [{ low: 0n, high: BigInt(NO_ROUTING) - 1n }]);
    case 'state':
      return headers.terms.bits(piece, [{ low: 1n, high: 127n }]);
    case 'direction':
    case 'connection-mark':
      return trackedSet(headers);
    default:
      return headers.all();
  }
}

/** A flag as a number. */
function flagSet(headers: Headers, isSet: Diagram, asked: FieldQuestion): Diagram {
  return headers.any([
    ...(asked.ofValue(1n) ? [isSet] : []),
    ...(asked.ofValue(0n) ? [headers.terms.diagrams.not(isSet)] : []),
  ]);
}

/** The sender's address is the target's, byte by byte. */
function isGratuitous(headers: Headers): Diagram {
  const bytes = [0, 8, 16, 24].map((at) =>
    equalFact({ strip: 'arp', offset: 112 + at, bits: 8 }, { strip: 'arp', offset: 192 + at, bits: 8 }),
  );
  return headers.all(...bytes.map((fact) => headers.terms.fact(fact)));
}

/** Network and transport headers are those of untagged IP frames. */
function payloadSet(headers: Headers, { base, offset, bits }: PayloadField, condition: Condition): Diagram {
  if (base === 'link') return headers.link(offset, bits, condition);
  if (base === 'network') return headers.network(offset, bits, condition, IP_KINDS);
  return headers.all(headers.ip(), headers.upper(offset, bits, condition));
}
