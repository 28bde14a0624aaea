/**
 * Readers of addresses, address ranges and prefixes.
 *
 * In: a value of the tree. Out: canonical text and family, or undefined after a report. Guaranteed: an address of the
 * other family, a range turned round and a prefix with host bits are refused, never mended.
 */
import type { AddressValue, PrefixValue, Value } from '@weir/grammar';
import {
  addressBits,
  formatAddress,
  parseAddress,
  prefixBounds,
  type AddressNumber,
  type AddressRange,
  type AddressSetting,
  type Family,
  type PrefixSetting,
} from '@weir/plugin';
import { badAddress, hostBits, mixedFamilies, outOfRange, rangeTurned, wrongFamily } from './findings.ts';
import { mistyped } from './read-number.ts';
import { spanOf, type Scope } from './scope.ts';

/** What the type says of the family. */
export interface FamilyWish {
  readonly family?: Family;
}

function parse(value: AddressValue, wish: FamilyWish, scope: Scope): AddressNumber | undefined {
  const parsed = parseAddress(value.text);
  const span = spanOf(value, scope.context);
  if (parsed?.family !== value.family) {
    scope.report(badAddress(span, { text: value.text, family: value.family === 'ipv4' ? 'IPv4' : 'IPv6' }));
    return undefined;
  }
  if (wish.family === undefined || wish.family === parsed.family) return parsed;
  scope.report(wrongFamily(span, { key: scope.key, wants: scope.wants, text: value.text }));
  return undefined;
}

/** One address. */
export function readAddress(value: Value, wish: FamilyWish, scope: Scope): AddressSetting | undefined {
  if (value.kind !== 'address') return mistyped(value, scope);
  const parsed = parse(value, wish, scope);
  return parsed && { family: parsed.family, address: formatAddress(parsed) };
}

/** One address or `low-high`. */
export function readAddressRange(value: Value, wish: FamilyWish, scope: Scope): AddressRange | undefined {
  if (value.kind === 'address') {
    const one = readAddress(value, wish, scope);
    return one && { family: one.family, low: one.address, high: one.address };
  }
  if (value.kind === 'prefix') return mistyped(value, scope, 'write the first and the last address: `LOW-HIGH`');
  if (value.kind !== 'range' || value.low.kind !== 'address' || value.high.kind !== 'address') {
    return mistyped(value, scope);
  }
  const [low, high] = [parse(value.low, wish, scope), parse(value.high, wish, scope)];
  if (!low || !high) return undefined;
  const span = spanOf(value, scope.context);
  const texts = { low: value.low.text, high: value.high.text };
  if (low.family !== high.family) scope.report(mixedFamilies(span, texts));
  else if (low.value > high.value) {
    scope.report(rangeTurned(span, { ...texts, fix: { span, text: `${texts.high}-${texts.low}` } }));
  } else return { family: low.family, low: formatAddress(low), high: formatAddress(high) };
  return undefined;
}

/** A network. */
export function readPrefix(value: Value, wish: FamilyWish, scope: Scope): PrefixSetting | undefined {
  if (value.kind !== 'prefix') return mistyped(value, scope);
  const parsed = parse(value.address, wish, scope);
  const length = parsed && readLength(value, parsed.family, scope);
  if (!parsed || length === undefined) return undefined;
  const low = prefixBounds({ address: value.address.text, length })?.low ?? parsed.value;
  const address = formatAddress({ family: parsed.family, value: low });
  if (low === parsed.value) return { family: parsed.family, address, length };
  const span = spanOf(value, scope.context);
  scope.report(
    hostBits(span, { text: `${value.address.text}/${length}`, fix: { span, text: `${address}/${length}` } }),
  );
  return undefined;
}

function readLength(value: PrefixValue, family: Family, scope: Scope): number | undefined {
  const max = addressBits(family);
  if (value.length.value >= 0n && value.length.value <= BigInt(max)) return Number(value.length.value);
  const what = 'the length of a prefix';
  scope.report(outOfRange(spanOf(value.length, scope.context), { what, got: value.length.text, min: 0, max }));
  return undefined;
}
