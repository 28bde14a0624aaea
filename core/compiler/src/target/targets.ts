/**
 * The named targets: what a ruleset can be compiled for on any machine.
 *
 * In: nothing, or a name. Out: targets. Guaranteed: sorted by name, each name once; none of them depends on the machine
 * that compiles.
 */
import { DEFAULT_MARKS } from './mark-bits.ts';
import type { KernelFeatures, Target } from './target.ts';

/** Kernels of distributions: nf_conntrack_bridge, nft_reject_bridge and br_netfilter are built as modules. */
const DISTRIBUTION_KERNEL: KernelFeatures = { bridgeConntrack: true, bridgeReject: true, bridgeNetfilter: true };

/** Every named target. */
export const TARGETS: readonly Target[] = [
  {
    name: 'debian-12',
    doc: 'Debian 12: nft 1.0.6, kernel 6.1',
    nft: '1.0.6',
    kernel: DISTRIBUTION_KERNEL,
    marks: DEFAULT_MARKS,
  },
  {
    name: 'debian-13',
    doc: 'Debian 13: nft 1.1.3, kernel 6.12',
    nft: '1.1.3',
    kernel: DISTRIBUTION_KERNEL,
    marks: DEFAULT_MARKS,
  },
  {
    name: 'no-bridge-conntrack',
    doc: 'nft 1.0.6 and a kernel without nf_conntrack_bridge and nft_reject_bridge but with br_netfilter: connection state is carried in packet marks',
    nft: '1.0.6',
    kernel: { bridgeConntrack: false, bridgeReject: false, bridgeNetfilter: true },
    marks: DEFAULT_MARKS,
  },
  {
    name: 'ubuntu-24.04',
    // WHY: 1.0.7 to 1.0.9 read everything that 1.0.6 reads, but not all that 1.0.6.1 does.
    doc: 'Ubuntu 24.04: nft 1.0.9 (written for as 1.0.6), kernel 6.8',
    nft: '1.0.6',
    kernel: DISTRIBUTION_KERNEL,
    marks: DEFAULT_MARKS,
  },
];

/** The floor: its documents load on every newer named distribution. */
export const DEFAULT_TARGET = 'debian-12';

/** The target of this name; undefined when there is none (`targetNames` for suggestions). */
export function findTarget(name: string): Target | undefined {
  return TARGETS.find((target) => target.name === name);
}

/** Names of all named targets, sorted. */
export function targetNames(): readonly string[] {
  return TARGETS.map((target) => target.name);
}
