import type { Operand, Test } from '@weir/compiler';
import { expect, test } from 'vitest';
import type { Miss } from '../misses.ts';
import { missWords } from './miss-words.ts';

const span = { file: 'a.weir', start: 0, end: 0 };
const SETS = [{ id: 'office-ip4', type: 'ipv4', ranges: [], contributed: [], label: 'office', span } as const];

function words(field: Test['field'], operand: Operand, rest: Partial<Test & Miss> = {}): string {
  const { value, wanted = true, ...more } = rest;
  const miss: Miss = {
    test: { kind: 'test', field, negated: false, operand, ...more },
    wanted,
    ...(value !== undefined && { value }),
  };
  return missWords(miss, { sets: SETS });
}

const values = (...numbers: readonly bigint[]): Operand => ({
  kind: 'values',
  ranges: numbers.map((number) => ({ low: number, high: number })),
});

test.each([
  [words('tcp.destination', values(443n), { value: 8080n }), 'tcp.destination is 8080, not 443'],
  [words('tcp.destination', values(22n, 80n), { value: 443n }), 'tcp.destination is 443, not in { 22, 80 }'],
  [words('tcp.destination', values(443n)), 'there is no tcp.destination'],
  [
    words('ip.source', { kind: 'named', set: 'office-ip4' }, { value: 0x0a000001n }),
    'ip.source is 10.0.0.1, not in office',
  ],
  [
    words('ip.source', { kind: 'named', set: 'office-ip4' }, { value: 0x0a000001n, negated: true }),
    'ip.source is 10.0.0.1, which is in office',
  ],
  [words('tcp.destination', values(22n), { value: 22n, wanted: false }), 'tcp.destination is 22'],
  [
    words('ether.source', { kind: 'self', fact: 'mac' }, { value: 0x525400000001n }),
    'ether.source is 52:54:00:00:00:01, not self.mac',
  ],
  [words('arp.operation', values(2n), { value: 1n }), 'arp.operation is request, not reply'],
  [words('tcp.flags', values(2n), { value: 0x10n, mask: 0x12n }), 'tcp.flags & 0x12 is 0x10, not syn'],
  [words('ip.fragment', values(1n), { value: 0n }), 'ip.fragment is not set'],
  [
    words({ kind: 'payload', base: 'link', offset: 96, bits: 16 }, values(0x800n), { value: 0x806n }),
    'payload(link, 96, 16) is 0x806, not 0x800',
  ],
  [
    words('udp.destination', values(1n, 2n, 3n, 4n, 5n, 6n), { value: 9n }),
    'udp.destination is 9, not in { 1, 2, 3, 4, … 2 more }',
  ],
])('%s', (said, wanted) => {
  expect(said).toBe(wanted);
});
