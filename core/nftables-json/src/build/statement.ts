/**
 * Builders of statements. In: typed parts. Out: plain objects with exactly one key and a fixed order inside.
 */
import type { Expression, ExpressionOf, TcpOptionExpression, VerdictKind } from '../types/expression.ts';
import type {
  LimitBody,
  LimitPeriod,
  LogBody,
  MatchOperator,
  NatBody,
  ObjectReference,
  PortNatBody,
  RejectBody,
  Statement,
  StatementOf,
} from '../types/statement.ts';

/** Lets the packet pass this hook; later base chains still see it. */
export const accept: ExpressionOf<'accept'> = { accept: null };
/** Drops the packet for good. */
export const drop: ExpressionOf<'drop'> = { drop: null };
/** Goes on with the next rule. */
export const continueOn: ExpressionOf<'continue'> = { continue: null };
/** Goes back to the calling chain, or to the policy of a base chain. */
export const ret: ExpressionOf<'return'> = { return: null };

/** Calls a chain and comes back. */
export function jump(target: string): ExpressionOf<'jump'> {
  return { jump: { target } };
}

/** Goes on in a chain without coming back to this one. */
export function goto(target: string): ExpressionOf<'goto'> {
  return { goto: { target } };
}

/** True for statements and data that end the evaluation of a rule with a verdict. */
export function isVerdict(value: object): value is { readonly [K in VerdictKind]: ExpressionOf<K> }[VerdictKind] {
  return (
    'accept' in value ||
    'drop' in value ||
    'continue' in value ||
    'return' in value ||
    'jump' in value ||
    'goto' in value
  );
}

/** Compares: `match(payload('tcp', 'dport'), '==', 22)`. */
export function match(left: Expression, op: MatchOperator, right: Expression): StatementOf<'match'> {
  return { match: { op, left, right } };
}

/** Looks the verdict up: `vmap(meta('iifname'), setRef('dispatch'))`. */
export function vmap(key: Expression, data: Expression): StatementOf<'vmap'> {
  return { vmap: { key, data } };
}

/** Counts packets and bytes, here or in the counter `name`. */
export function counter(name?: ObjectReference): StatementOf<'counter'> {
  return { counter: name ?? null };
}

/** Sets a place: `mangle(meta('mark'), 1)`. */
export function mangle(key: Expression, value: Expression): StatementOf<'mangle'> {
  return { mangle: { key, value } };
}

/** What a limit may say beyond rate and period. */
export type LimitOptions = Omit<LimitBody, 'rate' | 'per'>;

/** Matches up to the rate, or above it with `inv`. */
export function limit(rate: number, per: LimitPeriod, options: LimitOptions = {}): StatementOf<'limit'> {
  return { limit: limitBody(rate, per, options) };
}

function limitBody(rate: number, per: LimitPeriod, options: LimitOptions): LimitBody {
  return {
    rate,
    ...(options.rate_unit !== undefined && { rate_unit: options.rate_unit }),
    per,
    ...(options.burst !== undefined && { burst: options.burst }),
    ...(options.burst_unit !== undefined && { burst_unit: options.burst_unit }),
    ...(options.inv !== undefined && { inv: options.inv }),
  };
}

/** Writes a log line. */
export function log(body: LogBody = {}): StatementOf<'log'> {
  const ordered: LogBody = {
    ...(body.prefix !== undefined && { prefix: body.prefix }),
    ...(body.group !== undefined && { group: body.group }),
    ...(body.snaplen !== undefined && { snaplen: body.snaplen }),
    ...(body['queue-threshold'] !== undefined && { 'queue-threshold': body['queue-threshold'] }),
    ...(body.level !== undefined && { level: body.level }),
    ...(body.flags !== undefined && { flags: body.flags }),
  };
  return { log: Object.keys(ordered).length === 0 ? null : ordered };
}

function natBody(body: NatBody): NatBody {
  return {
    ...(body.family !== undefined && { family: body.family }),
    ...(body.addr !== undefined && { addr: body.addr }),
    ...(body.port !== undefined && { port: body.port }),
    ...(body.flags !== undefined && { flags: body.flags }),
    ...(body.type_flags !== undefined && { type_flags: body.type_flags }),
  };
}

function portNatBody(body: PortNatBody): PortNatBody | null {
  const ordered = {
    ...(body.port !== undefined && { port: body.port }),
    ...(body.flags !== undefined && { flags: body.flags }),
  };
  return Object.keys(ordered).length === 0 ? null : ordered;
}

/** Rewrites the source. */
export function snat(body: NatBody): StatementOf<'snat'> {
  return { snat: natBody(body) };
}

/** Rewrites the destination. */
export function dnat(body: NatBody): StatementOf<'dnat'> {
  return { dnat: natBody(body) };
}

/** Rewrites the source to the address of the interface the packet leaves by. */
export function masquerade(body: PortNatBody = {}): StatementOf<'masquerade'> {
  return { masquerade: portNatBody(body) };
}

/** Rewrites the destination to this host. */
export function redirect(body: PortNatBody = {}): StatementOf<'redirect'> {
  return { redirect: portNatBody(body) };
}

/** Refuses the packet with an answer. */
export function reject(body?: RejectBody): StatementOf<'reject'> {
  return { reject: body ?? null };
}

/** Keeps the packet out of connection tracking. */
export const notrack: StatementOf<'notrack'> = { notrack: null };

/** Adds to, updates or deletes from a set: `setUpdate('add', meta('iifname'), 'seen')`. */
export function setUpdate(
  op: 'add' | 'update' | 'delete',
  element: Expression,
  name: string,
  stmt?: readonly Statement[],
): StatementOf<'set'> {
  return { set: { op, elem: element, set: `@${name}`, ...(stmt !== undefined && { stmt }) } };
}

/** Hands the flow to a flowtable. */
export function flowAdd(flowtable: string): StatementOf<'flow'> {
  return { flow: { op: 'add', flowtable: `@${flowtable}` } };
}

/** Matches while at most `val` connections are in the set, or above with `inv`. */
export function ctCount(val: number, inv?: boolean): StatementOf<'ct count'> {
  return { 'ct count': inv === undefined ? { val } : { val, inv } };
}

/** Sends the packet to user space. */
export function queue(num?: Expression, flags?: readonly ('bypass' | 'fanout')[]): StatementOf<'queue'> {
  const body = { ...(num !== undefined && { num }), ...(flags !== undefined && { flags }) };
  return { queue: Object.keys(body).length === 0 ? null : body };
}

/** Removes a TCP option. */
export function resetTcpOption(option: TcpOptionExpression): StatementOf<'reset'> {
  return { reset: { 'tcp option': option } };
}
