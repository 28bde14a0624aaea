/** One test as questions, of which one must hold. */
import { and, concat, isAtLeast, match, payload, rawPayload, setRef } from '@weir/nftables-json';
import type { Expression, Statement } from '@weir/nftables-json';
import type { PayloadField, Test } from '../policy/match.ts';
import { contains, full, normalise, one } from '../values/ranges.ts';
import { lowerConnectionState } from './connection-state.ts';
import { accessOf } from './field-access.ts';
import type { ArpAccess, FieldAccess, FlagAccess, TypeAccess, ValueAccess, WideAccess } from './field-access.ts';
import { headerQuestion } from './header-question.ts';
import { unsupportedField } from './findings.ts';
import { ownSets, useOwn } from './match-context.ts';
import type { MatchContext } from './match-context.ts';
import { nameIn, deviceOf } from './place.ts';
import { bothQuestions, question } from './question.ts';
import type { Question } from './question.ts';
import { lowerRawNamed, lowerRawSelf, lowerWideRaw } from './raw-field.ts';
import { allMarks } from '../target/mark-bits.ts';
import { complementRanges, sameRanges } from './value-ranges.ts';
import { wideMask } from './wide-mask.ts';
import { writeOperand, writeValue, writeWholeOperand } from './write-value.ts';

/** Fields of the link layer, which an attachment below IP does not have. */
const LINK_HEADERS: ReadonlySet<string> = new Set(['vlan', 'arp', 'stp']);

/** Headers of the upper layer, which only the first fragment of a packet has. */
const UPPER_HEADERS: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'icmp',
  'icmpv6',
  'mld',
  'igmp',
  'esp',
  'ah',
  'gre',
]);

/**
 * The upper layer starts in this packet.
 * WHY: for aligned values of up to four bytes Linux (6.18, tried) reads behind the IP header of every fragment, in a later
 * one whatever stands there; three bytes take the way that looks at the fragment's offset. No upper layer is shorter.
 */
const UPPER_LAYER_STARTS = match(rawPayload('th', 8, 24), '==', { range: [0, 0xff_ffff] });

/** The questions of a test; none when nothing can satisfy it. Problems go to the context's findings. */
export function lowerTest(test: Test, context: MatchContext): readonly Question[] {
  const access = typeof test.field === 'string' ? accessOf(test.field) : undefined;
  if (typeof test.field === 'string' && access === undefined) return refuse(test, context, 'by this compiler');
  const asked =
    typeof test.field === 'string'
      ? lowerAccess(test.field === 'packet.mark' ? withoutOurMarks(test, context) : test, access, context)
      : lowerPayload(test, test.field, context);
  // WHY: where connections are followed, fragments have been put together before our hooks see them.
  if (context.profile.stateful || !isUpper(test, access)) return asked;
  return asked.map((one) => ({ ...one, statements: [UPPER_LAYER_STARTS, ...one.statements] }));
}

/** WHY: the mark also carries bits of ours, which change from target to target and from packet to packet. */
function withoutOurMarks(test: Test, { place }: MatchContext): Test {
  const theirs = BigInt(~allMarks(place.target.marks) >>> 0);
  return { ...test, mask: test.mask === undefined ? theirs : test.mask & theirs };
}

function isUpper(test: Test, access: FieldAccess | undefined): boolean {
  if (typeof test.field !== 'string') return test.field.base === 'transport';
  if (access?.kind === 'nd-target') return true;
  if (access?.kind === 'raw') return access.of.every(({ header }) => !LINK_HEADERS.has(header));
  return access !== undefined && 'header' in access && UPPER_HEADERS.has(access.header);
}

function lowerAccess(test: Test, access: FieldAccess | undefined, context: MatchContext): readonly Question[] {
  if (typeof test.field !== 'string' || access === undefined) return [];
  switch (access.kind) {
    case 'value':
      return isLinkField(test.field, access.header) && !context.place.isLink
        ? refuseLink(test, context)
        : lowerValue(test, access, context);
    case 'arp':
      return context.place.isLink
        ? [...lowerValue(test, access.value, context), ...lowerRarp(test, access, context)]
        : refuseLink(test, context);
    case 'flag':
      return LINK_HEADERS.has(access.header) && !context.place.isLink
        ? refuseLink(test, context)
        : lowerFlag(test, access);
    case 'ether-type':
    case 'protocol':
      return lowerType(test, access, context);
    case 'connection-state':
      return lowerConnectionState(test, context);
    case 'connection-fact':
      // WHY: the marks that carry the state of a connection carry nothing else of it.
      return context.place.state === 'conntrack'
        ? lowerValue(test, access.value, context)
        : refuse(test, context, 'on this target, which does not know the connections of bridged packets themselves');
    case 'raw':
      return access.of.some(({ header }) => LINK_HEADERS.has(header)) && !context.place.isLink
        ? refuseLink(test, context)
        : access.of.flatMap((one) => lowerRawValue(test, one, context));
    case 'wide':
      return lowerWide(test, access, context);
    case 'nd-target':
      return lowerTarget(test, context);
    default:
      return access satisfies never;
  }
}

/** Reports a test that cannot be written; it matches nothing from then on. */
function refuse(test: Test, context: MatchContext, where: string): readonly Question[] {
  const field = typeof test.field === 'string' ? test.field : `payload(${test.field.base}, …)`;
  context.findings.add(unsupportedField(test.span ?? context.span, { field, where }));
  return [];
}

function refuseLink(test: Test, context: MatchContext): readonly Question[] {
  return refuse(test, context, `at ports of ${context.place.attachment.name}: there is no link header`);
}

function isLinkField(field: string, header: string): boolean {
  return LINK_HEADERS.has(header) || field === 'ether.source' || field === 'ether.destination';
}

/** The header's question with statements about the field. */
function having(header: ValueAccess['header'], ...statements: readonly Statement[]): readonly Question[] {
  const asked = bothQuestions(headerQuestion(header), question({ statements }));
  return asked === undefined ? [] : [asked];
}

function lowerValue(test: Test, access: ValueAccess, context: MatchContext): readonly Question[] {
  const { operand, negated } = test;
  const left = test.mask === undefined ? access.left : masked(access, test.mask);
  switch (operand.kind) {
    case 'values': {
      if (test.mask !== undefined && isShifted(access)) return lowerShifted(test, access, context);
      if (test.mask !== undefined && access.form === 'number' && access.bits > 32) {
        return wideMask(test, access) ?? refuse(test, context, 'with a mask against so many values');
      }
      const isAll = test.mask === undefined && sameRanges(operand.ranges, [full(access.bits)]);
      if (isAll && negated) return [];
      // An address is there whenever its header is.
      if (isAll && access.form !== 'number') return having(access.header);
      const isAddress = access.form === 'ipv4' || access.form === 'ipv6';
      const right = (isAddress && !context.isIp ? writeWholeOperand : writeOperand)(operand.ranges, access.form);
      return having(access.header, match(left, negated ? '!=' : '==', right));
    }
    case 'named':
      context.usage.named.add(operand.set);
      return having(access.header, match(left, negated ? '!=' : '==', setRef(nameIn(context.place, operand.set))));
    case 'self':
      return test.mask === undefined
        ? lowerSelf(test, access, context)
        : refuse(test, context, 'with a mask and `self`');
    default:
      return operand satisfies never;
  }
}

/**
 * WHY: nft 1.0.6 shifts bits that do not end with a byte before it masks them, and over two bytes it shifts them as a
 * number of the host's byte order, which is wrong on little-endian ones.
 */
function isShifted({ left, bits, form }: ValueAccess): boolean {
  if (form !== 'number' || typeof left !== 'object' || !('payload' in left)) return false;
  return bits < 8 || ('base' in left.payload && (left.payload.offset + bits) % 8 !== 0);
}

/** Widest field whose values are listed. */
const LISTED_BITS = 12;

/** Lists the values that fit under the mask. */
function lowerShifted(test: Test, access: ValueAccess, context: MatchContext): readonly Question[] {
  const { operand, mask, ...rest } = test;
  if (operand.kind !== 'values' || mask === undefined) return [];
  if (access.bits > LISTED_BITS) return refuse(test, context, 'with a mask unless it ends with a byte');
  const fitting = Array.from({ length: 1 << access.bits }, (_, value) => BigInt(value)).filter((value) =>
    contains(operand.ranges, value & mask),
  );
  const ranges = normalise(fitting.map(one));
  if (ranges.length === 0) return test.negated ? having(access.header) : [];
  return lowerValue({ ...rest, operand: { kind: 'values', ranges } }, access, context);
}

function masked(access: ValueAccess, mask: bigint): Expression {
  return and(access.left, writeValue(mask, access.form));
}

function lowerSelf(test: Test, access: ValueAccess, context: MatchContext): readonly Question[] {
  if (test.operand.kind !== 'self') return [];
  const sets = ownSets(context.profile, test.operand.fact);
  for (const set of sets) useOwn(context, set);
  const key = concat(deviceOf(context.place, context.direction), access.left);
  const look = (set: string): Statement =>
    match(key, test.negated ? '!=' : '==', setRef(nameIn(context.place, `self-${set}`)));
  // In none of the sets, or in one of them. A port without such addresses owns none.
  return test.negated
    ? having(access.header, ...sets.map(look))
    : sets.flatMap((set) => having(access.header, look(set)));
}

function lowerFlag(test: Test, access: FlagAccess): readonly Question[] {
  const { operand } = test;
  if (operand.kind !== 'values') return [];
  const holds = (value: bigint): boolean =>
    operand.ranges.some((one) => one.low <= value && value <= one.high) !== test.negated;
  const header = access.header === 'arp' ? 'any-arp' : access.header;
  const isSet = holds(1n) ? having(header, ...access.isSet) : [];
  const isClear = holds(0n) ? access.isClear.flatMap((one) => having(header, one)) : [];
  return [...isSet, ...isClear];
}

/** Addresses that nft knows as bare bits. */
function lowerRawValue(test: Test, access: ValueAccess, context: MatchContext): readonly Question[] {
  const { left, header, bits } = access;
  if (typeof left !== 'object' || !('payload' in left) || !('base' in left.payload)) return [];
  const raw = { base: left.payload.base, offset: left.payload.offset, bits };
  if (test.operand.kind === 'self') return lowerRawSelf(test, raw, header, context);
  if (test.operand.kind !== 'named') return lowerValue(test, access, context);
  const isConstant = context.sets.get(test.operand.set)?.contributed.length === 0;
  return isConstant ? lowerRawNamed(test, raw, header, context) : refuse(test, context, 'against a set of guests');
}

function lowerWide(test: Test, access: WideAccess, context: MatchContext): readonly Question[] {
  const { offset, bits, header } = access;
  const raw = { base: 'th', offset, bits } as const;
  if (test.operand.kind === 'self') return lowerRawSelf(test, raw, header, context);
  return lowerWideRaw(test, raw, header, context);
}

/** WHY: nft refuses `arp` fields behind another EtherType than ARP, so RARP's are read as raw bits. */
function lowerRarp(test: Test, access: ArpAccess, context: MatchContext): readonly Question[] {
  const { bits } = access.value;
  const raw = { base: 'nh', offset: access.offset, bits } as const;
  if (test.operand.kind === 'self') return lowerRawSelf(test, raw, 'rarp', context);
  if (test.operand.kind === 'named') return lowerRawNamed(test, raw, 'rarp', context);
  const left = rawPayload('nh', access.offset, bits);
  return lowerValue(test, { kind: 'value', header: 'rarp', left, bits, form: 'number' }, context);
}

function lowerType(test: Test, access: TypeAccess, context: MatchContext): readonly Question[] {
  const { operand } = test;
  if (operand.kind !== 'values' || test.mask !== undefined) {
    if (!context.place.isLink && access.kind === 'ether-type') {
      return refuse(test, context, `with a mask at ports of ${context.place.attachment.name}`);
    }
    return lowerValue(test, { ...access, kind: 'value' }, context);
  }
  const wanted = test.negated ? complementRanges(operand.ranges, access.bits) : operand.ranges;
  if (wanted.length === 0) return [];
  const asked = access.kind === 'ether-type' ? question({ ether: wanted }) : question({ protocol: wanted });
  const both = bothQuestions(headerQuestion(access.header), asked);
  return both === undefined ? [] : [both];
}

function lowerPayload(test: Test, field: PayloadField, context: MatchContext): readonly Question[] {
  if (field.base === 'link' && !context.place.isLink) return refuse(test, context, 'where there is no link header');
  const base = field.base === 'link' ? 'll' : field.base === 'network' ? 'nh' : 'th';
  const header = field.base === 'link' ? 'frame' : 'ip';
  if (test.operand.kind === 'named') return refuse(test, context, 'against a named set; write its values');
  if (test.operand.kind === 'self')
    return lowerRawSelf(test, { base, offset: field.offset, bits: field.bits }, header, context);
  if (field.bits > 48) return lowerWideRaw(test, { base, offset: field.offset, bits: field.bits }, header, context);
  const left = rawPayload(base, field.offset, field.bits);
  return lowerValue(test, { kind: 'value', header, left, bits: field.bits, form: 'number' }, context);
}

/** WHY: nft names the target of neighbour discovery only since 1.0.9; before, it is 128 raw bits behind the type. */
function lowerTarget(test: Test, context: MatchContext): readonly Question[] {
  if (isAtLeast(context.place.target.nft, '1.1.3')) {
    const left = payload('icmpv6', 'taddr');
    return lowerValue(test, { kind: 'value', header: 'nd', left, bits: 128, form: 'ipv6' }, context);
  }
  const raw = { base: 'th', offset: 64, bits: 128 } as const;
  if (test.operand.kind === 'self') return lowerRawSelf(test, raw, 'nd', context);
  return lowerWideRaw(test, raw, 'nd', context);
}
