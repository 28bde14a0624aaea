/**
 * Names of host network devices: the one check that the whole compiler uses.
 *
 * In: a name as written. Out: what is wrong with it, in words that end a sentence "`x` cannot name a network device: …".
 * Guaranteed: a name that passes is safe in `ip`, in sysctl paths, in nft (which reads a trailing `*` as a wildcard) and
 * in file names.
 */
import { CONSTANT_NAMES } from '@weir/nftables-json';

/** Longest name in bytes. WHY: IFNAMSIZ is 16 with its closing NUL (include/uapi/linux/if.h). */
export const INTERFACE_NAME_MAX = 15;

/**
 * Why the text cannot name a network device; undefined when it can.
 * WHY: the kernel refuses `/`, `:`, blanks, `.` and `..` (dev_valid_name, net/core/dev.c) and takes everything else; nft
 * reads a trailing `*` as a wildcard, and quotes, `%` or a leading dash mean something to the tools that take names.
 */
export function interfaceNameProblem(name: string): string | undefined {
  if (name === '') return 'it is empty';
  const bytes = new TextEncoder().encode(name).length;
  if (bytes > INTERFACE_NAME_MAX) return `it has ${bytes} bytes and the kernel takes at most ${INTERFACE_NAME_MAX}`;
  if (name === '.' || name === '..') return 'the kernel refuses it';
  if (name.startsWith('-')) return 'it starts with a dash, which commands read as an option';
  // WHY: nft's JSON reads text that starts with `@` as the name of a set.
  if (name.startsWith('@')) return 'it starts with `@`, which nft reads as the name of a set';
  // WHY: libnftables' JSON parser (1.0.6 to 1.1.6) takes these words for numbers wherever they stand.
  if (CONSTANT_NAMES.has(name)) return 'nft reads it as a protocol number';
  if (name === 'lo') return "it is the host's loopback device";
  const bad = /[^A-Za-z0-9_.@+-]/u.exec(name)?.[0];
  return bad === undefined ? undefined : `it contains ${printable(bad)}`;
}

/** Characters that would not show, or would break the line, are named by their code point. */
function printable(character: string): string {
  if (/^[\x21-\x7e]$/.test(character)) return `\`${character}\``;
  if (character === ' ') return 'a blank';
  return `the character U+${(character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(4, '0')}`;
}

/** Whether the text can name a network device. */
export function isInterfaceName(name: string): boolean {
  return interfaceNameProblem(name) === undefined;
}
