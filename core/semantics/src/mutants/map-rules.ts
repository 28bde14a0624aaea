/** A policy with some of its rules changed: in every profile that has them, wherever a `use` placed them. */
import type { DecisionList, Direction, Policy, PolicyNode, PolicyRule, Profile } from '@weir/compiler';

/** What a rule becomes; nothing for a rule that goes away. */
export type RuleChange = (rule: PolicyRule, direction: Direction) => PolicyRule | undefined;
/** What a default becomes. */
export type DefaultChange = (last: DecisionList['default'], direction: Direction) => DecisionList['default'];

export interface PolicyChange {
  readonly rule?: RuleChange;
  readonly default?: DefaultChange;
}

/** Changes guards and filters of all profiles. */
export function changePolicy(policy: Policy, change: PolicyChange): Policy {
  return { ...policy, profiles: policy.profiles.map((profile) => changeProfile(profile, change)) };
}

function changeProfile(profile: Profile, change: PolicyChange): Profile {
  const lists = <T extends { readonly in: DecisionList; readonly out: DecisionList }>(of: T): T => ({
    ...of,
    in: changeList(of.in, 'in', change),
    out: changeList(of.out, 'out', change),
  });
  const { guard, filters } = profile;
  return { ...profile, ...(guard && { guard: lists(guard) }), filters: filters.map(lists) };
}

function changeList(list: DecisionList, direction: Direction, change: PolicyChange): DecisionList {
  const last = change.default?.(list.default, direction) ?? list.default;
  return { nodes: changeNodes(list.nodes, direction, change), default: last };
}

function changeNodes(nodes: readonly PolicyNode[], direction: Direction, change: PolicyChange): readonly PolicyNode[] {
  if (change.rule === undefined) return nodes;
  const { rule } = change;
  return nodes.flatMap((node): readonly PolicyNode[] => {
    if (node.kind === 'block') return [{ ...node, nodes: changeNodes(node.nodes, direction, change) }];
    const changed = rule(node, direction);
    return changed === undefined ? [] : [changed];
  });
}
