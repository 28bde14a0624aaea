/** What an attachment can do on a target. */
import type { Attachment } from '@weir/plugin';
import type { StateSource, Target } from './target.ts';

/** Where the rules of an attachment learn a connection's state. */
export function stateSource(attachment: Attachment, target: Target): StateSource {
  if (attachment.conntrack === 'always' || target.kernel.bridgeConntrack) return 'conntrack';
  return target.kernel.bridgeNetfilter ? 'carried' : 'none';
}

/** Whether the kernel can answer a refused packet of that direction. */
export function canReject(attachment: Attachment, target: Target, direction: 'in' | 'out'): boolean {
  if (attachment.reject === 'never' || !attachment.rejectDirections.includes(direction)) return false;
  return attachment.reject === 'always' || target.kernel.bridgeReject;
}
