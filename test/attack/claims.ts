// What a frame claims, as a trusting receiver reads it: whose MAC addresses and IP addresses it names as the sender's, and which roles it plays. In: the
// bytes, and what is the port's own. Out: everything that the port has no right to. Guarantees: pure, never throws; shares no code with the compiler,
// the interpreter or the nftables in memory.
import { ipBytes, macBytes } from '../kernel/frames.ts';

/** What is a port's own. */
export interface Own {
  readonly mac: Uint8Array;
  /** Prefixes: an address, and how many of its bits count. */
  readonly addresses: readonly (readonly [address: Uint8Array, bits: number])[];
}

/** Reads a MAC address and a list such as `10.0.0.1, fd00::/64`. */
export function ownOf(mac: string, addresses: readonly string[]): Own {
  const prefix = (text: string): readonly [Uint8Array, number] => {
    const [address = '', length] = text.trim().split('/');
    const bytes = ipBytes(address);
    return [bytes, length === undefined ? bytes.length * 8 : Number(length)];
  };
  return { mac: macBytes(mac), addresses: addresses.map(prefix) };
}

const same = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && a.every((byte, at) => byte === b[at]);
const isZero = (bytes: Uint8Array): boolean => bytes.every((byte) => byte === 0);

function isOwn(own: Own, address: Uint8Array): boolean {
  return own.addresses.some(([prefix, bits]) => {
    if (prefix.length !== address.length) return false;
    for (let at = 0; at < bits; at += 8) {
      const mask = bits - at >= 8 ? 0xff : (0xff << (8 - (bits - at))) & 0xff;
      if ((((prefix[at / 8] ?? 0) ^ (address[at / 8] ?? 0)) & mask) !== 0) return false;
    }
    return true;
  });
}

const u16 = (bytes: Uint8Array, at: number): number => ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);

/** What the frame claims without a right to; empty for an honest one. */
export function falseClaims(frame: Uint8Array, own: Own): readonly string[] {
  const found: string[] = [];
  if (!same(frame.slice(6, 12), own.mac)) found.push('Ethernet source');
  const rest = frame.slice(14);
  switch (u16(frame, 12)) {
    case 0x0806:
      return [...found, ...arpClaims(rest, own)];
    case 0x8035:
      return [...found, ...rarpClaims(rest, own)];
    case 0x0800:
      return [...found, ...ipv4Claims(rest, own)];
    case 0x86dd:
      return [...found, ...ipv6Claims(rest, own)];
    default:
      return [...found, 'another link protocol'];
  }
}

function arpClaims(message: Uint8Array, own: Own): readonly string[] {
  const lengths = [message[4] ?? 0, message[5] ?? 0] as const;
  const mac = message.slice(8, 8 + lengths[0]);
  const ip = message.slice(8 + lengths[0], 8 + lengths[0] + lengths[1]);
  const target = message.slice(24, 28);
  const found: string[] = [];
  if (u16(message, 0) !== 1 || u16(message, 2) !== 0x0800) found.push('no ARP of Ethernet and IPv4');
  if (!same(mac, own.mac)) found.push('ARP sender MAC');
  const isProbe = ip.length === 4 && isZero(ip) && u16(message, 6) === 1 && isOwn(own, target);
  if (!isOwn(own, ip) && !isProbe) found.push('ARP sender IP');
  return found;
}

function rarpClaims(message: Uint8Array, own: Own): readonly string[] {
  const isAnnouncement = u16(message, 6) === 3 && same(message.slice(8, 14), own.mac) && isZero(message.slice(14, 18));
  return isAnnouncement && same(message.slice(18, 24), own.mac) ? [] : ['RARP of others'];
}

function ipv4Claims(packet: Uint8Array, own: Own): readonly string[] {
  const source = packet.slice(12, 16);
  const start = ((packet[0] ?? 0) & 15) * 4;
  const isFirst = (u16(packet, 6) & 0x1fff) === 0;
  const upper = isFirst && start >= 20 ? packet.slice(start, u16(packet, 2)) : new Uint8Array();
  const protocol = packet[9];
  const isRead = (packet[0] ?? 0) >> 4 === 4 && u16(packet, 2) <= packet.length;
  // Ports that stand behind the packet's length are read as well: whoever cuts them off has nothing left.
  const asked = isFirst && start >= 20 ? packet.slice(start, start + 4) : new Uint8Array();
  const isToEverybody = packet.slice(16, 20).every((byte) => byte === 255);
  const isAsking = protocol === 17 && u16(asked, 0) === 68 && u16(asked, 2) === 67 && isToEverybody;
  const found: string[] = [];
  if (!isOwn(own, source) && !(source.length === 4 && isZero(source) && isAsking)) found.push('IPv4 source');
  if (!isRead || upper.length < 4) return found;
  if (protocol === 17) found.push(...serverClaims(upper));
  if (
    protocol === 1 &&
    upper.length >= 28 &&
    [3, 4, 5, 11, 12].includes(upper[0] ?? 0) &&
    !isOwn(own, upper.slice(24, 28))
  )
    found.push('ICMP error about others');
  if (protocol === 1 && (upper[0] === 5 || upper[0] === 9)) found.push('ICMP router');
  if (protocol === 2 && [0x11, 0x30, 0x32].includes(upper[0] ?? 0)) found.push('IGMP querier');
  return found;
}

const serverClaims = (datagram: Uint8Array): readonly string[] =>
  [67, 547].includes(u16(datagram, 0)) || [68, 546].includes(u16(datagram, 2)) ? ['DHCP server'] : [];

const EXTENSIONS: ReadonlySet<number> = new Set([0, 43, 60]);
const FRAGMENT = 44;
const UPPER: ReadonlySet<number> = new Set([6, 17, 47, 50, 132, 136]);

function ipv6Claims(packet: Uint8Array, own: Own): readonly string[] {
  const source = packet.slice(8, 24);
  const isNobody = source.length === 16 && isZero(source);
  const found: string[] = [];
  if (!isOwn(own, source) && !isNobody) found.push('IPv6 source');
  const end = 40 + u16(packet, 4);
  if ((packet[0] ?? 0) >> 4 !== 6 || end > packet.length) return isNobody ? [...found, 'IPv6 source'] : found;
  const whole = packet.slice(0, end);
  let next = whole[6] ?? 59;
  let at = 40;
  let isFragment = false;
  while ((EXTENSIONS.has(next) || next === FRAGMENT) && at + 8 <= whole.length) {
    if (next === FRAGMENT) {
      isFragment = true;
      // Of a fragment only its own header may say what it is: the receiver believes the first one's.
      if (!UPPER.has(whole[at] ?? 0)) return [...found, 'a fragment that hides what it is'];
      if ((u16(whole, at + 2) & 0xfff8) !== 0) return isNobody ? [...found, 'IPv6 source'] : found;
    }
    const length = next === FRAGMENT ? 8 : ((whole[at + 1] ?? 0) + 1) * 8;
    next = whole[at] ?? 59;
    at += length;
  }
  const upper = whole.slice(at);
  if (next === 17) found.push(...serverClaims(upper));
  if (next === 58) found.push(...icmpv6Claims(upper, own, isNobody), ...(isFragment ? ['ICMPv6 in fragments'] : []));
  // WHY: an empty message says nothing in nobody's name; who reads on behind the packet's length finds what the guard has read.
  const isEmpty = upper.length === 0 || EXTENSIONS.has(next) || next === FRAGMENT;
  const isSilent = isEmpty || (next === 58 && [131, 132, 133, 135, 143].includes(upper[0] ?? 0));
  if (isNobody && !isSilent) found.push('IPv6 source');
  return found;
}

function icmpv6Claims(message: Uint8Array, own: Own, isNobody: boolean): readonly string[] {
  const type = message[0] ?? 0;
  const found: string[] = [];
  if (type < 128 && message.length >= 48 && !isOwn(own, message.slice(32, 48))) found.push('ICMPv6 error about others');
  if ([130, 134, 137, 138, 151, 153].includes(type)) found.push('ICMPv6 router');
  if (type === 141 || type === 142) found.push('inverse discovery');
  // WHY: a message that is too short for its target is dropped by whoever gets it (RFC 4861 7.1).
  const isRead = message.length >= 24;
  if (isRead && (type === 136 || (type === 135 && isNobody)) && !isOwn(own, message.slice(8, 24))) found.push('target');
  const options = type === 135 || type === 136 ? 24 : type === 133 ? 8 : undefined;
  if (options !== undefined && !linkLayerOptions(message, options).every((mac) => same(mac, own.mac)))
    found.push('link-layer option');
  return found;
}

/** Every link-layer address of a message; a reader stops at an option without a length (RFC 4861 4.6). */
function linkLayerOptions(message: Uint8Array, start: number): readonly Uint8Array[] {
  const found: Uint8Array[] = [];
  for (let at = start; at + 8 <= message.length; at += (message[at + 1] ?? 0) * 8) {
    if (message[at + 1] === 0) break;
    if (message[at] === 1 || message[at] === 2) found.push(message.slice(at + 2, at + 8));
  }
  return found;
}
