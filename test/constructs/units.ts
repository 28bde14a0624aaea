// The parts of a profile that can decide a frame: rules, the tests inside them, limits, defaults, blocks. In: a profile and the names of constructs for
// each part. Out: units, each with the profile in which that part alone says the opposite. Guarantees: pure; the profile given is not changed.
import type {
  DecisionList,
  Direction,
  Match,
  PolicyBlock,
  PolicyNode,
  PolicyRule,
  Profile,
  Test,
} from '@weir/compiler';

/** One part of a profile, in one direction. */
export type Unit =
  | { readonly kind: 'rule' | 'condition'; readonly rule: PolicyRule; readonly constructs: readonly string[] }
  | { readonly kind: 'test'; readonly rule: PolicyRule; readonly test: Test; readonly constructs: readonly string[] }
  | { readonly kind: 'block'; readonly block: PolicyBlock; readonly constructs: readonly string[] }
  | { readonly kind: 'default'; readonly list: DecisionList; readonly constructs: readonly string[] };

/** Names of what a part is written with. */
export interface Naming {
  rule(rule: PolicyRule, of: 'guard' | 'filter', direction: Direction): readonly string[];
  condition(rule: PolicyRule): readonly string[];
  test(test: Test): readonly string[];
  block(block: PolicyBlock, of: 'guard' | 'filter'): readonly string[];
  default(list: DecisionList, of: 'guard' | 'filter', direction: Direction): readonly string[];
}

/** All parts of a profile in one direction. */
export function unitsOf(profile: Profile, direction: Direction, naming: Naming): readonly Unit[] {
  const lists = [
    ...(profile.guard === undefined ? [] : [{ of: 'guard' as const, list: profile.guard[direction] }]),
    ...profile.filters.map((filter) => ({ of: 'filter' as const, list: filter[direction] })),
  ];
  return lists.flatMap(({ of, list }): readonly Unit[] => [
    ...list.nodes.flatMap((node) => nodeUnits(node, of, direction, naming)),
    { kind: 'default', list, constructs: naming.default(list, of, direction) },
  ]);
}

function nodeUnits(node: PolicyNode, of: 'guard' | 'filter', direction: Direction, naming: Naming): readonly Unit[] {
  if (node.kind === 'block') {
    const inner = node.nodes.flatMap((one) => nodeUnits(one, of, direction, naming));
    return [{ kind: 'block', block: node, constructs: naming.block(node, of) }, ...inner];
  }
  return [
    { kind: 'rule', rule: node, constructs: naming.rule(node, of, direction) },
    { kind: 'condition', rule: node, constructs: naming.condition(node) },
    ...testsOf(node.match).map((test): Unit => ({ kind: 'test', rule: node, test, constructs: naming.test(test) })),
  ];
}

/** The tests of a match. */
export function testsOf(match: Match): readonly Test[] {
  switch (match.kind) {
    case 'always':
      return [];
    case 'test':
      return [match];
    case 'not':
      return testsOf(match.of);
    case 'all':
    case 'any':
      return match.of.flatMap(testsOf);
    default:
      return match satisfies never;
  }
}

/** The profile in which a part says the opposite; a condition is not of the profile but of the moment, and leaves it as it is. */
export function withOpposite(profile: Profile, direction: Direction, unit: Unit): Profile {
  const change = (list: DecisionList): DecisionList => oppositeList(list, unit);
  const { guard } = profile;
  return {
    ...profile,
    ...(guard !== undefined && { guard: { ...guard, [direction]: change(guard[direction]) } }),
    filters: profile.filters.map((filter) => ({ ...filter, [direction]: change(filter[direction]) })),
  };
}

function oppositeList(list: DecisionList, unit: Unit): DecisionList {
  if (unit.kind === 'default') {
    if (unit.list !== list) return list;
    const isDelivering = list.default.verdict.kind === 'accept' || list.default.verdict.kind === 'pass';
    const verdict = isDelivering ? ({ kind: 'drop' } as const) : ({ kind: 'accept', stateless: true } as const);
    return { ...list, default: { ...list.default, verdict } };
  }
  return { ...list, nodes: list.nodes.flatMap((node) => oppositeNode(node, unit)) };
}

function oppositeNode(node: PolicyNode, unit: Unit): readonly PolicyNode[] {
  if (node.kind === 'block') {
    if (unit.kind === 'block' && unit.block === node) return [];
    return [{ ...node, nodes: node.nodes.flatMap((one) => oppositeNode(one, unit)) }];
  }
  if (unit.kind === 'rule' && unit.rule === node) return [{ ...node, match: { kind: 'not', of: node.match } }];
  if (unit.kind === 'test' && unit.rule === node) return [{ ...node, match: oppositeTest(node.match, unit.test) }];
  return [node];
}

function oppositeTest(match: Match, test: Test): Match {
  switch (match.kind) {
    case 'always':
      return match;
    case 'test':
      return match === test ? { kind: 'not', of: match } : match;
    case 'not':
      return { kind: 'not', of: oppositeTest(match.of, test) };
    case 'all':
    case 'any':
      return { kind: match.kind, of: match.of.map((one) => oppositeTest(one, test)) };
    default:
      return match satisfies never;
  }
}
