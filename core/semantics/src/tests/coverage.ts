/**
 * Which rules flows have asked: every rule and default of a policy, and every rule of its networks, with counts.
 *
 * Guaranteed: a rule that several profiles or arguments share is counted once for each direction that it stands in; all
 * ways that a flow was tried on count.
 */
import type { DecisionList, Direction, Origin, Policy, PolicyNode, PolicyVerdict } from '@weir/compiler';
import type { NetworkAction, NetworkHook } from '@weir/plugin';
import type { Hop, Journey, NetworkRuleRef } from '../journey/journey.ts';
import { rulesAt } from '../journey/network-rules.ts';
import type { FlowOutcome } from '../journey/travel.ts';

interface Counts {
  /** How often a packet came to it. */
  readonly asked: number;
  readonly matched: number;
  /** How often its verdict was that of its port or hook. */
  readonly decided: number;
}

export type Covered =
  | (Counts & {
      readonly kind: 'rule' | 'default';
      readonly stage: 'guard' | 'filter';
      readonly direction: Direction;
      readonly origin: Origin;
      readonly verdict: PolicyVerdict;
    })
  | (Counts & {
      readonly kind: 'network';
      readonly rule: NetworkRuleRef;
      readonly action: NetworkAction['kind'];
    });

type Counter = { -readonly [K in keyof Counts]: Counts[K] };
type What = Covered extends infer C ? (C extends Counts ? Omit<C, keyof Counts> : never) : never;

const HOOKS: readonly NetworkHook[] = [
  'dstnat',
  'dstnat-local',
  'forward-from',
  'forward-to',
  'input',
  'output',
  'srcnat',
];

export function coverageOf(policy: Policy, outcomes: readonly FlowOutcome[]): readonly Covered[] {
  const found = new Map<string, { readonly what: What; readonly counter: Counter }>();
  const add = (key: string, what: What): void => {
    if (!found.has(key)) found.set(key, { what, counter: { asked: 0, matched: 0, decided: 0 } });
  };
  for (const { guard, filters } of policy.profiles) {
    if (guard) addLists('guard', guard, add);
    for (const filter of filters) addLists('filter', filter, add);
  }
  for (const network of policy.networks) {
    for (const { ref, rule } of HOOKS.flatMap((hook) => rulesAt(network, hook, policy.networks))) {
      add(networkKey(ref), { kind: 'network', rule: ref, action: rule.action.kind });
    }
  }
  const count = (key: string, what: keyof Counts): void => {
    const entry = found.get(key);
    if (entry) entry.counter[what] += 1;
  };
  for (const hop of outcomes.flatMap(hopsOf)) countHop(hop, count);
  return [...found.values()].map(({ what, counter }): Covered => ({ ...what, ...counter })).toSorted(byPlace);
}

type Stage = 'guard' | 'filter';

function ruleKey(
  kind: 'rule' | 'default',
  stage: Stage,
  direction: Direction,
  { span, item, statement }: Origin,
): string {
  return JSON.stringify([kind, stage, direction, span.file, span.start, span.end, item, statement]);
}

const networkKey = ({ network, hook, index }: NetworkRuleRef): string => JSON.stringify([network, hook, index]);

function addLists(
  stage: Stage,
  lists: { readonly in: DecisionList; readonly out: DecisionList },
  add: (key: string, what: What) => void,
): void {
  for (const direction of ['in', 'out'] as const) {
    const { nodes, default: otherwise } = lists[direction];
    for (const { origin, verdict } of flat(nodes)) {
      add(ruleKey('rule', stage, direction, origin), { kind: 'rule', stage, direction, origin, verdict });
    }
    const { origin, verdict } = otherwise;
    add(ruleKey('default', stage, direction, origin), { kind: 'default', stage, direction, origin, verdict });
  }
}

function flat(nodes: readonly PolicyNode[]): readonly Extract<PolicyNode, { kind: 'rule' }>[] {
  return nodes.flatMap((node) => (node.kind === 'block' ? flat(node.nodes) : [node]));
}

/** All hops of all ways, answers and deliveries. */
function hopsOf({ answers }: FlowOutcome): readonly Hop[] {
  const inJourney = ({ hops, deliveries = [], reply }: Journey): readonly Hop[] => [
    ...hops,
    ...deliveries,
    ...(reply ? inJourney(reply) : []),
  ];
  return answers.flatMap(({ journey, others }) => [journey, ...others].flatMap(inJourney));
}

function countHop(hop: Hop, count: (key: string, what: keyof Counts) => void): void {
  if (hop.kind === 'network') {
    for (const { rule, outcome } of hop.asked) {
      count(networkKey(rule), 'asked');
      if (outcome === 'matched') count(networkKey(rule), 'matched');
    }
    if (hop.by) count(networkKey(hop.by), 'decided');
    return;
  }
  if (hop.kind !== 'port') return;
  for (const { stage, origin, outcome } of hop.trace) {
    const key = ruleKey(outcome === 'default' ? 'default' : 'rule', stage, hop.direction, origin);
    count(key, 'asked');
    if (outcome === 'matched' || outcome === 'default') count(key, 'matched');
  }
  const { by } = hop;
  if (by.kind === 'rule' || by.kind === 'default')
    count(ruleKey(by.kind, by.stage, hop.direction, by.origin), 'decided');
}

/** Written rules by place, networks' rules behind them as they stand. */
function byPlace(a: Covered, b: Covered): number {
  if (a.kind === 'network' || b.kind === 'network') return Number(a.kind === 'network') - Number(b.kind === 'network');
  const [x, y] = [a.origin.span, b.origin.span];
  if (x.file !== y.file) return x.file < y.file ? -1 : 1;
  return x.start - y.start || x.end - y.end || (a.direction < b.direction ? -1 : a.direction > b.direction ? 1 : 0);
}
