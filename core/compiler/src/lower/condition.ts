/**
 * Matches as alternatives: each one a set of conditions that must all hold.
 *
 * In: a typed match. Out: its disjunctive normal form, with the EtherType and the upper-layer protocol gathered apart
 * from the other tests, because they say which headers there are. Guaranteed: an alternative holds exactly when the
 * match says so, for frames that lack headers too; contradictions have been dropped.
 */
import type { Field } from '../policy/field.ts';
import type { Match, Test, ValueRange } from '../policy/match.ts';
import { requirementOf, type Requirement } from './field-expression.ts';
import { complement, intersect } from './literal.ts';

export interface Condition {
  /** Allowed EtherTypes of the frame itself; absent: any. */
  readonly ether?: readonly ValueRange[];
  /** Allowed upper-layer protocols; absent: any, or none. */
  readonly protocol?: readonly ValueRange[];
  /** The frame must be a bridge protocol unit. */
  readonly bpdu: boolean;
  /** Allowed ICMPv6 types that make a header exist; absent: any. */
  readonly icmpv6?: readonly number[];
  readonly tests: readonly Test[];
  /** None of these may hold: logical negations, true where headers are missing. */
  readonly not: readonly Match[];
}

const ALWAYS: Condition = { bpdu: false, tests: [], not: [] };

/** More alternatives than this are refused: the operator meant something else, or can say it with sets. */
export const MAX_ALTERNATIVES = 256;

const single = (numbers: readonly number[]): readonly ValueRange[] =>
  [...numbers].sort((a, b) => a - b).map((n) => ({ low: BigInt(n), high: BigInt(n) }));

function requiring(requirement: Requirement, rest: Partial<Condition>): Condition {
  return {
    ...ALWAYS,
    ...(requirement.ether && { ether: single(requirement.ether) }),
    ...(requirement.protocol && { protocol: single(requirement.protocol) }),
    ...(requirement.icmpv6 && { icmpv6: requirement.icmpv6 }),
    ...(requirement.bpdu && { bpdu: true }),
    ...rest,
  };
}

const PROTOCOL_FIELDS: ReadonlySet<string> = new Set(['ip.protocol', 'ip6.protocol', 'packet.protocol']);

/** The alternatives of one test. */
function ofTest(test: Test, fields: ReadonlyMap<string, Field>): readonly Condition[] {
  if (typeof test.field !== 'string') return [{ ...ALWAYS, tests: [test] }];
  const field = fields.get(test.field);
  if (field === undefined) throw new Error(`the policy tests an unknown field ${test.field}`);
  const requirement = requirementOf(field.header);
  if (test.mask === undefined && test.operand.kind === 'values') {
    const { ranges } = test.operand;
    if (test.field === 'ether.type') {
      return keep([{ ...ALWAYS, ether: test.negated ? complement(ranges, 16) : ranges }]);
    }
    if (PROTOCOL_FIELDS.has(test.field)) {
      return keep([requiring(requirement, { protocol: test.negated ? complement(ranges, 8) : ranges })]);
    }
  }
  return [requiring(requirement, { tests: [test] })];
}

/** Alternatives without the contradictions. */
function keep(alternatives: readonly Condition[]): readonly Condition[] {
  return alternatives.filter((c) => c.ether?.length !== 0 && c.protocol?.length !== 0 && c.icmpv6?.length !== 0);
}

function bothOf<T>(
  a: readonly T[] | undefined,
  b: readonly T[] | undefined,
  share: (a: readonly T[], b: readonly T[]) => readonly T[],
): readonly T[] | undefined {
  return a === undefined ? b : b === undefined ? a : share(a, b);
}

function both(a: Condition, b: Condition): Condition {
  const ether = bothOf(a.ether, b.ether, intersect);
  const protocol = bothOf(a.protocol, b.protocol, intersect);
  const icmpv6 = bothOf(a.icmpv6, b.icmpv6, (x, y) => x.filter((n) => y.includes(n)));
  return {
    ...(ether && { ether }),
    ...(protocol && { protocol }),
    ...(icmpv6 && { icmpv6 }),
    bpdu: a.bpdu || b.bpdu,
    tests: [...a.tests, ...b.tests],
    not: [...a.not, ...b.not],
  };
}

/**
 * The alternatives of a match, at most {@link MAX_ALTERNATIVES}; undefined when there would be more.
 * Throws when the policy tests a field that is not in the table (a broken invariant of an earlier pass).
 */
export function alternatives(match: Match, fields: ReadonlyMap<string, Field>): readonly Condition[] | undefined {
  switch (match.kind) {
    case 'always':
      return [ALWAYS];
    case 'test':
      return ofTest(match, fields);
    case 'any': {
      const parts = match.of.map((part) => alternatives(part, fields));
      const all = parts.flatMap((part) => part ?? []);
      return parts.includes(undefined) || all.length > MAX_ALTERNATIVES ? undefined : all;
    }
    case 'all': {
      let product: readonly Condition[] = [ALWAYS];
      for (const part of match.of) {
        const next = alternatives(part, fields);
        if (next === undefined || product.length * next.length > MAX_ALTERNATIVES) return undefined;
        product = keep(product.flatMap((a) => next.map((b) => both(a, b))));
      }
      return product;
    }
    case 'not':
      return negation(match.of, fields);
    default:
      return match satisfies never;
  }
}

function negation(match: Match, fields: ReadonlyMap<string, Field>): readonly Condition[] | undefined {
  if (match.kind === 'not') return alternatives(match.of, fields);
  if (match.kind === 'always') return [];
  if (match.kind === 'any')
    return alternatives({ kind: 'all', of: match.of.map((of) => ({ kind: 'not', of })) }, fields);
  if (match.kind === 'test') {
    const flipped = alwaysPresent(match, fields);
    if (flipped !== undefined) return ofTest(flipped, fields);
  }
  return [{ ...ALWAYS, not: [match] }];
}

/** A test of a field that every frame has can be negated in place. */
function alwaysPresent(test: Test, fields: ReadonlyMap<string, Field>): Test | undefined {
  if (typeof test.field !== 'string') return undefined;
  const header = fields.get(test.field)?.header;
  return header === 'frame' || header === 'packet' ? { ...test, negated: !test.negated } : undefined;
}
