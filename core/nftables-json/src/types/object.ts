/**
 * Objects of libnftables-json(5): what a ruleset is made of.
 * `ObjectBodies` is the closed list: one key for each kind of object that `add` takes.
 */
import type { DataType, ObjectMapType } from './datatype.ts';
import type { Expression, ExpressionBodies } from './expression.ts';
import type { ChainType, Family, Hook, Policy } from './family.ts';
import type { ByteUnit, LimitPeriod, RateUnit, Statement } from './statement.ts';
import type { SYNPROXY_FLAGS } from './statement.ts';

/** Flags of tables. `owner` ties the table to the process that made it (kernel 5.12), `persist` keeps it (6.9). JSON reads them since nft 1.1.0. */
export const TABLE_FLAGS = ['dormant', 'owner', 'persist'] as const;
/** A table flag. */
export type TableFlag = (typeof TABLE_FLAGS)[number];

/** A table: the namespace of everything else. */
export interface TableObject {
  readonly family: Family;
  readonly name: string;
  readonly handle?: number;
  readonly flags?: readonly TableFlag[];
  /** Read since nft 1.0.8 and 1.0.6.1. */
  readonly comment?: string;
}

/** A chain. It is a base chain exactly when `type`, `hook` and `prio` are all there. */
export interface ChainObject {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
  readonly handle?: number;
  readonly type?: ChainType;
  readonly hook?: Hook;
  /** Lower runs earlier; always a number. */
  readonly prio?: number;
  /** Devices of a netdev chain, or of an inet chain on ingress. Several since nft 1.1.0 and 1.0.6.1. */
  readonly dev?: string | readonly string[];
  readonly policy?: Policy;
  /** Read since nft 1.0.8 and 1.0.6.1. */
  readonly comment?: string;
}

/** A rule. `index` (from 0) and `handle` place it relative to another one. */
export interface RuleObject {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly handle?: number;
  readonly index?: number;
  readonly expr: readonly Statement[];
  /** At most 128 bytes; nft aborts beyond about 250. */
  readonly comment?: string;
}

/** A key type given by an expression of that type (nft 1.1.2 and 1.0.6.1). */
export interface TypeOf {
  readonly typeof: Expression;
}

/** The type of a key: one type, several side by side, or that of an expression. */
export type KeyType = DataType | readonly DataType[] | TypeOf;

/** Flags of sets and maps. `dynamic` is read since nft 1.0.9 and 1.0.6.1. */
export const SET_FLAGS = ['constant', 'interval', 'timeout', 'dynamic'] as const;
/** A set flag. */
export type SetFlag = (typeof SET_FLAGS)[number];

/** What the kernel chooses the implementation of a set by. */
export const SET_POLICIES = ['performance', 'memory'] as const;

/** What sets and maps share. */
interface SetProperties {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
  readonly handle?: number;
  readonly type: KeyType;
  readonly policy?: (typeof SET_POLICIES)[number];
  readonly flags?: readonly SetFlag[];
  /** Seconds that an element stays unless it says otherwise. */
  readonly timeout?: number;
  /** Seconds between rounds of garbage collection. */
  readonly 'gc-interval'?: number;
  /** Most elements it can hold. */
  readonly size?: number;
  /** Joins touching and overlapping intervals; read since nft 1.1.0 and 1.0.6.1. */
  readonly 'auto-merge'?: boolean;
  /** Statements that every element carries: counter, limit, quota, last, ct count. */
  readonly stmt?: readonly Statement[];
  /** Printed, never read. */
  readonly comment?: string;
  /** Not empty when present. */
  readonly elem?: readonly Expression[];
}

/** A set of keys. */
export type SetObject = SetProperties;

/** What a map gives: a verdict, data, or a named object. */
export type MapDataType = 'verdict' | ObjectMapType | DataType | readonly DataType[] | TypeOf;

/** A map from keys to data; its elements are pairs. */
export interface MapObject extends SetProperties {
  readonly map: MapDataType;
}

/** Elements to add to or delete from a set or map. */
export interface ElementObject {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
  readonly elem: readonly Expression[];
}

/** A flowtable: a shortcut around the forward path. */
export interface FlowtableObject {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
  readonly handle?: number;
  readonly hook: 'ingress';
  readonly prio: number;
  readonly dev?: string | readonly string[];
}

/** What named stateful objects share. */
interface NamedObject {
  readonly family: Family;
  readonly table: string;
  readonly name: string;
  readonly handle?: number;
  readonly comment?: string;
}

/** A named counter. */
export interface CounterObject extends NamedObject {
  readonly packets?: number;
  readonly bytes?: number;
}

/** A named amount of bytes. */
export interface QuotaObject extends NamedObject {
  readonly bytes: number;
  readonly used?: number;
  readonly inv?: boolean;
}

/** A named rate. */
export interface LimitObject extends NamedObject {
  readonly rate: number;
  readonly per: LimitPeriod;
  readonly rate_unit?: RateUnit;
  readonly burst?: number;
  readonly burst_unit?: ByteUnit;
  readonly inv?: boolean;
}

/** A conntrack helper such as `ftp`. */
export interface CtHelperObject extends NamedObject {
  readonly type: string;
  readonly protocol: 'tcp' | 'udp';
  readonly l3proto?: 'ip' | 'ip6' | 'inet';
}

/** Timeouts of connections: seconds by state. nft 1.0.6 silently drops `policy`. */
export interface CtTimeoutObject extends NamedObject {
  readonly protocol: 'tcp' | 'udp';
  readonly l3proto?: 'ip' | 'ip6' | 'inet';
  readonly policy: Readonly<Record<string, number>>;
}

/** An expected connection. `timeout` in milliseconds. */
export interface CtExpectationObject extends NamedObject {
  readonly l3proto?: 'ip' | 'ip6' | 'inet';
  readonly protocol: 'tcp' | 'udp';
  readonly dport: number;
  readonly timeout: number;
  readonly size: number;
}

/** A security context. */
export interface SecmarkObject extends NamedObject {
  readonly context: string;
}

/** A named SYN proxy (JSON reads it since nft 1.1.0). */
export interface SynproxyObject extends NamedObject {
  readonly mss: number;
  readonly wscale: number;
  readonly flags?: readonly (typeof SYNPROXY_FLAGS)[number][];
}

/** A named tunnel (nft 1.1.6). */
export interface TunnelObject extends NamedObject {
  readonly id: number;
  readonly 'src-ipv4'?: string;
  readonly 'dst-ipv4'?: string;
  readonly 'src-ipv6'?: string;
  readonly 'dst-ipv6'?: string;
  readonly sport?: number;
  readonly dport?: number;
  readonly ttl?: number;
  readonly tos?: number;
  readonly type?: 'vxlan' | 'erspan' | 'geneve';
  readonly tunnel?: Readonly<Record<string, unknown>> | readonly Readonly<Record<string, unknown>>[];
}

/** Every kind of object with the body it has. */
export interface ObjectBodies {
  readonly table: TableObject;
  readonly chain: ChainObject;
  readonly rule: RuleObject;
  readonly set: SetObject;
  readonly map: MapObject;
  readonly element: ElementObject;
  readonly flowtable: FlowtableObject;
  readonly counter: CounterObject;
  readonly quota: QuotaObject;
  readonly limit: LimitObject;
  readonly 'ct helper': CtHelperObject;
  readonly 'ct timeout': CtTimeoutObject;
  readonly 'ct expectation': CtExpectationObject;
  readonly secmark: SecmarkObject;
  readonly synproxy: SynproxyObject;
  readonly tunnel: TunnelObject;
}

/** The kinds of objects. */
export type ObjectKind = keyof ObjectBodies;

/** One kind of object in its envelope. */
export type ObjectOf<K extends ObjectKind> = { readonly [P in K]: ObjectBodies[K] };

/** An object in its envelope: one key, the kind. */
export type NftObject = { readonly [K in ObjectKind]: ObjectOf<K> }[ObjectKind];

/** The body of an anonymous set expression, for readers. */
export type AnonymousSet = ExpressionBodies['set'];
