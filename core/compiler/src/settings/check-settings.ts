/**
 * Checks a settings block against a schema: what a plugin gets has passed here.
 *
 * In: the entries as parsed, the schema, and what surrounds them. Out: typed values with their places, or undefined when
 * anything was wrong; every problem, in the order of the file. Guaranteed: pure, and a setting is never skipped
 * silently.
 */
import type { Setting, Value } from '@weir/grammar';
import type { Diagnostic, Placed, SettingSchema, SettingsOf, SettingsSchema, SettingType } from '@weir/plugin';
import { hasErrors, type PassResult } from '../pass-result.ts';
import { describeType } from './describe.ts';
import { assigned, missingSetting, noBlock, noValue, settingTwice, severalValues, unknownSetting } from './findings.ts';
import { readAddress, readAddressRange, readPrefix } from './read-address.ts';
import { readChoice, readGuest, readInterface, readNetwork, readSwitch, readText } from './read-name.ts';
import { mistyped, readDuration, readInteger, readPorts } from './read-number.ts';
import { sought, spanOf, type Scope } from './scope.ts';
import type { SettingsContext } from './settings-context.ts';

/** Checks the entries; `value` is undefined exactly when there is an error. */
export function checkSettings<S extends SettingsSchema>(
  entries: readonly Setting[],
  schema: S,
  context: SettingsContext,
): PassResult<SettingsOf<S> | undefined> {
  const diagnostics: Diagnostic[] = [];
  const report = (diagnostic: Diagnostic): void => void diagnostics.push(diagnostic);
  const values = readEntries(entries, schema, { context, report });
  // WHY: `readEntries` builds every key of the schema with the value of its type; the compiler cannot follow that
  // through the loop. Where anything was wrong the values are incomplete and stay here.
  const value = hasErrors(diagnostics) ? undefined : (values as SettingsOf<S>);
  return { value, diagnostics: diagnostics.toSorted((a, b) => startOf(a) - startOf(b)) };
}

function startOf(diagnostic: Diagnostic): number {
  return diagnostic.span?.start ?? -1;
}

interface Reading {
  readonly context: SettingsContext;
  report(diagnostic: Diagnostic): void;
}

type Found = Placed<unknown>;

function readEntries(entries: readonly Setting[], schema: SettingsSchema, reading: Reading): Record<string, unknown> {
  const grouped = byKey(entries);
  const known = Object.keys(schema);
  const values = new Map<string, readonly Found[]>();
  for (const [key, written] of grouped) {
    const setting = Object.hasOwn(schema, key) ? schema[key] : undefined;
    if (setting) values.set(key, readKey(key, written, setting, reading));
    else written.forEach((entry) => reportUnknown(entry, known, reading));
  }
  for (const key of known) if (!grouped.has(key)) reportMissing(key, schema[key], reading);
  return Object.fromEntries(
    Object.entries(schema).map(([key, { repeat }]) => [key, repeat ? (values.get(key) ?? []) : values.get(key)?.[0]]),
  );
}

function byKey(entries: readonly Setting[]): ReadonlyMap<string, readonly Setting[]> {
  const grouped = new Map<string, Setting[]>();
  for (const entry of entries) {
    const group = grouped.get(entry.key.text);
    if (group) group.push(entry);
    else grouped.set(entry.key.text, [entry]);
  }
  return grouped;
}

function reportUnknown(entry: Setting, known: readonly string[], { context, report }: Reading): void {
  const span = spanOf(entry.key, context);
  const names = known.toSorted();
  report(unknownSetting(span, { owner: context.owner, ...sought(entry.key.text, names, span, context.otherSettings) }));
}

function reportMissing(key: string, setting: SettingSchema | undefined, { context, report }: Reading): void {
  if (!setting?.required) return;
  report(missingSetting(context.at, { key, owner: context.owner, doc: setting.doc }));
}

/** All values of one key, each entry in its turn. */
function readKey(key: string, written: readonly Setting[], schema: SettingSchema, reading: Reading): readonly Found[] {
  const first = written[0];
  if (first && schema.repeat !== 'entries') {
    for (const entry of written.slice(1)) {
      const places = { key, first: spanOf(first.key, reading.context) };
      reading.report(settingTwice(spanOf(entry.key, reading.context), places));
    }
  }
  const scope: Scope = { ...reading, key, wants: describeType(schema.type), doc: schema.doc };
  return written.flatMap((entry) => readEntry(entry, schema, scope));
}

function readEntry(entry: Setting, { type, repeat }: SettingSchema, scope: Scope): readonly Found[] {
  const { context, report, key, wants } = scope;
  if (entry.assigned) report(assigned(spanOf(entry, context), { key }));
  if (type.kind === 'block' || type.kind === 'switch-block') return placed(readBlock(entry, type, scope), entry, scope);
  if (entry.block) {
    report(noBlock(spanOf(entry.block, context), { key, wants }));
    return [];
  }
  if (entry.values.length === 0) {
    if (type.kind === 'flag') return placed(true, entry, scope);
    report(noValue(spanOf(entry.key, context), { key, wants, doc: scope.doc }));
    return [];
  }
  const second = entry.values[1];
  if (second && !repeat) report(severalValues(spanOf(second, context), { key, doc: scope.doc }));
  return entry.values.flatMap((value) => placed(readValue(value, type, scope), value, scope));
}

function placed(value: unknown, at: Setting | Value, scope: Scope): readonly Found[] {
  return value === undefined ? [] : [{ value, span: spanOf(at, scope.context) }];
}

/** A block's values; `false` for a switch that is off. */
function readBlock(
  entry: Setting,
  type: SettingType & { kind: 'block' | 'switch-block' },
  scope: Scope,
): Record<string, unknown> | false | undefined {
  const [value, second] = entry.values;
  const isSwitch = type.kind === 'switch-block';
  if (value && (!isSwitch || entry.block || second)) return mistyped(second ?? value, scope);
  if (value && isSwitch) {
    const on = readSwitch(value, scope);
    if (!on) return on;
  }
  if (!entry.block && !isSwitch) {
    scope.report(noValue(spanOf(entry.key, scope.context), scope));
    return undefined;
  }
  const context: SettingsContext = {
    ...scope.context,
    otherSettings: [],
    owner: `\`${scope.key}\` of ${scope.context.owner}`,
    at: spanOf(entry.key, scope.context),
  };
  const reading = { context, report: (diagnostic: Diagnostic): void => scope.report(diagnostic) };
  return readEntries(entry.block?.entries ?? [], type.settings, reading);
}

function readValue(value: Value, type: SettingType, scope: Scope): unknown {
  switch (type.kind) {
    case 'flag':
      return readSwitch(value, scope);
    case 'choice':
      return readChoice(value, type.of, scope);
    case 'integer':
      return readInteger(value, type, scope);
    case 'port-range':
      return readPorts(value, scope);
    case 'address':
      return readAddress(value, type, scope);
    case 'address-range':
      return readAddressRange(value, type, scope);
    case 'prefix':
      return readPrefix(value, type, scope);
    case 'interface':
      return readInterface(value, scope);
    case 'duration':
      return readDuration(value, scope);
    case 'text':
      return readText(value, scope);
    case 'guest':
      return readGuest(value, scope);
    case 'network':
      return readNetwork(value, scope);
    case 'block':
    case 'switch-block':
      return mistyped(value, scope);
    default:
      return type satisfies never;
  }
}
