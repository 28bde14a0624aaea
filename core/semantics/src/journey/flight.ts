/** A frame under way: its bytes as they are now, and what has looked at it. */
import type { NetworkPolicy } from '@weir/compiler';
import type { Oracle } from '../decision.ts';
import type { ConnectionState } from '../subject.ts';
import type { Hop, PlaceHop, PlaceReason, Translation } from './journey.ts';
import { endsOf, type PacketEnds } from './rewrite.ts';
import type { Site } from './site.ts';

/** What is known of a packet beside its bytes. */
export interface TripFacts {
  /** Undefined: nobody tracks connections. */
  readonly state?: ConnectionState;
  readonly connectionDirection?: 'original' | 'reply';
  readonly mark?: number;
  readonly oracle?: Oracle;
  /** Say of rules that missed why they did; true unless given. */
  readonly explain?: boolean;
  /** The host's device to the outside; empty: one that no rule names. */
  readonly device: string;
  /** The packet answers one whose connection was translated so. */
  readonly answers?: readonly Translation[];
}

export class Flight {
  readonly site: Site;
  readonly facts: TripFacts;
  readonly hops: Hop[] = [];
  readonly translations: Translation[] = [];
  bytes: Uint8Array;

  constructor(site: Site, bytes: Uint8Array, facts: TripFacts) {
    this.site = site;
    this.bytes = bytes;
    this.facts = facts;
  }

  /** Undefined for what is not IP. */
  ends(): PacketEnds | undefined {
    return endsOf(this.bytes);
  }

  /** Notes a place that has no rules. */
  place(
    kind: PlaceHop['kind'],
    verdict: 'accept' | 'drop',
    why: PlaceReason,
    network?: NetworkPolicy,
    device?: string,
  ): void {
    this.hops.push({
      kind,
      verdict,
      why,
      frame: this.bytes,
      ...(network && { network: network.view.name }),
      ...(device !== undefined && device !== '' && { device }),
    });
  }
}
