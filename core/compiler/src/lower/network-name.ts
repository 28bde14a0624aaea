/** Names of networks as parts of chain names. Guaranteed: harmless to nft, short, and different for different networks. */
import { createHash } from 'node:crypto';

const LONGEST = 64;

/** For each network's name the part of chain names that stands for it. */
export function networkNames(names: readonly string[]): ReadonlyMap<string, string> {
  return new Map(names.map((name) => [name, safePart(name)]));
}

function safePart(name: string): string {
  const safe = name.replaceAll(/[^A-Za-z0-9_-]/g, '-').slice(0, LONGEST);
  // What had to be changed gets a digest of the whole name, so that it cannot meet another network's.
  return safe === name ? name : `${safe}-${createHash('sha256').update(name).digest('hex').slice(0, 8)}`;
}
