/**
 * Checks of immediate values against the type of what they are compared with or stored as.
 * Strings in address or port position go through the host's resolver in nft, so only canonical numeric text passes.
 */
import type { DataType, OpenDataType } from '../types/datatype.ts';
import { BIT_TYPES, symbolValue } from '../types/symbol.ts';
import { isCanonicalIpv6, isCanonicalMac, parseIpv4, parseIpv6, parseMac } from '../value/address.ts';
import type { ValueType } from '../value/value-type.ts';
import type { CheckContext } from './context.ts';
import { report } from './context.ts';
import { describe } from './shape.ts';
import { interfaceName } from './text.ts';

type ValueCheck = (ctx: CheckContext, value: string | number | boolean, type: ValueType) => void;

function address(
  isCanonical: (text: string) => boolean,
  parse: (text: string) => bigint | undefined,
  what: string,
): ValueCheck {
  return (ctx, value) => {
    if (typeof value === 'string' && isCanonical(value)) return;
    const isOtherSpelling = typeof value === 'string' && parse(value) !== undefined;
    const message = isOtherSpelling
      ? `${describe(value)} is not the canonical spelling of the ${what}`
      : `${describe(value)} is no numeric ${what}; nft would ask the resolver`;
    report(ctx, 'not-canonical', message);
  };
}

const ipv4 = address((text) => parseIpv4(text) !== undefined, parseIpv4, 'IPv4 address');
const ipv6 = address(isCanonicalIpv6, parseIpv6, 'IPv6 address');
const mac = address(isCanonicalMac, parseMac, 'MAC address');

/** Largest value of a width; numbers beyond 2^53 cannot be written exactly. */
function largest(bits: number): number {
  return bits === 0 || bits > 53 ? Number.MAX_SAFE_INTEGER : 2 ** bits - 1;
}

function wholeNumber(ctx: CheckContext, value: number, max: number): void {
  if (!Number.isSafeInteger(value)) report(ctx, 'not-an-integer', `${value} is not a whole number`);
  else if (value < 0 || value > max) report(ctx, 'out-of-range', `${value} is not from 0 to ${max}`);
}

const numberOnly: ValueCheck = (ctx, value, { type, bits }) => {
  if (typeof value === 'number') wholeNumber(ctx, value, largest(bits));
  else report(ctx, 'wrong-type', `${type} is written as a number, found ${describe(value)}`);
};

const numberOrSymbol: ValueCheck = (ctx, value, { type, bits }) => {
  if (typeof value === 'number') wholeNumber(ctx, value, largest(bits));
  else if (typeof value === 'boolean')
    report(ctx, 'wrong-type', `expected a value of ${type}, found ${describe(value)}`);
  else if (symbolValue(type, value) === undefined)
    report(ctx, 'unknown-word', `${type} has no value ${describe(value)}`);
};

const numberOrPattern =
  (pattern: RegExp): ValueCheck =>
  (ctx, value, type) => {
    if (typeof value !== 'string') numberOnly(ctx, value, type);
    else if (!pattern.test(value)) report(ctx, 'unknown-word', `${type.type} has no value ${describe(value)}`);
  };

const patternOnly =
  (pattern: RegExp): ValueCheck =>
  (ctx, value, { type }) => {
    if (typeof value !== 'string') report(ctx, 'wrong-type', `${type} is written as text, found ${describe(value)}`);
    else if (!pattern.test(value)) report(ctx, 'bad-text', `${describe(value)} is no safe ${type}`);
  };

const interfaceIndex: ValueCheck = (ctx, value, type) => {
  if (typeof value === 'number') numberOnly(ctx, value, type);
  else interfaceName(ctx, value);
};

const truth: ValueCheck = (ctx, value) => {
  if (typeof value !== 'boolean' && value !== 0 && value !== 1) {
    report(ctx, 'wrong-type', `expected true, false, 0 or 1, found ${describe(value)}`);
  }
};

/** ct saddr and daddr: an address of whichever family the table or rule has. */
const eitherAddress: ValueCheck = (ctx, value, type) => {
  if (typeof value === 'string' && value.includes(':')) ipv6(ctx, value, type);
  else ipv4(ctx, value, type);
};

const checks: Readonly<Record<DataType | OpenDataType, ValueCheck>> = {
  ipv4_addr: ipv4,
  ipv6_addr: ipv6,
  ether_addr: mac,
  ether_type: numberOrSymbol,
  inet_proto: numberOrSymbol,
  inet_service: numberOnly,
  ifname: interfaceName,
  iface_index: interfaceIndex,
  iface_type: numberOrSymbol,
  mark: numberOnly,
  ct_state: numberOrSymbol,
  ct_dir: numberOrSymbol,
  ct_status: numberOrSymbol,
  ct_label: numberOnly,
  ct_event: numberOrSymbol,
  icmp_type: numberOrSymbol,
  icmp_code: numberOrSymbol,
  icmpv6_type: numberOrSymbol,
  icmpv6_code: numberOrSymbol,
  icmpx_code: numberOrSymbol,
  igmp_type: numberOrSymbol,
  dccp_pkttype: numberOrSymbol,
  tcp_flag: numberOrSymbol,
  pkt_type: numberOrSymbol,
  nf_proto: numberOrSymbol,
  arp_op: numberOrSymbol,
  dscp: numberOrSymbol,
  ecn: numberOrSymbol,
  fib_addrtype: numberOrSymbol,
  uid: numberOnly,
  gid: numberOnly,
  realm: numberOnly,
  classid: numberOrPattern(/^[0-9a-f]+:[0-9a-f]+$/),
  devgroup: numberOnly,
  mh_type: numberOrSymbol,
  time: numberOrPattern(/^\d{4}-\d\d-\d\d(?: \d\d:\d\d(?::\d\d)?)?$/),
  day: numberOrSymbol,
  hour: numberOrPattern(/^\d\d:\d\d(?::\d\d)?$/),
  cgroupsv2: patternOnly(/^[A-Za-z0-9_.@:/-]+$/),
  boolean: truth,
  integer: numberOnly,
  string: patternOnly(/^[A-Za-z0-9_.-]+$/),
  bitmask: eitherAddress,
};

/** Checks one immediate value; `types` unknown means that only numbers, booleans and plain words pass. */
export function checkImmediate(ctx: CheckContext, value: string | number | boolean, type: ValueType | undefined): void {
  if (typeof value === 'string' && value.startsWith('@')) {
    report(ctx, 'set-reference', `nft reads ${describe(value)} as a reference to a set, which cannot stand here`);
  } else if (value === '*') {
    report(ctx, 'wildcard', 'the catch-all `*` stands only as the key of an element');
  } else if (type !== undefined) {
    checks[type.type](ctx, value, type);
  } else if (typeof value === 'number') {
    wholeNumber(ctx, value, Number.MAX_SAFE_INTEGER);
  } else if (typeof value === 'string' && (value.includes('*') || !/^[A-Za-z0-9_.:+~/-]+$/.test(value))) {
    report(ctx, value.includes('*') ? 'wildcard' : 'bad-text', `${describe(value)} is not safe to write`);
  }
}

/** True for types whose lists mean the union of bits. */
export function isBitType(type: ValueType | undefined): boolean {
  return type !== undefined && BIT_TYPES.has(type.type);
}

/** A number by which values of a type are ordered; undefined when the value has none. */
export function orderOf(value: unknown, type: ValueType | undefined): bigint | undefined {
  if (typeof value === 'number') return Number.isSafeInteger(value) ? BigInt(value) : undefined;
  if (typeof value !== 'string') return undefined;
  const symbol = type && symbolValue(type.type, value);
  if (symbol !== undefined) return BigInt(symbol);
  return parseIpv4(value) ?? parseIpv6(value) ?? parseMac(value);
}
