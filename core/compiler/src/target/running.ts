/**
 * The target that is this machine, made from what a probe of its nft and kernel found.
 *
 * In: the probe's answers. Out: a target named `running`. Guaranteed: nothing is taken for granted that the probe did not see.
 */
import { type Capabilities, targetVersion } from '@weir/nftables-json';
import { DEFAULT_MARKS } from './mark-bits.ts';
import type { Target } from './target.ts';

/** Name of the target that is made by probing. */
export const RUNNING_TARGET = 'running';

/**
 * The target for a machine with these capabilities. An nft that is older than 1.0.6 is written for as 1.0.6, the oldest
 * known; it then refuses what it cannot read when the document is checked or loaded.
 */
export function targetFromProbe(capabilities: Capabilities): Target {
  const { nft, can, brNetfilter } = capabilities;
  const kernel = {
    bridgeConntrack: can.bridgeConntrack,
    bridgeReject: can.bridgeReject,
    // WHY: carrying the state also needs connection tracking where the packets are handed to.
    bridgeNetfilter: brNetfilter && can.conntrack,
  };
  return {
    name: RUNNING_TARGET,
    doc: `this machine: nft ${nft}`,
    nft: targetVersion(nft) ?? '1.0.6',
    kernel,
    marks: DEFAULT_MARKS,
  };
}
