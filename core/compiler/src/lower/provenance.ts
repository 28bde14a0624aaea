/** Where a rule comes from, in words: the comment that stands in nftables. */
import { MAX_COMMENT_BYTES } from '@weir/nftables-json';
import type { Origin } from '../policy/rule.ts';
import type { HostOrigin, LayoutRule } from './layout.ts';

/** True for rules that stand in a file. */
export function isWritten(origin: Origin | HostOrigin): origin is Origin {
  return 'statement' in origin;
}

/**
 * `<file>:<item>:<statement>`; what no file wrote says `weir` or its plugin, the network, and its purpose. At most 128 bytes, cut from the left.
 * WHY: nft prints comments raw, and a listing saved as a file is executed; so only harmless characters are written.
 */
export function ruleComment({ origin }: LayoutRule): string {
  const text = isWritten(origin)
    ? `${origin.span.file}:${origin.item.split(' ').join('-')}:${origin.statement}`
    : hostText(origin);
  return text.replaceAll(/[^A-Za-z0-9_./:-]/g, '-').slice(-MAX_COMMENT_BYTES);
}

function hostText({ item, purpose, plugin }: HostOrigin): string {
  if (item === 'weir') return `weir:${purpose}`;
  return `${plugin?.replace(/^@/, '') ?? 'weir'}:${item}:${purpose}`;
}
