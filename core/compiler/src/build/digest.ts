/** A digest of what a profile decides: its matches, verdicts and options, and nothing of where they are written. */
import { createHash } from 'node:crypto';
import type { Filter, Guard } from '../policy/rule.ts';

/** Keys that say where something comes from, not what it does. */
const PLACES: ReadonlySet<string> = new Set(['origin', 'span', 'name']);

/** Twelve hexadecimal digits; equal for policies that decide every frame by the same rules in the same order. */
export function policyDigest(
  parts: {
    readonly attachment: string;
    readonly guard: Guard | undefined;
    readonly filters: readonly Filter[];
    readonly own: object;
  },
  digits = 12,
): string {
  const text = JSON.stringify(parts, (key, value: unknown) => {
    if (PLACES.has(key)) return undefined;
    return typeof value === 'bigint' ? value.toString() : value;
  });
  return createHash('sha256').update(text).digest('hex').slice(0, digits);
}

/** A chain name that people recognise: the filters' names, and the digest. Starts with a letter, at most 40 characters. */
export function profileName(filters: readonly Filter[], digest: string): string {
  const words = filters.map((filter) => filter.name.toLowerCase().replaceAll(/[^a-z0-9]+/g, '-')).join('-');
  const head = words.replaceAll(/^[^a-z]+|-+$/g, '').slice(0, 40 - digest.length - 1);
  return `${head === '' ? 'open' : head}-${digest}`;
}
