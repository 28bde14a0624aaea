/**
 * The value of a field in a subject, or that it has none.
 *
 * In: a subject and a field of the language's table, or raw bits. Out: an integer, 0 or 1 for flags, or undefined when
 * the field's header is not there or is cut off before the field.
 */
import { DIRECTIONS, fieldOf, tcpOptionKind } from '@weir/compiler';
import type { Header, PayloadField } from '@weir/compiler';
import { readBits } from './bits.ts';
import { extensionStart } from './ipv6.ts';
import { hasTcpOption } from './tcp-option.ts';
import { PLACES } from './field-place.ts';
import type { Place } from './field-place.ts';
import { NETWORK_START } from './frame.ts';
import type { Frame } from './frame.ts';
import type { ConnectionState, Subject } from './subject.ts';

/** Throws for an id that is not in the table: the policy is broken then. */
export function fieldValue(subject: Subject, field: string | PayloadField): bigint | undefined {
  if (typeof field !== 'string') return payloadValue(subject.frame, field);
  const known = fieldOf(field);
  if (known === undefined) throw new Error(`no field ${JSON.stringify(field)}`);
  if (!hasHeader(subject.frame, known.header)) return undefined;
  const place = PLACES.get(field);
  return place === undefined ? foundOut(subject, field) : bitsAt(subject.frame, place);
}

/** WHY: network and transport headers are those of untagged IP frames, as for every field above the link. */
function payloadValue(frame: Frame, { base, offset, bits }: PayloadField): bigint | undefined {
  if (base !== 'link' && frame.ip === undefined) return undefined;
  return bitsAt(frame, { base, offset, bits });
}

function bitsAt(frame: Frame, { base, offset, bits }: Place): bigint | undefined {
  const start = base === 'link' ? 0 : base === 'network' ? NETWORK_START : frame.ip?.transport;
  return start === undefined ? undefined : readBits(frame.bytes, start * 8 + offset, bits);
}

/** Whether the header is there; its end may still be cut off. */
export function hasHeader(frame: Frame, header: Header): boolean {
  const { etherType, ip } = frame;
  switch (header) {
    case 'frame':
    case 'packet':
    case 'connection':
      return true;
    case 'vlan':
      return etherType === 0x8100;
    case 'arp':
      return etherType === 0x0806 || etherType === 0x8035;
    case 'stp':
      // WHY: an 802.3 length is at most 1500 (IEEE 802.3 3.2.6); 42 42 03 is the LLC header of spanning tree.
      return etherType !== undefined && etherType <= 1500 && readBits(frame.bytes, 112, 24) === 0x424203n;
    case 'ip':
      return ip !== undefined;
    case 'ipv4':
    case 'ipv6':
      return ip?.family === header;
    case 'tcp':
      return ip?.protocol === 6;
    case 'udp':
      return ip?.protocol === 17;
    case 'dccp':
      return ip?.protocol === 33;
    case 'sctp':
      return ip?.protocol === 132;
    case 'udplite':
      return ip?.protocol === 136;
    case 'icmp':
      return ip?.family === 'ipv4' && ip.protocol === 1;
    case 'icmpv6':
      return ip?.family === 'ipv6' && ip.protocol === 58;
    case 'igmp':
      return ip?.family === 'ipv4' && ip.protocol === 2;
    case 'gre':
      return ip?.protocol === 47;
    case 'esp':
      return ip?.protocol === 50;
    case 'ah':
      return ip?.protocol === 51;
    case 'nd':
      return isIcmpv6(frame, 135n, 137n);
    case 'mld':
      return isIcmpv6(frame, 130n, 132n);
    case 'nd-link':
      return linkOption(frame) !== undefined;
    default:
      return header satisfies never;
  }
}

function icmpv6Type(frame: Frame): bigint | undefined {
  return hasHeader(frame, 'icmpv6') ? bitsAt(frame, { base: 'transport', offset: 0, bits: 8 }) : undefined;
}

function isIcmpv6(frame: Frame, first: bigint, last: bigint): boolean {
  const type = icmpv6Type(frame);
  return type !== undefined && type >= first && type <= last;
}

/** Bytes of a neighbour discovery message in front of its options, by type (RFC 4861 4.1–4.5). */
const OPTIONS_START: Readonly<Record<string, number>> = { 133: 8, 134: 16, 135: 24, 136: 24, 137: 40 };

/** The bit of the transport header at which the first option stands, when it is a link-layer address (RFC 4861 4.6.1). */
function linkOption(frame: Frame): number | undefined {
  const start = OPTIONS_START[String(icmpv6Type(frame))];
  if (start === undefined) return undefined;
  const kind = bitsAt(frame, { base: 'transport', offset: start * 8, bits: 8 });
  return kind === 1n || kind === 2n ? start * 8 : undefined;
}

const STATE_BITS: Readonly<Record<ConnectionState, bigint>> = {
  invalid: 1n,
  established: 2n,
  related: 4n,
  new: 8n,
  untracked: 64n,
};
const PACKET_TYPES = { host: 0n, broadcast: 1n, multicast: 2n, other: 3n } as const;

/** Fields without bits of their own. */
function foundOut(subject: Subject, field: string): bigint | undefined {
  const { frame, state, mark = 0, packetType } = subject;
  const option = tcpOptionKind(field);
  if (option !== undefined) return flagOf(hasTcpOption(frame, option));
  switch (field) {
    case 'ip.protocol':
    case 'ip6.protocol':
    case 'packet.protocol':
      return frame.ip?.protocol === undefined ? undefined : BigInt(frame.ip.protocol);
    case 'ip.fragment':
    case 'ip6.fragment':
      return flagOf(frame.ip?.isFragment);
    case 'arp.gratuitous':
      return isGratuitous(frame);
    case 'ip6.hop-by-hop':
    case 'ip6.routing':
    case 'ip6.destination-options':
      return flagOf(extensionStart(frame.bytes, NETWORK_START, EXTENSIONS[field]) !== undefined);
    case 'ip6.routing-type': {
      const start = extensionStart(frame.bytes, NETWORK_START, EXTENSIONS['ip6.routing']);
      return start === undefined ? undefined : readBits(frame.bytes, (start + 2) * 8, 8);
    }
    case 'icmpv6.link-address': {
      const start = linkOption(frame);
      return start === undefined ? undefined : bitsAt(frame, { base: 'transport', offset: start + 16, bits: 48 });
    }
    case 'connection.direction':
      return isTracked(subject) && subject.connectionDirection !== undefined
        ? BigInt(DIRECTIONS[subject.connectionDirection])
        : undefined;
    case 'connection.mark':
      return isTracked(subject) ? BigInt(subject.connectionMark ?? 0) : undefined;
    case 'connection.state':
      return state === undefined ? undefined : STATE_BITS[state];
    case 'packet.mark':
      return BigInt(mark);
    case 'packet.type':
      return PACKET_TYPES[packetType ?? addressedTo(frame)];
    case 'packet.length':
      return BigInt(Math.max(0, frame.bytes.length - networkStart(frame)));
    default:
      throw new Error(`no reader for the field ${field}`);
  }
}

const EXTENSIONS = { 'ip6.hop-by-hop': 0, 'ip6.routing': 43, 'ip6.destination-options': 60 } as const;

const flagOf = (is: boolean | undefined): bigint | undefined => (is === undefined ? undefined : is ? 1n : 0n);

/** WHY: the kernel knows a connection, and so its mark and direction, only of packets that it tracks. */
const isTracked = ({ state }: Subject): boolean => state !== undefined && state !== 'invalid' && state !== 'untracked';

function isGratuitous(frame: Frame): bigint | undefined {
  const [sender, target] = [112, 192].map((offset) => bitsAt(frame, { base: 'network', offset, bits: 32 }));
  return target === undefined ? undefined : flagOf(sender === target);
}

function addressedTo({ bytes }: Frame): keyof typeof PACKET_TYPES {
  const destination = readBits(bytes, 0, 48) ?? 0n;
  if (destination === 0xffff_ffff_ffffn) return 'broadcast';
  return ((destination >> 40n) & 1n) === 1n ? 'multicast' : 'other';
}

/** The outer tag is not part of the packet. */
const networkStart = ({ etherType }: Frame): number =>
  etherType === 0x8100 || etherType === 0x88a8 ? NETWORK_START + 4 : NETWORK_START;
