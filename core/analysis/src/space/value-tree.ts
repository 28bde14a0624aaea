/**
 * A range of a number whose bits are cut into parts, as choices part by part. Guaranteed: a part is left open where the rest
 * decides nothing, so that no cut is made that no question needs.
 */
import type { ValueRange } from '@weir/compiler';
import { fullRange } from './ranges.ts';

/** A part of a number, from the highest on. `level`: undefined where a mask takes the bits away, which then read as 0. */
export interface Part {
  readonly bits: number;
  readonly level: number | undefined;
}

/** True or false, or what each value of a level leads to; false elsewhere. */
export type ValueTree =
  | boolean
  | { readonly level: number; readonly choices: readonly { readonly range: ValueRange; readonly to: ValueTree }[] };

/** The tree of a range. */
export function valueTree(parts: readonly Part[], { low, high }: ValueRange, at = 0): ValueTree {
  const part = parts[at];
  if (part === undefined) return true;
  const rest = BigInt(parts.slice(at + 1).reduce((sum, { bits }) => sum + bits, 0));
  const below = (1n << rest) - 1n;
  const [first, last] = [low >> rest, high >> rest];
  const tail = (from: bigint, to: bigint): ValueTree => valueTree(parts, { low: from, high: to }, at + 1);
  if (part.level === undefined) return first > 0n ? false : tail(low & below, last > 0n ? below : high & below);
  if (first === last) {
    return choice(part, part.level, [{ range: { low: first, high: last }, to: tail(low & below, high & below) }]);
  }
  const start = tail(low & below, below);
  const end = tail(0n, high & below);
  const from = start === true ? first : first + 1n;
  const to = end === true ? last : last - 1n;
  return choice(part, part.level, [
    ...(start === true ? [] : [{ range: { low: first, high: first }, to: start }]),
    ...(from <= to ? [{ range: { low: from, high: to }, to: true }] : []),
    ...(end === true ? [] : [{ range: { low: last, high: last }, to: end }]),
  ]);
}

interface Choice {
  readonly range: ValueRange;
  readonly to: ValueTree;
}

function choice({ bits }: Part, level: number, choices: readonly Choice[]): ValueTree {
  const kept = choices.filter(({ to }) => to !== false);
  const [only] = kept;
  if (only === undefined) return false;
  const isAll = kept.length === 1 && only.to === true && only.range.low === 0n;
  return isAll && only.range.high === fullRange(bits).high ? true : { level, choices: kept };
}
