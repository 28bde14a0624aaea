// ARP (RFC 826), its reverse (RFC 903), and the two announcements of RFC 5227. In: hardware and protocol addresses, each freely chosen.
// Out: whole Ethernet frames.
import { BROADCAST, ipv4Bytes, macBytes } from './addresses.ts';
import { join, u16 } from './bytes.ts';
import { ETHERTYPE, ethernet } from './ethernet.ts';

const NO_MAC = '00:00:00:00:00:00';

/** Every field that a forger may set. `src` is the Ethernet source, `senderMac` the one in the message. */
export interface ArpFields {
  readonly operation: 'request' | 'reply';
  readonly src: string;
  readonly dst?: string;
  readonly senderMac?: string;
  readonly senderIp: string;
  readonly targetMac?: string;
  readonly targetIp: string;
}

/** An ARP message; the sender's MAC address is that of the frame unless given, the destination broadcast. */
export function arp(fields: ArpFields): Uint8Array {
  const payload = join(
    [0, 1, 8, 0, 6, 4],
    u16(fields.operation === 'request' ? 1 : 2),
    macBytes(fields.senderMac ?? fields.src),
    ipv4Bytes(fields.senderIp),
    macBytes(fields.targetMac ?? NO_MAC),
    ipv4Bytes(fields.targetIp),
  );
  return ethernet({ dst: fields.dst ?? BROADCAST, src: fields.src, type: ETHERTYPE.arp, payload });
}

/** The announcement of an address by its holder: sender and target are the same (RFC 5227 2.3). */
export const gratuitousArp = (src: string, ip: string, operation: 'request' | 'reply' = 'request'): Uint8Array =>
  arp({ operation, src, senderIp: ip, targetIp: ip, ...(operation === 'reply' && { targetMac: BROADCAST }) });

/** The question whether an address is free: the sender's address is 0.0.0.0 (RFC 5227 2.1.1). */
export const arpProbe = (src: string, ip: string): Uint8Array =>
  arp({ operation: 'request', src, senderIp: '0.0.0.0', targetIp: ip });

/** A RARP request, as hypervisors send to announce a guest after migration. */
export function rarp(src: string): Uint8Array {
  const payload = join([0, 1, 8, 0, 6, 4], u16(3), macBytes(src), [0, 0, 0, 0], macBytes(src), [0, 0, 0, 0]);
  return ethernet({ dst: BROADCAST, src, type: ETHERTYPE.rarp, payload });
}

/** A spanning tree configuration message (802.1D 9.3.1) that claims to be the root. */
export function spanningTree(src: string): Uint8Array {
  const bridge = join([0, 0], macBytes(src));
  const body = join([0, 0, 0, 0, 0], bridge, [0, 0, 0, 0], bridge, [0x80, 1, 0, 0, 20, 0, 2, 0, 15, 0]);
  const payload = join([0x42, 0x42, 0x03], body);
  return join(macBytes('01:80:c2:00:00:00'), macBytes(src), u16(payload.length), payload);
}
