/**
 * The nft releases this package writes for. In: a version string. Out: an order on the known releases.
 * Every difference between them that matters to JSON input is expressed as "since" one of these.
 */

/** Target releases, oldest first: 1.0.6 (Debian 12), 1.0.6.1 (upstream stable), 1.1.3 (Debian 13), 1.1.6. */
export const NFT_VERSIONS = ['1.0.6', '1.0.6.1', '1.1.3', '1.1.6'] as const;

/** One nft release that the writer check knows. */
export type NftVersion = (typeof NFT_VERSIONS)[number];

/** True when `version` is `since` or newer. */
export function isAtLeast(version: NftVersion, since: NftVersion): boolean {
  return NFT_VERSIONS.indexOf(version) >= NFT_VERSIONS.indexOf(since);
}

/**
 * The newest known release that is not newer than `text` (`1.0.9` gives `1.0.6`, `1.2.0` gives `1.1.6`), so that nothing is written
 * which that nft lacks. Undefined when `text` is no version or older than 1.0.6.
 */
export function targetVersion(text: string): NftVersion | undefined {
  const parts = versionParts(text);
  if (parts === undefined) return undefined;
  let found: NftVersion | undefined;
  for (const known of NFT_VERSIONS) if (compareParts(versionParts(known) ?? [], parts) <= 0) found = known;
  // WHY: 1.0.6.1 is a stable branch with fixes taken from later releases: 1.0.7 to 1.0.9 lack several of them (typeof in sets, auto-merge).
  const isBetween = found === '1.0.6.1' && compareParts(parts, [1, 0, 7]) >= 0;
  return isBetween ? '1.0.6' : found;
}

function versionParts(text: string): readonly number[] | undefined {
  const match = /^v?(\d+(?:\.\d+)*)/.exec(text.trim());
  return match?.[1]?.split('.').map(Number);
}

function compareParts(left: readonly number[], right: readonly number[]): number {
  for (let i = 0; i < Math.max(left.length, right.length); i += 1) {
    const difference = (left[i] ?? 0) - (right[i] ?? 0);
    if (difference !== 0) return difference;
  }
  return 0;
}
