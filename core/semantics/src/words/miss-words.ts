/** Why a rule missed, in a few words: what it asked about, what the packet has there. */
import { FIELDS } from '@weir/compiler';
import type { Policy } from '@weir/compiler';
import type { Miss } from '../misses.ts';
import { isOne } from './match-words.ts';
import { fieldWords, operandWords, valueWords } from './value-words.ts';

/** One test that stood in the way, e.g. `tcp.destination is 8080, not 443`. */
export function missWords({ test, value, wanted }: Miss, policy: Pick<Policy, 'sets'>): string {
  const { field, mask, negated, operand } = test;
  const name = `${fieldWords(field)}${mask === undefined ? '' : ` & 0x${mask.toString(16)}`}`;
  if (value === undefined) return `there is no ${fieldWords(field)}`;
  const saw = mask === undefined ? valueWords(field, value) : `0x${value.toString(16)}`;
  const compared = operandWords(field, operand, policy.sets);
  // The test had to hold and does not, or holds where it must not: either way the packet's value is on the other side.
  const isOutside = wanted !== negated;
  if (typeof field === 'string' && FIELDS.get(field)?.type.kind === 'flag') return `${name} is ${saw}`;
  if (isOne(operand)) return isOutside ? `${name} is ${saw}, not ${compared}` : `${name} is ${saw}`;
  return isOutside ? `${name} is ${saw}, not in ${compared}` : `${name} is ${saw}, which is in ${compared}`;
}
