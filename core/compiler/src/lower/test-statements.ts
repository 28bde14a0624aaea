/**
 * One test as nftables statements.
 *
 * In: a test whose headers are shown to be there. Out: alternatives, each a list of statements that all must hold; or
 * a loan (see {@link Loan}) where nft has no typed way to look a value up. Guaranteed: nothing is approximated; what
 * cannot be said is a finding and gives no alternative.
 */
import {
  and,
  concat,
  exthdr,
  type Expression,
  isAtLeast,
  mangle,
  match,
  type MatchOperator,
  meta,
  payload,
  rawPayload,
  setRef,
  type Statement,
} from '@weir/nftables-json';
import type { FieldType } from '../policy/field.ts';
import type { Operand, PayloadField, SelfFact, Test } from '../policy/match.ts';
import { type Context, deviceKey } from './context.ts';
import { fieldExpression } from './field-expression.ts';
import { needsNewerNft, notAvailable, unsupportedField } from './findings.ts';
import { complement, everything, literal, rangesLiteral, bitsOf } from './literal.ts';
import { namedSetNames } from './named-sets.ts';
import { OWN, type OwnSet } from './own-sets.ts';
import { stateTest } from './state-test.ts';

/**
 * A value that has to be copied into a typed place to be looked up: `checks` each copy and look in one rule (so a
 * packet too short for the value is left alone), and `restore` puts things back after all of them missed.
 */
export interface Loan {
  readonly checks: readonly (readonly Statement[])[];
  readonly restore: readonly Statement[];
}

export type TestStatements =
  | { readonly kind: 'alternatives'; readonly of: readonly (readonly Statement[])[] }
  | { readonly kind: 'loan'; readonly loan: Loan };

const alternatives = (...of: readonly (readonly Statement[])[]): TestStatements => ({ kind: 'alternatives', of });
const NEVER = alternatives();
const ALWAYS = alternatives([]);

/** A test of the policy in the words of nftables. */
export function testStatements(test: Test, context: Context, siblings: readonly Test[]): TestStatements {
  if (typeof test.field !== 'string') return payloadTest(test, test.field, context);
  if (test.field === 'connection.state') return stateTest(test, context) ?? NEVER;
  const field = context.fields.get(test.field);
  const expression = fieldExpression(test.field, context.target.nft);
  if (test.field === 'ip.fragment' || test.field === 'ip6.fragment') return fragmentTest(test);
  if (field === undefined || expression === undefined) {
    context.findings.add(unsupportedField(test.span, { field: test.field, where: 'by this version of Weir' }));
    return NEVER;
  }
  if (field.header === 'connection' && context.state !== 'conntrack') {
    context.findings.add(notAvailable(test.span, { what: `\`${test.field}\``, target: context.target.name }));
    return NEVER;
  }
  if (test.operand.kind === 'self' && test.field === 'icmpv6.target' && !isAtLeast(context.target.nft, '1.1.3')) {
    return targetLoan(test, context, siblings);
  }
  return compare(test, expression, field.type, context);
}

function masked(expression: Expression, test: Test, type: FieldType): Expression {
  return test.mask === undefined ? expression : and(expression, literal(test.mask, type));
}

function compare(test: Test, expression: Expression, type: FieldType, context: Context): TestStatements {
  const left = masked(expression, test, type);
  const op: MatchOperator = test.negated ? '!=' : '==';
  switch (test.operand.kind) {
    case 'values': {
      const { ranges } = test.operand;
      if (complement(ranges, bitsOf(type)).length === 0) return test.negated ? NEVER : ALWAYS;
      return alternatives([match(left, op, rangesLiteral(ranges, type))]);
    }
    case 'named':
      return lookUp(
        test,
        namedSetNames(context.sets, test.operand.set).map((name) => [left, name] as const),
      );
    case 'self':
      return lookUp(test, ownLookups(test.operand, left, context));
    default:
      return test.operand satisfies never;
  }
}

/** In any of the sets, or negated in none of them. */
function lookUp(test: Test, sets: readonly (readonly [Expression, string])[]): TestStatements {
  if (test.negated) return alternatives(sets.map(([left, name]) => match(left, '!=', setRef(name))));
  return alternatives(...sets.map(([left, name]) => [match(left, '==', setRef(name))]));
}

function ownSetsOf(fact: SelfFact, context: Context): readonly OwnSet[] {
  const { own } = context.profile;
  switch (fact) {
    case 'mac':
      return ['mac'];
    case 'ipv4':
      return [...(own.ipv4.single ? (['ipv4'] as const) : []), ...(own.ipv4.ranges ? (['ipv4Ranges'] as const) : [])];
    case 'ipv6':
      return [...(own.ipv6.single ? (['ipv6'] as const) : []), ...(own.ipv6.ranges ? (['ipv6Ranges'] as const) : [])];
    case 'ifname':
      return [];
    default:
      return fact satisfies never;
  }
}

function ownLookups(
  operand: Extract<Operand, { kind: 'self' }>,
  left: Expression,
  context: Context,
): readonly (readonly [Expression, string])[] {
  return ownSetsOf(operand.fact, context).map((set) => {
    context.own.add(set);
    return [concat(meta(deviceKey(context)), left), context.attachment.prefix + OWN[set]] as const;
  });
}

/** WHY: more fragments (0x2000) or an offset (0x1fff), RFC 791 3.1; for IPv6 the fragment header, RFC 8200 4.5. */
function fragmentTest(test: Test): TestStatements {
  if (test.operand.kind !== 'values') return NEVER;
  const holds = (value: bigint): boolean =>
    test.operand.kind === 'values' &&
    test.operand.ranges.some((range) => range.low <= value && value <= range.high) !== test.negated;
  if (holds(0n) && holds(1n)) return ALWAYS;
  if (!holds(0n) && !holds(1n)) return NEVER;
  if (test.field === 'ip6.fragment') return alternatives([match(exthdr('frag'), '==', holds(1n))]);
  return alternatives([match(and(payload('ip', 'frag-off'), 0x3fff), holds(1n) ? '!=' : '==', 0)]);
}

const BASES = { link: 'll', network: 'nh', transport: 'th' } as const;

function payloadTest(test: Test, field: PayloadField, context: Context): TestStatements {
  if (field.base === 'link' && context.attachment.layer === 'network') {
    const where = `on an interface without a bridge (attachment \`${context.attachment.name}\`)`;
    context.findings.add(unsupportedField(test.span, { field: 'payload(link, …)', where }));
    return NEVER;
  }
  const expression = rawPayload(BASES[field.base], field.offset, field.bits);
  if (test.operand.kind !== 'self') return compare(test, expression, { kind: 'number', bits: field.bits }, context);
  if (test.operand.fact !== 'mac' || field.bits !== 48 || test.mask !== undefined) {
    context.findings.add(needsNewerNft(test.span, { what: 'these bits', target: context.target.name }));
    return NEVER;
  }
  if (isAtLeast(context.target.nft, '1.0.6.1')) {
    context.own.add('macBits');
    return lookUp(test, [[concat(meta(deviceKey(context)), expression), context.attachment.prefix + OWN.macBits]]);
  }
  return macLoan(test, field, context);
}

/**
 * WHY: nft 1.0.6 refuses to look raw bits up in a set of addresses ("datatype mismatch"), and its JSON has no sets of
 * raw bits. It does copy raw bits into fields whose type is a plain word or an IPv6 address, and those it looks up.
 */
function macLoan(test: Test, field: PayloadField, context: Context): TestStatements {
  if (!test.negated) return impossibleLoan(test, 'a hardware address inside a message', context);
  const check = (set: 'macHead' | 'macTail', offset: number): readonly Statement[] => {
    context.own.add(set);
    return [
      mangle(meta('priority'), rawPayload(BASES[field.base], offset, 32)),
      match(concat(meta(deviceKey(context)), meta('priority')), '!=', setRef(context.attachment.prefix + OWN[set])),
    ];
  };
  return {
    kind: 'loan',
    loan: {
      checks: [check('macHead', field.offset), check('macTail', field.offset + 16)],
      restore: [mangle(meta('priority'), 0)],
    },
  };
}

/**
 * The target of neighbour discovery is copied into the source address and looked up there. A source that the same rule
 * compares with one address is put back; otherwise the message leaves with its target as its source, which is another
 * of the port's own addresses (the rule drops everything else).
 */
function targetLoan(test: Test, context: Context, siblings: readonly Test[]): TestStatements {
  if (!test.negated) return impossibleLoan(test, '`icmpv6.target`', context);
  const source = payload('ip6', 'saddr');
  const sets = ownLookups({ kind: 'self', fact: 'ipv6' }, source, context);
  const copy = mangle(source, rawPayload('th', 64, 128));
  const fixed = siblings.find(
    (t) => t.field === 'ip6.source' && !t.negated && t.mask === undefined && t.operand.kind === 'values',
  );
  const ranges = fixed?.operand.kind === 'values' ? fixed.operand.ranges : [];
  const [only] = ranges;
  const restorable = only !== undefined && ranges.length === 1 && only.low === only.high;
  return {
    kind: 'loan',
    loan: {
      checks: [[copy, ...sets.map(([left, name]) => match(left, '!=', setRef(name)))]],
      restore: restorable ? [mangle(source, literal(only.low, { kind: 'ipv6' }))] : [],
    },
  };
}

function impossibleLoan(test: Test, what: string, context: Context): TestStatements {
  context.findings.add(needsNewerNft(test.span, { what, target: context.target.name }));
  return NEVER;
}

/** Whether every value satisfies the test, given that the header is there. */
export function isTrivial(test: Test, type: FieldType): boolean {
  if (test.operand.kind !== 'values' || test.negated) return false;
  const all = everything(bitsOf(type));
  return test.operand.ranges.some((range) => range.low <= all.low && range.high >= all.high);
}
