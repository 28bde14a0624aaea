/** Addresses by family as terms, made from ranges and joined, negated and taken from each other. */
import type { Family } from '@weir/plugin';
import type { Operand, ValueRange } from '../policy/match.ts';
import { addressBits, FAMILIES } from '../values/address.ts';
import { full, normalise, subtract } from '../values/ranges.ts';
import type { AddressTerm } from './typed-value.ts';

/** Every address of both families. */
export const ANY: AddressTerm = { type: 'addresses', any: true, negated: false };

/** What only a port knows, where a definition is checked without one. */
export const UNKNOWN: AddressTerm = { ...ANY, standIn: true };

type ByFamily<T> = Partial<Record<Family, readonly T[]>>;

export function term({ ipv4, ipv6 }: ByFamily<Operand>, negated = false): AddressTerm {
  return { type: 'addresses', any: false, negated, ...(ipv4 && { ipv4 }), ...(ipv6 && { ipv6 }) };
}

/** Plain ranges as a term; a family without ranges is left out. */
export function rangesTerm(ranges: ByFamily<ValueRange>): AddressTerm {
  return term(perFamily((family) => valuesOf(normalise(ranges[family] ?? []))));
}

/** Whether a term means no address at all. */
export function isEmpty(found: AddressTerm): boolean {
  return !found.any && found.ipv4 === undefined && found.ipv6 === undefined;
}

/**
 * Everything of the term's families that it does not hold. INVARIANT: the term is not `any`.
 * A family of which nothing is left is absent.
 */
export function negate(found: AddressTerm): AddressTerm {
  return term(
    perFamily((family) => found[family]),
    !found.negated,
  );
}

/** The members of a named set. */
type Members = (set: string) => readonly ValueRange[];

/** The members of a term in one family, where no port is needed to know them; undefined where one is. */
export function knownRanges(found: AddressTerm, family: Family, members: Members): readonly ValueRange[] | undefined {
  if (found.standIn === true) return undefined;
  const everything = [full(addressBits(family))];
  if (found.any) return everything;
  const operands = found[family];
  if (operands === undefined) return [];
  const parts = operands.map((operand) => operandRanges(operand, members));
  if (parts.includes(undefined)) return undefined;
  const ranges = normalise(parts.flatMap((part) => part ?? []));
  return found.negated ? subtract(everything, ranges) : ranges;
}

function operandRanges(operand: Operand, members: Members): readonly ValueRange[] | undefined {
  switch (operand.kind) {
    case 'values':
      return operand.ranges;
    case 'named':
      return members(operand.set);
    case 'self':
      return undefined;
    default:
      return operand satisfies never;
  }
}

/**
 * Terms joined and exceptions taken away. Names stay lookups where nothing is taken from them. Undefined when that needs
 * a port's own addresses, which are looked up and never copied.
 */
export function combine(
  terms: readonly AddressTerm[],
  without: readonly AddressTerm[],
  members: Members,
): AddressTerm | undefined {
  if ([...terms, ...without].some((one) => one.standIn)) return UNKNOWN;
  if (without.length === 0 && terms.some((one) => one.any)) return ANY;
  const families: ByFamily<Operand> = {};
  for (const family of FAMILIES) {
    const left = without.every((one) => !one.any && one[family] === undefined)
      ? joined(terms, family, members)
      : exactly(terms, without, family, members);
    if (left === undefined) return undefined;
    if (left.length > 0) families[family] = left;
  }
  return term(families);
}

/** Known members joined into one operand, lookups kept. */
function joined(terms: readonly AddressTerm[], family: Family, members: Members): readonly Operand[] | undefined {
  const isPlain = (one: AddressTerm): boolean => !one.any && !one.negated;
  const operands = terms.filter(isPlain).flatMap((one) => one[family] ?? []);
  const others = terms.filter((one) => !isPlain(one)).map((one) => knownRanges(one, family, members));
  if (others.includes(undefined)) return undefined;
  const ranges = [
    ...operands.flatMap((operand) => (operand.kind === 'values' ? operand.ranges : [])),
    ...others.flatMap((part) => part ?? []),
  ];
  return [...valuesOf(normalise(ranges)), ...operands.filter((operand) => operand.kind !== 'values')];
}

function exactly(
  terms: readonly AddressTerm[],
  without: readonly AddressTerm[],
  family: Family,
  members: Members,
): readonly Operand[] | undefined {
  const [from, taken] = [terms, without].map((list) => {
    const parts = list.map((one) => knownRanges(one, family, members));
    return parts.includes(undefined) ? undefined : normalise(parts.flatMap((part) => part ?? []));
  });
  return from && taken && valuesOf(subtract(from, taken));
}

const valuesOf = (ranges: readonly ValueRange[]): readonly Operand[] =>
  ranges.length === 0 ? [] : [{ kind: 'values', ranges }];

/** WHY: only in a negated term may a family have no operands, which then means all of it. */
function perFamily(of: (family: Family) => readonly Operand[] | undefined): ByFamily<Operand> {
  const families: ByFamily<Operand> = {};
  for (const family of FAMILIES) {
    const operands = of(family);
    if (operands !== undefined && operands.length > 0) families[family] = operands;
  }
  return families;
}
