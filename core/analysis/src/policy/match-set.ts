/**
 * The packets for which a match holds.
 *
 * INVARIANT: a test of a field that is absent is false, negated or not; `not` is plain logical negation.
 */
import type { Match, NamedSet, Test, ValueRange } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import type { Condition, Headers } from '../space/headers.ts';
import type { OwnFacts } from '../space/own.ts';
import { normalRanges } from '../space/ranges.ts';
import { UnreadableError } from '../unreadable.ts';
import { fieldSet } from './field-place.ts';

/** What matches are read against. */
export interface MatchWorld {
  readonly headers: Headers;
  readonly sets: ReadonlyMap<string, NamedSet>;
  readonly own: OwnFacts;
  /** Mark bits that are no part of what rules see and set. */
  readonly ownMarks: number;
}

/** The set of a match. */
export function matchSet(match: Match, world: MatchWorld): Diagram {
  const { headers } = world;
  switch (match.kind) {
    case 'always':
      return EVERYTHING;
    case 'all':
      return headers.all(...match.of.map((one) => matchSet(one, world)));
    case 'any':
      return headers.any(match.of.map((one) => matchSet(one, world)));
    case 'not':
      return headers.terms.diagrams.not(matchSet(match.of, world));
    case 'test':
      return testSet(match, world);
    default:
      return match satisfies never;
  }
}

function testSet(whole: Test, world: MatchWorld): Diagram {
  const test = whole.field === 'packet.mark' ? withoutOwnMarks(whole, world) : whole;
  const { headers } = world;
  const { diagrams } = headers.terms;
  const isAmong = amongOperand(test, world);
  const ranges = operandRanges(test, world);
  const { mask, negated } = test;
  return fieldSet(headers, test.field, {
    ofBits: (pieces) => (negated ? diagrams.not(isAmong(pieces)) : isAmong(pieces)),
    ofValue: (value) => {
      const masked = mask === undefined ? value : value & mask;
      return ranges.some(({ low, high }) => low <= masked && masked <= high) !== negated;
    },
  });
}

function withoutOwnMarks(test: Test, { ownMarks }: MatchWorld): Test {
  const theirs = BigInt(~ownMarks >>> 0);
  return { ...test, mask: test.mask === undefined ? theirs : test.mask & theirs };
}

/** The bits are among what the test compares them with. */
function amongOperand(test: Test, world: MatchWorld): Condition {
  const { terms } = world.headers;
  const { operand, mask } = test;
  if (operand.kind !== 'self') {
    const ranges = operandRanges(test, world);
    return (pieces) => terms.join(pieces, ranges, mask);
  }
  const { fact } = operand;
  // No field holds the name of a device, so nothing can be compared with it.
  if (fact === 'ifname') return () => NOTHING;
  return (pieces) => {
    const [piece] = pieces;
    if (piece === undefined || pieces.length > 1 || mask !== undefined)
      throw new UnreadableError(`own addresses compared with masked or joined bits`);
    return world.own.ask(terms, fact, piece, { kind: 'all' });
  };
}

function operandRanges({ operand }: Test, { sets }: MatchWorld): readonly ValueRange[] {
  if (operand.kind === 'values') return normalRanges(operand.ranges);
  if (operand.kind === 'self') return [];
  const set = sets.get(operand.set);
  if (set === undefined) throw new Error(`no set ${JSON.stringify(operand.set)} in this policy`);
  return normalRanges([...set.ranges, ...set.contributed.flatMap(({ ranges }) => ranges)]);
}
