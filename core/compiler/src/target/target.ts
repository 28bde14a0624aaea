/**
 * Targets: the nft version and the kernel features that a ruleset is compiled for.
 *
 * A target is an input of the compiler like the files are; `running` is one that was made by probing this machine.
 */

/** Versions of nft whose JSON input differs; the writer is checked against exactly one of them. */
export type NftVersion = '1.0.6' | '1.0.6.1' | '1.1.3' | '1.1.6';

export interface KernelFeatures {
  /** `ct` works in the bridge family (nf_conntrack_bridge, Linux 5.3+ where it is built). */
  readonly bridgeConntrack: boolean;
  /** `reject` works in bridge prerouting and input (nft_reject_bridge). */
  readonly bridgeReject: boolean;
  /** Bridged IP packets can be passed to the inet hooks (br_netfilter), which carries connection state in marks. */
  readonly bridgeNetfilter: boolean;
}

/** Bits of the packet mark that Weir uses; nothing else of the mark is ever read or changed. Each has exactly one bit. */
export interface MarkBits {
  readonly established: number;
  readonly invalid: number;
  /** Packets that came through the host's IP stack, to tell a reject's own answer from them. */
  readonly stack: number;
  /** Answers that a `reject` toward a guest made: delivered without asking for their connection. */
  readonly answer: number;
}

export interface Target {
  readonly name: string;
  readonly doc: string;
  readonly nft: NftVersion;
  readonly kernel: KernelFeatures;
  readonly marks: MarkBits;
}

/** How the connection state reaches the rules of an attachment on a target. */
export type StateSource = 'conntrack' | 'carried' | 'none';
