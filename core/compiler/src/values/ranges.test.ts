import fc from 'fast-check';
import { expect, test } from 'vitest';
import type { ValueRange } from '../policy/match.ts';
import { contains, intersection, isSingle, normalise, prefixRange, subtract } from './ranges.ts';

const range = fc
  .tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 0, max: 6 }))
  .map(([low, more]): ValueRange => ({ low: BigInt(low), high: BigInt(low + more) }));
const ranges = fc.array(range, { maxLength: 8 });
const everyValue = Array.from({ length: 50 }, (_, value) => BigInt(value));

const has = (list: readonly ValueRange[], value: bigint): boolean =>
  list.some((one) => one.low <= value && value <= one.high);
const isNormal = (list: readonly ValueRange[]): boolean =>
  list.every((one, i) => one.low <= one.high && (i === 0 || (list[i - 1]?.high ?? 0n) + 1n < one.low));

test('normal form keeps the members, and is sorted, disjoint and not adjacent', () => {
  fc.assert(
    fc.property(ranges, (list) => {
      const normal = normalise(list);
      return isNormal(normal) && everyValue.every((value) => has(normal, value) === has(list, value));
    }),
  );
});

test('normal form does not depend on the order', () => {
  fc.assert(
    fc.property(ranges, (list) => {
      expect(normalise([...list].reverse())).toEqual(normalise(list));
    }),
  );
});

test('subtraction, intersection and membership mean what they mean for sets, in normal form', () => {
  fc.assert(
    fc.property(ranges, ranges, (x, y) => {
      const [a, b] = [normalise(x), normalise(y)];
      const [without, shared] = [subtract(a, b), intersection(a, b)];
      const means = (value: bigint): boolean =>
        has(without, value) === (has(a, value) && !has(b, value)) &&
        has(shared, value) === (has(a, value) && has(b, value)) &&
        contains(a, value) === has(a, value);
      return isNormal(without) && isNormal(shared) && everyValue.every(means);
    }),
  );
});

test('twenty thousand ranges are subtracted and intersected in linear time', () => {
  const a = Array.from({ length: 20_000 }, (_, i) => ({ low: BigInt(i * 10), high: BigInt(i * 10 + 5) }));
  const b = a.map(({ low }) => ({ low: low + 2n, high: low + 3n }));
  const start = performance.now();
  expect(subtract(a, b)).toHaveLength(40_000);
  expect(intersection(a, b)).toEqual(b);
  // The quadratic way takes minutes.
  expect(performance.now() - start).toBeLessThan(2000);
});

test('a prefix covers its host part, from everything to one address', () => {
  expect(prefixRange(0x0a010203n, 8, 32)).toEqual({ low: 0x0a000000n, high: 0x0affffffn });
  expect(prefixRange(5n, 0, 128)).toEqual({ low: 0n, high: (1n << 128n) - 1n });
  expect(isSingle(prefixRange(5n, 128, 128))).toBe(true);
});
