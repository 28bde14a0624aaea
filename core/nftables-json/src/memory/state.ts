/**
 * What the in-memory nftables holds: tables with chains, sets and objects, copied when a transaction touches them, so that a failed one
 * leaves nothing behind. What packets change (counters, buckets, elements they add) lives in objects that copies share.
 */
import type { Family } from '../types/family.ts';
import type { ObjectBodies } from '../types/object.ts';
import type { ChainObject, RuleObject, SetObject, MapObject, TableObject } from '../types/object.ts';
import type { ValueTypes } from '../value/value-type.ts';
import type { CompiledRule } from './run.ts';
import type { ElementStore } from './element-store.ts';
import type { Stateful } from './stateful.ts';

/** A rule in its chain. */
export interface RuleState {
  readonly handle: number;
  readonly body: RuleObject;
  readonly compiled: CompiledRule;
  /** Counts all commands ever carried out: which one made it. */
  readonly sequence: number;
}

/** A chain. */
export interface ChainState {
  readonly handle: number;
  readonly body: ChainObject;
  readonly rules: readonly RuleState[];
}

/** A set or map. */
export interface SetState {
  readonly handle: number;
  readonly kind: 'set' | 'map';
  readonly body: SetObject | MapObject;
  readonly key: ValueTypes;
  /** Types of the data of a map; `verdict` and objects have none. */
  readonly data: ValueTypes | undefined;
  readonly isVerdict: boolean;
  readonly elements: ElementStore;
}

/** Kinds of objects that have a name and are no chains or sets. */
export type NamedObjectKind = Exclude<keyof ObjectBodies, 'table' | 'chain' | 'rule' | 'set' | 'map' | 'element'>;

/** A named object. */
export interface ObjectState {
  readonly handle: number;
  readonly kind: NamedObjectKind;
  readonly body: ObjectBodies[NamedObjectKind];
  /** Undefined for objects that only stand there. */
  readonly stateful: Stateful | undefined;
}

/** A table. Objects are filed under `kind name`. */
export interface TableState {
  readonly handle: number;
  readonly family: Family;
  readonly body: TableObject;
  readonly chains: ReadonlyMap<string, ChainState>;
  readonly sets: ReadonlyMap<string, SetState>;
  readonly objects: ReadonlyMap<string, ObjectState>;
}

/** All tables under `family name`, in the order in which they were made. */
export type Ruleset = ReadonlyMap<string, TableState>;

/** The key of a table. */
export const tableKey = (family: Family, name: string): string => `${family} ${name}`;
