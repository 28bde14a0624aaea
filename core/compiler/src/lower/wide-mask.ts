/**
 * Masks on raw bits that are wider than a number.
 *
 * In: a test with a mask against values, and raw bits of whole bytes. Out: the questions, of which one must hold; undefined
 * when the mask would give too many. WHY: nft's JSON takes no mask above 32 bits for raw bits, so they are read in pieces.
 */
import { and, match, rawPayload } from '@weir/nftables-json';
import type { Statement } from '@weir/nftables-json';
import type { Test, ValueRange } from '../policy/match.ts';
import type { ValueAccess } from './field-access.ts';
import { headerQuestion } from './header-question.ts';
import { bothQuestions, question } from './question.ts';
import type { Question } from './question.ts';
import type { RawBits } from './raw-field.ts';
import { prefixLength, prefixesOf } from './value-ranges.ts';

/** Bits that count, and what they must be. */
interface Pattern {
  readonly mask: bigint;
  readonly value: bigint;
}

/** Most alternatives that are worth writing. */
const MAX_PATTERNS = 64;

export function wideMask(
  test: Test,
  access: Pick<ValueAccess, 'header' | 'left' | 'bits'>,
): readonly Question[] | undefined {
  const raw = rawBits(access);
  if (raw === undefined || test.operand.kind !== 'values' || test.mask === undefined) return undefined;
  const { mask } = test;
  const patterns = test.operand.ranges.flatMap((range) => patternsOf(range, mask, raw.bits));
  if (patterns.length > MAX_PATTERNS) return undefined;
  const pieces = patterns.map((pattern) => piecesOf(pattern, raw));
  const alternatives = test.negated ? noneOf(pieces) : pieces.map((list) => list.map((one) => one('==')));
  if (alternatives === undefined) return undefined;
  // The last byte is asked for even where no bit of it counts: the field must be there.
  const isThere = match(rawPayload(raw.base, raw.offset + raw.bits - 8, 8), '==', { range: [0, 255] });
  return alternatives.flatMap(
    (statements) =>
      bothQuestions(headerQuestion(access.header), question({ statements: [isThere, ...statements] })) ?? [],
  );
}

function rawBits({ left, bits }: Pick<ValueAccess, 'left' | 'bits'>): RawBits | undefined {
  if (typeof left !== 'object' || !('payload' in left) || !('base' in left.payload)) return undefined;
  return { base: left.payload.base, offset: left.payload.offset, bits };
}

/** WHY: a masked value is in a range exactly when its high bits are those of one of the prefixes that make up the range. */
function patternsOf(range: ValueRange, mask: bigint, bits: number): readonly Pattern[] {
  return prefixesOf(range).flatMap((prefix) => {
    const free = BigInt(bits - (prefixLength(prefix, bits) ?? bits));
    const counted = (mask >> free) << free;
    return (prefix.low & ~counted) === 0n ? [{ mask: counted, value: prefix.low }] : [];
  });
}

type Piece = (operator: '==' | '!=') => Statement;

/** A comparison for each group of four bytes in which bits count. */
function piecesOf({ mask, value }: Pattern, { base, offset, bits }: RawBits): readonly Piece[] {
  const cut = (number: bigint, at: number, width: number): number =>
    Number((number >> BigInt(bits - at - width)) & ((1n << BigInt(width)) - 1n));
  const pieces: Piece[] = [];
  for (let at = 0; at < bits; at += 32) {
    const width = Math.min(32, bits - at);
    const counted = cut(mask, at, width);
    if (counted === 0) continue;
    const read = rawPayload(base, offset + at, width);
    const left = counted === 2 ** width - 1 ? read : and(read, counted);
    const wanted = cut(value, at, width);
    pieces.push((operator) => match(left, operator, wanted));
  }
  return pieces;
}

/** Of every list one piece must differ. */
function noneOf(lists: readonly (readonly Piece[])[]): readonly (readonly Statement[])[] | undefined {
  let found: readonly (readonly Statement[])[] = [[]];
  for (const list of lists) {
    found = found.flatMap((before) => list.map((piece) => [...before, piece('!=')]));
    if (found.length > MAX_PATTERNS) return undefined;
  }
  return found;
}
