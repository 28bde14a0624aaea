/** Canonical address text, made by a settings reader, back to its number. */
import type { Family } from '@weir/plugin';
import { parseAddress } from '../../values/address.ts';

/** Throws for text that no reader made: a broken invariant. */
export function canonicalNumber(family: Family, text: string): bigint {
  const value = parseAddress(family, text);
  if (value === undefined) throw new Error(`not canonical: ${text}`);
  return value;
}
