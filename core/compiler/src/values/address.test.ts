import { expect, test } from 'vitest';
import { formatIpv6, LINK_LOCAL, linkLocalOf, parseMac } from './address.ts';

test('a MAC makes its link-local address with the universal bit turned round', () => {
  const address = (mac: string): string => formatIpv6(linkLocalOf(parseMac(mac) ?? 0n));
  expect(address('52:54:00:00:00:01')).toBe('fe80::5054:ff:fe00:1');
  expect(address('00:11:22:33:44:55')).toBe('fe80::211:22ff:fe33:4455');
});

test('link-local addresses are fe80::/10', () => {
  expect(formatIpv6(LINK_LOCAL.low)).toBe('fe80::');
  expect(formatIpv6(LINK_LOCAL.high)).toBe('febf:ffff:ffff:ffff:ffff:ffff:ffff:ffff');
});
