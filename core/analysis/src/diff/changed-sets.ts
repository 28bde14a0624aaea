/** Named sets whose members changed, and whether a profile asks them. */
import type { DecisionList, Match, NamedSet, Policy, PolicyNode, Profile } from '@weir/compiler';
import { normalRanges, rangesKey } from '../space/ranges.ts';

const membersKey = ({ ranges, contributed }: NamedSet): string =>
  rangesKey(normalRanges([...ranges, ...contributed.flatMap((one) => one.ranges)]));

/** The ids of sets that have other members, or that only one policy has. */
export function changedSets(before: Policy, after: Policy): ReadonlySet<string> {
  const [old, now] = [before, after].map(({ sets }) => new Map(sets.map((set) => [set.id, membersKey(set)])));
  const ids = new Set([...(old?.keys() ?? []), ...(now?.keys() ?? [])]);
  return new Set([...ids].filter((id) => old?.get(id) !== now?.get(id)));
}

/** Some rule of the profile looks one of the sets up. */
export function usesSet({ guard, filters }: Profile, ids: ReadonlySet<string>): boolean {
  if (ids.size === 0) return false;
  const inMatch = (match: Match): boolean => {
    switch (match.kind) {
      case 'always':
        return false;
      case 'not':
        return inMatch(match.of);
      case 'all':
      case 'any':
        return match.of.some(inMatch);
      case 'test':
        return match.operand.kind === 'named' && ids.has(match.operand.set);
      default:
        return match satisfies never;
    }
  };
  const inNode = (node: PolicyNode): boolean => (node.kind === 'rule' ? inMatch(node.match) : node.nodes.some(inNode));
  const inList = ({ nodes }: DecisionList): boolean => nodes.some(inNode);
  return [...(guard === undefined ? [] : [guard]), ...filters].some((one) => inList(one.in) || inList(one.out));
}
