/**
 * Statements of libnftables-json(5): what a rule asks and does, in order.
 * `StatementBodies` is the closed list: one key for each kind of statement.
 */
import type { ChainTarget, Expression, ExpressionBodies } from './expression.ts';

/** Comparison operators. `in` asks whether any bit of the right side is set; `==` compares the whole value. */
export const MATCH_OPERATORS = ['==', '!=', '<', '>', '<=', '>=', 'in'] as const;
/** A comparison operator. */
export type MatchOperator = (typeof MATCH_OPERATORS)[number];

/** Units of time in a limit. WHY: any other word silently means second (nft 1.0.6 to 1.1.6). */
export const LIMIT_PERIODS = ['second', 'minute', 'hour', 'day', 'week'] as const;
/** A unit of time. */
export type LimitPeriod = (typeof LIMIT_PERIODS)[number];

/** Units of a rate. WHY: any other word silently means bytes (nft 1.0.6 to 1.1.6). */
export const RATE_UNITS = ['packets', 'bytes', 'kbytes', 'mbytes'] as const;
/** A unit of a rate. */
export type RateUnit = (typeof RATE_UNITS)[number];

/** Units of an amount of bytes. */
export const BYTE_UNITS = ['bytes', 'kbytes', 'mbytes'] as const;
/** A unit of an amount. */
export type ByteUnit = (typeof BYTE_UNITS)[number];

/** A rate; `inv` makes it match above the rate. Without `burst` nft takes 5 packets. */
export interface LimitBody {
  readonly rate: number;
  readonly per: LimitPeriod;
  readonly rate_unit?: RateUnit;
  readonly burst?: number;
  readonly burst_unit?: ByteUnit;
  readonly inv?: boolean;
}

/** An amount of traffic; `inv` makes it match above the amount. */
export interface QuotaBody {
  readonly val: number;
  readonly val_unit: ByteUnit;
  readonly used?: number;
  readonly used_unit?: ByteUnit;
  readonly inv?: boolean;
}

/** Log levels; `audit` writes to the audit log and takes no other property. */
export const LOG_LEVELS = ['emerg', 'alert', 'crit', 'err', 'warn', 'notice', 'info', 'debug', 'audit'] as const;
/** A log level. */
export type LogLevel = (typeof LOG_LEVELS)[number];
/** What a log line tells besides the usual. */
export const LOG_FLAGS = ['tcp sequence', 'tcp options', 'ip options', 'skuid', 'ether', 'all'] as const;
/** A log flag. */
export type LogFlag = (typeof LOG_FLAGS)[number];

/** Where and how to log. `group` sends to nfnetlink_log; `level` and `flags` are for the kernel log. */
export interface LogBody {
  /** At most 127 bytes. */
  readonly prefix?: string;
  readonly group?: number;
  readonly snaplen?: number;
  readonly 'queue-threshold'?: number;
  readonly level?: LogLevel;
  readonly flags?: readonly LogFlag[];
}

/** Flags of network address translation. */
export const NAT_FLAGS = ['random', 'fully-random', 'persistent', 'netmap'] as const;
/** A translation flag. */
export type NatFlag = (typeof NAT_FLAGS)[number];
/** How the address of a translation is to be read; nft prints them with maps of addresses and ports. */
export const NAT_TYPE_FLAGS = ['interval', 'prefix', 'concat'] as const;
/** A translation type flag. */
export type NatTypeFlag = (typeof NAT_TYPE_FLAGS)[number];

/** A translation to `addr` and/or `port`. `family` is needed in inet tables. */
export interface NatBody {
  readonly family?: 'ip' | 'ip6';
  readonly addr?: Expression;
  readonly port?: Expression;
  readonly flags?: readonly NatFlag[];
  readonly type_flags?: readonly NatTypeFlag[];
}

/** A translation whose address is that of an interface. */
export interface PortNatBody {
  readonly port?: Expression;
  readonly flags?: readonly NatFlag[];
}

/** Kinds of refusals. WHY: an unknown word silently means a plain reject. */
export const REJECT_TYPES = ['tcp reset', 'icmpx', 'icmp', 'icmpv6'] as const;
/** Codes of `icmpx`, which picks the ICMP of the packet's family. */
export const ICMPX_CODES = ['port-unreachable', 'admin-prohibited', 'no-route', 'host-unreachable'] as const;
/** Codes of `icmp`. */
export const ICMP_REJECT_CODES = [
  'net-unreachable',
  'host-unreachable',
  'prot-unreachable',
  'port-unreachable',
  'frag-needed',
  'net-prohibited',
  'host-prohibited',
  'admin-prohibited',
] as const;
/** Codes of `icmpv6`. */
export const ICMPV6_REJECT_CODES = [
  'no-route',
  'admin-prohibited',
  'addr-unreachable',
  'port-unreachable',
  'policy-fail',
  'reject-route',
] as const;

/** How to refuse a packet. */
export type RejectBody =
  | { readonly type: 'tcp reset' }
  | { readonly type: 'icmpx'; readonly expr?: (typeof ICMPX_CODES)[number] | number }
  | { readonly type: 'icmp'; readonly expr?: (typeof ICMP_REJECT_CODES)[number] | number }
  | { readonly type: 'icmpv6'; readonly expr?: (typeof ICMPV6_REJECT_CODES)[number] | number };

/** A change of a set from the packet path. `stmt` are stateful statements kept with the element. */
export interface SetStatementBody {
  readonly op: 'add' | 'update' | 'delete';
  /** The key, perhaps as `elem` with a timeout. */
  readonly elem: Expression;
  /** `@name`. */
  readonly set: string;
  readonly stmt?: readonly Statement[];
}

/** A change of a map from the packet path (nft 1.0.9 and 1.0.6.1). */
export interface MapStatementBody {
  readonly op: 'add' | 'update' | 'delete';
  readonly elem: Expression;
  readonly data: Expression;
  /** `@name`. */
  readonly map: string;
  readonly stmt?: readonly Statement[];
}

/** Flags of a queue. */
export const QUEUE_FLAGS = ['bypass', 'fanout'] as const;

/** SYN proxy parameters. */
export interface SynproxyBody {
  readonly mss?: number;
  readonly wscale?: number;
  readonly flags?: readonly (typeof SYNPROXY_FLAGS)[number][];
}
/** Flags of a SYN proxy. */
export const SYNPROXY_FLAGS = ['timestamp', 'sack-perm'] as const;

/** Counts of packets and bytes. */
export interface CounterBody {
  readonly packets?: number;
  readonly bytes?: number;
}

/** A reference to a named object: its name, or a map lookup that gives it. */
export type ObjectReference = string | { readonly map: ExpressionBodies['map'] };

/** Every kind of statement with the body it has. */
export interface StatementBodies {
  readonly accept: null;
  readonly drop: null;
  readonly continue: null;
  readonly return: null;
  readonly jump: ChainTarget;
  readonly goto: ChainTarget;
  readonly match: { readonly op: MatchOperator; readonly left: Expression; readonly right: Expression };
  readonly vmap: { readonly key: Expression; readonly data: Expression };
  readonly counter: null | CounterBody | ObjectReference;
  /** When the rule last matched (nft 1.0.8). `used` in milliseconds, absent when never. */
  readonly last: null | { readonly used?: number };
  /** Sets the place `key` to `value`. */
  readonly mangle: { readonly key: Expression; readonly value: Expression };
  readonly quota: QuotaBody | ObjectReference;
  readonly limit: LimitBody | ObjectReference;
  /** Hands the flow to a flowtable. */
  readonly flow: { readonly op: 'add'; readonly flowtable: string };
  /** Sends the packet out of another device (netdev). */
  readonly fwd: { readonly dev: Expression; readonly family?: 'ip' | 'ip6'; readonly addr?: Expression };
  readonly notrack: null;
  readonly dup: { readonly addr: Expression; readonly dev?: Expression };
  readonly snat: NatBody;
  readonly dnat: NatBody;
  readonly masquerade: null | PortNatBody;
  readonly redirect: null | PortNatBody;
  readonly tproxy: { readonly family?: 'ip' | 'ip6'; readonly addr?: Expression; readonly port?: Expression };
  readonly reject: null | RejectBody;
  readonly set: SetStatementBody;
  readonly map: MapStatementBody;
  readonly log: null | LogBody;
  readonly 'ct helper': ObjectReference;
  readonly 'ct timeout': ObjectReference;
  readonly 'ct expectation': ObjectReference;
  /** A rate per key. WHY: nft 1.1 turns it into a named dynamic set; prefer `set` with a `limit`. */
  readonly meter: { readonly name: string; readonly key: Expression; readonly stmt: Statement; readonly size?: number };
  readonly queue: null | { readonly num?: Expression; readonly flags?: readonly (typeof QUEUE_FLAGS)[number][] };
  readonly 'ct count': { readonly val: number; readonly inv?: boolean };
  readonly synproxy: null | SynproxyBody | ObjectReference;
  /** Removes a TCP option. */
  readonly reset: { readonly 'tcp option': ExpressionBodies['tcp option'] };
  readonly secmark: ObjectReference;
  /** Attaches a tunnel object (nft 1.1.6). */
  readonly tunnel: ObjectReference;
  /** Printed for rules of iptables-nft; no release reads it. */
  readonly xt: null | { readonly type?: string; readonly name?: string };
}

/** The kinds of statements. */
export type StatementKind = keyof StatementBodies;

/** One kind of statement. */
export type StatementOf<K extends StatementKind> = { readonly [P in K]: StatementBodies[K] };

/** A statement: an object with exactly one key. */
export type Statement = { readonly [K in StatementKind]: StatementOf<K> }[StatementKind];
