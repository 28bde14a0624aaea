/** Literals to ranges: addresses, prefixes, MACs, numbers. What is wrong with one is reported at its place. */
import type { AddressValue, MacValue, NumberValue, PrefixValue, RangeValue, Value } from '@weir/grammar';
import type { Family } from '@weir/plugin';
import type { ValueRange } from '../policy/match.ts';
import { addressBits, formatAddress, formatMac, parseAddress, parseMac } from '../values/address.ts';
import { one, prefixRange } from '../values/ranges.ts';
import { type Environment, textOf } from './environment.ts';
import { badValue, hostBits, turnedRound, wrongType } from './findings.ts';
import { spanOf } from './report.ts';
import type { RateTerm } from './typed-value.ts';

/** Ranges of one family. */
export interface FamilyRanges {
  readonly family: Family;
  readonly ranges: readonly ValueRange[];
}

function addressNumber(node: AddressValue, env: Environment): bigint | undefined {
  const value = parseAddress(node.family, node.text);
  if (value !== undefined) return value;
  const why = node.family === 'ipv4' ? 'is no IPv4 address' : 'is no IPv6 address';
  const help = node.family === 'ipv4' ? { help: 'four numbers from 0 to 255, without leading zeros' } : {};
  return env.world.report.add(badValue(spanOf(env.file, node), { text: node.text, why, ...help }));
}

function prefixValue(node: PrefixValue, env: Environment): FamilyRanges | undefined {
  const { family } = node.address;
  const address = addressNumber(node.address, env);
  if (address === undefined) return undefined;
  const bits = addressBits(family);
  const span = spanOf(env.file, node);
  const text = textOf(env, node);
  const length = Number(node.length.value);
  if (length > bits) {
    return env.world.report.add(badValue(span, { text, why: `has a prefix length above ${bits}` }));
  }
  const range = prefixRange(address, length, bits);
  if (range.low !== address) {
    const canonical = `${formatAddress(family, range.low)}/${length}`;
    return env.world.report.add(
      hostBits(span, { text, what: 'prefix length', canonical, single: formatAddress(family, address) }),
    );
  }
  return { family, ranges: [range] };
}

function rangeOf(low: bigint, high: bigint, node: RangeValue, env: Environment): ValueRange | undefined {
  if (low <= high) return { low, high };
  const params = { low: textOf(env, node.low), high: textOf(env, node.high) };
  return env.world.report.add(turnedRound(spanOf(env.file, node), params));
}

/** An address, prefix or address range; undefined (and a diagnostic) for a bad one. */
export function addressLiteral(
  node: AddressValue | PrefixValue | RangeValue,
  env: Environment,
): FamilyRanges | undefined {
  if (node.kind === 'prefix') return prefixValue(node, env);
  if (node.kind === 'address') {
    const value = addressNumber(node, env);
    return value === undefined ? undefined : { family: node.family, ranges: [one(value)] };
  }
  const { low, high } = node;
  if (low.kind !== 'address' || high.kind !== 'address' || low.family !== high.family) {
    const params = { text: textOf(env, node), wanted: 'a range of addresses of one family' };
    return env.world.report.add(wrongType(spanOf(env.file, node), params));
  }
  const [first, last] = [addressNumber(low, env), addressNumber(high, env)];
  if (first === undefined || last === undefined) return undefined;
  const range = rangeOf(first, last, node, env);
  return range === undefined ? undefined : { family: low.family, ranges: [range] };
}

/** A MAC address, with a mask when it is a contiguous one. */
export function macLiteral(node: MacValue, env: Environment): ValueRange | undefined {
  const span = spanOf(env.file, node);
  const text = textOf(env, node);
  const value = parseMac(
    node.mask === undefined ? node.text.toLowerCase() : (node.text.split('/')[0] ?? '').toLowerCase(),
  );
  if (value === undefined) return env.world.report.add(badValue(span, { text, why: 'is no hardware address' }));
  if (node.mask === undefined) return one(value);
  const mask = parseMac(node.mask.toLowerCase());
  const host = mask === undefined ? 1n : mask ^ 0xffffffffffffn;
  if (mask === undefined || (host & (host + 1n)) !== 0n) {
    return env.world.report.add(badValue(span, { text, why: 'has a mask that is no prefix' }));
  }
  if ((value & host) !== 0n) {
    const canonical = `${formatMac(value & mask)}/${formatMac(mask)}`;
    return env.world.report.add(hostBits(span, { text, what: 'mask', canonical, single: formatMac(value) }));
  }
  return { low: value, high: value | host };
}

/** A number or a range of numbers within `min`–`max`. */
export function numberLiteral(
  node: NumberValue | RangeValue,
  min: bigint,
  max: bigint,
  what: string,
  env: Environment,
): ValueRange | undefined {
  const span = spanOf(env.file, node);
  const text = textOf(env, node);
  if (node.kind === 'range' && (node.low.kind !== 'number' || node.high.kind !== 'number')) {
    return env.world.report.add(wrongType(span, { text, wanted: what }));
  }
  const low = node.kind === 'range' ? (node.low as NumberValue).value : node.value;
  const high = node.kind === 'range' ? (node.high as NumberValue).value : node.value;
  if (low < min || high < min || low > max || high > max) {
    return env.world.report.add(badValue(span, { text, why: `is not ${what} (${min}–${max})` }));
  }
  return node.kind === 'range' ? rangeOf(low, high, node, env) : { low, high };
}

/** Whether a value is written as numbers. */
export function isNumeric(value: Value): value is NumberValue | RangeValue {
  return value.kind === 'number' || (value.kind === 'range' && value.low.kind === 'number');
}

/** A rate such as `10/second`; anything else is reported. */
export function rateLiteral(value: Value, env: Environment): RateTerm | undefined {
  if (value.kind === 'rate' && value.amount >= 1n && value.amount <= 0xffffffffn) {
    const { amount, unit, per } = value;
    return { type: 'rate', rate: { amount: Number(amount), unit, per } };
  }
  const params = { text: textOf(env, value), wanted: 'a rate', help: 'e.g. `10/second` or `2 mbytes/second`' };
  return env.world.report.add(wrongType(spanOf(env.file, value), params));
}
