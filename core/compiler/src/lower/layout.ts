/**
 * The layout: everything that will stand in nftables, as typed objects with the place each rule comes from.
 *
 * Product of the lowering; the emitter only cuts it into documents. Guaranteed: chains stand before what jumps to them,
 * lists are in a fixed order, and what one port adds is elements alone.
 */
import type { BaseChainOptions, Expression, KeyType, SetFlag, Statement, TableName } from '@weir/nftables-json';
import type { HostTopology } from '@weir/plugin';
import type { Origin } from '../policy/rule.ts';
import type { Target } from '../target/target.ts';

/** A rule and what it was made from. */
export interface LayoutRule {
  readonly statements: readonly Statement[];
  readonly origin: Origin | HostOrigin;
}

/** A rule that no file wrote: Weir's own skeleton, or a network's contribution. */
export interface HostOrigin {
  readonly item: string;
  readonly purpose: string;
  readonly plugin?: string;
  readonly span?: Origin['span'];
}

export interface LayoutChain {
  readonly table: TableName;
  readonly name: string;
  /** Present for chains that the kernel calls. */
  readonly base?: BaseChainOptions;
  readonly rules: readonly LayoutRule[];
}

export interface LayoutSet {
  readonly table: TableName;
  readonly name: string;
  readonly type: KeyType;
  /** Present for maps, whose elements are pairs. */
  readonly map?: 'verdict';
  readonly flags: readonly SetFlag[];
  /** Most elements; absent leaves it to the kernel. */
  readonly size?: number;
  /** What stands in it whatever the ports are. */
  readonly elements: readonly Expression[];
}

export interface LayoutCounter {
  readonly table: TableName;
  readonly name: string;
}

/** Elements of one set or map. */
export interface LayoutElements {
  readonly table: TableName;
  readonly set: string;
  readonly elements: readonly Expression[];
}

/** The chains of one policy, shared by its ports. */
export interface LayoutProfile {
  readonly name: string;
  /** Sets that belong to single rules of it (connection counts). */
  readonly sets: readonly LayoutSet[];
  readonly chains: readonly LayoutChain[];
}

/** What one port adds. */
export interface LayoutInterface {
  readonly ifname: string;
  readonly guest: string;
  readonly network: string;
  readonly profile: string;
  readonly elements: readonly LayoutElements[];
}

export interface Layout {
  readonly target: Target;
  /** Each is made anew in the same transaction. */
  readonly tables: readonly TableName[];
  readonly sets: readonly LayoutSet[];
  readonly counters: readonly LayoutCounter[];
  /** Chains that belong to no profile. */
  readonly chains: readonly LayoutChain[];
  /** Sorted by name. */
  readonly profiles: readonly LayoutProfile[];
  /** Sorted by interface name. */
  readonly interfaces: readonly LayoutInterface[];
  readonly topology: HostTopology;
}
