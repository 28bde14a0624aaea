/**
 * The settings of a guest, an interface or the host, whose values no plugin schema describes.
 *
 * In: entries and which keys there are. Out: per key its entries with the scope to read their values in. Guaranteed:
 * unknown, repeated, missing and empty settings are reported here, in the words that networks' settings have too.
 */
import type { Setting, Value } from '@weir/grammar';
import type { Diagnostic } from '@weir/plugin';
import {
  assigned,
  missingSetting,
  noBlock,
  noValue,
  settingTwice,
  severalValues,
  unknownSetting,
} from '../../settings/findings.ts';
import { sought, spanOf, type Scope } from '../../settings/scope.ts';
import type { SettingsContext } from '../../settings/settings-context.ts';

/** What a key takes. */
export interface BlockKey {
  /** Follows "takes": `a MAC address`. */
  readonly wants: string;
  readonly doc: string;
  readonly required?: boolean;
  /** Whether the key may stand several times. */
  readonly repeat?: boolean;
  /** How many values an entry has, and whether it has a block. By default one value and no block. */
  readonly takes?: 'value' | 'values' | 'block' | 'value-and-block';
}

/** The entries of one key that have the right outer shape. */
export interface ReadKey {
  readonly scope: Scope;
  readonly entries: readonly Setting[];
  readonly values: readonly Value[];
}

/** By key; a key is absent when no entry of it can be read. */
export type ReadKeys<K extends string> = { readonly [key in K]?: ReadKey };

type Keys<K extends string> = Readonly<Record<K, BlockKey>>;

export function readBlock<K extends string>(
  entries: readonly Setting[],
  keys: Keys<K>,
  context: SettingsContext,
  report: (diagnostic: Diagnostic) => void,
): ReadKeys<K> {
  const read: { [key in K]?: ReadKey } = {};
  for (const entry of entries) {
    const word = entry.key.text;
    if (isKey(word, keys)) {
      const { wants, doc } = keys[word];
      const before = read[word];
      const scope = before?.scope ?? { context, key: word, wants, doc, report };
      if (before && !keys[word].repeat) reportTwice(entry, before, scope);
      if (fits(entry, keys[word], scope)) read[word] = joined(before, entry, scope);
    } else reportUnknown(entry, Object.keys(keys), context, report);
  }
  for (const key in keys) {
    const { required, doc } = keys[key];
    if (!required || read[key] || entries.some((entry) => entry.key.text === key)) continue;
    report(missingSetting(context.at, { key, owner: context.owner, doc }));
  }
  return read;
}

function isKey<K extends string>(word: string, keys: Keys<K>): word is K {
  return Object.hasOwn(keys, word);
}

function joined(before: ReadKey | undefined, entry: Setting, scope: Scope): ReadKey {
  if (!before) return { scope, entries: [entry], values: entry.values };
  return { scope, entries: [...before.entries, entry], values: [...before.values, ...entry.values] };
}

function reportUnknown(
  { key }: Setting,
  known: readonly string[],
  context: SettingsContext,
  report: (diagnostic: Diagnostic) => void,
): void {
  const span = spanOf(key, context);
  report(unknownSetting(span, { owner: context.owner, ...sought(key.text, known.toSorted(), span) }));
}

function reportTwice(entry: Setting, { entries }: ReadKey, { key, context, report }: Scope): void {
  const [first = entry] = entries;
  report(settingTwice(spanOf(entry.key, context), { key, first: spanOf(first.key, context) }));
}

function fits(entry: Setting, { takes = 'value' }: BlockKey, scope: Scope): boolean {
  const { context, key, wants, doc, report } = scope;
  const wantsBlock = takes === 'block' || takes === 'value-and-block';
  const wantsValue = takes !== 'block';
  const second = entry.values[takes === 'block' ? 0 : 1];
  if (entry.assigned) report(assigned(spanOf(entry, context), { key }));
  if ((wantsValue && entry.values.length === 0) || (wantsBlock && !entry.block)) {
    report(noValue(spanOf(entry.key, context), { key, wants, doc }));
    return false;
  }
  if (entry.block && !wantsBlock) report(noBlock(spanOf(entry.block, context), { key, wants }));
  if (second && takes !== 'values') report(severalValues(spanOf(second, context), { key, doc }));
  return true;
}
