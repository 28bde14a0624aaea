import fc from 'fast-check';
import { expect, test } from 'vitest';
import { ETHERTYPES } from '../policy/field-names.ts';
import { FIELDS } from '../policy/fields.ts';
import type { Header } from '../policy/field.ts';
import type { Match, ValueRange } from '../policy/match.ts';
import { contains, normalise } from '../values/ranges.ts';
import { canMatch } from './feasible.ts';

/** A frame as far as headers say; every other field has value 1. */
interface Frame {
  readonly ether: number;
  readonly protocol: number;
}

const ETHERS = [...Object.values(ETHERTYPES), 0x88b5, 0x0026];
const PROTOCOLS = [1, 2, 6, 17, 33, 50, 58, 132, 136];
const FRAMES: readonly Frame[] = ETHERS.flatMap((ether) => PROTOCOLS.map((protocol) => ({ ether, protocol })));

/** Written without the table of the module: which headers a frame has. */
function has(header: Header, { ether, protocol }: Frame): boolean {
  const four = ether === 0x0800;
  const six = ether === 0x86dd;
  const upper: Partial<Record<Header, number>> = { tcp: 6, udp: 17, udplite: 136, sctp: 132, dccp: 33 };
  switch (header) {
    case 'frame':
    case 'packet':
      return true;
    case 'stp':
      return ether < 0x600;
    case 'vlan':
      return ether === 0x8100;
    case 'arp':
      return ether === 0x0806 || ether === 0x8035;
    case 'ipv4':
      return four;
    case 'ipv6':
      return six;
    case 'ip':
    case 'connection':
      return four || six;
    case 'icmp':
      return four && protocol === 1;
    case 'icmpv6':
    case 'nd':
      return six && protocol === 58;
    default:
      return (four || six) && protocol === upper[header];
  }
}

function valueOf(id: string, frame: Frame): bigint {
  if (id === 'ether.type') return BigInt(frame.ether);
  return /^(?:ip|ip6|packet)\.protocol$/.test(id) ? BigInt(frame.protocol) : 1n;
}

function holds(match: Match, frame: Frame): boolean {
  switch (match.kind) {
    case 'always':
      return true;
    case 'all':
      return match.of.every((one) => holds(one, frame));
    case 'any':
      return match.of.some((one) => holds(one, frame));
    case 'not':
      return !holds(match.of, frame);
    case 'test': {
      const id = typeof match.field === 'string' ? match.field : '';
      const field = FIELDS.get(id);
      if (field === undefined || match.operand.kind !== 'values' || !has(field.header, frame)) return false;
      const value = valueOf(id, frame);
      const seen = match.mask === undefined ? value : value & match.mask;
      return contains(match.operand.ranges, seen) !== match.negated;
    }
    default:
      return match satisfies never;
  }
}

const ranges: fc.Arbitrary<readonly ValueRange[]> = fc
  .array(fc.constantFrom(1, 6, 17, 58, 0x0800, 0x0806, 0x8100, 0x86dd, 0x0026), { minLength: 1, maxLength: 3 })
  .map((list) => normalise(list.map((n) => ({ low: BigInt(n), high: BigInt(n) }))));

const tests: fc.Arbitrary<Match> = fc.record(
  {
    kind: fc.constant('test' as const),
    field: fc.oneof(
      fc.constantFrom('ether.type', 'ether.type', 'packet.protocol', 'ip.protocol', 'ip6.protocol'),
      fc.constantFrom(...FIELDS.keys()),
    ),
    negated: fc.boolean(),
    operand: ranges.map((list) => ({ kind: 'values' as const, ranges: list })),
    mask: fc.constantFrom(1n, 0xffffn),
  },
  { requiredKeys: ['kind', 'field', 'negated', 'operand'] },
);

const { match: matches } = fc.letrec<{ match: Match }>((tie) => ({
  match: fc.oneof(
    { maxDepth: 4, withCrossShrink: true },
    tests,
    fc.constant<Match>({ kind: 'always' }),
    fc.array(tie('match'), { minLength: 1, maxLength: 4 }).map((of): Match => ({ kind: 'all', of })),
    fc.array(tie('match'), { minLength: 1, maxLength: 4 }).map((of): Match => ({ kind: 'any', of })),
    tie('match').map((of): Match => ({ kind: 'not', of })),
  ),
}));

test('a match that some frame satisfies is never called impossible', () => {
  let impossible = 0;
  fc.assert(
    fc.property(matches, (match) => {
      const possible = canMatch(match);
      if (!possible) impossible += 1;
      return possible || !FRAMES.some((frame) => holds(match, frame));
    }),
    { numRuns: 3000 },
  );
  // Else the property would say nothing.
  expect(impossible).toBeGreaterThan(50);
});

test('the last of very many alternatives counts as well', () => {
  const ether = (type: number): Match => {
    const value = BigInt(type);
    return {
      kind: 'test',
      field: 'ether.type',
      negated: false,
      operand: { kind: 'values', ranges: [{ low: value, high: value }] },
    };
  };
  const many: Match = { kind: 'any', of: [...Array.from({ length: 600 }, () => ether(0x0806)), ether(0x0800)] };
  expect(canMatch({ kind: 'all', of: [many, ether(0x0800)] })).toBe(true);
});
