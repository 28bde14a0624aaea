/** What changes or asks the running host, behind one seam: the tests put a recorder in its place. */
import { probe, type Capabilities } from '@weir/nftables-json';
import { applyHost, removeHost } from '@weir/runtime';

/** Operations on the host. */
export interface HostRuntime {
  readonly applyHost: typeof applyHost;
  readonly removeHost: typeof removeHost;
  /** Finds out what nft and the kernel can do; rejects with `NftError`. */
  probe(): Promise<Capabilities>;
}

/** This machine. */
export const machineRuntime: HostRuntime = { applyHost, removeHost, probe: () => probe() };
