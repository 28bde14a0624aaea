/** `self.labels.NAME`: the text of a label of the port that is asked. */
import type { NameValue } from '@weir/grammar';
import type { Environment } from './environment.ts';
import { badValue } from './findings.ts';
import { spanOf } from './report.ts';

const PREFIX = 'self.labels.';

export const isLabel = (text: string): boolean => text.startsWith(PREFIX);

/** Undefined, and a diagnostic, where the guest has no such label; `unknown` while a definition is checked without a port. */
export function labelText(
  value: NameValue,
  { world, file, port }: Environment,
): string | { unknown: true } | undefined {
  if (port === undefined) return { unknown: true };
  const { guest, labels } = port.port;
  const name = value.text.slice(PREFIX.length);
  if (Object.hasOwn(labels, name)) return labels[name];
  const why = `has no value here: guest \`${guest}\` has no label \`${name}\``;
  return world.report.add(badValue(spanOf(file, value), { text: value.text, why }));
}
