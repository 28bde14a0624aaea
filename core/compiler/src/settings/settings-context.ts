/** What a settings check is told about the surroundings of a settings block. */
import type { PortReference, Span } from '@weir/plugin';

export interface SettingsContext {
  /** Id of the file that the settings stand in. */
  readonly file: string;
  /** Whose settings they are, as messages say it: `network front (mode nat)`. */
  readonly owner: string;
  /** Where a missing setting is reported: the block, or the name of what it belongs to. */
  readonly at?: Span;
  /** The ports that a declared guest has in this network (none: empty), or undefined for an unknown guest. */
  guestPorts(name: string): readonly PortReference[] | undefined;
  /** Every declared guest, for suggestions. */
  readonly guestNames: readonly string[];
  /** Every declared network. */
  readonly networkNames: readonly string[];
  /** Settings that may stand in the same block but belong to somebody else: only for suggestions. */
  readonly otherSettings?: readonly string[];
}
