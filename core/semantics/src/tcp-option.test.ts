import { expect, test } from 'vitest';
import { readFrame } from './frame.ts';
import { hasTcpOption } from './tcp-option.ts';
import { bytes, ipv4 } from './testing/sample.ts';

const MSS = 2;
/** Whether TCP with these options, in a header of so many words of four bytes, has the option. */
const has = (options: string, words: number, kind = MSS): boolean | undefined =>
  hasTcpOption(
    readFrame(bytes(ipv4(6, `0016 0050 00000001 00000000 ${words.toString(16)}012 ffff 0000 0000 ${options}`))),
    kind,
  );

test('an option is found first, behind others and behind paddings', () => {
  expect(has('0204 05b4', 6)).toBe(true);
  expect(has('0303 0702 0405 b401', 7)).toBe(true);
  expect(has('0101 0101 0204 05b4', 7)).toBe(true);
  expect(has('0303 0700', 6)).toBe(false);
});

test('the search goes on one byte behind an end of options and behind a length of zero', () => {
  expect(has('0001 0204 05b4 0000', 7)).toBe(true);
  expect(has('0300 0204 05b4 0000', 7)).toBe(true);
});

test('the length of a padding is not read', () => {
  expect(has('0104 0204 05b4 0000', 7, 4)).toBe(true);
  expect(has('0008 0204 05b4 0000', 7, 8)).toBe(true);
});

test('an option is not found where it leaves the header, and its last byte is not looked at', () => {
  expect(has('0101 0203', 6)).toBe(false);
  expect(has('0101 0202', 6)).toBe(true);
  expect(has('0101 0102', 6)).toBe(false);
  expect(has('0101 0102 0000 0000', 6)).toBe(false);
});

test('a header shorter than it can be, or longer than the frame, has no options', () => {
  expect(has('0204 05b4', 4)).toBe(false);
  expect(has('0204 05b4', 5)).toBe(false);
  expect(has('0204 05b4', 7)).toBe(false);
});

test('without a TCP header nobody can tell', () => {
  expect(hasTcpOption(readFrame(bytes(ipv4(6, '0016 00'))), MSS)).toBeUndefined();
  expect(hasTcpOption(readFrame(bytes(ipv4(6, '0016 0050'))), MSS)).toBe(false);
  expect(hasTcpOption(readFrame(bytes('525400000002 525400000001 88b5')), MSS)).toBeUndefined();
});
