/** Constants of documents as numbers. In: an expression and its type. Out: ranges of numbers; refused when it is no constant. */
import type { ValueRange } from '@weir/compiler';
import { parseIpv4, parseIpv6, parseMac, symbolValue } from '@weir/nftables-json';
import type { Expression, ExpressionObject, ValueType } from '@weir/nftables-json';
import { normalRanges } from '../space/ranges.ts';
import { UnreadableError } from '../unreadable.ts';

const isObject = (value: Expression): value is ExpressionObject => typeof value === 'object' && !Array.isArray(value);

const refuse = (value: Expression, { type }: ValueType): never => {
  throw new UnreadableError(`${JSON.stringify(value)} is no constant of type ${type}`);
};

/** A single value. */
export function constantValue(value: Expression, type: ValueType): bigint {
  if (typeof value === 'number') return BigInt(value);
  if (typeof value === 'boolean') return value ? 1n : 0n;
  // A list is the union of flags.
  if (Array.isArray(value))
    return (value as readonly Expression[]).reduce<bigint>((sum, one) => sum | constantValue(one, type), 0n);
  return typeof value === 'string' ? wordValue(value, type) : refuse(value, type);
}

function wordValue(text: string, type: ValueType): bigint {
  if (type.type === 'ipv4_addr') return parseIpv4(text) ?? refuse(text, type);
  if (type.type === 'ipv6_addr') return parseIpv6(text) ?? refuse(text, type);
  if (type.type === 'ether_addr') return parseMac(text) ?? refuse(text, type);
  if (type.type === 'classid') {
    const [, high, low] = /^([0-9a-f]{1,4}):([0-9a-f]{1,4})$/.exec(text) ?? [];
    return high === undefined || low === undefined
      ? refuse(text, type)
      : BigInt(`0x${high.padStart(4, '0')}${low.padStart(4, '0')}`);
  }
  const symbol = symbolValue(type.type, text) ?? (type.type === 'nf_proto' ? NF_PROTO[text] : undefined);
  if (symbol !== undefined) return BigInt(symbol);
  return /^(0x[0-9a-f]+|[0-9]+)$/i.test(text) ? BigInt(text) : refuse(text, type);
}

/** WHY: numbers of the kernel's protocol families (NFPROTO). */
const NF_PROTO: Readonly<Record<string, number>> = { ipv4: 2, ipv6: 10, ip: 2, ip6: 10 };

/** A value, prefix, range, or a set of them. */
export function constantRanges(value: Expression, type: ValueType): readonly ValueRange[] {
  if (isObject(value)) {
    if ('set' in value) return normalRanges(value.set.flatMap((one) => constantRanges(one, type)));
    if ('elem' in value) return constantRanges(value.elem.val, type);
    if ('range' in value) {
      const [low, high] = value.range.map((end) => constantValue(end, type));
      return low === undefined || high === undefined || high < low ? refuse(value, type) : [{ low, high }];
    }
    if ('prefix' in value) return [prefixRange(constantValue(value.prefix.addr, type), value.prefix.len, type)];
    return refuse(value, type);
  }
  const single = constantValue(value, type);
  return [{ low: single, high: single }];
}

function prefixRange(address: bigint, length: number, { bits }: ValueType): ValueRange {
  const rest = (1n << BigInt(bits - length)) - 1n;
  return { low: address & ~rest, high: address | rest };
}
