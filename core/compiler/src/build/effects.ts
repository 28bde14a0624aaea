/**
 * Rules that ask about what other rules of the same port have done to the packet.
 *
 * WHY: a rule's mark or code point changes the packet where the rule stands, and the kernel shows it to every rule that
 * is asked later; in the language no rule sees what another did. A port where that makes a difference is refused.
 */
import type { Match, Test } from '../policy/match.ts';
import type { DecisionList, Direction, Filter, PolicyNode, PolicyRule } from '../policy/rule.ts';
import { effectNotSeen } from '../resolve/findings.ts';
import type { Report } from '../resolve/report.ts';

type Effect = 'mark' | 'dscp';
const EFFECTS: readonly Effect[] = ['mark', 'dscp'];

/** Reports each rule of a port's filters that reads what an earlier one has changed. */
export function checkEffects(filters: readonly Filter[], report: Report): void {
  for (const direction of ['in', 'out'] as const) {
    for (const effect of EFFECTS) checkEffect(filters, direction, effect, report);
  }
}

/** A filter's rule goes on to the filters behind it; one that returns goes on to the rules behind it as well. */
function checkEffect(filters: readonly Filter[], direction: Direction, effect: Effect, report: Report): void {
  let changedBy: PolicyRule | undefined;
  for (const filter of filters) {
    let changedHere: PolicyRule | undefined;
    for (const rule of rulesOf(filter[direction])) {
      const by = changedBy ?? (changedHere?.verdict.kind === 'return' ? changedHere : undefined);
      const read = testsOf(rule.match).find((test) => reads(test, effect));
      if (by !== undefined && read !== undefined) {
        const labels = [{ span: by.origin.span, text: `\`${effect}\` is set here, for a packet that goes on` }];
        report.add(effectNotSeen(read.span ?? rule.origin.span, { effect, labels }));
      }
      if (rule.options[effect] !== undefined && changedHere?.verdict.kind !== 'return') changedHere = rule;
    }
    changedBy ??= changedHere;
  }
}

const rulesOf = (list: DecisionList): readonly PolicyRule[] => flat(list.nodes);

const flat = (nodes: readonly PolicyNode[]): readonly PolicyRule[] =>
  nodes.flatMap((node) => (node.kind === 'block' ? flat(node.nodes) : [node]));

function testsOf(match: Match): readonly Test[] {
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

/** WHY: the code point and the IPv4 header checksum stand in the first 96 bits of the network header (RFC 791 3.1, RFC 8200 3). */
const CHANGED_BITS = 96;

function reads({ field }: Test, effect: Effect): boolean {
  if (effect === 'mark') return field === 'packet.mark';
  if (typeof field === 'string') return field === 'ip.dscp' || field === 'ip6.dscp';
  return field.base === 'network' && field.offset < CHANGED_BITS;
}
