/**
 * Profiles made comparable. In: a profile. Out: the same profile, in which limits, quotas and counts of connections are told by
 * where they stand and not by what they say, so that "the limit lets it match" is one fact for the old and the new rule; and
 * the rule behind every place. Guaranteed: decides as the profile does.
 */
import type {
  DecisionList,
  Direction,
  Origin,
  PolicyNode,
  PolicyRule,
  Profile,
  Rate,
  RuleOptions,
} from '@weir/compiler';

/** What gave a verdict: a rule, or the default of a list. */
export interface Decider {
  readonly kind: 'rule' | 'default';
  readonly stage: 'guard' | 'filter';
  /** Of the guard or filter. */
  readonly name: string;
  readonly origin: Origin;
  /** Limits and the like as they are written. */
  readonly limits: Limits;
}

export type Limits = Pick<RuleOptions, 'limit' | 'quota' | 'connections'>;

export interface Comparable {
  readonly profile: Profile;
  /** By the identity of the origin in {@link profile}. */
  readonly deciders: ReadonlyMap<Origin, Decider>;
}

/** Makes a profile comparable. */
export function comparableProfile(profile: Profile): Comparable {
  const deciders = new Map<Origin, Decider>();
  const listOf = (list: DecisionList, stage: Decider['stage'], name: string, direction: Direction): DecisionList => {
    const count = new Map<string, number>();
    const places = new Map<string, number>();
    const ruleOf = (rule: PolicyRule): PolicyRule => {
      const { limit, quota, connections, ...rest } = rule.options;
      const others = withoutRate(rest);
      const limits: Limits = { ...(limit && { limit }), ...(quota && { quota }), ...(connections && { connections }) };
      const isLimited = Object.keys(limits).length > 0;
      const item = `${stage} ${name} ${direction} ${rule.origin.item}`;
      // A block that is placed twice is one rule.
      const place = `${item} ${rule.origin.span.file} ${rule.origin.statement}`;
      if (isLimited && !places.has(place)) {
        count.set(item, (count.get(item) ?? 0) + 1);
        places.set(place, count.get(item) ?? 0);
      }
      const origin: Origin = isLimited
        ? { span: NOWHERE, item, statement: places.get(place) ?? 0 }
        : { ...rule.origin };
      deciders.set(origin, { kind: 'rule', stage, name, origin: rule.origin, limits });
      return { ...rule, origin, options: { ...others, ...(isLimited && placeholders(limits)) } };
    };
    const nodeOf = (node: PolicyNode): PolicyNode =>
      node.kind === 'rule' ? ruleOf(node) : { ...node, nodes: node.nodes.map(nodeOf) };
    const origin = { ...list.default.origin };
    deciders.set(origin, { kind: 'default', stage, name, origin: list.default.origin, limits: {} });
    return {
      nodes: list.nodes.map(nodeOf),
      default: { ...list.default, options: withoutRate(list.default.options), origin },
    };
  };
  const both = <T extends { readonly name: string; readonly in: DecisionList; readonly out: DecisionList }>(
    one: T,
    stage: Decider['stage'],
  ): T => ({
    ...one,
    in: listOf(one.in, stage, one.name, 'in'),
    out: listOf(one.out, stage, one.name, 'out'),
  });
  const { guard, filters } = profile;
  return {
    profile: {
      ...profile,
      ...(guard && { guard: both(guard, 'guard') }),
      filters: filters.map((filter) => both(filter, 'filter')),
    },
    deciders,
  };
}

/** WHY: whether a rate lets a line be written now is no matter of the packet; the rate itself is told with the line. */
function withoutRate<O extends Pick<RuleOptions, 'log'>>(options: O): O {
  const { log } = options;
  if (log?.rate === undefined) return options;
  const { rate, ...line } = log;
  const words = `at most ${rateWords(rate)}`;
  return { ...options, log: { ...line, prefix: line.prefix === undefined ? words : `${line.prefix} (${words})` } };
}

/** As it is written. */
export function rateWords({ amount, unit, per, burst }: Rate): string {
  const rate = `${amount}${unit === 'packets' ? '' : ` ${unit}`}/${per}`;
  return burst === undefined ? rate : `${rate} burst ${burst}`;
}

const NOWHERE = { file: '', start: 0, end: 0 };

/** The same for every limit of a kind; only whether it asks for an excess stays. */
function placeholders({ limit, quota, connections }: Limits): Limits {
  return {
    ...(limit && { limit: { amount: 1, unit: 'packets', per: 'second', over: limit.over } as const }),
    ...(quota && { quota: { bytes: 1, over: quota.over } }),
    ...(connections && { connections: { over: 1, perSource: connections.perSource } }),
  };
}
