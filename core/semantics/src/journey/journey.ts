/**
 * What becomes of a packet between two ends, hop by hop.
 *
 * A hop is one place that looked at the packet: a guest's port, the rules of networks at one hook, the bridge, the host,
 * the outside. The verdict of a journey is that of its last hop.
 */
import type { Direction, RejectKind } from '@weir/compiler';
import type { NetworkAction, NetworkHook, NetworkMatch, Span } from '@weir/plugin';
import type { Decider, Effect, Step } from '../decision.ts';
import type { Endpoint } from './rewrite.ts';

export type Verdict = 'accept' | 'drop' | 'reject';

/** A rule of a network: the core's own, or its mode's. */
export interface NetworkRuleRef {
  readonly network: string;
  readonly hook: NetworkHook;
  /** 0-based among all rules of the network at this hook, the core's own first. */
  readonly index: number;
  /** What it is for, in a few words. */
  readonly purpose: string;
  /** Absent: the core's own rule. */
  readonly plugin?: string;
  /** The setting that caused it, or the network. */
  readonly span: Span;
}

/** One rule of a network that was asked. */
export interface NetworkStep {
  readonly rule: NetworkRuleRef;
  readonly action: NetworkAction['kind'];
  readonly outcome: 'matched' | 'missed';
  /** The first part that did not hold, and what the packet has there; absent text: it has nothing of the kind. */
  readonly missed?: { readonly match: NetworkMatch; readonly saw?: string };
}

/** One end of a packet before and after it was translated. */
export interface Translation {
  readonly side: 'source' | 'destination';
  readonly before: Endpoint;
  readonly after: Endpoint;
}

interface HopVerdict {
  readonly verdict: Verdict;
  /** With `reject` only. */
  readonly rejectWith?: RejectKind;
  /** The frame as this hop saw it. */
  readonly frame: Uint8Array;
}

/** A guest's port. */
export interface PortHop extends HopVerdict {
  readonly kind: 'port';
  readonly ifname: string;
  readonly guest: string;
  readonly network: string;
  readonly direction: Direction;
  readonly by: Decider;
  readonly trace: readonly Step[];
  readonly effects: readonly Effect[];
}

/** The rules of networks at one hook of the host. */
export interface NetworkHop extends HopVerdict {
  readonly kind: 'network';
  readonly hook: NetworkHook;
  /** Whose rules: absent where those of all networks are asked (translation). */
  readonly network?: string;
  /** Absent: no rule decided, and the packet goes on; or a known connection was translated. */
  readonly by?: NetworkRuleRef;
  readonly asked: readonly NetworkStep[];
  readonly translation?: Translation;
}

/** A place that has no rules. */
export interface PlaceHop extends HopVerdict {
  readonly kind: 'bridge' | 'host' | 'outside';
  /** The network of a bridge, or of the segment outside. */
  readonly network?: string;
  /** Of the host, by which the packet comes or goes, where a rule names it. */
  readonly device?: string;
  readonly why: PlaceReason;
}

export type PlaceReason =
  /** The bridge knows the station, and hands the frame over. */
  | 'delivered'
  /** To a group: every station of the network is offered the frame; see `deliveries`. */
  | 'to-group'
  /** The host takes it for itself, routes it, or sends it. */
  | 'received'
  | 'forwarded'
  | 'sent'
  /** It leaves for, or arrives from, somewhere outside this host. */
  | 'left'
  | 'arrived'
  /** `isolate-ports` keeps guests of one network from each other. */
  | 'isolated-ports'
  /** Nobody on the network has the address. */
  | 'nobody'
  /** The network leads nowhere else. */
  | 'no-way-out'
  /** A bridge does not send a frame back through the port it came in by. */
  | 'same-port'
  /** The hop limit is used up. */
  | 'hop-limit'
  /** An answer that bears another address than the one that was asked. */
  | 'wrong-address';

export type Hop = PortHop | NetworkHop | PlaceHop;

export interface Journey {
  readonly verdict: Verdict;
  readonly rejectWith?: RejectKind;
  /** In order; the last one decided. */
  readonly hops: readonly Hop[];
  /** What was translated on the way. */
  readonly translations: readonly Translation[];
  /** For a frame to a group: the hop of every port that it is offered to. They do not change the verdict. */
  readonly deliveries?: readonly PortHop[];
  /** What becomes of the answer; only of packets that were accepted and that something answers. */
  readonly reply?: Journey;
}
