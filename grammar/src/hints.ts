/**
 * Help for what people write out of habit from other filter languages, and for slips.
 *
 * In: the words around a failure. Out: one line of help or nothing. Guaranteed: a hint never changes what is an error.
 */

/** Words and signs of other languages and what Weir writes instead. */
const HABITS: ReadonlyMap<string, string> = new Map([
  ...(['allow', 'permit'] as const).map((word) => [word, 'write `accept`'] as const),
  ...(['deny', 'block', 'discard'] as const).map(
    (word) => [word, 'write `drop`, or `reject` to answer the sender'] as const,
  ),
  ['dport', '`port` is the destination port: `tcp port 22`'],
  ['sport', 'the source port follows `from`: `from port 68` or `from any port 68`'],
  ...(['src', 'saddr', 'source'] as const).map((word) => [word, 'write `from`'] as const),
  ...(['dst', 'daddr', 'destination'] as const).map((word) => [word, 'write `to`'] as const),
  ...(['ingress', 'input', 'inbound'] as const).map((word) => [word, 'write `in`: toward the guest'] as const),
  ...(['egress', 'output', 'outbound'] as const).map((word) => [word, 'write `out`: from the guest'] as const),
  ['proto', 'the protocol stands right after the verdict: `accept tcp`'],
  ['&&', 'write `and`'],
  ['||', 'write `or`'],
  ['!', 'write `not`'],
  ['//', 'a comment begins with `#`'],
  ['/*', 'a comment begins with `#`, on every line of it'],
  ['->', 'an arrow stands only in tests; a rule says `from A to B`'],
  ['=', 'a comparison is written `==`'],
  [':', 'a port is written `port 80`, after the address'],
]);

/** A word or sign of another language, and what to write; nothing when it is none. */
export function habit(word: string): string | undefined {
  return HABITS.get(word.toLowerCase()) ?? (/^(\/\/|\/\*)/.test(word) ? HABITS.get(word.slice(0, 2)) : undefined);
}

/** Help from the shape of a misread value. */
export function shapeHint(word: string): string | undefined {
  const masked = /^(\d+\.\d+\.\d+\.\d+)\/(\d+\.\d+\.\d+\.\d+)$/.exec(word);
  if (masked?.[1] !== undefined && masked[2] !== undefined) return maskHint(masked[1], masked[2]);
  if (/^\d+(\.\d+){0,2}\/\d+$/.test(word) || /^\d+(\.\d+){1,2}$/.test(word))
    return 'an IPv4 address has four parts: `10.0.0.0/8`';
  if (/^\d+\/[a-z]+$/.test(word)) return 'a rate is per `second`, `minute`, `hour`, `day` or `week`: `10/second`';
  if (/^\d+:\d+$/.test(word)) return 'a range is written with a hyphen: `80-90`';
  if (/^(\d+\.[\d.]+)?:\d+$/.test(word)) return HABITS.get(':');
  if (/^[0-9A-Fa-f]{1,2}(-[0-9A-Fa-f]{2}){5}$/.test(word))
    return 'a MAC address is written with colons: `52:54:00:00:00:01`';
  if (word.startsWith("'")) return 'text stands in double quotes';
  if (/^".*\\[^"\\nt]/.test(word)) return 'a backslash in text stands only before `"`, `\\`, `n` or `t`';
  return undefined;
}

/** Turns `10.0.0.0/255.0.0.0` into its prefix when the mask is one. */
function maskHint(address: string, mask: string): string {
  const bits = mask
    .split('.')
    .map((part) => Number(part).toString(2).padStart(8, '0'))
    .join('');
  const prefix = /^(1*)0*$/.exec(bits)?.[1];
  if (bits.length !== 32 || prefix === undefined) return 'write the length of the prefix: `10.0.0.0/8`';
  return `write the length of the prefix: \`${address}/${prefix.length}\``;
}

/** The closest of `candidates`, when it is close enough to be a slip of the hand. */
export function nearest(word: string, candidates: readonly string[]): string | undefined {
  if (word.length > 20) return undefined;
  const allowed = word.length <= 3 ? 1 : 2;
  let best: string | undefined;
  let bestDistance = allowed + 1;
  for (const candidate of candidates) {
    const distance = editDistance(word.toLowerCase(), candidate);
    if (distance < bestDistance && distance < candidate.length) [best, bestDistance] = [candidate, distance];
  }
  return best;
}

/** Insertions, deletions, replacements and swaps of neighbours that turn `a` into `b`. */
export function editDistance(a: string, b: string): number {
  let [before, previous] = [[] as number[], Array.from({ length: b.length + 1 }, (_, i) => i)];
  for (let i = 1; i <= a.length; i += 1) {
    const row = [i];
    for (let j = 1; j <= b.length; j += 1) {
      const same = a[i - 1] === b[j - 1];
      let cost = Math.min((previous[j] ?? 0) + 1, (row[j - 1] ?? 0) + 1, (previous[j - 1] ?? 0) + (same ? 0 : 1));
      if (i > 1 && j > 1 && a[i - 1] === b[j - 2] && a[i - 2] === b[j - 1])
        cost = Math.min(cost, (before[j - 2] ?? 0) + 1);
      row.push(cost);
    }
    [before, previous] = [previous, row];
  }
  return previous[b.length] ?? 0;
}
