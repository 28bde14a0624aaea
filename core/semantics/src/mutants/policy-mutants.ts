/**
 * Policies that are wrong in one statement: what a slip of an author's hand could have made of this one.
 *
 * In: a policy. Out: one changed policy for each slip. Guaranteed: each differs from the original in one statement and
 * one direction only, in every profile that has the statement; the order is that of files and places.
 */
import { FIELDS } from '@weir/compiler';
import type { Direction, Header, Match, Origin, Policy, PolicyRule, PolicyVerdict } from '@weir/compiler';
import type { Covered } from '../tests/coverage.ts';
import { changePolicy } from './map-rules.ts';

/** A rule or default that somebody wrote, as a coverage lists it. */
export type PolicyStatement = Extract<Covered, { readonly kind: 'rule' | 'default' }>;

/**
 * - `flipped`: accepts where it refused, or refuses where it accepted;
 * - `dropped`: the rule is not there;
 * - `widened`: one of the rule's conditions is not asked.
 */
export type Slip = 'flipped' | 'dropped' | 'widened';

export interface PolicyMutant {
  readonly slip: Slip;
  readonly statement: PolicyStatement;
  /** Of `widened`: the condition that is not asked. */
  readonly condition?: Match;
  /** Makes the changed policy. */
  make(): Policy;
}

/** The mutants of these statements of a policy. */
export function policyMutants(policy: Policy, statements: readonly PolicyStatement[]): readonly PolicyMutant[] {
  const conditions = conditionsByRule(policy);
  return statements.flatMap((statement) => mutantsOf(policy, statement, conditions.get(keyOf(statement)) ?? []));
}

/** What tells statements apart: the place and the direction. */
const statementKey = ({ span, statement }: Origin, direction: Direction): string =>
  `${span.file}:${span.start}-${span.end} ${statement} ${direction}`;

const keyOf = ({ origin, direction }: PolicyStatement): string => statementKey(origin, direction);

function mutantsOf(
  policy: Policy,
  statement: PolicyStatement,
  conditions: readonly Condition[],
): readonly PolicyMutant[] {
  const flipped: PolicyMutant = { slip: 'flipped', statement, make: () => flip(policy, statement) };
  if (statement.kind === 'default') return [flipped];
  const change = (with_: (rule: PolicyRule) => PolicyRule | undefined): Policy =>
    changePolicy(policy, {
      rule: (rule, direction) => (statementKey(rule.origin, direction) === keyOf(statement) ? with_(rule) : rule),
    });
  return [
    flipped,
    { slip: 'dropped', statement, make: () => change(() => undefined) },
    ...conditions.map(({ condition, index }): PolicyMutant => ({
      slip: 'widened',
      statement,
      condition,
      make: () => change((rule) => ({ ...rule, match: without(rule.match, index) })),
    })),
  ];
}

function flip(policy: Policy, statement: PolicyStatement): Policy {
  const key = keyOf(statement);
  const { stage } = statement;
  return changePolicy(policy, {
    rule: (rule, direction) =>
      statementKey(rule.origin, direction) === key && statement.kind === 'rule'
        ? { ...rule, verdict: opposite(rule.verdict, stage) }
        : rule,
    default: (last, direction) =>
      statementKey(last.origin, direction) === key && statement.kind === 'default'
        ? { ...last, verdict: opposite(last.verdict, stage) }
        : last,
  });
}

/** What lets a frame go on becomes what ends it, and the other way round. */
function opposite(verdict: PolicyVerdict, stage: PolicyStatement['stage']): PolicyVerdict {
  switch (verdict.kind) {
    case 'accept':
    case 'pass':
    case 'return':
    case 'continue':
      return { kind: 'drop' };
    case 'drop':
    case 'reject':
      return stage === 'guard' ? { kind: 'pass' } : { kind: 'accept', stateless: false };
    default:
      return verdict satisfies never;
  }
}

interface Condition {
  readonly condition: Match;
  /** Its place among the rule's conditions. */
  readonly index: number;
}

/** The conditions of each rule that make a difference when they are left out, as the first profile that has the rule has it. */
function conditionsByRule(policy: Policy): ReadonlyMap<string, readonly Condition[]> {
  const found = new Map<string, readonly Condition[]>();
  changePolicy(policy, {
    rule: (rule, direction) => {
      const key = statementKey(rule.origin, direction);
      if (!found.has(key)) found.set(key, tellingConditions(rule.match));
      return rule;
    },
  });
  return found;
}

function tellingConditions(match: Match): readonly Condition[] {
  const all = conditionsOf(match);
  return all.flatMap((condition, index) => (isImplied(condition, all) ? [] : [{ condition, index }]));
}

/** Headers that only the packets of one upper-layer protocol have. */
const UPPER: ReadonlySet<Header> = new Set(['tcp', 'udp', 'udplite', 'sctp', 'dccp', 'icmp', 'icmpv6', 'nd']);

/**
 * WHY: a test of a field holds only where its header is, so that the protocol which a rule names as well says nothing
 * more, and leaving it out changes no verdict.
 */
function isImplied(condition: Match, all: readonly Match[]): boolean {
  const fields = all.flatMap((one) => (one.kind === 'test' && typeof one.field === 'string' ? [one.field] : []));
  const field = condition.kind === 'test' ? condition.field : undefined;
  const hasUpper = fields.some((id) => UPPER.has(FIELDS.get(id)?.header ?? 'frame'));
  if (field === 'packet.protocol') return hasUpper;
  return field === 'ether.type' && (hasUpper || fields.includes('packet.protocol'));
}

function conditionsOf(match: Match): readonly Match[] {
  if (match.kind === 'always') return [];
  return match.kind === 'all' ? match.of : [match];
}

function without(match: Match, condition: number): Match {
  const left = conditionsOf(match).filter((_, index) => index !== condition);
  return left.length === 0 ? { kind: 'always' } : { kind: 'all', of: left };
}
