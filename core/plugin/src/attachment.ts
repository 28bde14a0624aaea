/**
 * How a guest's port hangs on the host, as data: which table, hooks and device key see its frames.
 *
 * A mode names its attachment; the compiler lowers the same policy for any of them. Guaranteed: nothing in the
 * compiler asks for an attachment by name.
 */

/** One base chain through which the frames of one direction pass. */
export interface AttachmentHook {
  /** From the guest's viewpoint. */
  readonly direction: 'in' | 'out';
  /** Name of the base chain. */
  readonly chain: string;
  readonly hook: 'ingress' | 'prerouting' | 'input' | 'forward' | 'output' | 'postrouting';
  /** Priority where the family's own `ct` is used, and where the connection state comes as carried marks. */
  readonly priority: { readonly conntrack: number; readonly carried: number };
  /** The meta key that holds the port's device here. */
  readonly device: 'iifname' | 'oifname';
}

export interface Attachment {
  readonly name: string;
  readonly doc: string;
  /** Family of the table that holds the guests' policy for this attachment. */
  readonly family: 'bridge' | 'inet';
  /** Prefix of chain, map and set names, so that attachments of one family do not meet. May be empty for one of them. */
  readonly prefix: string;
  /**
   * Which frames the hooks see: `link` every Ethernet frame (ARP, VLAN tags, link addresses), `network` only IPv4 and
   * IPv6 packets whose link header cannot be trusted to exist in both directions.
   */
  readonly layer: 'link' | 'network';
  /** `always`: `ct` works in this family everywhere; `by-target`: the target decides between `ct` and carried marks. */
  readonly conntrack: 'always' | 'by-target';
  /** Hooks on which the kernel can `reject`; elsewhere a reject becomes a located downgrade to drop. */
  readonly reject: 'always' | 'by-target' | 'never';
  /** Directions in which `reject` is possible at all (bridge: only prerouting, that is `out`). */
  readonly rejectDirections: readonly ('in' | 'out')[];
  readonly hooks: readonly AttachmentHook[];
}
