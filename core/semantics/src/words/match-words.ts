/** A condition in the words of a `where`. */
import type { Match, Operand, Policy } from '@weir/compiler';
import { fieldWords, operandWords } from './value-words.ts';

/** The whole condition on one line. */
export function matchWords(match: Match, policy: Pick<Policy, 'sets'>): string {
  switch (match.kind) {
    case 'always':
      return 'anything';
    case 'not':
      return `not (${matchWords(match.of, policy)})`;
    case 'all':
    case 'any':
      return match.of.map((one) => partWords(one, match.kind, policy)).join(match.kind === 'all' ? ' and ' : ' or ');
    case 'test': {
      const { field, mask, negated, operand } = match;
      const of = `${fieldWords(field)}${mask === undefined ? '' : ` & 0x${mask.toString(16)}`}`;
      const words = operandWords(field, operand, policy.sets);
      return isOne(operand) ? `${of} ${negated ? '!=' : '=='} ${words}` : `${of} ${negated ? 'not in' : 'in'} ${words}`;
    }
    default:
      return match satisfies never;
  }
}

function partWords(match: Match, within: 'all' | 'any', policy: Pick<Policy, 'sets'>): string {
  const words = matchWords(match, policy);
  return (match.kind === 'all' || match.kind === 'any') && match.kind !== within && match.of.length > 1
    ? `(${words})`
    : words;
}

/** One value, and no set or range of them. */
export function isOne(operand: Operand): boolean {
  if (operand.kind === 'self') return operand.fact === 'mac' || operand.fact === 'ifname';
  const [first] = operand.kind === 'values' && operand.ranges.length === 1 ? operand.ranges : [];
  return first !== undefined && first.low === first.high;
}
