/** What rules read, in terms of headers. In: an expression. Out: where its bits are and their type. */
import { payloadFieldInfo, typeOfExpression } from '@weir/nftables-json';
import type { Expression, ExpressionBodies, ExpressionObject, ValueType } from '@weir/nftables-json';
import { UnreadableError } from '../unreadable.ts';
import { constantValue } from './constant.ts';

/** Numbers that have a strip of their own. */
export type NumberRead =
  | 'protocol'
  | 'length'
  | 'fragment'
  | 'hop-by-hop'
  | 'routing'
  | 'destination-options'
  | 'routing-type'
  | 'state'
  | 'direction'
  | 'connection-mark'
  | 'packet-type';

/** Something that a rule reads. `mask`: bits that are kept, the others read as 0. */
export type Read =
  | {
      readonly kind: 'bits';
      readonly base: 'link' | 'network' | 'upper';
      readonly offset: number;
      readonly bits: number;
      readonly mask: bigint | undefined;
    }
  | { readonly kind: NumberRead; readonly mask: bigint | undefined }
  /** The TCP header has an option of that kind: 1, else 0. */
  | { readonly kind: 'tcp-option'; readonly option: number }
  /** The type behind the first tag. */
  | { readonly kind: 'network-type' | 'family' }
  | { readonly kind: 'mark' | 'priority'; readonly mask: bigint | undefined }
  | { readonly kind: 'device'; readonly key: string };

export interface TypedRead {
  readonly read: Read;
  readonly type: ValueType;
}

const META: Readonly<Partial<Record<string, Read>>> = {
  l4proto: { kind: 'protocol', mask: undefined },
  protocol: { kind: 'network-type' },
  nfproto: { kind: 'family' },
  length: { kind: 'length', mask: undefined },
  mark: { kind: 'mark', mask: undefined },
  priority: { kind: 'priority', mask: undefined },
  pkttype: { kind: 'packet-type', mask: undefined },
  iifname: { kind: 'device', key: 'iifname' },
  oifname: { kind: 'device', key: 'oifname' },
};

const CONNECTION: Readonly<Partial<Record<string, NumberRead>>> = {
  state: 'state',
  direction: 'direction',
  mark: 'connection-mark',
};
const EXTENSIONS: Readonly<Partial<Record<string, NumberRead>>> = {
  frag: 'fragment',
  hbh: 'hop-by-hop',
  rt: 'routing',
  dst: 'destination-options',
};

const BASES: Readonly<Record<string, 'link' | 'network' | 'upper'>> = {
  ll: 'link',
  nh: 'network',
  th: 'upper',
  ether: 'link',
  vlan: 'link',
  arp: 'network',
  ip: 'network',
  ip6: 'network',
};

/** Headers that stand on the upper layer and whose fields are read from its start. */
const UPPER: ReadonlySet<string> = new Set([
  'tcp',
  'udp',
  'udplite',
  'sctp',
  'dccp',
  'icmp',
  'icmpv6',
  'igmp',
  'esp',
  'ah',
  'th',
]);

export const isObject = (value: Expression): value is ExpressionObject =>
  typeof value === 'object' && !Array.isArray(value);

const unreadable = (what: unknown): never => {
  throw new UnreadableError(`the expression ${JSON.stringify(what)}`);
};

/** The parts of a key. */
export function readKey(expression: Expression): readonly TypedRead[] {
  return isObject(expression) && 'concat' in expression ? expression.concat.map(readOne) : [readOne(expression)];
}

function readOne(expression: Expression): TypedRead {
  const [type] = typeOfExpression(expression) ?? [];
  if (!isObject(expression) || type === undefined) return unreadable(expression);
  return { read: readExpression(expression, type), type };
}

function readExpression(expression: ExpressionObject, type: ValueType): Read {
  if ('payload' in expression) return readPayload(expression.payload);
  if ('meta' in expression) return META[expression.meta.key] ?? unreadable(expression);
  if ('ct' in expression && expression.ct.dir === undefined) {
    const kind = CONNECTION[expression.ct.key];
    if (kind !== undefined) return { kind, mask: undefined };
  }
  if ('exthdr' in expression && expression.exthdr.offset === undefined) {
    const { name, field } = expression.exthdr;
    const kind =
      field === undefined ? EXTENSIONS[name] : name === 'rt' && field === 'type' ? 'routing-type' : undefined;
    if (kind !== undefined) return { kind, mask: undefined };
  }
  if ('tcp option' in expression && 'base' in expression['tcp option']) {
    const { base, offset, len } = expression['tcp option'];
    // WHY: the first byte of an option by its number asks for its presence (nft 1.0.6).
    if (offset === 0 && len === 8) return { kind: 'tcp-option', option: base };
  }
  if ('&' in expression) return readMasked(expression['&'], type);
  return unreadable(expression);
}

function readPayload(body: ExpressionBodies['payload']): Read {
  if ('tunnel' in body) return unreadable(body);
  if ('base' in body) {
    const base = BASES[body.base] ?? unreadable(body);
    return { kind: 'bits', base, offset: body.offset, bits: body.len, mask: undefined };
  }
  const info = payloadFieldInfo(body.protocol, body.field);
  const base = UPPER.has(body.protocol) ? 'upper' : BASES[body.protocol];
  if (info === undefined || base === undefined) return unreadable(body);
  // The tag starts with its type, which is the type of the frame.
  const offset = info.offset + (body.protocol === 'vlan' ? 112 : 0);
  return { kind: 'bits', base, offset, bits: info.length, mask: undefined };
}

function readMasked([left, ...masks]: readonly Expression[], type: ValueType): Read {
  if (left === undefined || !isObject(left)) return unreadable(left);
  const read = readExpression(left, type);
  if (!('mask' in read)) return unreadable(left);
  const mask = masks.reduce<bigint | undefined>((sum, one) => {
    const value = constantValue(one, type);
    return sum === undefined ? value : sum & value;
  }, read.mask);
  return { ...read, mask };
}

/** True for reads of one, two or four bytes at a multiple of that length, which the kernel carries out on a short way of its own. */
export function isShort(read: Read): boolean {
  if (read.kind !== 'bits' || read.base !== 'upper') return false;
  const first = read.offset >> 3;
  const length = ((read.offset + read.bits + 7) >> 3) - first;
  return (length === 1 || length === 2 || length === 4) && first % length === 0;
}
