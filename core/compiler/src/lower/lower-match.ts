/**
 * A match as a list of questions: it holds exactly when one of them does (disjunctive form).
 *
 * Logical `not` of a test whose header may be absent is no flipped test: it is kept as something that must not match,
 * and becomes a chain that returns.
 */
import type { Match, Test } from '../policy/match.ts';
import { normalise } from '../values/ranges.ts';
import { tooManyAlternatives } from './findings.ts';
import { lowerTest } from './lower-test.ts';
import type { MatchContext } from './match-context.ts';
import { ALWAYS, IP_TYPES, bothQuestions, needsChain, question } from './question.ts';
import type { Question } from './question.ts';

/** Most alternatives of one match. */
export const MAX_ALTERNATIVES = 256;

/** The questions of a match in its place; none when it can hold for no frame. */
export function lowerMatch(whole: Match, context: MatchContext): readonly Question[] {
  const known = context.isIp || !context.place.isLink ? question({ ether: IP_TYPES }) : ALWAYS;
  const found = cross([known], alternatives(whole, context));
  if (found.length <= MAX_ALTERNATIVES) return found;
  context.findings.add(tooManyAlternatives(context.span, { limit: MAX_ALTERNATIVES }));
  return [];
}

function alternatives(node: Match, context: MatchContext): readonly Question[] {
  switch (node.kind) {
    case 'always':
      return [ALWAYS];
    case 'test':
      return lowerTest(node, context);
    case 'any':
      return joinTests(node.of).flatMap((one) => alternatives(one, context));
    case 'all':
      return node.of.reduce<readonly Question[]>((found, one) => cross(found, alternatives(one, context)), [ALWAYS]);
    case 'not':
      return lowerNot(node.of, context);
    default:
      return node satisfies never;
  }
}

/** Every question of one list with every one of the other. Cut just above the limit, which the caller reports. */
function cross(a: readonly Question[], b: readonly Question[]): readonly Question[] {
  const found: Question[] = [];
  for (const x of a) {
    for (const y of b) {
      const both = bothQuestions(x, y);
      if (both !== undefined) found.push(both);
      if (found.length > MAX_ALTERNATIVES) return found;
    }
  }
  return found;
}

function lowerNot(inner: Match, context: MatchContext): readonly Question[] {
  switch (inner.kind) {
    case 'always':
      return [];
    case 'not':
      return alternatives(inner.of, context);
    case 'test':
      if (isAlwaysThere(inner, context)) return alternatives({ ...inner, negated: !inner.negated }, context);
      return without([inner], context);
    case 'all':
      if (inner.of.some(hasNot)) return inner.of.flatMap((one) => lowerNot(one, context));
      return without([inner], context);
    case 'any':
      return inner.of.reduce<readonly Question[]>((found, one) => cross(found, lowerNot(one, context)), [ALWAYS]);
    default:
      return inner satisfies never;
  }
}

/** The question that none of the matches holds. INVARIANT: they have no `not` in them. */
function without(matches: readonly Match[], context: MatchContext): readonly Question[] {
  const found = matches.flatMap((one) => alternatives(one, context));
  if (found.length === 0) return [ALWAYS];
  const plain = found.filter((one) => !needsChain(one));
  // A comparison with own raw addresses that must not hold is one that must fail, or whose header is absent.
  const checked = found.filter(needsChain).map(negateCheck);
  const rest = plain.length === 0 ? [ALWAYS] : [question({ without: [plain] })];
  return checked.reduce<readonly Question[]>(cross, rest);
}

function negateCheck(asked: Question): readonly Question[] {
  const bare: Question = { ...asked, checks: [], without: [] };
  const flipped: Question = { ...asked, checks: asked.checks.map((one) => ({ ...one, negated: !one.negated })) };
  return [question({ without: [[bare]] }), flipped];
}

function hasNot(node: Match): boolean {
  switch (node.kind) {
    case 'not':
      return true;
    case 'all':
    case 'any':
      return node.of.some(hasNot);
    case 'always':
    case 'test':
      return false;
    default:
      return node satisfies never;
  }
}

/** Fields that every frame at the place has, so that flipping the test is its logical negation. */
function isAlwaysThere(test: Test, context: MatchContext): boolean {
  if (typeof test.field !== 'string') return false;
  return (
    context.place.isLink &&
    (test.field === 'ether.type' || test.field === 'ether.source' || test.field === 'ether.destination')
  );
}

/** Tests of one field against values become one test against all of them. */
function joinTests(nodes: readonly Match[]): readonly Match[] {
  const joined = new Map<string, Test[]>();
  const rest: Match[] = [];
  for (const node of nodes) {
    const key = joinKey(node);
    if (key === undefined || node.kind !== 'test') rest.push(node);
    else joined.set(key, [...(joined.get(key) ?? []), node]);
  }
  return [...[...joined.values()].flatMap(joinTest), ...rest];
}

function joinKey(node: Match): string | undefined {
  if (node.kind !== 'test' || node.negated || node.operand.kind !== 'values') return undefined;
  const field =
    typeof node.field === 'string' ? node.field : `${node.field.base} ${node.field.offset} ${node.field.bits}`;
  return `${field} ${String(node.mask)}`;
}

function joinTest(tests: readonly Test[]): readonly Match[] {
  const [first] = tests;
  if (first === undefined) return [];
  const ranges = normalise(tests.flatMap(({ operand }) => (operand.kind === 'values' ? operand.ranges : [])));
  return [{ ...first, operand: { kind: 'values', ranges } }];
}
