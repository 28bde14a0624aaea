// Where a packet is on its way, and where it ended.
import type { Bridge } from './plan.ts';

/** Somebody who sends or receives. */
export type Station =
  | { readonly kind: 'guest'; readonly ifname: string }
  | { readonly kind: 'host' }
  /** Outside; on the segment of that network, where one is named. */
  | { readonly kind: 'outside'; readonly network?: string };

export type Fate =
  | { readonly kind: 'delivered'; readonly to: Station; readonly frame: Uint8Array }
  /** To a group: what each other port of the bridge gets. */
  | { readonly kind: 'flooded'; readonly ports: ReadonlyMap<string, 'accept' | 'drop'> }
  | { readonly kind: 'drop' | 'reject'; readonly at: string };

export type Onward =
  /** A frame comes into a bridge by a port. */
  | { readonly kind: 'into-bridge'; readonly bridge: Bridge; readonly port: string }
  /** The host's IP stack takes a packet from a device; `isSeen`: prerouting has been passed already. */
  | { readonly kind: 'into-stack'; readonly device: string; readonly isSeen: boolean }
  | { readonly kind: 'from-stack' }
  /** The stack sends a packet to somebody on a bridge. */
  | { readonly kind: 'out-by-bridge'; readonly bridge: Bridge }
  /** A packet leaves the host: by a bridge's uplink, or by a device of the host. */
  | { readonly kind: 'outside'; readonly bridge?: Bridge };

export type Step = Onward | Fate;

export const ended = (at: string, kind: 'drop' | 'reject' = 'drop'): Fate => ({ kind, at });

const FATES: ReadonlySet<string> = new Set<Fate['kind']>(['delivered', 'flooded', 'drop', 'reject']);
export const isFate = (step: Step): step is Fate => FATES.has(step.kind);
