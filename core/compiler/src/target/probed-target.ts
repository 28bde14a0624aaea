/** The target `running`: what a probe of this machine found. */
import { targetVersion } from '@weir/nftables-json';
import { DEFAULT_MARKS } from './mark-bits.ts';
import type { MarkBits, Target } from './target.ts';

/** The part of a probe's answer that a target is made of. */
export interface ProbedCapabilities {
  /** The version that nft says, e.g. `1.0.6`. */
  readonly nft: string;
  readonly can: { readonly bridgeConntrack: boolean; readonly bridgeReject: boolean };
  /** br_netfilter is there. */
  readonly brNetfilter: boolean;
}

/** The target for a probed machine; undefined when its nft is older than every release that can be written for. */
export function targetFromProbe(probed: ProbedCapabilities, marks: MarkBits = DEFAULT_MARKS): Target | undefined {
  const nft = targetVersion(probed.nft);
  if (nft === undefined) return undefined;
  const { bridgeConntrack, bridgeReject } = probed.can;
  return {
    name: 'running',
    doc: `this machine: nft ${probed.nft}`,
    nft,
    kernel: { bridgeConntrack, bridgeReject, bridgeNetfilter: probed.brNetfilter },
    marks,
  };
}
