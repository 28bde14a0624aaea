// Policies as a wrong resolve, build or start of the lowering would read them. In: a policy. Out: for each kind of fault all places, with the changed
// policy. Guarantees: pure.
import type {
  DecisionList,
  Filter,
  Guard,
  Match,
  Policy,
  PolicyNode,
  PolicyRule,
  PolicyVerdict,
  Profile,
  Test,
} from '@weir/compiler';
import { type Mutation, without } from './mutants.ts';

const MOST = { number: 65_535n, mac: (1n << 48n) - 1n } as const;

type ListChange = (list: DecisionList) => readonly (readonly [at: string, list: DecisionList])[];

/** Every list of every guard and filter, one changed at a time. */
const inLists =
  (change: ListChange): Mutation<Policy> =>
  (policy) =>
    policy.profiles.flatMap((profile) =>
      listsOf(profile).flatMap(({ name, list, put }) =>
        change(list).map(([at, changed]) => ({
          at: `${profile.name}, ${name}: ${at}`,
          make: () => withProfile(policy, profile, put(changed)),
        })),
      ),
    );

interface Slot {
  readonly name: string;
  readonly list: DecisionList;
  put(list: DecisionList): Profile;
}

function listsOf(profile: Profile): readonly Slot[] {
  const { guard, filters } = profile;
  return (['in', 'out'] as const).flatMap((way) => [
    ...(guard === undefined
      ? []
      : [
          {
            name: `${guard.name} ${way}`,
            list: guard[way],
            put: (list: DecisionList) => ({ ...profile, guard: { ...guard, [way]: list } }),
          },
        ]),
    ...filters.map((filter, at) => ({
      name: `${filter.name} ${way}`,
      list: filter[way],
      put: (list: DecisionList) => ({ ...profile, filters: filters.with(at, { ...filter, [way]: list }) }),
    })),
  ]);
}

const withProfile = (policy: Policy, old: Profile, changed: Profile): Policy => ({
  ...policy,
  profiles: policy.profiles.map((one) => (one === old ? changed : one)),
});

/** One node in place of another, at any depth. */
type NodeChange = (node: PolicyNode, at: number, among: readonly PolicyNode[]) => readonly (readonly PolicyNode[])[];

const inNodes = (change: NodeChange): Mutation<Policy> =>
  inLists((list) => changedNodes(list.nodes, change).map(([at, nodes]) => [at, { ...list, nodes }] as const));

function changedNodes(
  nodes: readonly PolicyNode[],
  change: NodeChange,
): readonly (readonly [at: string, nodes: readonly PolicyNode[]])[] {
  return nodes.flatMap((node, at) => [
    ...change(node, at, nodes).map((changed) => [`${node.origin.item}:${node.origin.statement}`, changed] as const),
    ...(node.kind === 'block'
      ? changedNodes(node.nodes, change).map(
          ([where, inner]) => [where, nodes.with(at, { ...node, nodes: inner })] as const,
        )
      : []),
  ]);
}

const inRules = (change: (rule: PolicyRule) => readonly PolicyRule[]): Mutation<Policy> =>
  inNodes((node, at, among) => (node.kind === 'rule' ? change(node).map((one) => among.with(at, one)) : []));

/** Every part of a match, one changed at a time. */
const inMatches = (change: (match: Match) => readonly Match[]): Mutation<Policy> =>
  inRules((rule) => changedMatches(rule.match, change).map((match) => ({ ...rule, match })));

function changedMatches(match: Match, change: (match: Match) => readonly Match[]): readonly Match[] {
  const own = change(match);
  if (match.kind === 'not')
    return [...own, ...changedMatches(match.of, change).map((of): Match => ({ kind: 'not', of }))];
  if (match.kind !== 'all' && match.kind !== 'any') return own;
  const { kind, of } = match;
  const inner = of.flatMap((one, at) =>
    changedMatches(one, change).map((changed): Match => ({ kind, of: of.with(at, changed) })),
  );
  return [...own, ...inner];
}

const inTests = (change: (test: Test) => readonly Test[]): Mutation<Policy> =>
  inMatches((match) => (match.kind === 'test' ? change(match) : []));

const withVerdict = (rule: PolicyRule, verdict: PolicyVerdict): PolicyRule => ({ ...rule, verdict });

function widened(test: Test): readonly Test[] {
  const { operand, field } = test;
  const most = typeof field === 'string' && /mac$|^ether\.(source|destination)$/.test(field) ? MOST.mac : MOST.number;
  if (operand.kind !== 'values') return [];
  return operand.ranges.flatMap(({ low, high }, at) =>
    high < most || low > 0xffff_ffffn
      ? [{ ...test, operand: { ...operand, ranges: operand.ranges.with(at, { low, high: high + 1n }) } }]
      : [],
  );
}

const shorter = (test: Test): readonly Test[] => {
  const { operand } = test;
  if (operand.kind !== 'values' || operand.ranges.length < 2) return [];
  return operand.ranges.map((_, at) => ({ ...test, operand: { ...operand, ranges: without(operand.ranges, at) } }));
};

const isOfFamily = (match: Match): boolean =>
  match.kind === 'test'
    ? typeof match.field === 'string' && /^ip6?\./.test(match.field)
    : (match.kind === 'all' || match.kind === 'any') && match.of.some(isOfFamily);

const inProfiles =
  (change: (profile: Profile) => readonly (readonly [at: string, profile: Profile])[]): Mutation<Policy> =>
  (policy) =>
    policy.profiles.flatMap((profile) =>
      change(profile).map(([at, changed]) => ({
        at: `${profile.name}: ${at}`,
        make: () => withProfile(policy, profile, changed),
      })),
    );

const exchanged = <T extends Guard | Filter>(policy: T): T => ({ ...policy, in: policy.out, out: policy.in });

/** What a wrong resolve, build or start of the lowering would do to a policy. */
export const POLICY_MUTATIONS = {
  'drops a rule': inNodes((_, at, among) => [without(among, at)]),
  'swaps two rules': inNodes((node, at, among) => {
    const next = among[at + 1];
    return next === undefined ? [] : [among.with(at, next).with(at + 1, node)];
  }),
  'widens a range by one': inTests(widened),
  'drops an element of a set': inTests(shorter),
  'negates a test': inTests((test) => [{ ...test, negated: !test.negated }]),
  'forgets a family': inMatches((match) =>
    match.kind === 'any' && match.of.length > 1 && match.of.some(isOfFamily)
      ? match.of.map((_, at): Match => ({ kind: 'any', of: without(match.of, at) }))
      : [],
  ),
  'forgets a condition': inMatches((match) =>
    match.kind === 'all' ? match.of.map((_, at): Match => ({ kind: 'all', of: without(match.of, at) })) : [],
  ),
  'forgets a mask': inTests(({ mask, ...test }) => (mask === undefined ? [] : [test])),
  'takes `not` for a negated test': inMatches((match) =>
    match.kind === 'not' && match.of.kind === 'test' ? [{ ...match.of, negated: !match.of.negated }] : [],
  ),
  'turns a verdict around': inRules((rule) => {
    if (rule.verdict.kind === 'drop' || rule.verdict.kind === 'reject')
      return [withVerdict(rule, { kind: 'accept', stateless: true })];
    return rule.verdict.kind === 'accept' ? [withVerdict(rule, { kind: 'drop' })] : [];
  }),
  'forgets `return`': inNodes((node, at, among) =>
    node.kind === 'rule' && node.verdict.kind === 'return' ? [without(among, at)] : [],
  ),
  'returns from the list instead of the block': inNodes((node, at, among) =>
    node.kind === 'block' ? [[...among.slice(0, at), ...node.nodes, ...among.slice(at + 1)]] : [],
  ),
  'changes a default': inLists((list) => {
    const verdict: PolicyVerdict =
      list.default.verdict.kind === 'accept' ? { kind: 'drop' } : { kind: 'accept', stateless: true };
    return [['default', { ...list, default: { ...list.default, verdict } }]];
  }),
  'forgets a filter': inProfiles((profile) =>
    profile.filters.map(({ name }, at) => [name, { ...profile, filters: without(profile.filters, at) }] as const),
  ),
  'forgets the guard': inProfiles(({ guard, ...profile }) => (guard === undefined ? [] : [[guard.name, profile]])),
  'mixes up the directions of a filter': inProfiles((profile) =>
    profile.filters.map(
      (one, at) => [one.name, { ...profile, filters: profile.filters.with(at, exchanged(one)) }] as const,
    ),
  ),
  'mixes up the directions of a guard': inProfiles((profile) =>
    profile.guard === undefined ? [] : [[profile.guard.name, { ...profile, guard: exchanged(profile.guard) }]],
  ),
  'forgets connections': inProfiles((profile) =>
    profile.stateful ? [['stateful', { ...profile, stateful: false }]] : [],
  ),
} as const satisfies Readonly<Record<string, Mutation<Policy>>>;
