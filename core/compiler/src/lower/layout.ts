/**
 * The layout: nftables objects with their provenance, cut along the lines that documents follow.
 *
 * In: nothing (types only). Guaranteed: every list is in the order in which it is emitted; names are safe for nft's
 * text as well as its JSON; a chain or set is declared in exactly one table, and a profile's chains only in its profile.
 */
import type { BaseChainOptions, Expression, KeyType, MapDataType, Statement } from '@weir/nftables-json';
import type { HostTopology, Span } from '@weir/plugin';

/** Where an emitted rule comes from. */
export interface RuleSource {
  /** Absent for rules that hold for every ruleset (dispatch, connection state). */
  readonly span?: Span;
  /** E.g. `filter web`, `network front`, `weir`. */
  readonly item: string;
  /** 1-based statement of the item. */
  readonly statement?: number;
  /** The plugin that contributed it. */
  readonly plugin?: string;
  /** What it is for, where no file says so. */
  readonly purpose?: string;
}

export interface RuleLayout {
  readonly expr: readonly Statement[];
  /** At most 128 bytes of `[A-Za-z0-9_./:-]`. */
  readonly comment: string;
  readonly source: RuleSource;
}

export interface ChainLayout {
  readonly name: string;
  /** Absent for a regular chain. */
  readonly base?: BaseChainOptions;
  readonly rules: readonly RuleLayout[];
}

/** A set, or with `value` a map. */
export interface SetLayout {
  readonly name: string;
  readonly type: KeyType;
  readonly value?: MapDataType;
  readonly interval: boolean;
  /** Filled by rules; nothing may list it as state to restore. */
  readonly dynamic: boolean;
  /** What is known without any port: declared members, networks' bridges. Pairs for a map. */
  readonly elements: readonly Expression[];
}

/** What a table holds whatever profiles and ports there are. */
export interface TableLayout {
  readonly family: 'bridge' | 'inet';
  readonly name: string;
  readonly sets: readonly SetLayout[];
  /** Names of shared counters. */
  readonly counters: readonly string[];
  readonly chains: readonly ChainLayout[];
}

/** One policy, shared by its ports: chains of one table and the sets that only they use. */
export interface ProfileLayout {
  readonly name: string;
  readonly family: 'bridge' | 'inet';
  readonly sets: readonly SetLayout[];
  readonly chains: readonly ChainLayout[];
}

/** The elements that one port adds to one set or map. */
export interface PortElements {
  readonly family: 'bridge' | 'inet';
  readonly set: string;
  readonly elements: readonly Expression[];
}

export interface InterfaceLayout {
  readonly ifname: string;
  readonly guest: string;
  readonly network: string;
  readonly profile: string;
  readonly elements: readonly PortElements[];
}

export interface Layout {
  readonly tables: readonly TableLayout[];
  /** Sorted by name. */
  readonly profiles: readonly ProfileLayout[];
  /** Sorted by interface name. */
  readonly interfaces: readonly InterfaceLayout[];
  readonly topology: HostTopology;
}

/** Weir's tables, one a family. */
export const TABLE = 'weir';
