/** Ends of a rule (`from`, `to`) as matches over the address and port fields of both families. */
import type { Span } from '@weir/plugin';
import { ETHERTYPES } from '../policy/field-names.ts';
import type { Match, Operand, Test, ValueRange } from '../policy/match.ts';
import { FAMILIES } from '../values/address.ts';
import type { AddressTerm } from './typed-value.ts';

export const ALWAYS: Match = { kind: 'always' };

/** All of them; `always` and nested conjunctions are folded. */
export function all(parts: readonly Match[]): Match {
  const flat = parts.flatMap((part) => (part.kind === 'all' ? part.of : part.kind === 'always' ? [] : [part]));
  const [only] = flat;
  return flat.length === 0 ? ALWAYS : flat.length === 1 && only ? only : { kind: 'all', of: flat };
}

/** Any of them. INVARIANT: `parts` is not empty. */
export function any(parts: readonly Match[]): Match {
  const [only] = parts;
  return parts.length === 1 && only ? only : { kind: 'any', of: parts };
}

export function test(field: string, operand: Operand, options: { negated?: boolean; span?: Span } = {}): Test {
  const { negated = false, span } = options;
  return { kind: 'test', field, negated, operand, ...(span && { span }) };
}

/** The field has one of these values. */
export function values(field: string, ranges: readonly ValueRange[], span?: Span): Test {
  return test(field, { kind: 'values', ranges }, span && { span });
}

export function numbers(field: string, list: readonly number[], span?: Span): Test {
  const sorted = [...list].sort((a, b) => a - b);
  return values(
    field,
    sorted.map((n) => ({ low: BigInt(n), high: BigInt(n) })),
    span,
  );
}

const FIELDS = {
  from: { ipv4: 'ip.source', ipv6: 'ip6.source' },
  to: { ipv4: 'ip.destination', ipv6: 'ip6.destination' },
} as const;

/** `from` reads the source and `to` the destination, whatever the direction. */
export function endMatch(side: 'from' | 'to', term: AddressTerm, span: Span): Match {
  if (term.any) return ALWAYS;
  const families = FAMILIES.flatMap((family): readonly Match[] => {
    const operands = term[family];
    if (operands === undefined) return [];
    // WHY: `world` on a host without a network of the family: every packet of that family.
    if (operands.length === 0) return [numbers('ether.type', [ETHERTYPES[family]], span)];
    const tests = operands.map((operand) => test(FIELDS[side][family], operand, { negated: term.negated, span }));
    return [term.negated ? all(tests) : any(tests)];
  });
  return any(families);
}
