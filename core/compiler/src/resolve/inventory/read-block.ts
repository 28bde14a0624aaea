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

/** A key is absent when no entry of it can be read. */
export function readBlock<K extends string>(
  entries: readonly Setting[],
  keys: Readonly<Record<K, BlockKey>>,
  context: SettingsContext,
  report: (diagnostic: Diagnostic) => void,
): ReadonlyMap<K, ReadKey> {
  const grouped = new Map<string, Setting[]>();
  for (const entry of entries) {
    const group = grouped.get(entry.key.text);
    if (group) group.push(entry);
    else grouped.set(entry.key.text, [entry]);
  }
  const read = new Map<K, ReadKey>();
  const known = Object.keys(keys) as K[];
  for (const [word, written] of grouped) {
    const key = known.find((name) => name === word);
    if (key === undefined) reportUnknown(written, known, context, report);
    else {
      const found = readKey(written, keys[key], { context, key, wants: keys[key].wants, doc: keys[key].doc, report });
      if (found) read.set(key, found);
    }
  }
  for (const key of known) {
    const { required, doc } = keys[key];
    if (required && !grouped.has(key)) report(missingSetting(context.at, { key, owner: context.owner, doc }));
  }
  return read;
}

function reportUnknown(
  entries: readonly Setting[],
  known: readonly string[],
  context: SettingsContext,
  report: (diagnostic: Diagnostic) => void,
): void {
  for (const { key } of entries) {
    const span = spanOf(key, context);
    report(unknownSetting(span, { owner: context.owner, ...sought(key.text, known.toSorted(), span) }));
  }
}

function readKey(written: readonly Setting[], key: BlockKey, scope: Scope): ReadKey | undefined {
  const first = written[0];
  if (first && !key.repeat) {
    for (const entry of written.slice(1)) {
      const places = { key: scope.key, first: spanOf(first.key, scope.context) };
      scope.report(settingTwice(spanOf(entry.key, scope.context), places));
    }
  }
  const entries = written.filter((entry) => fits(entry, key, scope));
  return entries.length === 0 ? undefined : { scope, entries, values: entries.flatMap((entry) => entry.values) };
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
