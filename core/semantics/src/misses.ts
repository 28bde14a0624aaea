/** Why a match does not hold: the tests that would have to go the other way, with what the frame has there. */
import type { Match, Test } from '@weir/compiler';
import { fieldValue } from './field-value.ts';
import { matches } from './matches.ts';
import type { Subject } from './subject.ts';

/** One test that stands in the way. */
export interface Miss {
  readonly test: Test;
  /** The field's value, masked as the test asks; absent when its header is not there. */
  readonly value?: bigint;
  /** False: it holds, and stands under a `not`. */
  readonly wanted: boolean;
}

/** Of a match that fails: of parts that must all hold the first that does not, of alternatives all. */
export function missesOf(match: Match, subject: Subject): readonly Miss[] {
  return against(match, subject, true);
}

/** Of a match that is `!wanted`, the tests that make it so. */
function against(match: Match, subject: Subject, wanted: boolean): readonly Miss[] {
  switch (match.kind) {
    case 'always':
      return [];
    case 'not':
      return against(match.of, subject, !wanted);
    case 'all':
    case 'any': {
      // Of a conjunction one part is enough to fail, and of alternatives one is enough to hold.
      if ((match.kind === 'all') !== wanted) return match.of.flatMap((one) => against(one, subject, wanted));
      const part = match.of.find((one) => matches(one, subject) !== wanted);
      return part === undefined ? [] : against(part, subject, wanted);
    }
    case 'test': {
      const value = fieldValue(subject, match.field);
      const masked = value !== undefined && match.mask !== undefined ? value & match.mask : value;
      return [{ test: match, wanted, ...(masked !== undefined && { value: masked }) }];
    }
    default:
      return match satisfies never;
  }
}
