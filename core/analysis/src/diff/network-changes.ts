/**
 * What changes for networks, as they contribute it: settings that all have, and the rules of their mode. In: two policies. Out:
 * changes in words, with their places. Guaranteed: whatever differs is told; what may let something in that was kept out is
 * marked so, also where it is not sure.
 */
import type { NetworkPolicy, Policy } from '@weir/compiler';
import type { NetworkRule, Span } from '@weir/plugin';

export interface NetworkChange {
  readonly network: string;
  readonly side: 'added' | 'removed' | 'changed';
  /** What is added, removed or changed: `reaches db`, `subnet 10.0.0.0/24`, a rule's purpose. */
  readonly text: string;
  /** May let something in or through that was not let before. */
  readonly mayOpen: boolean;
  /** Where it is written: in the new policy, or in the old one where it was removed. */
  readonly span?: Span;
}

/** Compares the networks. */
export function networkChanges(before: Policy, after: Policy): readonly NetworkChange[] {
  const names = new Set([...before.networks, ...after.networks].map(({ view }) => view.name));
  return [...names].toSorted().flatMap((network) => {
    const [was, is] = [before, after].map(({ networks }) => networks.find(({ view }) => view.name === network));
    if (was === undefined || is === undefined) {
      const side = is === undefined ? ('removed' as const) : ('added' as const);
      const span = (is ?? was)?.view.span;
      return [{ network, side, text: 'the network', mayOpen: is !== undefined, ...(span && { span }) }];
    }
    return [...settingChanges(network, was, is), ...ruleChanges(network, was, is)];
  });
}

function settingChanges(network: string, was: NetworkPolicy, is: NetworkPolicy): readonly NetworkChange[] {
  const single = (name: string, old: string, now: string, mayOpen: boolean): readonly NetworkChange[] =>
    old === now
      ? []
      : [{ network, side: 'changed', text: `${name} from ${old} to ${now}`, mayOpen, span: is.view.span }];
  const subnets = ({ view }: NetworkPolicy): readonly string[] =>
    view.subnets.map(({ address, length, gateway }) => `subnet ${address}/${length} with gateway ${gateway}`);
  const reaches = ({ view }: NetworkPolicy): readonly string[] => view.reaches.map((other) => `reaches ${other}`);
  const isolate = ({ view }: NetworkPolicy): string => (view.isolatePorts ? 'on' : 'off');
  return [
    ...single('mode', was.mode, is.mode, true),
    ...single('bridge', was.view.bridge, is.view.bridge, true),
    ...single('mtu', `${was.view.mtu ?? 'the default'}`, `${is.view.mtu ?? 'the default'}`, false),
    ...single('isolate-ports', isolate(was), isolate(is), !is.view.isolatePorts),
    ...listChanges(network, subnets(was), subnets(is), was.view.span, is.view.span),
    ...listChanges(network, reaches(was), reaches(is), was.view.span, is.view.span),
  ];
}

function listChanges(
  network: string,
  was: readonly string[],
  is: readonly string[],
  oldSpan: Span,
  newSpan: Span,
): readonly NetworkChange[] {
  const removed = was.filter((text) => !is.includes(text));
  const added = is.filter((text) => !was.includes(text));
  return [
    ...removed.map((text) => ({ network, side: 'removed' as const, text, mayOpen: false, span: oldSpan })),
    ...added.map((text) => ({ network, side: 'added' as const, text, mayOpen: true, span: newSpan })),
  ];
}

/** What decides packets of a rule. */
const keyOf = ({ hook, matches, action }: NetworkRule): string => JSON.stringify([hook, matches, action]);

const OPENING: readonly NetworkRule['action']['kind'][] = ['accept', 'dnat', 'snat', 'masquerade', 'return'];

function ruleChanges(network: string, was: NetworkPolicy, is: NetworkPolicy): readonly NetworkChange[] {
  const [old, now] = [was.rules.map(keyOf), is.rules.map(keyOf)];
  const removed = was.rules.filter((rule) => !now.includes(keyOf(rule)));
  const added = is.rules.filter((rule) => !old.includes(keyOf(rule)));
  const kept = now.filter((key) => old.includes(key));
  const isMoved = kept.join('\n') !== old.filter((key) => now.includes(key)).join('\n');
  const opens = ({ action }: NetworkRule): boolean => OPENING.includes(action.kind);
  return [
    ...told(network, 'removed', removed, (rule) => !opens(rule)),
    ...told(network, 'added', added, opens),
    ...(isMoved
      ? [{ network, side: 'changed' as const, text: 'the order of its rules', mayOpen: true, span: is.view.span }]
      : []),
  ];
}

/** One change for all rules that one setting caused for one purpose. */
function told(
  network: string,
  side: 'added' | 'removed',
  rules: readonly NetworkRule[],
  mayOpen: (rule: NetworkRule) => boolean,
): readonly NetworkChange[] {
  const groups = new Map<string, readonly NetworkRule[]>();
  for (const rule of rules) {
    const key = JSON.stringify([rule.span, rule.span === undefined ? rule.purpose : '']);
    groups.set(key, [...(groups.get(key) ?? []), rule]);
  }
  return [...groups.values()].map((group) => {
    const [first] = group;
    const purposes = [...new Set(group.map(({ purpose }) => purpose))];
    return {
      network,
      side,
      text: purposes.join(', '),
      mayOpen: group.some(mayOpen),
      ...(first?.span && { span: first.span }),
    };
  });
}
