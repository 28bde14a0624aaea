/** Rules, lists of them that decide, and guards and filters made of such lists. */
import type { Span } from '@weir/plugin';
import type { Match } from './match.ts';

export type Direction = 'in' | 'out';

/** Where a rule comes from. */
export interface Origin {
  readonly span: Span;
  /** The item it stands in, e.g. `filter web`. */
  readonly item: string;
  /** 1-based place among the item's statements; `default`s count. Stays the same when other items change. */
  readonly statement: number;
  /** The plugin that contributed it, for rules that no file wrote. */
  readonly plugin?: string;
}

/** What a refused sender is told. `port-unreachable` is the default; `tcp-reset` only for TCP rules. */
export type RejectKind = 'port-unreachable' | 'admin-prohibited' | 'host-unreachable' | 'no-route' | 'tcp-reset';

export type PolicyVerdict =
  /** In a filter without `stateless`: the connection, its replies and related errors. In a guard: deliver, ask no filter. */
  | { readonly kind: 'accept'; readonly stateless: boolean }
  | { readonly kind: 'drop' }
  | { readonly kind: 'reject'; readonly with: RejectKind }
  /** Leave the enclosing list (a filter, or the block that a `use` placed) as if nothing had matched. */
  | { readonly kind: 'return' }
  /** Guards only: go on to the connection state and the filters. */
  | { readonly kind: 'pass' }
  /** A staged rule: its effects happen, and the next rule is asked as if this one were not there. */
  | { readonly kind: 'continue' };

export interface Rate {
  readonly amount: number;
  readonly unit: 'packets' | 'bytes' | 'kbytes' | 'mbytes';
  readonly per: 'second' | 'minute' | 'hour' | 'day' | 'week';
  /** Packets, or `unit` for byte rates. */
  readonly burst?: number;
}

/** What a rule does or asks besides its match. Conditions first: a rule whose limit or quota says no has not matched. */
export interface RuleOptions {
  /** `over`: the rule matches only what exceeds the rate. */
  readonly limit?: Rate & { readonly over: boolean };
  readonly connections?: { readonly over: number; readonly perSource: boolean };
  readonly quota?: { readonly over: boolean; readonly bytes: number };
  readonly log?: LogOption;
  /** Name of a shared counter, or `true` for the rule's own. */
  readonly count?: string | true;
  readonly mark?: number;
  readonly dscp?: number;
}

export interface LogOption {
  readonly prefix?: string;
  readonly level?: 'emerg' | 'alert' | 'crit' | 'err' | 'warn' | 'notice' | 'info' | 'debug';
  readonly group?: number;
  /** Matches above this rate of packets are not logged; the rule decides about them all the same. */
  readonly rate?: Rate;
}

export interface PolicyRule {
  readonly kind: 'rule';
  readonly match: Match;
  readonly options: RuleOptions;
  readonly verdict: PolicyVerdict;
  readonly origin: Origin;
}

/** Another list's rules placed here by `use`, without its default; `return` inside leaves the block only. */
export interface PolicyBlock {
  readonly kind: 'block';
  readonly name: string;
  readonly nodes: readonly PolicyNode[];
  readonly origin: Origin;
}

export type PolicyNode = PolicyRule | PolicyBlock;

/** The first rule that matches decides; else the default. */
export interface DecisionList {
  readonly nodes: readonly PolicyNode[];
  readonly default: {
    readonly verdict: PolicyVerdict;
    readonly options: Pick<RuleOptions, 'log' | 'count'>;
    readonly origin: Origin;
  };
}

/** Link-level policy with its arguments applied; stateless. */
export interface Guard {
  readonly name: string;
  readonly in: DecisionList;
  readonly out: DecisionList;
}

/** Connection-level policy with its arguments applied. */
export interface Filter {
  readonly name: string;
  readonly in: DecisionList;
  readonly out: DecisionList;
  /** Has an accept (a default included) that is not `stateless`, in either direction. */
  readonly stateful: boolean;
}
