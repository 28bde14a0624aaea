/**
 * How the rules of an attachment learn of connections on a target.
 *
 * In: a target and an attachment. Out: one of three ways. Guaranteed: `none` only where neither the kernel's own
 * connection tracking nor br_netfilter can serve the attachment.
 */
import type { Attachment } from '@weir/plugin';
import type { StateSource, Target } from './target.ts';

/** `ct` itself where it works, else marks set by inet hooks that br_netfilter calls, else nothing. */
export function stateSource(target: Target, attachment: Attachment): StateSource {
  if (attachment.conntrack === 'always' || target.kernel.bridgeConntrack) return 'conntrack';
  return target.kernel.bridgeNetfilter ? 'carried' : 'none';
}
