/** Diagnostics of the lowering, each declared once, and a collector that reports a place only once per code. */
import { defineDiagnostic, type Diagnostic } from '@weir/plugin';

export const tooManyAlternatives = defineDiagnostic<Record<never, never>>(
  { code: 'lower/too-many-alternatives', severity: 'error' },
  () => ({
    message: 'this rule has more than 256 alternatives',
    help: 'name the values in a set, or split the rule',
  }),
);

export const tooIntricate = defineDiagnostic<Record<never, never>>(
  { code: 'lower/too-intricate', severity: 'error' },
  () => ({
    message: 'a limit, quota or connection count cannot stand on alternatives with exceptions',
    help: 'write the exceptions as rules of their own in front of this one',
  }),
);

export const needsNewerNft = defineDiagnostic<{ what: string; target: string }>(
  { code: 'lower/needs-newer-nft', severity: 'error' },
  ({ what, target }) => ({
    message: `${what} cannot be compared with the port's own in this rule on target \`${target}\``,
    help: 'write it as a `drop` rule with `not in self.addresses` or `!= self.mac`, or choose a target with nft 1.1.3',
  }),
);

export const unsupportedField = defineDiagnostic<{ field: string; where: string }>(
  { code: 'lower/unsupported-field', severity: 'error' },
  ({ field, where }) => ({ message: `\`${field}\` cannot be tested ${where}` }),
);

export const noConnectionState = defineDiagnostic<{ filter: string; target: string }>(
  { code: 'lower/no-connection-state', severity: 'error' },
  ({ filter, target }) => ({
    message: `filter \`${filter}\` follows connections, and target \`${target}\` has no connection state for this port`,
    help: 'choose a target with bridge conntrack or br_netfilter, or mark every accept `stateless`',
  }),
);

export const notAvailable = defineDiagnostic<{ what: string; target: string }>(
  { code: 'lower/not-available', severity: 'error' },
  ({ what, target }) => ({ message: `${what} is not available on target \`${target}\`` }),
);

export const rejectDowngraded = defineDiagnostic<{ direction: 'in' | 'out'; target: string }>(
  { code: 'lower/reject-downgraded', severity: 'warning' },
  ({ direction, target }) => ({
    message: `\`reject\` becomes \`drop\` here: ${
      direction === 'in'
        ? 'the kernel cannot answer for a guest behind a bridge'
        : `target \`${target}\` has no bridge reject`
    }`,
    help: 'senders will wait for their timeout; write `drop` to say so',
  }),
);

export const reservedMark = defineDiagnostic<{ mark: string; reserved: string }>(
  { code: 'lower/reserved-mark', severity: 'error' },
  ({ mark, reserved }) => ({
    message: `mark ${mark} uses bits that carry connection state`,
    help: `leave the bits ${reserved} alone, or move them with \`marks\` in weir.config.json`,
  }),
);

export const unknownAttachment = defineDiagnostic<{ attachment: string }>(
  { code: 'lower/unknown-attachment', severity: 'error' },
  ({ attachment }) => ({ message: `no plugin provides the attachment \`${attachment}\`` }),
);

/** Every diagnostic of this pass. */
export const lowerDiagnostics = [
  tooManyAlternatives,
  tooIntricate,
  needsNewerNft,
  unsupportedField,
  noConnectionState,
  notAvailable,
  rejectDowngraded,
  reservedMark,
  unknownAttachment,
] as const;

/** Collects diagnostics; the same finding at the same place counts once however many profiles share the rule. */
export class Findings {
  readonly #seen = new Map<string, Diagnostic>();

  add(diagnostic: Diagnostic): void {
    const { span, code, message } = diagnostic;
    const key = JSON.stringify([code, message, span?.file, span?.start, span?.end]);
    if (!this.#seen.has(key)) this.#seen.set(key, diagnostic);
  }

  list(): readonly Diagnostic[] {
    return [...this.#seen.values()];
  }
}
