/** One decision list: the first rule that matches decides, else the default; `return` leaves its list or block. */
import type { DecisionList, PolicyNode, PolicyRule, PolicyVerdict } from '@weir/compiler';
import type { Decider, Effect, Oracle, Step } from './decision.ts';
import { matches } from './matches.ts';
import { missesOf } from './misses.ts';
import type { Subject } from './subject.ts';

/** A verdict of a list; `return` is none, since it means the default, and a staged rule gives none. */
export type ListVerdict = Exclude<PolicyVerdict, { readonly kind: 'return' | 'continue' }>;

export interface ListDecision {
  readonly verdict: ListVerdict;
  readonly by: Decider;
}

/** What is asked, and where the answers are noted. */
export interface Inquiry {
  readonly stage: 'guard' | 'filter';
  readonly name: string;
  readonly subject: Subject;
  readonly oracle: Oracle;
  /** Say of each rule that missed why it did. */
  readonly explain: boolean;
  readonly trace: Step[];
  readonly effects: Effect[];
}

/** Decides; appends to the inquiry's trace and effects. */
export function decideList(list: DecisionList, inquiry: Inquiry): ListDecision {
  const rule = decidingRule(list.nodes, inquiry);
  if (rule !== undefined && rule !== 'return' && isDeciding(rule.verdict)) {
    return { verdict: rule.verdict, by: decider('rule', rule, inquiry) };
  }
  const { verdict, options, origin } = list.default;
  const { stage, name, trace, effects } = inquiry;
  trace.push({ stage, name, origin, outcome: 'default', verdict });
  effects.push({ origin, options });
  // A default that returns would ask for itself: nothing was accepted, so it drops.
  const given: ListVerdict = isDeciding(verdict) ? verdict : { kind: 'drop' };
  return { verdict: given, by: decider('default', list.default, inquiry) };
}

const isDeciding = (verdict: PolicyVerdict): verdict is ListVerdict =>
  verdict.kind !== 'return' && verdict.kind !== 'continue';

const decider = (
  kind: 'rule' | 'default',
  { origin }: Pick<PolicyRule, 'origin'>,
  { stage, name }: Inquiry,
): Decider => ({ kind, stage, name, origin });

/** The rule that decides these nodes, `return` when one says so, or undefined when none matches. */
function decidingRule(nodes: readonly PolicyNode[], inquiry: Inquiry): PolicyRule | 'return' | undefined {
  for (const node of nodes) {
    if (node.kind === 'block') {
      const found = decidingRule(node.nodes, inquiry);
      // A `return` in a block goes on behind the block.
      if (found !== undefined && found !== 'return') return found;
    } else if (isMatched(node, inquiry) && node.verdict.kind !== 'continue') {
      return node.verdict.kind === 'return' ? 'return' : node;
    }
  }
  return undefined;
}

function isMatched(rule: PolicyRule, inquiry: Inquiry): boolean {
  const { stage, name, subject, oracle, explain, trace, effects } = inquiry;
  const { origin, verdict, options } = rule;
  const isAbout = matches(rule.match, subject);
  const outcome = !isAbout ? 'missed' : oracle(rule) ? 'matched' : 'held-back';
  const misses = explain && !isAbout ? { misses: missesOf(rule.match, subject) } : {};
  trace.push({ stage, name, origin, outcome, verdict, ...misses });
  if (outcome !== 'matched') return false;
  const { log, count, mark, dscp } = options;
  effects.push({
    origin,
    options: {
      ...(log && { log }),
      ...(count !== undefined && { count }),
      ...pair('mark', mark),
      ...pair('dscp', dscp),
    },
  });
  return true;
}

const pair = (key: 'mark' | 'dscp', value: number | undefined): { readonly mark?: number; readonly dscp?: number } =>
  value === undefined ? {} : { [key]: value };
