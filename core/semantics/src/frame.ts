/**
 * A frame as the language sees it: which headers it has and where they start.
 *
 * In: the bytes of an Ethernet frame, without frame check sequence. Out: the outer EtherType and, in an untagged IPv4 or
 * IPv6 frame only, the IP layer. Guaranteed: never throws; what cannot be read is absent. A header is there as far as its
 * bytes are in the frame; padding behind a packet is not told from the packet.
 */
import { readBytes } from './bits.ts';
import { ipv4Layer } from './ipv4.ts';
import { ipv6Layer } from './ipv6.ts';

/** The IP layer of a frame. */
export interface IpLayer {
  readonly family: 'ipv4' | 'ipv6';
  /** A fragment, the first one included. Undefined when the header that says so is cut off. */
  readonly isFragment: boolean | undefined;
  /** The upper-layer protocol. Undefined in a malformed packet and where a fragment does not say it. */
  readonly protocol: number | undefined;
  /** Byte at which the upper layer starts; undefined in all fragments but the first, and without a protocol. */
  readonly transport: number | undefined;
}

export interface Frame {
  readonly bytes: Uint8Array;
  /** The outer EtherType, or the length of an 802.3 frame; undefined when even that is cut off. */
  readonly etherType: number | undefined;
  /** Absent in tagged frames, in 802.3 frames and in everything that is not IP, whatever is inside. */
  readonly ip?: IpLayer;
}

/** Byte at which an untagged frame's payload starts. */
export const NETWORK_START = 14;

/** Reads the headers of a frame. */
export function readFrame(bytes: Uint8Array): Frame {
  const etherType = readBytes(bytes, 12, 2);
  if (etherType === 0x0800) return { bytes, etherType, ip: ipv4Layer(bytes, NETWORK_START) };
  if (etherType === 0x86dd) return { bytes, etherType, ip: ipv6Layer(bytes, NETWORK_START) };
  return { bytes, etherType };
}
