/**
 * Flows and tests with every name bound: what is asked about, and which verdict it must get.
 *
 * Guaranteed: a flow names only ports, protocols and families that are there; nothing in it depends on how it was written.
 */
import type { Family, Span } from '@weir/plugin';
import type { ValueRange } from './match.ts';
import type { RejectKind } from './rule.ts';

/** One end of a flow. */
export type FlowEnd =
  | { readonly kind: 'address'; readonly family: Family; readonly address: bigint }
  /** A guest's interface, by its device name. */
  | { readonly kind: 'port'; readonly ifname: string }
  | { readonly kind: 'host' }
  /** The gateway of the network that the port `of` is in. */
  | { readonly kind: 'gateway'; readonly of: string }
  /** Somebody outside every declared network. */
  | { readonly kind: 'world' };

/** One way to be the flow's service. Absent `ports`: every port. */
export interface FlowPart {
  /** IANA protocol number. */
  readonly protocol: number;
  readonly ports?: readonly ValueRange[];
  readonly sourcePorts?: readonly ValueRange[];
  /** ICMP and ICMPv6 only. */
  readonly types?: readonly ValueRange[];
  readonly codes?: readonly ValueRange[];
  /** Families that the protocol and both ends have, in the order IPv4, IPv6; not empty. */
  readonly families: readonly Family[];
}

export type FlowSubject =
  /** Nothing is named: every protocol that the policy tells apart. */
  | { readonly kind: 'any'; readonly families: readonly Family[] }
  | { readonly kind: 'service'; readonly parts: readonly FlowPart[] }
  /** ARP (RFC 826) about the destination, or telling the destination about the source. */
  | { readonly kind: 'arp'; readonly operation: 'request' | 'reply' }
  /** Neighbour discovery (RFC 4861): the ICMPv6 type, 133–136. */
  | { readonly kind: 'nd'; readonly type: number };

export type FlowState = 'new' | 'established' | 'related' | 'invalid' | 'untracked';

export interface Flow {
  /** As written. */
  readonly text: string;
  readonly span: Span;
  readonly subject: FlowSubject;
  readonly source: FlowEnd;
  /** Whose address the source bears, where it is not its own. */
  readonly claimed?: FlowEnd;
  readonly destination: FlowEnd;
  /** `new` unless written. */
  readonly state: FlowState;
}

export interface FlowExpectation {
  readonly verdict: 'accept' | 'drop' | 'reject';
  /** With `reject with …` only: any answer will do without it. */
  readonly rejectWith?: RejectKind;
  readonly flow: Flow;
  readonly span: Span;
}

/** A `test` item. */
export interface FlowTest {
  readonly title: string;
  readonly span: Span;
  /** Not empty. */
  readonly expectations: readonly FlowExpectation[];
}
