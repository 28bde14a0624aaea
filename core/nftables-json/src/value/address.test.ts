import { assert as hold, bigInt, property } from 'fast-check';
import { expect, test } from 'vitest';
import { formatIpv4, formatIpv6, formatMac, isCanonicalIpv6, parseIpv4, parseIpv6, parseMac } from './address.ts';

const survives = (
  bits: bigint,
  format: (value: bigint) => string,
  parse: (text: string) => bigint | undefined,
): void => {
  hold(property(bigInt({ min: 0n, max: 2n ** bits - 1n }), (value) => parse(format(value)) === value));
};

test('every address survives formatting and parsing', () => {
  expect(() => survives(32n, formatIpv4, parseIpv4)).not.toThrow();
  expect(() => survives(128n, formatIpv6, parseIpv6)).not.toThrow();
  expect(() => survives(48n, formatMac, parseMac)).not.toThrow();
});

test('the canonical spelling of IPv6 is the one of RFC 5952', () => {
  const canonical = ['::', '::1', 'fe80::1', '2001:db8::1', '2001:db8:0:1:1:1:1:1', '1:0:0:2::', '::ffff:192.0.2.1'];
  expect(canonical.filter((text) => !isCanonicalIpv6(text))).toEqual([]);
  const other = [
    '2001:DB8::1',
    '2001:db8:0::1',
    '0::1',
    '2001:0db8::1',
    '1:0:0:2:0:0:0:0',
    '2001:db8::1:1:1:1:1',
    'fe80::1%eth0',
    '::ffff:c000:201',
  ];
  expect(other.filter(isCanonicalIpv6)).toEqual([]);
});

test('what is no address has no number', () => {
  expect(['', '1.2.3', '1.2.3.4.5', '256.1.1.1', '01.2.3.4', '1.2.3.4/8', 'localhost'].map(parseIpv4)).toEqual(
    Array(7).fill(undefined),
  );
  expect([':', ':::', '1::2::3', '1:2:3:4:5:6:7', 'g::', '1:2:3:4:5:6:7:8:9', '::12345'].map(parseIpv6)).toEqual(
    Array(7).fill(undefined),
  );
});
