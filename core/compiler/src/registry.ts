/**
 * What plugins gave: the product of the plugin host, and an input of every pass that asks for a mode or an attachment.
 *
 * Guaranteed: keys are the modes' and attachments' own names in code-unit order, every mode's attachment is present, and
 * the order in which plugins were listed or registered does not show.
 */
import type { Attachment, ForwardingMode } from '@weir/plugin';

/** A forwarding mode and the plugin that brought it. */
export interface RegisteredMode {
  readonly mode: ForwardingMode;
  readonly plugin: string;
}

/** An attachment and the plugin that brought it. */
export interface RegisteredAttachment {
  readonly attachment: Attachment;
  readonly plugin: string;
}

export interface Registry {
  readonly modes: ReadonlyMap<string, RegisteredMode>;
  readonly attachments: ReadonlyMap<string, RegisteredAttachment>;
}
