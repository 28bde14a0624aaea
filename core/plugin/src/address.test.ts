import { isIP } from 'node:net';
import { assert, bigInt, ipV4, ipV6, pre, property, string } from 'fast-check';
import { expect, test } from 'vitest';
import { formatAddress, inSubnet, parseAddress, prefixBounds } from './address.ts';

function rewritten(text: string): string | undefined {
  const parsed = parseAddress(text);
  return parsed && formatAddress(parsed);
}

test('every IPv4 address reads and writes as itself', () => {
  expect(() => assert(property(ipV4(), (text) => rewritten(text) === text))).not.toThrow();
});

test('every IPv6 number survives its text', () => {
  const survives = property(bigInt({ min: 0n, max: (1n << 128n) - 1n }), (value) => {
    const text = formatAddress({ family: 'ipv6', value });
    return isIP(text) === 6 && parseAddress(text)?.value === value;
  });
  expect(() => assert(survives)).not.toThrow();
});

test('every IPv6 address has one canonical text, which is what the platform writes', () => {
  const canonical = property(ipV6(), (text) => {
    const own = rewritten(text);
    // The platform writes an IPv4-mapped address without its dotted tail, which RFC 5952 section 5 only recommends.
    pre(own?.includes('.') !== true);
    return own === new URL(`http://[${text}]/`).hostname.slice(1, -1);
  });
  expect(() => assert(canonical)).not.toThrow();
});

test('text that the platform takes for no address is no address here', () => {
  const refused = property(string(), (text) => parseAddress(text) === undefined || isIP(text) !== 0);
  expect(() => assert(refused)).not.toThrow();
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
  expect(rewritten(text)).toBe(canonical);
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
