/**
 * A `guest` item: its labels and its interfaces.
 *
 * In: the item. Out: a draft per interface, all of them with the guest's labels. Guaranteed: labels are sorted by name.
 */
import type { Setting, Value } from '@weir/grammar';
import { defineDiagnostic, type Diagnostic } from '@weir/plugin';
import { settingTwice } from '../../settings/findings.ts';
import { mistyped } from '../../settings/read-number.ts';
import { simpleName, spanOf, type Scope } from '../../settings/scope.ts';
import type { SettingsContext } from '../../settings/settings-context.ts';
import type { Declarations, Declared } from './declarations.ts';
import { readBlock, type ReadKey } from './read-block.ts';
import { readPort, type PortDraft } from './read-port.ts';

export const labelForm = defineDiagnostic<{ key: string }>(
  { code: 'inventory/label-form', severity: 'error', title: 'a label without `NAME = VALUE`' },
  ({ key }) => ({ message: `\`${key}\` is no label`, help: 'labels are written `NAME = WORD` or `NAME = "TEXT"`' }),
);

const KEYS = {
  labels: { wants: 'a block `{ NAME = WORD }`', doc: 'words that rules find guests by', takes: 'block' },
  interface: {
    wants: 'the name of a network device and a block `{ … }`',
    doc: "the host's device of the guest, like `vnet0`",
    repeat: true,
    takes: 'value-and-block',
  },
} as const;

export function readGuest(
  { file, item, name }: Declared,
  declarations: Pick<Declarations, 'networkNames'> & { readonly networkList: readonly string[] },
  report: (diagnostic: Diagnostic) => void,
): readonly PortDraft[] {
  const context: SettingsContext = {
    file,
    owner: `guest \`${name.text}\``,
    at: spanOf(name, { file }),
    guestPorts: () => undefined,
    guestNames: [],
    networkNames: declarations.networkList,
  };
  const keys = readBlock(item.block.entries, KEYS, context, report);
  const labels = readLabels(keys.labels);
  const interfaces = keys.interface;
  if (!interfaces) return [];
  const around = { guest: name.text, labels, context, networkNames: declarations.networkNames, report };
  return interfaces.entries.map((entry) => readPort(entry, interfaces.scope, around));
}

function readLabels(read: ReadKey | undefined): Readonly<Record<string, string>> {
  const entries = read?.entries[0]?.block?.entries;
  if (!read || !entries) return {};
  const { scope } = read;
  const labels = new Map<string, { readonly entry: Setting; readonly text: string }>();
  for (const entry of entries) {
    const first = labels.get(entry.key.text)?.entry;
    if (first) {
      const span = spanOf(first.key, scope.context);
      scope.report(settingTwice(spanOf(entry.key, scope.context), { key: entry.key.text, first: span }));
    }
    const text = readLabel(entry, scope);
    if (text !== undefined && !first) labels.set(entry.key.text, { entry, text });
  }
  const sorted = [...labels].toSorted(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, { text }]) => [key, text]));
}

function readLabel(entry: Setting, scope: Scope): string | undefined {
  const [value, second] = entry.values;
  if (!value || second || !entry.assigned || entry.block) {
    scope.report(labelForm(spanOf(entry, scope.context), { key: entry.key.text }));
    return undefined;
  }
  return readLabelText(value, { ...scope, key: entry.key.text, wants: 'a word or text in quotes' });
}

function readLabelText(value: Value, scope: Scope): string | undefined {
  if (value.kind === 'text') return value.value;
  return simpleName(value)?.text ?? mistyped(value, scope, 'write it in double quotes');
}
