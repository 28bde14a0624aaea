/**
 * Constants in normal form. In: a constant as written or printed, and its type. Out: text that is equal for equal values: intervals of
 * numbers for everything that has a number, quoted text for the rest.
 */
import { symbolValue } from '../types/symbol.ts';
import { parseIpv4, parseIpv6, parseMac } from '../value/address.ts';
import type { ValueType, ValueTypes } from '../value/value-type.ts';

/** Numbers from `low` to `high`, both included. */
export interface Interval {
  readonly low: bigint;
  readonly high: bigint;
}

/** Protocol names that nft prints when the host's database has them. */
const PROTOCOLS: Readonly<Record<string, number>> = {
  ip: 0,
  hopopt: 0,
  igmp: 2,
  ipencap: 4,
  egp: 8,
  ipv6: 41,
  'ipv6-route': 43,
  'ipv6-frag': 44,
  gre: 47,
  'ipv6-icmp': 58,
  'ipv6-nonxt': 59,
  'ipv6-opts': 60,
  ospf: 89,
  pim: 103,
  ipcomp: 108,
  vrrp: 112,
  l2tp: 115,
};

const isRecord = (value: unknown): value is Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

const TEXT_TYPES: ReadonlySet<string> = new Set(['ifname', 'iface_index', 'string', 'cgroupsv2', 'time']);

function numberOfText(text: string, type: ValueType | undefined): bigint | undefined {
  if (type !== undefined && TEXT_TYPES.has(type.type)) return undefined;
  const symbol = type && symbolValue(type.type, text);
  if (symbol !== undefined) return BigInt(symbol);
  if (type?.type === 'inet_proto' && Object.hasOwn(PROTOCOLS, text)) return BigInt(PROTOCOLS[text] ?? 0);
  if (type?.type === 'hour') return secondsOf(text);
  const classid = type?.type === 'classid' ? /^([0-9a-f]+):([0-9a-f]+)$/.exec(text) : null;
  if (classid !== null) return (BigInt(`0x${classid[1]}`) << 16n) | BigInt(`0x${classid[2]}`);
  if (/^0x[0-9a-f]+$/i.test(text)) return BigInt(text);
  return parseIpv4(text) ?? parseMac(text) ?? parseIpv6(text);
}

function secondsOf(text: string): bigint | undefined {
  const match = /^(\d\d):(\d\d)(?::(\d\d))?$/.exec(text);
  return match === null ? undefined : BigInt(Number(match[1]) * 3600 + Number(match[2]) * 60 + Number(match[3] ?? 0));
}

/** The number of a single constant; flags are joined. Undefined when it has none. */
export function numberOf(value: unknown, type: ValueType | undefined): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value === 'boolean') return value ? 1n : 0n;
  if (typeof value === 'string') return numberOfText(value, type);
  const flags = Array.isArray(value) ? (value as readonly unknown[]) : isRecord(value) ? value['|'] : undefined;
  if (!Array.isArray(flags)) return undefined;
  let sum = 0n;
  for (const flag of flags) {
    const bits = numberOf(flag, type);
    if (bits === undefined) return undefined;
    sum |= bits;
  }
  return sum;
}

/** The interval of a constant, prefix or range. */
export function intervalOf(value: unknown, type: ValueType | undefined): Interval | undefined {
  if (isRecord(value) && isRecord(value['prefix'])) return prefixInterval(value['prefix'], type);
  if (isRecord(value) && Array.isArray(value['range'])) {
    const [low, high] = [numberOf(value['range'][0], type), numberOf(value['range'][1], type)];
    return low === undefined || high === undefined ? undefined : { low, high };
  }
  const number = numberOf(value, type);
  return number === undefined ? undefined : { low: number, high: number };
}

function prefixInterval(body: Readonly<Record<string, unknown>>, type: ValueType | undefined): Interval | undefined {
  const { addr, len } = body;
  const start = numberOf(addr, type);
  const width = typeof addr === 'string' ? widthOf(addr) : (type?.bits ?? 32);
  const isLength = typeof len === 'number' && Number.isInteger(len) && len >= 0 && len <= width;
  if (start === undefined || !isLength) return undefined;
  const size = 1n << BigInt(width - len);
  const low = (start / size) * size;
  return { low, high: low + size - 1n };
}

function widthOf(address: string): number {
  if (parseIpv4(address) !== undefined) return 32;
  return parseMac(address) === undefined ? 128 : 48;
}

/** An interval as text. */
export function intervalText({ low, high }: Interval): string {
  return low === high ? `${low}` : `${low}-${high}`;
}

/** Joins intervals that touch or overlap; the result is sorted. */
export function mergeIntervals(intervals: readonly Interval[]): readonly Interval[] {
  const merged: Interval[] = [];
  for (const interval of intervals.toSorted((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : 0))) {
    const last = merged.at(-1);
    if (last !== undefined && interval.low <= last.high + 1n) {
      merged[merged.length - 1] = { low: last.low, high: interval.high > last.high ? interval.high : last.high };
    } else merged.push(interval);
  }
  return merged;
}

/** A constant of one or several components as text. */
export function constantText(value: unknown, types: ValueTypes | undefined): string {
  if (isRecord(value) && Array.isArray(value['concat'])) {
    return `(${value['concat'].map((part, index) => constantText(part, types && slice(types, index))).join(' . ')})`;
  }
  const interval = intervalOf(value, types?.length === 1 ? types[0] : undefined);
  return interval === undefined ? JSON.stringify(value) : intervalText(interval);
}

function slice(types: ValueTypes, index: number): ValueTypes | undefined {
  const type = types[index];
  return type && [type];
}

/** Keys of a set as sorted texts; intervals of one component are joined. */
export function keyTexts(keys: readonly unknown[], types: ValueTypes | undefined): readonly string[] {
  const type = types?.length === 1 ? types[0] : undefined;
  const intervals: Interval[] = [];
  const others: string[] = [];
  for (const key of keys) {
    const interval = intervalOf(key, type);
    if (interval === undefined) others.push(constantText(key, types));
    else intervals.push(interval);
  }
  return [...mergeIntervals(intervals).map(intervalText), ...new Set(others)].toSorted();
}
