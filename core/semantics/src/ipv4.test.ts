import { expect, test } from 'vitest';
import { readFrame } from './frame.ts';
import { bytes, ipv4 } from './testing/sample.ts';

const UDP = '0035 1234 0008 0000';
/** An IPv4 packet with bytes of its header replaced, from a byte of the header on. */
const changed = (at: number, value: string, packet = ipv4(17, UDP)): Uint8Array => {
  const frame = bytes(packet);
  frame.set(bytes(value), 14 + at);
  return frame;
};
const layer = (frame: Uint8Array) => readFrame(frame).ip;

test('a whole header names the protocol and where the upper layer starts', () => {
  expect(layer(changed(0, '45'))).toEqual({ family: 'ipv4', isFragment: false, protocol: 17, transport: 34 });
  expect(layer(changed(0, '46'))).toMatchObject({ protocol: 17, transport: 38 });
});

test.each([
  ['of another version', changed(0, '55')],
  ['shorter than it can be', changed(0, '44')],
  ['longer than the packet says to be', changed(2, '0013')],
  ['in a packet longer than the frame', changed(2, '001d')],
])('a header %s names none', (_, frame) => {
  expect(layer(frame)).toEqual({ family: 'ipv4', isFragment: false, protocol: undefined, transport: undefined });
});

test('a header with nothing behind it is whole, one byte less is none', () => {
  const bare = changed(2, '0014').slice(0, 34);
  expect(layer(bare)).toMatchObject({ protocol: 17, transport: 34 });
  const short = changed(2, '0014').slice(0, 33);
  expect(layer(short)).toEqual({ family: 'ipv4', isFragment: false, protocol: undefined, transport: undefined });
});

test('a header that ends before the fragment field does not say whether it is a fragment', () => {
  expect(layer(changed(0, '45').slice(0, 21))).toMatchObject({ isFragment: undefined, protocol: undefined });
});
