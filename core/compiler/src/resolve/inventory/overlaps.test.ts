import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { findOverlaps } from './overlaps.ts';

interface Owned {
  readonly low: bigint;
  readonly high: bigint;
  readonly owner: number;
}

const owned = fc
  .record({ low: fc.bigInt({ min: 0n, max: 60n }), size: fc.bigInt({ min: 0n, max: 12n }), owner: fc.nat(3) })
  .map(({ low, size, owner }): Owned => ({ low, high: low + size, owner }));

const meet = (a: Owned, b: Owned): boolean => a.owner !== b.owner && a.low <= b.high && b.low <= a.high;

test('the sweep finds a pair exactly where comparing each with each does', () => {
  fc.assert(
    fc.property(fc.array(owned, { maxLength: 20 }), (ranges) => {
      const found = findOverlaps(ranges, ({ owner }) => owner);
      for (const { first, second } of found) {
        expect(meet(first, second)).toBe(true);
        expect(ranges.indexOf(first)).toBeLessThan(ranges.indexOf(second));
      }
      const expected = ranges.filter((range, index) =>
        ranges.some(
          (other, at) => meet(range, other) && (other.low < range.low || (other.low === range.low && at < index)),
        ),
      );
      expect(found).toHaveLength(expected.length);
    }),
  );
});
