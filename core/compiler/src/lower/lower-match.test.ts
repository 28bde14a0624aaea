import { expect, test } from 'vitest';
import type { Match } from '../policy/match.ts';
import { FIELDS } from '../policy/fields.ts';
import { accessOf } from './field-access.ts';
import { guardChains, tcp } from './testing/lower-for.ts';
import { all, any, is, isNot, masked, not, own } from './testing/sample-policy.ts';

const first = (match: Match): string | undefined => guardChains(match)['p-in']?.[0];

test('every field of the language can be lowered, with the header its table names', () => {
  const wrong = [...FIELDS.values()].filter(({ id, header, type }) => {
    const access = accessOf(id);
    if (access === undefined) return true;
    if (access.kind === 'value' && type.kind === 'number' && access.bits !== type.bits) return true;
    return 'header' in access && access.header !== header;
  });
  expect(wrong).toEqual([]);
});

test('in a guard every IP or transport field stands behind the outer EtherType, so a VLAN tag never hides one', () => {
  expect(guardChains(is('ip.source', '10.0.0.1'))['p-in']?.[0]).toBe('ether type ip ip saddr 10.0.0.1 accept');
  expect(guardChains(tcp(22))['p-in']?.[0]).toBe('ether type { ip, ip6 } l4proto tcp tcp dport 22 accept');
  expect(guardChains(is('icmpv6.type', 134))['p-in']?.[0]).toBe('ether type ip6 l4proto icmpv6 icmpv6 type 134 accept');
});

test('where nothing puts fragments together, the upper layer is asked whether it starts in this packet, once', () => {
  const stateless = { stateful: false };
  const both = all(tcp(22), is('tcp.flags', 2));
  expect(guardChains(both, 'debian-12', stateless)['p-in']?.[0]).toBe(
    'ether type { ip, ip6 } l4proto tcp @th,8,24 0-16777215 tcp dport 22 tcp flags 2 accept',
  );
  expect(guardChains(is('ip.source', '10.0.0.1'), 'debian-12', stateless)['p-in']?.[0]).not.toContain('@th');
});

test('values become one comparison, a range or a set, a prefix of whole bytes a range, and a negated test stays within its family', () => {
  expect(first(is('ip.source', '10.0.0.0/8'))).toBe('ether type ip ip saddr 10.0.0.0-10.255.255.255 accept');
  expect(first(isNot('ip.source', '10.0.0.0/8', '192.0.2.1-192.0.2.3'))).toBe(
    'ether type ip ip saddr != { 10.0.0.0/8, 192.0.2.1-192.0.2.3 } accept',
  );
  expect(first(is('ip6.source', '::/0'))).toBe('ether type ip6 accept');
  expect(first(masked('ether.destination', 0x0100_0000_0000n, '00:00:00:00:00:00'))).toBe(
    '(ether daddr & 01:00:00:00:00:00) 00:00:00:00:00:00 accept',
  );
});

test('alternatives of one field become one rule, and those that contradict the rest vanish', () => {
  expect(
    guardChains(any(is('tcp.destination', 22), is('tcp.destination', 23), is('tcp.destination', 80)))['p-in'],
  ).toEqual(['ether type { ip, ip6 } l4proto tcp tcp dport { 22-23, 80 } accept', 'drop']);
  expect(guardChains(all(is('ether.type', 0x0806), any(is('ip.ttl', 1), is('arp.operation', 1))))['p-in']).toEqual([
    'ether type arp arp operation 1 accept',
    'drop',
  ]);
  expect(guardChains(all(is('ip.ttl', 1), is('ip6.hop-limit', 1)))['p-in']).toEqual(['drop']);
});

test('flags are asked whether they are set or clear, and only where their header is', () => {
  expect(guardChains(is('ip.fragment', 1))['p-in']?.[0]).toBe('ether type ip (ip frag-off & 16383) != 0 accept');
  expect(guardChains(isNot('ip6.fragment', 1))['p-in']?.[0]).toBe('ether type ip6 exthdr frag false accept');
});

test('logical not of a test whose header may be absent is a chain that returns', () => {
  expect(guardChains(not(tcp(22)))).toEqual({
    'p-in': ['jump p-in-not1', 'drop'],
    'p-in-not1': ['ether type { ip, ip6 } l4proto tcp tcp dport 22 return', 'accept'],
  });
  expect(guardChains(not(is('ether.type', 0x0806)))['p-in']?.[0]).toBe('ether type != arp accept');
});

test('own facts are looked up by the device of the direction, in the sets that the ports of the profile need', () => {
  expect(guardChains(own('ether.destination', 'mac'))['p-in']?.[0]).toBe('oifname . ether daddr @self-mac accept');
  const both = { ipv4: { single: true, ranges: true }, ipv6: { single: false, ranges: false } };
  expect(guardChains(own('ip.destination', 'ipv4'), 'debian-12', { own: both })['p-in']).toEqual([
    'ether type ip oifname . ip daddr @self-ip4 accept',
    'ether type ip oifname . ip daddr @self-ip4-net accept',
    'drop',
  ]);
  expect(guardChains(own('ip.destination', 'ipv4', true), 'debian-12', { own: both })['p-in']?.[0]).toBe(
    'ether type ip oifname . ip daddr != @self-ip4 oifname . ip daddr != @self-ip4-net accept',
  );
  expect(guardChains(own('ip6.destination', 'ipv6'), 'debian-12', { own: both })['p-in']).toEqual(['drop']);
});

test('the target of neighbour discovery is a named field where nft has it, else compared in words', () => {
  expect(guardChains(own('icmpv6.target', 'ipv6', true), 'debian-13')['p-in']?.[0]).toBe(
    'ether type ip6 l4proto icmpv6 icmpv6 type 135-137 oifname . icmpv6 taddr != @self-ip6 accept',
  );
  expect(guardChains(own('icmpv6.target', 'ipv6', true))).toEqual({
    'p-in': ['ether type ip6 l4proto icmpv6 icmpv6 type 135-137 @th,184,8 0-255 jump p-in-not1', 'drop'],
    'p-in-not1': ['jump self-ipv6-th-64-in', 'priority 1 priority := 0 return', 'accept'],
  });
});

test('a mask on bits that nft would have to shift becomes the list of fitting values', () => {
  expect(first(masked('ip6.dscp', 0x30n, 0x10))).toBe('ether type ip6 ip6 dscp 16-31 accept');
  expect(first(masked('tcp.flags', 0x12n, 0x02))).toBe('ether type { ip, ip6 } l4proto tcp (tcp flags & 18) 2 accept');
  const odd = { kind: 'payload', base: 'transport', offset: 0, bits: 4 } as const;
  expect(first({ ...is(odd, 8), mask: 8n })).toBe('ether type { ip, ip6 } @th,0,4 8-15 accept');
});

test('a mask on a raw hardware address reads 32 bits at a time, and asks whether all of it is there', () => {
  const rarp = (mask: bigint, value: string, negated = false): readonly (string | undefined)[] =>
    (guardChains({ ...masked('arp.target-mac', mask, value), negated })['p-in'] ?? [])
      .filter((rule) => rule.includes('@nh'))
      .map((rule) => rule.replace('ether type 32821 @nh,184,8 0-255 ', ''));
  expect(rarp(0x0100_0000_0000n, '01:00:00:00:00:00')).toEqual(['(@nh,144,32 & 16777216) 16777216 accept']);
  expect(rarp(0xffff_ff00_0001n, '52:54:00:00:00:01')).toEqual([
    '(@nh,144,32 & 4294967040) 1381236736 (@nh,176,16 & 1) 1 accept',
  ]);
  expect(rarp(0xffff_ff00_0001n, '52:54:00:00:00:01', true)).toEqual([
    '(@nh,144,32 & 4294967040) != 1381236736 accept',
    '(@nh,176,16 & 1) != 1 accept',
  ]);
});
