import { expect, test } from 'vitest';
import type { Family } from '@weir/plugin';
import { addressBits, parseAddress } from '../../values/address.ts';
import { prefixRange } from '../../values/ranges.ts';
import { whyUnusable } from './unusable-address.ts';

function why(family: Family, address: string, length: number = addressBits(family)): string | undefined {
  const value = parseAddress(family, address);
  if (value === undefined) throw new Error(`${address} is no address`);
  return whyUnusable(family, prefixRange(value, length, addressBits(family)));
}

test("loopback, multicast, unspecified and reserved addresses are no station's", () => {
  expect(why('ipv4', '127.0.0.1')).toBe('a loopback address');
  expect(why('ipv4', '0.0.0.0')).toBe('of "this network"');
  expect(why('ipv4', '239.255.255.255')).toBe('a multicast address');
  expect(why('ipv4', '255.255.255.255')).toBe('reserved');
  expect(why('ipv6', '::')).toBe('the unspecified address');
  expect(why('ipv6', '::1')).toBe('the loopback address');
  expect(why('ipv6', 'ff02::1')).toBe('a multicast address');
});

test('ordinary addresses and prefixes that are wider than the block are usable', () => {
  expect(why('ipv4', '10.0.0.1')).toBeUndefined();
  expect(why('ipv4', '223.255.255.255')).toBeUndefined();
  expect(why('ipv4', '0.0.0.0', 0)).toBeUndefined();
  expect(why('ipv6', '::2')).toBeUndefined();
  expect(why('ipv6', '::', 0)).toBeUndefined();
  expect(why('ipv6', 'fe80::1')).toBeUndefined();
});
