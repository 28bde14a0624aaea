/**
 * Puts what the plugins registered into one registry.
 *
 * In: well-formed contributions. Out: the registry and every clash. Guaranteed: a name that two plugins claim belongs to
 * neither, a mode without its attachment is left out, and keys are in code-unit order.
 */
import type { Attachment, Diagnostic, ForwardingMode } from '@weir/plugin';
import type { PassResult } from '../pass-result.ts';
import type { Registry } from '../registry.ts';
import { attachmentClash, duplicateName, unknownAttachment } from './findings.ts';

/** A registered value and the plugin that brought it. */
export interface Contribution<T> {
  readonly value: T;
  readonly plugin: string;
}

/** Builds the registry. */
export function buildRegistry(
  modes: readonly Contribution<ForwardingMode>[],
  attachments: readonly Contribution<Attachment>[],
): PassResult<Registry> {
  const byAttachment = unique('attachment', attachments);
  const byMode = unique('mode', modes);
  const orphans = byMode.value.filter(
    ({ value }) => !byAttachment.value.some((a) => a.value.name === value.attachment),
  );
  const kept = byMode.value.filter((mode) => !orphans.includes(mode));
  const known = byAttachment.value.map(({ value }) => `\`${value.name}\``).join(', ');
  return {
    value: {
      modes: new Map(kept.map(({ value: mode, plugin }) => [mode.name, { mode, plugin }])),
      attachments: new Map(
        byAttachment.value.map(({ value: attachment, plugin }) => [attachment.name, { attachment, plugin }]),
      ),
    },
    diagnostics: [
      ...byAttachment.diagnostics,
      ...byMode.diagnostics,
      ...orphans.map(({ value: { name, attachment }, plugin }) =>
        unknownAttachment(undefined, { plugin, mode: name, attachment, known }),
      ),
      ...clashes(byAttachment.value.map(({ value }) => value)),
    ],
  };
}

/** The contributions whose names are theirs alone, sorted by name. */
function unique<T extends { readonly name: string }>(
  what: string,
  contributions: readonly Contribution<T>[],
): PassResult<readonly Contribution<T>[]> {
  const names = [...new Set(contributions.map(({ value }) => value.name))].toSorted();
  const diagnostics: Diagnostic[] = [];
  const kept = names.flatMap((name) => {
    const same = contributions.filter(({ value }) => value.name === name);
    if (same.length === 1) return same;
    const plugins = [...new Set(same.map(({ plugin }) => plugin))].toSorted();
    diagnostics.push(duplicateName(undefined, { what, name, plugins }));
    return [];
  });
  return { value: kept, diagnostics };
}

/** Attachments of one family whose chain and set names would meet in its table. */
function clashes(attachments: readonly Attachment[]): readonly Diagnostic[] {
  return [...new Set(attachments.map(placeOf))].toSorted().flatMap((shared) => {
    const names = attachments.filter((attachment) => placeOf(attachment) === shared).map(({ name }) => name);
    return names.length < 2 ? [] : [attachmentClash(undefined, { what: 'family and prefix', attachments: names })];
  });
}

function placeOf({ family, prefix }: Attachment): string {
  return `${family} ${prefix}`;
}
