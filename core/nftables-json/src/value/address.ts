/**
 * Numeric addresses. In: text. Out: bytes or bits, and the one canonical spelling (RFC 5952 for IPv6, lower case for MAC).
 * Nothing here asks a resolver; text that is no numeric address gives undefined.
 */

/** IPv4 text to a number; undefined unless it is four decimal numbers without leading zeros. */
export function parseIpv4(text: string): bigint | undefined {
  if (text.length > 15 || text.length < 7) return undefined;
  let value = 0;
  let octet = -1;
  let dots = 0;
  for (let i = 0; i <= text.length; i += 1) {
    const code = i === text.length ? 46 : text.charCodeAt(i);
    if (code === 46) {
      if (octet < 0 || octet > 255) return undefined;
      value = value * 256 + octet;
      octet = -1;
      dots += 1;
    } else if (code < 48 || code > 57 || octet === 0) {
      return undefined;
    } else {
      octet = (octet < 0 ? 0 : octet) * 10 + code - 48;
    }
  }
  return dots === 4 ? BigInt(value) : undefined;
}

/** A number to IPv4 text. */
export function formatIpv4(value: bigint): string {
  const bits = Number(value);
  return [Math.floor(bits / 2 ** 24), Math.floor(bits / 65536) % 256, Math.floor(bits / 256) % 256, bits % 256].join(
    '.',
  );
}

/** IPv6 text to its eight groups; undefined when it is no numeric IPv6 address. */
function parseGroups(text: string): readonly number[] | undefined {
  const halves = text.split('::');
  if (halves.length > 2) return undefined;
  const head = parseHalf(halves[0] ?? '');
  if (head === undefined) return undefined;
  if (halves.length === 1) return head.length === 8 ? head : undefined;
  const tail = parseHalf(halves[1] ?? '');
  if (tail === undefined || head.length + tail.length > 7) return undefined;
  return [...head, ...Array.from({ length: 8 - head.length - tail.length }, () => 0), ...tail];
}

function parseHalf(text: string): readonly number[] | undefined {
  if (text === '') return [];
  const groups: number[] = [];
  const parts = text.split(':');
  for (const [index, part] of parts.entries()) {
    if (index === parts.length - 1 && part.includes('.')) {
      const low = parseIpv4(part);
      if (low === undefined) return undefined;
      groups.push(Number(low >> 16n), Number(low & 0xffffn));
    } else if (/^[0-9a-fA-F]{1,4}$/.test(part)) {
      groups.push(Number.parseInt(part, 16));
    } else {
      return undefined;
    }
  }
  return groups;
}

/** IPv6 text to a number. */
export function parseIpv6(text: string): bigint | undefined {
  return parseGroups(text)?.reduce((value, group) => (value << 16n) | BigInt(group), 0n);
}

/** A number to IPv6 text as RFC 5952 wants it, IPv4-mapped addresses with dots (as inet_ntop prints them). */
export function formatIpv6(value: bigint): string {
  const groups: number[] = [];
  for (let shift = 112n; shift >= 0n; shift -= 16n) groups.push(Number((value >> shift) & 0xffffn));
  return formatGroups(groups);
}

function formatGroups(groups: readonly number[]): string {
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return `::ffff:${formatIpv4((BigInt(groups[6] ?? 0) << 16n) | BigInt(groups[7] ?? 0))}`;
  }
  const [start, length] = longestZeros(groups);
  const hex = groups.map((group) => group.toString(16));
  if (length < 2) return hex.join(':');
  return `${hex.slice(0, start).join(':')}::${hex.slice(start + length).join(':')}`;
}

function longestZeros(groups: readonly number[]): readonly [number, number] {
  let best: readonly [number, number] = [0, 0];
  let run = 0;
  for (const [index, group] of groups.entries()) {
    run = group === 0 ? run + 1 : 0;
    if (run > best[1]) best = [index - run + 1, run];
  }
  return best;
}

/** True for IPv6 text in its canonical spelling. */
export function isCanonicalIpv6(text: string): boolean {
  const groups = parseGroups(text);
  return groups !== undefined && formatGroups(groups) === text;
}

/** MAC text to a number; undefined unless it is six pairs of hexadecimal digits with colons. */
export function parseMac(text: string): bigint | undefined {
  return /^[0-9a-fA-F]{2}(?::[0-9a-fA-F]{2}){5}$/.test(text) ? BigInt(`0x${text.replaceAll(':', '')}`) : undefined;
}

/** A number to MAC text. */
export function formatMac(value: bigint): string {
  return (value.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');
}

/** True for MAC text in lower case. */
export function isCanonicalMac(text: string): boolean {
  return /^[0-9a-f]{2}(?::[0-9a-f]{2}){5}$/.test(text);
}
