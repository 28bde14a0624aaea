/**
 * The addresses of one interface: single ones, prefixes, ranges, or `any`.
 *
 * In: the values of `address`. Out: ranges with their places, `any`, or undefined when anything was wrong.
 * Guaranteed: in the order written; nothing is widened, and nothing that is not known yet is guessed.
 */
import type { PrefixValue, Value } from '@weir/grammar';
import { defineDiagnostic, type Family, type Label, type Span } from '@weir/plugin';
import type { ValueRange } from '../../policy/match.ts';
import { readAddress, readAddressRange, readPrefix } from '../../settings/read-address.ts';
import { mistyped } from '../../settings/read-number.ts';
import { simpleName, spanOf, type Scope } from '../../settings/scope.ts';
import { addressBits, parseAddress } from '../../values/address.ts';
import { prefixRange } from '../../values/ranges.ts';
import { canonicalNumber } from './canonical-number.ts';
import { unusableAddress, whyUnusable } from './unusable-address.ts';

export const learnedAddress = defineDiagnostic<unknown>(
  { code: 'inventory/learned-address', severity: 'error', title: 'an address that is to be learned' },
  () => ({
    message: 'learned addresses are not available yet',
    help: 'write the addresses that the guest gets, or `any` to leave them unbound',
  }),
);
export const anyNotAlone = defineDiagnostic<unknown>(
  { code: 'inventory/any-not-alone', severity: 'error', title: '`any` beside addresses' },
  () => ({
    message: '`any` stands for every address, and others stand beside it',
    help: 'write `address any` alone, or only the addresses',
  }),
);

export const addressOrPrefix = defineDiagnostic<{ address: string; length: string }>(
  { code: 'inventory/address-or-prefix', severity: 'error', title: 'an address with a length that is no prefix' },
  ({ address, length }) => ({
    message: `\`${address}/${length}\` has bits set behind its prefix length`,
    help: `write \`${address}\` for the one address; a prefix stands for all addresses in it`,
  }),
);

export const addressTwice = defineDiagnostic<{ text: string; labels: readonly Label[] }>(
  { code: 'inventory/address-twice', severity: 'error', title: 'one address given twice to an interface' },
  ({ text, labels }) => ({ message: `\`${text}\` stands twice on this interface`, labels, help: 'keep one of them' }),
);

export interface PortAddress extends ValueRange {
  readonly family: Family;
  /** As written, but for blanks: `10.0.0.1`, `10.0.0.0/28`, `10.0.0.1-10.0.0.9`. */
  readonly text: string;
  readonly span: Span;
}

export type PortAddresses = 'any' | readonly PortAddress[];

/** Undefined after a report. */
export function readPortAddresses(values: readonly Value[], scope: Scope): PortAddresses | undefined {
  const any = values.find((value) => wordOf(value) === 'any');
  if (any && values.length === 1) return 'any';
  if (any) {
    scope.report(anyNotAlone(spanOf(any, scope.context), {}));
    return undefined;
  }
  const read = values.map((value) => usable(readOne(value, scope), scope));
  const found = read.filter((address) => address !== undefined);
  for (const [index, one] of found.entries()) reportTwice(one, found.slice(0, index), scope);
  return found.length === read.length ? found : undefined;
}

function usable(address: PortAddress | undefined, scope: Scope): PortAddress | undefined {
  const why = address && whyUnusable(address.family, address);
  if (!address || why === undefined) return address;
  scope.report(unusableAddress(address.span, { text: address.text, what: 'an address of a guest', why }));
  return undefined;
}

function reportTwice(one: PortAddress, before: readonly PortAddress[], scope: Scope): void {
  const first = before.find(({ family, low, high }) => family === one.family && low === one.low && high === one.high);
  if (first === undefined) return;
  scope.report(addressTwice(one.span, { text: one.text, labels: [{ span: first.span, text: 'first here' }] }));
}

/** The address of a prefix that has bits set behind its length, which is often meant to be the one address. */
function hasHostBits({ address, length }: PrefixValue): boolean {
  const number = parseAddress(address.family, address.text);
  const bits = addressBits(address.family);
  if (number === undefined || length.value > BigInt(bits)) return false;
  return prefixRange(number, Number(length.value), bits).low !== number;
}

function wordOf(value: Value): string | undefined {
  return simpleName(value)?.text;
}

function readOne(value: Value, scope: Scope): PortAddress | undefined {
  const span = spanOf(value, scope.context);
  switch (value.kind) {
    case 'address': {
      const { family, text } = value;
      const number = parseAddress(family, text);
      if (number !== undefined) return { family, low: number, high: number, text, span };
      return readAddress(value, {}, scope) && undefined;
    }
    case 'prefix': {
      if (hasHostBits(value)) {
        scope.report(addressOrPrefix(span, { address: value.address.text, length: value.length.text }));
        return undefined;
      }
      const read = readPrefix(value, {}, scope);
      if (!read) return undefined;
      const { family, address, length } = read;
      const range = prefixRange(canonicalNumber(family, address), length, addressBits(family));
      return { family, ...range, text: `${address}/${length}`, span };
    }
    case 'range': {
      const read = readAddressRange(value, {}, scope);
      if (!read) return undefined;
      const { family, low, high } = read;
      return {
        family,
        low: canonicalNumber(family, low),
        high: canonicalNumber(family, high),
        text: `${low}-${high}`,
        span,
      };
    }
    default:
      if (wordOf(value) !== 'dhcp') return mistyped(value, scope);
      scope.report(learnedAddress(span, {}));
      return undefined;
  }
}
