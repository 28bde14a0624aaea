import type { Match } from '@weir/compiler';
import { expect, test } from 'vitest';
import { missesOf } from './misses.ts';
import { ipv4, subject } from './testing/sample.ts';

const is = (
  field: string,
  value: bigint,
  options: { readonly negated?: boolean; readonly mask?: bigint } = {},
): Match => ({
  kind: 'test',
  field,
  negated: false,
  operand: { kind: 'values', ranges: [{ low: value, high: value }] },
  ...options,
});
const UDP = subject(ipv4(17, '0035 1234 0008 0000'));
const fields = (match: Match): readonly string[] =>
  missesOf(match, UDP).map(({ test: { field }, value, wanted }) => `${String(field)} ${value ?? 'absent'} ${wanted}`);

test('of parts that must all hold, the first that does not is told', () => {
  const match: Match = {
    kind: 'all',
    of: [is('packet.protocol', 17n), is('udp.source', 54n), is('udp.destination', 1n)],
  };
  expect(fields(match)).toEqual(['udp.source 53 true']);
});

test('of alternatives, each is told', () => {
  expect(fields({ kind: 'any', of: [is('udp.source', 1n), is('udp.source', 2n)] })).toEqual([
    'udp.source 53 true',
    'udp.source 53 true',
  ]);
});

test('a header that is not there is told as absent, negated or not', () => {
  expect(fields(is('tcp.destination', 22n))).toEqual(['tcp.destination absent true']);
  expect(fields(is('tcp.destination', 22n, { negated: true }))).toEqual(['tcp.destination absent true']);
});

test('under a `not`, what holds stands in the way', () => {
  const both: Match = { kind: 'all', of: [is('packet.protocol', 17n), is('udp.source', 53n)] };
  expect(fields({ kind: 'not', of: both })).toEqual(['packet.protocol 17 false', 'udp.source 53 false']);
  const either: Match = { kind: 'any', of: [is('udp.source', 1n), is('udp.source', 53n)] };
  expect(fields({ kind: 'not', of: either })).toEqual(['udp.source 53 false']);
});

test('a masked test tells the masked value', () => {
  expect(fields(is('udp.source', 1n, { mask: 0xfn }))).toEqual(['udp.source 5 true']);
});
