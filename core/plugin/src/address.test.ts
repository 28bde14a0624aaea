import { isIP } from 'node:net';
import { fc, test } from '@fast-check/vitest';
import { expect } from 'vitest';
import { formatAddress, inSubnet, parseAddress, prefixBounds } from './address.ts';

test.prop([fc.ipV4()])('every IPv4 address reads and writes as itself', (text) => {
  const parsed = parseAddress(text);
  expect(parsed && formatAddress(parsed)).toBe(text);
});

test.prop([fc.bigInt({ min: 0n, max: (1n << 128n) - 1n })])('every IPv6 number survives its text', (value) => {
  const text = formatAddress({ family: 'ipv6', value });
  expect(isIP(text)).toBe(6);
  expect(parseAddress(text)).toEqual({ family: 'ipv6', value });
});

test.prop([fc.ipV6()])('every IPv6 address has one canonical text, which is what the platform writes', (text) => {
  const parsed = parseAddress(text);
  const canonical = parsed && formatAddress(parsed);
  // The platform writes an IPv4-mapped address without its dotted tail, as RFC 5952 section 5 only recommends it.
  fc.pre(canonical?.includes('.') !== true);
  expect(canonical).toBe(new URL(`http://[${text}]/`).hostname.slice(1, -1));
});

test.prop([fc.string()])('text that the platform takes for no address is no address here', (text) => {
  expect(parseAddress(text) !== undefined && isIP(text) === 0).toBe(false);
});

test.each([
  '',
  '10.0.0',
  '10.0.0.256',
  '010.0.0.1',
  '1.2.3.4.5',
  ':',
  ':::',
  '1::2::3',
  '1:2:3:4:5:6:7::8',
  'fe80::1%a',
])('`%s` is no address', (text) => {
  expect(parseAddress(text)).toBe(undefined);
});

test.each([
  ['2001:DB8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
  ['0:0:0:0:0:0:0:0', '::'],
  ['1:0:2:3:4:5:6:7', '1:0:2:3:4:5:6:7'],
  ['::ffff:10.0.0.1', '::ffff:10.0.0.1'],
  ['64:ff9b::10.0.0.1', '64:ff9b::a00:1'],
])('`%s` is written `%s`', (text, canonical) => {
  const parsed = parseAddress(text);
  expect(parsed && formatAddress(parsed)).toBe(canonical);
});

test('a prefix ends where its length says, whatever host bits are written', () => {
  expect(prefixBounds({ address: '10.0.0.9', length: 30 })).toEqual({
    family: 'ipv4',
    low: 0x0a000008n,
    high: 0x0a00000bn,
  });
});

test('an address of the other family is in no subnet', () => {
  expect(inSubnet({ address: '0.0.0.0', length: 0 }, '::1')).toBe(false);
  expect(inSubnet({ address: 'fd00::', length: 64 }, 'fd00::ffff')).toBe(true);
  expect(inSubnet({ address: 'fd00::', length: 64 }, 'fd00:0:0:1::')).toBe(false);
});
