/** The named targets: what distributions ship, as far as it decides which rules can be written. */
import { DEFAULT_MARKS } from './mark-bits.ts';
import type { KernelFeatures, NftVersion, Target } from './target.ts';

const EVERYTHING: KernelFeatures = { bridgeConntrack: true, bridgeReject: true, bridgeNetfilter: true };
const CARRIED: KernelFeatures = { bridgeConntrack: false, bridgeReject: false, bridgeNetfilter: true };

function target(name: string, nft: NftVersion, kernel: KernelFeatures, doc: string): Target {
  return { name, doc, nft, kernel, marks: DEFAULT_MARKS };
}

/** Sorted by name. */
export const TARGETS: readonly Target[] = [
  target('debian-12', '1.0.6', EVERYTHING, 'Debian 12: nft 1.0.6, Linux 6.1; the floor, and the default'),
  target('debian-13', '1.1.3', EVERYTHING, 'Debian 13: nft 1.1.3, Linux 6.12'),
  target('no-bridge-conntrack', '1.0.6', CARRIED, 'kernels without bridge `ct` and `reject`: state in packet marks'),
  // WHY: Ubuntu 24.04 has nft 1.0.9; its JSON reads what 1.0.6 reads, but not all that the 1.0.6.1 branch does.
  target('ubuntu-24.04', '1.0.6', EVERYTHING, 'Ubuntu 24.04: nft 1.0.9 (written as for 1.0.6), Linux 6.8'),
];

/** The target that is taken when none is named: what compiles for it loads on every newer nft as well. */
export const DEFAULT_TARGET = 'debian-12';

/** The target of that name; undefined when there is none. */
export function findTarget(name: string): Target | undefined {
  return TARGETS.find((known) => known.name === name);
}
