/**
 * What the rules of an attachment can do on a target: how they learn of connections, and where they can reject.
 *
 * In: an attachment and a target. Out: facts. Guaranteed: `none` only where neither the kernel's own connection tracking
 * nor br_netfilter can serve the attachment.
 */
import type { Attachment } from '@weir/plugin';
import type { StateSource, Target } from './target.ts';

/** `ct` itself where it works, else marks set by inet hooks that br_netfilter calls, else nothing. */
export function stateSource(attachment: Attachment, target: Target): StateSource {
  if (attachment.conntrack === 'always' || target.kernel.bridgeConntrack) return 'conntrack';
  return target.kernel.bridgeNetfilter ? 'carried' : 'none';
}

/** True when the kernel can answer a packet that is refused in this direction (seen from the guest). */
export function canReject(attachment: Attachment, target: Target, direction: 'in' | 'out'): boolean {
  if (!attachment.rejectDirections.includes(direction) || attachment.reject === 'never') return false;
  return attachment.reject === 'always' || target.kernel.bridgeReject;
}
