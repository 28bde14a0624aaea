/** `connection.state`: from the family's own `ct`, or from the marks that carry it. */
import { CT_STATES, and, ct, match, meta } from '@weir/nftables-json';
import type { Statement } from '@weir/nftables-json';
import type { Test } from '../policy/match.ts';
import { contains } from '../values/ranges.ts';
import { unsupportedField } from './findings.ts';
import type { MatchContext } from './match-context.ts';
import { question } from './question.ts';
import type { Question } from './question.ts';

const STATES = Object.entries(CT_STATES);

/** The packet's mark has one of the bits, or none of them. */
export function markHas(bits: number, isSet: boolean): Statement {
  return match(and(meta('mark'), bits), isSet ? '!=' : '==', 0);
}

/** The questions of a test of the connection's state. Values are nft's state bits. */
export function lowerConnectionState(test: Test, context: MatchContext): readonly Question[] {
  const { operand } = test;
  if (operand.kind !== 'values') return [];
  const names = STATES.filter(([, bit]) => {
    const value = test.mask === undefined ? BigInt(bit) : BigInt(bit) & test.mask;
    return contains(operand.ranges, value) !== test.negated;
  }).map(([name]) => name);
  if (names.length === 0) return [];
  if (context.place.state === 'conntrack') return [question({ statements: [match(ct('state'), 'in', names)] })];
  if (context.place.state === 'none') return refuse(test, context, 'where no connection is known');
  if (names.includes('established') !== names.includes('related')) {
    return refuse(test, context, 'as `established` or `related` alone: this target carries both in one mark');
  }
  return carried(names, context);
}

function refuse(test: Test, context: MatchContext, where: string): readonly Question[] {
  context.findings.add(unsupportedField(test.span ?? context.span, { field: 'connection.state', where }));
  return [];
}

function carried(names: readonly string[], context: MatchContext): readonly Question[] {
  const { established, invalid } = context.place.target.marks;
  const found: Question[] = [];
  if (names.includes('established')) found.push(question({ statements: [markHas(established, true)] }));
  if (names.includes('invalid')) found.push(question({ statements: [markHas(invalid, true)] }));
  // A packet without either bit is new, or is not tracked at all; the marks do not tell them apart.
  if (names.includes('new')) found.push(question({ statements: [markHas((established | invalid) >>> 0, false)] }));
  return found;
}
