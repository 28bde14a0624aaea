/** Frames and a port for the tests of this package: bytes as hexadecimal text, spaces allowed. */
import type { Port } from '@weir/compiler';
import { readFrame } from '../frame.ts';
import type { Subject } from '../subject.ts';

export const bytes = (hex: string): Uint8Array => new Uint8Array(Buffer.from(hex.replaceAll(' ', ''), 'hex'));

const MACS = '525400000002525400000001';

/** A frame of an EtherType. */
export const ethernet = (type: string, payload: string): string => MACS + type + payload.replaceAll(' ', '');

export const ETHERNET = ethernet('88b5', '00');

const u16 = (value: number): string => value.toString(16).padStart(4, '0');
const u8 = (value: number): string => value.toString(16).padStart(2, '0');
const lengthOf = (payload: string): number => payload.replaceAll(' ', '').length / 2;

/** 10.9.1.1 to 198.51.100.7 with DSCP 46 and ECN 2. */
export const ipv4 = (protocol: number, payload: string, fragment = '0000'): string =>
  ethernet(
    '0800',
    `45ba ${u16(20 + lengthOf(payload))} 0001 ${fragment} 40${u8(protocol)} 0000 0a090101 c6336407 ${payload}`,
  );

/** fd09::1 to fd09::2 with DSCP 46, ECN 2 and a flow label; `next` is the first next header. */
export const ipv6 = (next: number, payload: string): string =>
  ethernet(
    '86dd',
    `6ba12345 ${u16(lengthOf(payload))} ${u8(next)}ff fd09${'00'.repeat(13)}01 fd09${'00'.repeat(13)}02 ${payload}`,
  );

export const PORT: Port = {
  guest: 'web',
  ifname: 'vnet0',
  labels: {},
  network: 'lan',
  mac: 0x525400000001n,
  ipv4: [{ low: 0x0a090101n, high: 0x0a090101n }],
  ipv6: [],
  profile: 'p',
  span: { file: 'a.weir', start: 0, end: 0 },
};

/** The frame at {@link PORT}, the first of a connection. */
export const subject = (hex: string): Subject => ({
  policy: { sets: [] },
  port: PORT,
  frame: readFrame(bytes(hex)),
  state: 'new',
  connectionDirection: 'reply',
  connectionMark: 7,
});
