/** Bits that nft has no name for, and that are wider than a number or compared with the port's own addresses. */
import { concat, isAtLeast, match, rawPayload, setRef } from '@weir/nftables-json';
import type { PayloadBase, Statement } from '@weir/nftables-json';
import type { Test, ValueRange } from '../policy/match.ts';
import { headerQuestion } from './header-question.ts';
import type { AccessHeader } from './header-question.ts';
import { unsupportedField } from './findings.ts';
import { useOwn } from './match-context.ts';
import type { MatchContext } from './match-context.ts';
import { deviceOf, nameIn } from './place.ts';
import { bothQuestions, question } from './question.ts';
import type { Question } from './question.ts';
import { complementRanges, prefixLength, prefixesOf } from './value-ranges.ts';
import { wideMask } from './wide-mask.ts';
import { writeOperand } from './write-value.ts';

/** Where the bits stand. */
export interface RawBits {
  readonly base: PayloadBase;
  readonly offset: number;
  readonly bits: number;
}

function refuse(test: Test, where: string, context: MatchContext): readonly Question[] {
  const field = typeof test.field === 'string' ? test.field : `payload(${test.field.base}, …)`;
  context.findings.add(unsupportedField(test.span ?? context.span, { field, where }));
  return [];
}

const WIDTHS = { mac: 48, ipv4: 32, ipv6: 128 } as const;

/** Compares raw bits with the port's own MAC or addresses. */
export function lowerRawSelf(
  test: Test,
  raw: RawBits,
  header: AccessHeader,
  context: MatchContext,
): readonly Question[] {
  const { operand } = test;
  if (operand.kind !== 'self' || operand.fact === 'ifname') return [];
  if (raw.bits !== WIDTHS[operand.fact])
    return refuse(test, `against \`self\`: it needs ${WIDTHS[operand.fact]} bits`, context);
  if (test.mask !== undefined) return refuse(test, 'with a mask and `self`', context);
  const isThere = match(rawPayload(raw.base, raw.offset + raw.bits - 8, 8), '==', { range: [0, 255] });
  if (operand.fact === 'mac' && isAtLeast(context.place.target.nft, '1.0.6.1')) {
    useOwn(context, 'mac-raw');
    const key = concat(deviceOf(context.place, context.direction), rawPayload(raw.base, raw.offset, raw.bits));
    const set = setRef(nameIn(context.place, 'self-mac-raw'));
    return withHeader(header, question({ statements: [match(key, test.negated ? '!=' : '==', set)] }));
  }
  return withHeader(
    header,
    question({
      statements: [isThere],
      checks: [{ fact: operand.fact, base: raw.base, offset: raw.offset, negated: test.negated }],
    }),
  );
}

function withHeader(header: AccessHeader, asked: Question): readonly Question[] {
  const both = bothQuestions(headerQuestion(header), asked);
  return both === undefined ? [] : [both];
}

/** Compares bits that are too wide for a number with constants, 32 bits at a time. */
export function lowerWideRaw(
  test: Test,
  raw: RawBits,
  header: AccessHeader,
  context: MatchContext,
): readonly Question[] {
  if (test.mask !== undefined) {
    const access = { header, left: rawPayload(raw.base, raw.offset, raw.bits), bits: raw.bits };
    return wideMask(test, access) ?? refuse(test, 'with a mask against so many values', context);
  }
  const ranges = constantsOf(test, context);
  if (ranges === undefined) return refuse(test, 'against a set of guests on this nft version', context);
  const wanted = test.negated ? complementRanges(ranges, raw.bits) : ranges;
  return wanted
    .flatMap((one) => prefixesOf(one))
    .flatMap((one) => withHeader(header, question({ statements: prefixStatements(one, raw) })));
}

/** Compares at most 48 raw bits with the constants of a named set. */
export function lowerRawNamed(
  test: Test,
  raw: RawBits,
  header: AccessHeader,
  context: MatchContext,
): readonly Question[] {
  const ranges = constantsOf(test, context);
  // A set of guests has no constants; RARP frames then match nothing here.
  if (ranges === undefined || ranges.length === 0) return [];
  const left = rawPayload(raw.base, raw.offset, raw.bits);
  const operator = test.negated ? '!=' : '==';
  return withHeader(header, question({ statements: [match(left, operator, writeOperand(ranges, 'number'))] }));
}

function constantsOf({ operand }: Test, context: MatchContext): readonly ValueRange[] | undefined {
  if (operand.kind === 'values') return operand.ranges;
  if (operand.kind !== 'named') return undefined;
  const set = context.sets.get(operand.set);
  return set !== undefined && set.contributed.length === 0 ? set.ranges : undefined;
}

function prefixStatements(prefix: ValueRange, raw: RawBits): readonly Statement[] {
  const length = prefixLength(prefix, raw.bits) ?? raw.bits;
  const statements: Statement[] = [];
  for (let at = 0; at < raw.bits; at += 32) {
    const bits = Math.min(32, raw.bits - at);
    const cut = (value: bigint): bigint => (value >> BigInt(raw.bits - at - bits)) & ((1n << BigInt(bits)) - 1n);
    // The last word is asked even when every value fits: the bits must be there.
    if (at >= length && at + bits < raw.bits) continue;
    const wanted = { low: cut(prefix.low), high: cut(prefix.high) };
    statements.push(match(rawPayload(raw.base, raw.offset + at, bits), '==', writeOperand([wanted], 'number')));
  }
  return statements;
}
