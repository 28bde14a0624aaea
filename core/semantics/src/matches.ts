/**
 * Whether a match holds for a subject.
 *
 * INVARIANT: a test of a field that is absent is false, negated or not; `not` is plain logical negation.
 */
import type { Match, Operand, SelfFact, Test, ValueRange } from '@weir/compiler';
import { fieldValue } from './field-value.ts';
import { namedSet } from './subject.ts';
import type { Subject } from './subject.ts';

/** True when the match holds. */
export function matches(match: Match, subject: Subject): boolean {
  switch (match.kind) {
    case 'always':
      return true;
    case 'all':
      return match.of.every((one) => matches(one, subject));
    case 'any':
      return match.of.some((one) => matches(one, subject));
    case 'not':
      return !matches(match.of, subject);
    case 'test':
      return holds(match, subject);
    default:
      return match satisfies never;
  }
}

function holds(test: Test, subject: Subject): boolean {
  const value = fieldValue(subject, test.field);
  if (value === undefined) return false;
  const masked = test.mask === undefined ? value : value & test.mask;
  return isAmong(masked, operandRanges(test.operand, subject)) !== test.negated;
}

const isAmong = (value: bigint, ranges: readonly ValueRange[]): boolean =>
  ranges.some(({ low, high }) => low <= value && value <= high);

function operandRanges(operand: Operand, subject: Subject): readonly ValueRange[] {
  switch (operand.kind) {
    case 'values':
      return operand.ranges;
    case 'named': {
      const { ranges, contributed } = namedSet(subject, operand.set);
      return [...ranges, ...contributed.flatMap((one) => one.ranges)];
    }
    case 'self':
      return ownRanges(operand.fact, subject);
    default:
      return operand satisfies never;
  }
}

function ownRanges(fact: SelfFact, { port }: Subject): readonly ValueRange[] {
  switch (fact) {
    case 'mac':
      return [{ low: port.mac, high: port.mac }];
    case 'ipv4':
      return port.ipv4;
    case 'ipv6':
      return port.ipv6;
    case 'ifname':
      // WHY: no field holds the name of a device, so nothing can be compared with it.
      return [];
    default:
      return fact satisfies never;
  }
}
