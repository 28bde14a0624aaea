/**
 * Expressions of libnftables-json(5): values, places to read from, and ways to combine them.
 * `ExpressionBodies` is the closed list: one key for each kind of expression object.
 */
import type { CtDirection, CtKey } from './ct-key.ts';
import type { MetaKey } from './meta-key.ts';
import type {
  ExthdrField,
  ExthdrName,
  IpOptionField,
  IpOptionName,
  SctpChunkField,
  SctpChunkName,
  TcpOptionField,
  TcpOptionName,
} from './option-field.ts';
import type { PayloadBase, PayloadField, PayloadProtocol, TunnelProtocol } from './payload-field.ts';

/** An immediate value. Strings that start with `@` name a set; `*` is the catch-all element; numbers are integers. */
export type Immediate = string | number | boolean;

/** Any expression. An array is a list: the union of flags, or a pair of key and data in a map. */
export type Expression = Immediate | readonly Expression[] | ExpressionObject;

/** A field of a header that has a name. */
export type NamedPayload = {
  readonly [P in PayloadProtocol]: { readonly protocol: P; readonly field: PayloadField<P> };
}[PayloadProtocol];

/** Bits at a place without a name; `offset` and `len` count bits. */
export interface RawPayload {
  readonly base: PayloadBase;
  readonly offset: number;
  readonly len: number;
}

/** A header field inside an encapsulation (nft 1.0.8, kernel 6.2). */
export type InnerPayload = NamedPayload & { readonly tunnel: TunnelProtocol };

/** Any payload expression. */
export type PayloadExpression = NamedPayload | RawPayload | InnerPayload;

/** An IPv6 extension header, or one of its fields. Without `field` it asks whether the header is there. `offset` only for `rt0`. */
export type ExthdrExpression = {
  readonly [N in ExthdrName]: { readonly name: N; readonly field?: ExthdrField<N>; readonly offset?: number };
}[ExthdrName];

/** A TCP option by name, or raw bits of the option of number `base`. */
export type TcpOptionExpression =
  | {
      readonly [N in TcpOptionName]: { readonly name: N; readonly field?: TcpOptionField<N> };
    }[TcpOptionName]
  | RawTcpOption;

/** Raw bits of the TCP option of kind `base`. */
export interface RawTcpOption {
  readonly base: number;
  readonly offset: number;
  readonly len: number;
}

/** An IPv4 option, or one of its fields. */
export type IpOptionExpression = {
  readonly [N in IpOptionName]: { readonly name: N; readonly field?: IpOptionField<N> };
}[IpOptionName];

/** An SCTP chunk, or one of its fields. */
export type SctpChunkExpression = {
  readonly [N in SctpChunkName]: { readonly name: N; readonly field?: SctpChunkField<N> };
}[SctpChunkName];

/** Conntrack data; `dir` picks the direction for keys that have one. */
export interface CtExpression {
  readonly key: CtKey;
  readonly dir?: CtDirection;
}

/** Keys of `rt`. */
export const RT_KEYS = ['classid', 'nexthop', 'mtu', 'ipsec'] as const;
/** Routing data of the packet. */
export interface RtExpression {
  readonly key: (typeof RT_KEYS)[number];
  readonly family?: 'ip' | 'ip6';
}

/** What `fib` can give. */
export const FIB_RESULTS = ['oif', 'oifname', 'type'] as const;
/** What `fib` looks at: exactly one of `saddr` and `daddr`, and what else the route depends on. */
export const FIB_FLAGS = ['saddr', 'daddr', 'mark', 'iif', 'oif'] as const;
/** A route lookup. */
export interface FibExpression {
  readonly result: (typeof FIB_RESULTS)[number];
  readonly flags: readonly (typeof FIB_FLAGS)[number][];
}

/** Keys of `socket`. */
export const SOCKET_KEYS = ['transparent', 'mark', 'wildcard', 'cgroupv2'] as const;
/** Keys of `osf`. */
export const OSF_KEYS = ['name', 'version'] as const;
/** How `osf` compares the TTL. */
export const OSF_TTLS = ['loose', 'skip'] as const;
/** Keys of `ipsec`. */
export const IPSEC_KEYS = ['saddr', 'daddr', 'reqid', 'spi'] as const;
/** Keys of `tunnel`. */
export const TUNNEL_KEYS = ['path', 'id'] as const;

/** An element with properties of its own. */
export interface ElementBody {
  /** The key: one value or a concatenation. */
  readonly val: Expression;
  /** Seconds until it leaves the set. */
  readonly timeout?: number;
  /** Seconds left. */
  readonly expires?: number;
  readonly comment?: string;
  /** Printed by nft; read by none of the known releases. */
  readonly counter?: { readonly packets: number; readonly bytes: number };
}

/** The target of `jump` and `goto`. */
export interface ChainTarget {
  readonly target: string;
}

/** Every kind of expression object with the body it has. */
export interface ExpressionBodies {
  /** Several values side by side, as the key of a set. At least two. */
  readonly concat: readonly Expression[];
  /** An anonymous set; pairs make it a map. Not empty. */
  readonly set: readonly Expression[];
  /** Looks `key` up in the map `data` and gives its value. */
  readonly map: { readonly key: Expression; readonly data: Expression };
  /** A network. `len` counts leading bits. */
  readonly prefix: { readonly addr: Expression; readonly len: number };
  /** Both ends included. */
  readonly range: readonly [Expression, Expression];
  readonly payload: PayloadExpression;
  readonly exthdr: ExthdrExpression;
  readonly 'tcp option': TcpOptionExpression;
  readonly 'ip option': IpOptionExpression;
  readonly 'sctp chunk': SctpChunkExpression;
  /** Whether the DCCP option of this number is there (nft 1.0.8). */
  readonly 'dccp option': { readonly type: number };
  readonly meta: { readonly key: MetaKey };
  readonly rt: RtExpression;
  readonly ct: CtExpression;
  /** A number that counts up or is random, below `mod`, plus `offset`. */
  readonly numgen: { readonly mode: 'inc' | 'random'; readonly mod: number; readonly offset?: number };
  /** Jenkins hash of `expr`, below `mod`. */
  readonly jhash: {
    readonly mod: number;
    readonly offset?: number;
    readonly expr: Expression;
    readonly seed?: number;
  };
  /** The same hash for both directions of a flow, below `mod`. */
  readonly symhash: { readonly mod: number; readonly offset?: number };
  readonly fib: FibExpression;
  /** Bitwise or. More than two operands since nft 1.1.3. */
  readonly '|': readonly Expression[];
  /** Bitwise exclusive or. */
  readonly '^': readonly Expression[];
  /** Bitwise and. */
  readonly '&': readonly Expression[];
  /** Left shift. */
  readonly '<<': readonly Expression[];
  /** Right shift. */
  readonly '>>': readonly Expression[];
  readonly accept: null;
  readonly drop: null;
  readonly continue: null;
  readonly return: null;
  readonly jump: ChainTarget;
  readonly goto: ChainTarget;
  readonly elem: ElementBody;
  readonly socket: { readonly key: (typeof SOCKET_KEYS)[number]; readonly level?: number };
  readonly osf: { readonly key: (typeof OSF_KEYS)[number]; readonly ttl?: (typeof OSF_TTLS)[number] };
  readonly ipsec: {
    readonly key: (typeof IPSEC_KEYS)[number];
    readonly dir?: 'in' | 'out';
    readonly spnum?: number;
    readonly family?: 'ip' | 'ip6';
  };
  /** Metadata of the tunnel a packet came from (nft 1.1.6). */
  readonly tunnel: { readonly key: (typeof TUNNEL_KEYS)[number] };
}

/** The kinds of expression objects. */
export type ExpressionKind = keyof ExpressionBodies;

/** One kind of expression object. */
export type ExpressionOf<K extends ExpressionKind> = { readonly [P in K]: ExpressionBodies[K] };

/** An expression that is an object with exactly one key. */
export type ExpressionObject = { readonly [K in ExpressionKind]: ExpressionOf<K> }[ExpressionKind];

/** Verdicts as they stand in rules and in the data of verdict maps. */
export type Verdict = { readonly [K in VerdictKind]: ExpressionOf<K> }[VerdictKind];

/** The kinds of verdicts. */
export type VerdictKind = 'accept' | 'drop' | 'continue' | 'return' | 'jump' | 'goto';
