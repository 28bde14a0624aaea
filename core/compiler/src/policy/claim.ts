/**
 * Claims with every name bound: what must hold for all packets.
 *
 * Guaranteed: a match looks nothing up in sets and knows no port; what a claim says depends on no other claim.
 */
import type { Span } from '@weir/plugin';
import type { Match } from './match.ts';

/** One claim: every packet of the match that opens a connection, or of the states that the match names, is treated so. */
export interface Claim {
  /** As written. */
  readonly text: string;
  readonly span: Span;
  /** `refused`: no such packet is delivered. `delivered`: every one is. */
  readonly wanted: 'refused' | 'delivered';
  /** Sources as they were sent, destinations as they arrive; operands are values. */
  readonly match: Match;
  /** The match asks for the connection's state; without it, packets of accepted connections are not meant. */
  readonly namesState: boolean;
}

/** An `assert` item, or what a network's mode promises of it. */
export interface ClaimGroup {
  readonly title: string;
  readonly span: Span;
  /** Of a promise: whose it is. */
  readonly guarantee?: { readonly network: string; readonly mode: string; readonly plugin: string };
  /** Not empty. */
  readonly claims: readonly Claim[];
}
