/**
 * Checks of constant values: the right side of a match, elements of sets and maps, keys and data.
 * Knows which kinds may stand where: no anonymous set inside a concatenation, no selector on the right.
 */
import { parseIpv4, parseIpv6, parseMac } from '../value/address.ts';
import type { ValueType, ValueTypes } from '../value/value-type.ts';
import type { CheckContext, DeclaredSet } from './context.ts';
import { at, report } from './context.ts';
import { checkImmediate, isBitType, orderOf } from './immediate.ts';
import { checkOnlyKey, checkShape, describe, integer, isRecord, optional, positive, required } from './shape.ts';
import type { Shape } from './shape.ts';
import { comment, name } from './text.ts';

/** Where constant values stand. */
export interface ValuePlace {
  readonly types: ValueTypes | undefined;
  /** Prefixes and ranges may stand here. */
  readonly allowsIntervals: boolean;
}

const isImmediate = (value: unknown): value is string | number | boolean =>
  typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean';

/** One value that is no set: immediate, list of flags, prefix, range, concatenation or bitwise constant. */
export function checkConstant(ctx: CheckContext, value: unknown, place: ValuePlace): void {
  const single = place.types?.length === 1 ? place.types[0] : undefined;
  if (isImmediate(value)) {
    if (place.types !== undefined && place.types.length > 1) {
      report(ctx, 'wrong-components', `expected ${place.types.length} components, found ${describe(value)}`);
    } else checkImmediate(ctx, value, single);
  } else if (Array.isArray(value)) {
    checkFlagList(ctx, value, single);
  } else {
    const kind = checkOnlyKey(ctx, value, 'an expression');
    if (kind !== undefined) at(ctx, kind, constantOf(kind, place), (value as Record<string, unknown>)[kind]);
  }
}

function constantOf(kind: string, place: ValuePlace): (ctx: CheckContext, body: unknown) => void {
  const single = place.types?.length === 1 ? place.types[0] : undefined;
  switch (kind) {
    case 'prefix':
      return (ctx, body) => checkPrefix(ctx, body, single, place);
    case 'range':
      return (ctx, body) => checkRange(ctx, body, single, place);
    case 'concat':
      return (ctx, body) => checkConcat(ctx, body, place);
    case '|':
    case '&':
    case '^':
    case '<<':
    case '>>':
      return (ctx, body) => checkOperands(ctx, body, place);
    default:
      return (ctx) => report(ctx, 'wrong-context', `\`${kind}\` cannot stand here: a constant value is expected`);
  }
}

function checkFlagList(ctx: CheckContext, list: readonly unknown[], type: ValueType | undefined): void {
  if (list.length === 0) report(ctx, 'empty-list', 'the list is empty');
  if (type !== undefined && !isBitType(type)) {
    report(ctx, 'wrong-context', `a list of ${type.type} is no value; alternatives are written as {"set": […]}`);
  }
  for (const [index, item] of list.entries()) at(ctx, index, (inner, flag) => checkFlag(inner, flag, type), item);
}

function checkFlag(ctx: CheckContext, flag: unknown, type: ValueType | undefined): void {
  if (isImmediate(flag)) checkImmediate(ctx, flag, type);
  else report(ctx, 'wrong-type', `expected a flag, found ${describe(flag)}`);
}

function checkOperands(ctx: CheckContext, body: unknown, place: ValuePlace): void {
  if (!Array.isArray(body) || body.length < 2) report(ctx, 'wrong-type', 'expected an array of two operands');
  else
    for (const [index, item] of body.entries())
      at(ctx, index, (inner, part) => checkConstant(inner, part, place), item);
}

function checkConcat(ctx: CheckContext, body: unknown, place: ValuePlace): void {
  if (!Array.isArray(body)) {
    report(ctx, 'wrong-type', `expected an array, found ${describe(body)}`);
    return;
  }
  const { types } = place;
  if (body.length < 2) report(ctx, 'wrong-components', 'a concatenation has at least two components');
  if (types !== undefined && types.length !== body.length) {
    report(ctx, 'wrong-components', `expected ${types.length} components, found ${body.length}`);
  }
  for (let index = 0; index < body.length; index += 1) {
    const type = types?.[index];
    const value: unknown = body[index];
    ctx.path.push(index);
    if (isImmediate(value)) checkImmediate(ctx, value, type);
    else checkConstant(ctx, value, { types: type && [type], allowsIntervals: place.allowsIntervals });
    ctx.path.pop();
  }
}

function requireInterval(ctx: CheckContext, place: ValuePlace): void {
  if (!place.allowsIntervals) {
    report(ctx, 'needs-interval', 'the set needs the flag `interval` to hold prefixes and ranges');
  }
}

function checkRange(ctx: CheckContext, body: unknown, type: ValueType | undefined, place: ValuePlace): void {
  requireInterval(ctx, place);
  if (!Array.isArray(body) || body.length !== 2) {
    report(ctx, 'wrong-type', 'a range is an array of two values');
    return;
  }
  for (const [index, end] of body.entries()) {
    if (isImmediate(end)) at(ctx, index, (inner, value) => checkImmediate(inner, value as string, type), end);
    else report(ctx, 'wrong-type', `expected a value, found ${describe(end)}`, index);
  }
  const [low, high] = [orderOf(body[0], type), orderOf(body[1], type)];
  const isReversed = low !== undefined && high !== undefined && low > high;
  const isLateHour =
    type?.type === 'hour' && typeof body[0] === 'string' && typeof body[1] === 'string' && body[0] > body[1];
  // WHY: nft 1.0.6 turns an hour range over midnight into the inverse of the rest, off by its edges.
  if (isReversed || (isLateHour && ctx.version === '1.0.6')) {
    report(ctx, 'reversed-range', `the range starts above its end: ${describe(body[0])} to ${describe(body[1])}`);
  }
}

const prefixShape = (check: (ctx: CheckContext, addr: unknown) => void): Shape => ({
  addr: required(check),
  len: required(integer(0, 128)),
});

function checkPrefix(ctx: CheckContext, body: unknown, type: ValueType | undefined, place: ValuePlace): void {
  requireInterval(ctx, place);
  const shape = prefixShape((inner, addr) => {
    if (isImmediate(addr)) checkImmediate(inner, addr, type ?? addressType(addr));
    else report(inner, 'wrong-type', `expected an address, found ${describe(addr)}`);
  });
  if (!checkShape(ctx, body, shape)) return;
  const { addr, len } = body;
  if (typeof addr === 'string' && typeof len === 'number' && Number.isInteger(len) && len >= 0) {
    checkPrefixBits(ctx, addr, len);
  }
}

function addressType(addr: unknown): ValueType {
  return typeof addr === 'string' && addr.includes(':')
    ? { type: 'ipv6_addr', bits: 128 }
    : { type: 'ipv4_addr', bits: 32 };
}

function checkPrefixBits(ctx: CheckContext, addr: string, len: number): void {
  const v4 = parseIpv4(addr);
  const value = v4 ?? parseIpv6(addr) ?? parseMac(addr);
  if (value === undefined) return;
  const width = v4 !== undefined ? 32 : parseMac(addr) !== undefined ? 48 : 128;
  if (len > width) report(ctx, 'out-of-range', `the prefix length is at most ${width}`, 'len');
  else if ((value & ((1n << BigInt(width - len)) - 1n)) !== 0n) {
    report(ctx, 'host-bits', `${describe(addr)} has bits set beyond its prefix of ${len}`, 'addr');
  }
}

/** What elements of one set or map may be. */
export interface ElementPlace extends ValuePlace {
  readonly data: DeclaredSet['data'];
  readonly hasTimeout: boolean;
  /** Keys seen so far; absent when repetition is harmless. */
  readonly keys: Set<string> | undefined;
  /** Only keys are given, as in `delete`. */
  readonly isKeyOnly: boolean;
}

/** The elements of a set or map. WHY: nft refuses empty ones. */
export function checkElements(ctx: CheckContext, elements: unknown, place: ElementPlace): void {
  if (!Array.isArray(elements)) {
    report(ctx, 'wrong-type', `expected an array of elements, found ${describe(elements)}`);
    return;
  }
  if (elements.length === 0) report(ctx, 'empty-list', 'nft refuses a set without elements; leave it out');
  for (let index = 0; index < elements.length; index += 1) {
    ctx.path.push(index);
    checkElement(ctx, elements[index], place);
    ctx.path.pop();
  }
}

function checkElement(ctx: CheckContext, element: unknown, place: ElementPlace): void {
  if (place.data === undefined || place.isKeyOnly) {
    checkKey(ctx, place.isKeyOnly && Array.isArray(element) ? element[0] : element, place);
    return;
  }
  if (!Array.isArray(element) || element.length !== 2) {
    report(ctx, 'wrong-type', 'an element of a map is an array of key and data');
    return;
  }
  ctx.path.push(0);
  checkKey(ctx, element[0], place);
  ctx.path.pop();
  ctx.path.push(1);
  checkData(ctx, element[1], place.data);
  ctx.path.pop();
  if (place.keys !== undefined) checkRepetition(ctx, element[0], place.keys);
}

function checkRepetition(ctx: CheckContext, key: unknown, keys: Set<string>): void {
  const text = keyText(key);
  if (keys.has(text)) report(ctx, 'duplicate-key', `the key ${text.slice(0, 80)} stands twice in the map`, 0);
  keys.add(text);
}

/** The key of an element as text, without the properties of the element. */
export function keyText(key: unknown): string {
  if (typeof key === 'string') return key;
  return isRecord(key) && isRecord(key['elem']) ? JSON.stringify(key['elem']['val']) : JSON.stringify(key);
}

function checkKey(ctx: CheckContext, key: unknown, place: ElementPlace): void {
  if (key === '*') return;
  if (Array.isArray(key)) {
    report(
      ctx,
      'wrong-type',
      place.data === undefined ? 'a set has keys, not pairs' : 'expected a key, found an array',
    );
  } else if (isRecord(key) && 'elem' in key) {
    const kind = checkOnlyKey(ctx, key, 'an element');
    if (kind !== undefined) at(ctx, kind, (inner, body) => checkElementBody(inner, body, place), key['elem']);
  } else checkConstant(ctx, key, place);
}

function checkElementBody(ctx: CheckContext, body: unknown, place: ElementPlace): void {
  const seconds = (inner: CheckContext, value: unknown): void => {
    positive(inner, value);
    if (!place.hasTimeout) report(inner, 'needs-timeout', 'the set needs the flag `timeout`');
  };
  checkShape(ctx, body, {
    val: required((inner, value) => (value === '*' ? undefined : checkConstant(inner, value, place))),
    timeout: optional(seconds),
    expires: optional(seconds),
    comment: optional(comment),
  });
}

/** What a map gives for a key. */
export function checkData(ctx: CheckContext, data: unknown, type: DeclaredSet['data']): void {
  if (type === 'unknown' || type === undefined) checkOpenData(ctx, data);
  else if (type === 'verdict') checkVerdict(ctx, data);
  else if (type === 'object') name(ctx, data);
  else checkConstant(ctx, data, { types: type, allowsIntervals: true });
}

function checkOpenData(ctx: CheckContext, data: unknown): void {
  if (isRecord(data) && Object.keys(data).some((key) => VERDICTS.has(key))) checkVerdict(ctx, data);
  else checkConstant(ctx, data, { types: undefined, allowsIntervals: true });
}

const VERDICTS: ReadonlySet<string> = new Set(['accept', 'drop', 'continue', 'return', 'jump', 'goto']);

/** A verdict object. */
export function checkVerdict(ctx: CheckContext, value: unknown): void {
  const kind = checkOnlyKey(ctx, value, 'a verdict');
  if (kind === undefined) return;
  if (!VERDICTS.has(kind)) report(ctx, 'wrong-context', `\`${kind}\` is no verdict`);
  else
    at(
      ctx,
      kind,
      kind === 'jump' || kind === 'goto' ? chainTarget : nullBody,
      (value as Record<string, unknown>)[kind],
    );
}

/** The body of `accept`, `drop`, `continue` and `return`. */
export function nullBody(ctx: CheckContext, body: unknown): void {
  if (body !== null) report(ctx, 'wrong-type', `expected null, found ${describe(body)}`);
}

/** The body of `jump` and `goto`. */
export function chainTarget(ctx: CheckContext, body: unknown): void {
  checkShape(ctx, body, { target: required(name) });
}

/** An anonymous set or map: intervals are always allowed. */
export function anonymousPlace(types: ValueTypes | undefined, data: DeclaredSet['data']): ElementPlace {
  const keys = data === undefined ? undefined : new Set<string>();
  return { types, data, allowsIntervals: true, hasTimeout: false, keys, isKeyOnly: false };
}

/** A reference `@name`; reports when it is none. */
export function checkSetReference(ctx: CheckContext, value: unknown): void {
  if (typeof value !== 'string') report(ctx, 'wrong-type', `expected "@name", found ${describe(value)}`);
  else if (!value.startsWith('@')) report(ctx, 'set-reference', `expected "@name", found ${describe(value)}`);
  else name(ctx, value.slice(1));
}
