/**
 * Builders of expressions. In: typed parts. Out: plain objects with a fixed key order, ready for JSON.
 * They compose what they are given; `checkDocument` judges the result.
 */
import type { CtDirection, CtKey } from '../types/ct-key.ts';
import type { ElementBody, Expression, ExpressionOf, Immediate, TcpOptionExpression } from '../types/expression.ts';
import type { FibExpression, RtExpression } from '../types/expression.ts';
import type { MetaKey } from '../types/meta-key.ts';
import type { ExthdrField, ExthdrName, TcpOptionField, TcpOptionName } from '../types/option-field.ts';
import type { IpOptionField, IpOptionName, SctpChunkField, SctpChunkName } from '../types/option-field.ts';
import type { PayloadBase, PayloadField, PayloadProtocol } from '../types/payload-field.ts';

/** A field of a header: `payload('ip', 'saddr')`. */
export function payload<P extends PayloadProtocol>(protocol: P, field: PayloadField<P>): ExpressionOf<'payload'> {
  // INVARIANT: protocol and field belong together by the signature; the union cannot be rebuilt from a generic.
  return { payload: { protocol, field } as unknown as ExpressionOf<'payload'>['payload'] };
}

/** Bits without a name: `rawPayload('th', 64, 128)`. Offset and length in bits. */
export function rawPayload(base: PayloadBase, offset: number, len: number): ExpressionOf<'payload'> {
  return { payload: { base, offset, len } };
}

/** A meta key: `meta('iifname')`. */
export function meta(key: MetaKey): ExpressionOf<'meta'> {
  return { meta: { key } };
}

/** A conntrack key: `ct('state')`, `ct('zone', 'original')`. */
export function ct(key: CtKey, dir?: CtDirection): ExpressionOf<'ct'> {
  return { ct: dir === undefined ? { key } : { key, dir } };
}

/** Routing data: `rt('mtu')`. */
export function rt(key: RtExpression['key'], family?: 'ip' | 'ip6'): ExpressionOf<'rt'> {
  return { rt: family === undefined ? { key } : { key, family } };
}

/** A route lookup: `fib('oif', ['saddr', 'iif'])`. */
export function fib(result: FibExpression['result'], flags: FibExpression['flags']): ExpressionOf<'fib'> {
  return { fib: { result, flags } };
}

/** An IPv6 extension header or a field of it; without a field it asks whether the header is there. */
export function exthdr<N extends ExthdrName>(name: N, field?: ExthdrField<N>): ExpressionOf<'exthdr'> {
  return { exthdr: (field === undefined ? { name } : { name, field }) as unknown as ExpressionOf<'exthdr'>['exthdr'] };
}

/** A TCP option or a field of it. */
export function tcpOption<N extends TcpOptionName>(name: N, field?: TcpOptionField<N>): ExpressionOf<'tcp option'> {
  return { 'tcp option': (field === undefined ? { name } : { name, field }) as unknown as TcpOptionExpression };
}

/** Whether there is a TCP option of this kind (2–255), whatever nft calls it; compared with true or false. */
export function tcpOptionByKind(kind: number): ExpressionOf<'tcp option'> {
  return { 'tcp option': { base: kind, offset: 0, len: 8 } };
}

/** An IPv4 option or a field of it. */
export function ipOption<N extends IpOptionName>(name: N, field?: IpOptionField<N>): ExpressionOf<'ip option'> {
  const body = field === undefined ? { name } : { name, field };
  return { 'ip option': body as unknown as ExpressionOf<'ip option'>['ip option'] };
}

/** An SCTP chunk or a field of it. */
export function sctpChunk<N extends SctpChunkName>(name: N, field?: SctpChunkField<N>): ExpressionOf<'sctp chunk'> {
  const body = field === undefined ? { name } : { name, field };
  return { 'sctp chunk': body as unknown as ExpressionOf<'sctp chunk'>['sctp chunk'] };
}

/** Several values side by side. At least two. */
export function concat(...parts: readonly Expression[]): ExpressionOf<'concat'> {
  return { concat: parts };
}

/** A reference to a named set or map: `setRef('macs')` is `"@macs"`. */
export function setRef(name: string): string {
  return `@${name}`;
}

/** The catch-all element of an interval set or map (kernel 5.13). */
export const CATCH_ALL = '*';

/** An anonymous set. Not empty. */
export function anonSet(elements: readonly Expression[]): ExpressionOf<'set'> {
  return { set: elements };
}

/** An anonymous map from pairs. Not empty. */
export function anonMap(pairs: readonly (readonly [Expression, Expression])[]): ExpressionOf<'set'> {
  return { set: pairs };
}

/** The value that the map `data` (a reference or an anonymous map) gives for `key`. */
export function mapLookup(key: Expression, data: Expression): ExpressionOf<'map'> {
  return { map: { key, data } };
}

/** A network: `prefix('10.0.0.0', 8)`. */
export function prefix(addr: string, len: number): ExpressionOf<'prefix'> {
  return { prefix: { addr, len } };
}

/** From `low` to `high`, both included. */
export function range(low: Immediate, high: Immediate): ExpressionOf<'range'> {
  return { range: [low, high] };
}

/** Bitwise and of two values. */
export function and(left: Expression, right: Expression): ExpressionOf<'&'> {
  return { '&': [left, right] };
}

/** Bitwise or of two values. */
export function or(left: Expression, right: Expression): ExpressionOf<'|'> {
  return { '|': [left, right] };
}

/** Bitwise exclusive or of two values. */
export function xor(left: Expression, right: Expression): ExpressionOf<'^'> {
  return { '^': [left, right] };
}

/** Left shift. */
export function shiftLeft(value: Expression, bits: number): ExpressionOf<'<<'> {
  return { '<<': [value, bits] };
}

/** Right shift. */
export function shiftRight(value: Expression, bits: number): ExpressionOf<'>>'> {
  return { '>>': [value, bits] };
}

/** A number below `mod` that counts up or is random, plus `offset`. */
export function numgen(mode: 'inc' | 'random', mod: number, offset?: number): ExpressionOf<'numgen'> {
  return { numgen: offset === undefined ? { mode, mod } : { mode, mod, offset } };
}

/** An element with properties: `elem('10.0.0.1', { timeout: 60 })`. */
export function elem(val: Expression, properties: Omit<ElementBody, 'val'> = {}): ExpressionOf<'elem'> {
  return { elem: { val, ...properties } };
}
