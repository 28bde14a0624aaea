/**
 * Checks of names, comments and prefixes. nft stores any bytes and prints them raw: text from outside could become commands when an
 * administrator saves a listing, or control a terminal. Only harmless characters pass.
 */
import type { Check, CheckContext } from './context.ts';
import { report } from './context.ts';
import { KEYWORDS } from './keyword.ts';
import { describe } from './shape.ts';

/** Longest name that is written, in bytes. */
export const MAX_NAME_BYTES = 128;
/** Longest comment that is written, in bytes. WHY: nft aborts ("Memory allocation failure") near 250 bytes. */
export const MAX_COMMENT_BYTES = 128;
/** Longest log prefix, in bytes (kernel: NF_LOG_PREFIXLEN). */
export const MAX_PREFIX_BYTES = 127;
/** Longest interface name, in bytes (kernel: IFNAMSIZ less the final zero). */
export const MAX_IFNAME_BYTES = 15;

const NAME = /^[A-Za-z_][A-Za-z0-9_./-]*$/;
const TEXT = /^[A-Za-z0-9_./:,=+()' -]+$/;
const IFNAME = /^[A-Za-z0-9_.+~-]+$/;

/** True for a name that nft's listing can be read back with. */
export function isSafeName(name: string): boolean {
  return NAME.test(name) && name.length <= MAX_NAME_BYTES && !KEYWORDS.has(name);
}

/** True for a comment that is short and harmless enough to write. */
export function isSafeComment(comment: string): boolean {
  return TEXT.test(comment) && comment.length <= MAX_COMMENT_BYTES;
}

/** The name of a table, chain, set, map or object. */
export const name: Check = (ctx, value) => {
  if (typeof value !== 'string') report(ctx, 'wrong-type', `expected a name, found ${describe(value)}`);
  else if (value.length > MAX_NAME_BYTES) report(ctx, 'too-long', `a name has at most ${MAX_NAME_BYTES} bytes`);
  else if (!NAME.test(value))
    report(ctx, 'bad-name', `${describe(value)} is no name: letters, digits and _ . / - only`);
  else if (KEYWORDS.has(value)) report(ctx, 'keyword-name', `\`${value}\` is a keyword of nft`);
};

function freeText(ctx: CheckContext, value: unknown, longest: number): void {
  if (typeof value !== 'string') report(ctx, 'wrong-type', `expected text, found ${describe(value)}`);
  else if (value.length > longest) report(ctx, 'too-long', `the text has at most ${longest} bytes`);
  else if (!TEXT.test(value))
    report(ctx, 'bad-text', "only letters, digits, spaces and _ . / : , = + ( ) ' - are written");
}

/** A comment. */
export const comment: Check = (ctx, value) => freeText(ctx, value, MAX_COMMENT_BYTES);

/** A log prefix. */
export const logPrefix: Check = (ctx, value) => freeText(ctx, value, MAX_PREFIX_BYTES);

/**
 * Names that libnftables' JSON parser takes for protocol and ICMP numbers wherever they stand.
 * WHY: an interface of such a name becomes the empty string (1.0.6, 1.1.3) or a type error.
 */
export const CONSTANT_NAMES: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'udplite',
  'esp',
  'ah',
  'icmp',
  'icmpv6',
  'comp',
  'dccp',
  'sctp',
  'redirect',
]);

/** An interface name as nft must have it: no wildcard, no set reference, no constant. */
export const interfaceName: Check = (ctx, value) => {
  if (typeof value !== 'string') report(ctx, 'wrong-type', `expected an interface name, found ${describe(value)}`);
  else if (value.startsWith('@')) report(ctx, 'set-reference', `nft reads \`${value}\` as a reference to a set`);
  else if (value.includes('*')) report(ctx, 'wildcard', `nft reads the \`*\` in ${describe(value)} as a wildcard`);
  else if (CONSTANT_NAMES.has(value)) report(ctx, 'constant-name', `nft reads \`${value}\` as a protocol number`);
  else if (value.length > MAX_IFNAME_BYTES)
    report(ctx, 'too-long', `an interface name has at most ${MAX_IFNAME_BYTES} bytes`);
  else if (!IFNAME.test(value) || value === '.' || value === '..') {
    report(ctx, 'bad-name', `${describe(value)} is no interface name`);
  }
};
