/**
 * The value of a field in a subject, or that it has none.
 *
 * In: a subject and a field of the language's table, or raw bits. Out: an integer, 0 or 1 for flags, or undefined when
 * the field's header is not there or is cut off before the field.
 */
import { FIELDS } from '@weir/compiler';
import type { Header, PayloadField } from '@weir/compiler';
import { readBits } from './bits.ts';
import { PLACES } from './field-place.ts';
import type { Place } from './field-place.ts';
import { NETWORK_START } from './frame.ts';
import type { Frame } from './frame.ts';
import type { ConnectionState, Subject } from './subject.ts';

/** Throws for an id that is not in the table: the policy is broken then. */
export function fieldValue(subject: Subject, field: string | PayloadField): bigint | undefined {
  if (typeof field !== 'string') return payloadValue(subject.frame, field);
  const known = FIELDS.get(field);
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
    case 'nd': {
      const type = hasHeader(frame, 'icmpv6') ? bitsAt(frame, { base: 'transport', offset: 0, bits: 8 }) : undefined;
      return type !== undefined && type >= 135n && type <= 137n;
    }
    default:
      return header satisfies never;
  }
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
  switch (field) {
    case 'ip.protocol':
    case 'ip6.protocol':
    case 'packet.protocol':
      return frame.ip?.protocol === undefined ? undefined : BigInt(frame.ip.protocol);
    case 'ip.fragment':
    case 'ip6.fragment':
      return frame.ip?.isFragment === undefined ? undefined : frame.ip.isFragment ? 1n : 0n;
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

function addressedTo({ bytes }: Frame): keyof typeof PACKET_TYPES {
  const destination = readBits(bytes, 0, 48) ?? 0n;
  if (destination === 0xffff_ffff_ffffn) return 'broadcast';
  return ((destination >> 40n) & 1n) === 1n ? 'multicast' : 'other';
}

/** The outer tag is not part of the packet. */
const networkStart = ({ etherType }: Frame): number =>
  etherType === 0x8100 || etherType === 0x88a8 ? NETWORK_START + 4 : NETWORK_START;
