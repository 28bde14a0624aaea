/** Everything the lowering can find fault with, declared once; and the list that collects it. */
import { defineDiagnostic } from '@weir/plugin';
import type { Diagnostic } from '@weir/plugin';

/** Collects diagnostics; the same one at the same place is kept once, because profiles share rules. */
export class Findings {
  readonly #seen = new Map<string, Diagnostic>();

  add(diagnostic: Diagnostic): void {
    const { span } = diagnostic;
    const key = `${diagnostic.code} ${span?.file ?? ''} ${span?.start ?? ''} ${span?.end ?? ''} ${diagnostic.message}`;
    if (!this.#seen.has(key)) this.#seen.set(key, diagnostic);
  }

  list(): readonly Diagnostic[] {
    return [...this.#seen.values()];
  }
}

export const tooManyAlternatives = defineDiagnostic<{ limit: number }>(
  { code: 'lower/too-many-alternatives', severity: 'error', title: 'a condition with too many alternatives' },
  ({ limit }) => ({
    message: `this match has more than ${limit} alternatives`,
    help: 'name the addresses or ports as a set, or split the rule',
  }),
);

export const unsupportedField = defineDiagnostic<{ field: string; where: string }>(
  { code: 'lower/unsupported-field', severity: 'error', title: 'a field that the target cannot test' },
  ({ field, where }) => ({ message: `\`${field}\` cannot be tested ${where}` }),
);

export const unsupportedOption = defineDiagnostic<{ option: string; why: string; help?: string }>(
  { code: 'lower/unsupported-option', severity: 'error', title: 'an option that the target does not have' },
  ({ option, why, help }) => ({ message: `\`${option}\` cannot be used here: ${why}`, ...(help && { help }) }),
);

export const rejectDowngraded = defineDiagnostic<{ target: string; direction: string }>(
  { code: 'lower/reject-downgraded', severity: 'warning', title: 'a reject that can only be a drop' },
  ({ target, direction }) => ({
    message: `\`reject\` becomes \`drop\` on target \`${target}\`: the sender gets no answer`,
    help:
      direction === 'in'
        ? 'the kernel cannot answer from where frames leave toward a guest; write `drop` to say so'
        : 'this kernel has no `reject` for bridged frames; write `drop` to say so',
  }),
);

export const markInUse = defineDiagnostic<{ mark: string; ours: string }>(
  { code: 'lower/mark-in-use', severity: 'error', title: 'a mark that Weir keeps for itself' },
  ({ mark, ours }) => ({
    message: `\`mark ${mark}\` overlaps the bits ${ours} that weir keeps for itself`,
    help: 'choose another mark, or other bits for weir in the project configuration',
  }),
);

export const noConnectionState = defineDiagnostic<{ target: string }>(
  { code: 'lower/no-connection-state', severity: 'error', title: 'connections on a target that does not know them' },
  ({ target }) => ({
    message: `target \`${target}\` knows no connections for bridged packets, and this filter is stateful`,
    help: 'load nf_conntrack_bridge or br_netfilter, or write every accept as `stateless`',
  }),
);

export const tooDeep = defineDiagnostic<{ limit: number }>(
  { code: 'lower/too-deep', severity: 'error', title: 'blocks deeper than the kernel follows' },
  ({ limit }) => ({
    message: `\`use\` blocks are nested deeper than the kernel can follow (${limit} levels)`,
    help: 'flatten the blocks',
  }),
);

export const unknownAttachment = defineDiagnostic<{ name: string }>(
  { code: 'lower/unknown-attachment', severity: 'error', title: 'an attachment that no plugin brings' },
  ({ name }) => ({
    message: `there is no attachment \`${name}\``,
    help: 'the plugin that provides it is not loaded',
  }),
);

export const attachmentClash = defineDiagnostic<{ first: string; second: string }>(
  { code: 'lower/attachment-clash', severity: 'error', title: 'attachments that use the same names' },
  ({ first, second }) => ({
    message: `the attachments \`${first}\` and \`${second}\` use the same names in one table`,
  }),
);

export const unsafeText = defineDiagnostic<{ what: string; text: string }>(
  { code: 'lower/unsafe-text', severity: 'error', title: 'a text that nft would read as something else' },
  ({ what, text }) => ({
    message: `the ${what} \`${text}\` cannot be written to nftables`,
    help: "use letters, digits, spaces and _ . / : , = + ( ) ' - only",
  }),
);

/** Every diagnostic of the lowering, for the reference of codes. */
export const lowerDiagnostics = [
  attachmentClash,
  markInUse,
  noConnectionState,
  rejectDowngraded,
  tooDeep,
  tooManyAlternatives,
  unknownAttachment,
  unsafeText,
  unsupportedField,
  unsupportedOption,
] as const;
