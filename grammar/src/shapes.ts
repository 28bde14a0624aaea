/**
 * Help from the shape of a value that could not be read.
 *
 * In: the word and the one before it. Out: one line of help or nothing. Guaranteed: pure.
 */

const RATE = 'a rate is per `second`, `minute`, `hour`, `day` or `week`: `10/second`';
const SEVERAL = 'several values stand in braces, with commas between them: `{ a, b }`';
const WHOLE = 'numbers are whole and not negative, in decimal or as `0x1f`';
const BOTH_ENDS = 'a range has both ends';
const IPV4 = /^\d+\.\d+\.\d+\.\d+$/;

/** What the writer probably meant by a misread value. */
export function shapeHint(word: string, before: string): string | undefined {
  const masked = /^(\d+\.\d+\.\d+\.\d+)\/(\d+\.\d+\.\d+\.\d+)$/.exec(word);
  if (masked?.[1] !== undefined && masked[2] !== undefined)
    return maskHint(masked[1], masked[2]) ?? 'write the length of the prefix: `10.0.0.0/8`';
  if (IPV4.test(word) && IPV4.test(before)) return maskHint(before, word) ?? SEVERAL;
  return numberShape(word, before) ?? signShape(word);
}

function numberShape(word: string, before: string): string | undefined {
  if (/^0\/0$/.test(word)) return 'write `any`';
  if (/^\d+\/\d+$/.test(word) && before === 'type') return `write \`type ${word.replace('/', ' code ')}\``;
  if (/^\d+(\.\d+){0,2}\/\d+$/.test(word) || /^\d+(\.\d+){1,2}$/.test(word))
    return 'an IPv4 address has four parts: `10.0.0.0/8`';
  if (/^\d+(\.\d+){4,}$/.test(word)) return 'an IPv4 address has four parts';
  if (/^\d+\/(tcp|udp|sctp)$/.test(word)) return protocolAndPort(word.split('/')[1], word.split('/')[0]);
  if (/^\d+\/[a-z]+$/.test(word)) return RATE;
  if (/^\d+:\d+$/.test(word)) return `a range is written with a hyphen: \`${word.replace(':', '-')}\``;
  if (/^[-:]\d+$/.test(word) && before !== 'from' && before !== 'to' && isNumberPlace(before))
    return `${BOTH_ENDS}: \`${before === 'port' ? 1 : 0}-${word.slice(1)}\``;
  if (/^\d+[-:]$/.test(word) && before === 'port') return `${BOTH_ENDS}: \`${word.slice(0, -1)}-65535\``;
  if (/^\d+-$/.test(word)) return BOTH_ENDS;
  if (/^(\d+\.[\d.]+):\d+$/.test(word)) return 'a port is written `port 80`, after the address';
  if (/^\d+[KMGT]B?$/i.test(word)) return 'sizes are in `bytes`, `kbytes` or `mbytes`: `500 mbytes`';
  if (/^\d+\.\d+\.\d+\.\d+-\d+$/.test(word)) return 'both ends of a range are whole addresses: `10.0.0.1-10.0.0.20`';
  if (/^-\d+$/.test(word) || /^\d[0-9A-Za-z]*[A-Za-z][0-9A-Za-z]*$/.test(word)) return WHOLE;
  if (/^\d{30,}$/.test(word)) return 'no number of a rule file is that long';
  return undefined;
}

const isNumberPlace = (before: string): boolean => /^(port|type|code|over|burst|mark|group)$/.test(before);

function protocolAndPort(protocol = '', port = ''): string {
  return `the protocol comes first: \`${protocol} port ${port}\``;
}

function signShape(word: string): string | undefined {
  if (/^[0-9A-Fa-f]{1,2}(-[0-9A-Fa-f]{2}){5}$/.test(word) || /^[0-9A-Fa-f]{4}(\.[0-9A-Fa-f]{4}){2}$/.test(word))
    return 'a MAC address is written with colons: `52:54:00:00:00:01`';
  if (/^[/:]\d+$/.test(word)) return 'a port is written `port 80`, after the protocol or the address';
  if (word.startsWith("'")) return 'text stands in double quotes';
  if (/^".*\\[^"\\nt]/.test(word)) return 'a backslash in text stands only before `"`, `\\`, `n` or `t`';
  if (/^"[^"\\]*$/.test(word)) return 'text stands in double quotes on one line';
  return undefined;
}

/** Turns `10.0.0.0/255.0.0.0` into its prefix when the mask, or the wildcard of a router, is one. */
function maskHint(address: string, mask: string): string | undefined {
  const bits = binary(mask);
  if (bits.length !== 32) return undefined;
  const length = (/^(1*)0*$/.exec(bits)?.[1] ?? /^(0*)1*$/.exec(bits)?.[1])?.length;
  if (length === undefined) return undefined;
  const network = `${binary(address).slice(0, length)}${'0'.repeat(32 - length)}`;
  return `write the length of the prefix: \`${dotted(network)}/${length}\``;
}

const binary = (address: string): string =>
  address
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');

const dotted = (bits: string): string =>
  [0, 8, 16, 24].map((at) => Number.parseInt(bits.slice(at, at + 8), 2)).join('.');
