/**
 * Reads. In: an expression and the scope of its rule. Out: its types and how to load it from a packet; what nft supposes for it is added to
 * the scope. An expression that is not carried out gives a read that fails with `unsupported` when a packet reaches it.
 */
import { CT_STATES, CT_STATUSES } from '../types/ct-key.ts';
import type { Expression, ExpressionBodies, ExpressionKind, ExpressionObject } from '../types/expression.ts';
import { expressionKind } from '../types/kind.ts';
import type { PayloadProtocol } from '../types/payload-field.ts';
import { payloadFieldInfo } from '../types/payload-field.ts';
import { symbolValue } from '../types/symbol.ts';
import type { ValueTypes } from '../value/value-type.ts';
import { typeOfExpression } from '../value/value-type.ts';
import { numberOf } from '../normal/value.ts';
import type { Atom } from './atom.ts';
import { atomOf, bigOf, readBits, widthOf } from './atom.ts';
import { EvaluationError, Refusal } from './error.ts';
import { EXTENSION, findExtension } from './packet.ts';
import type { Load, Run } from './run.ts';
import { loadMeta } from './read-meta.ts';
import { loadTcpOption } from './tcp-option.ts';
import type { Scope } from './scope.ts';
import { L3, needIcmpType, needLink, needNetwork, needTransport, needVlan } from './scope.ts';

/** A compiled read: one load for each component of its key. */
export interface Read {
  readonly types: ValueTypes;
  readonly loads: readonly Load[];
}

/** A load that is refused when a packet gets there. */
export function unsupported(what: string): Load {
  return () => {
    throw new EvaluationError('unsupported', `the in-memory nftables does not carry out ${what}`);
  };
}

/** Kinds of expressions that are read or computed here, and those that stop a packet with `unsupported`. */
export const READ_SUPPORT = {
  payload: true,
  exthdr: true,
  meta: true,
  ct: true,
  fib: true,
  '|': true,
  '^': true,
  '&': true,
  '<<': true,
  '>>': true,
  concat: true,
  elem: true,
  'tcp option': true,
  'ip option': false,
  'sctp chunk': false,
  'dccp option': false,
  rt: false,
  numgen: false,
  jhash: false,
  symhash: false,
  socket: false,
  osf: false,
  ipsec: false,
  tunnel: false,
} as const satisfies Partial<Record<ExpressionKind, boolean>>;

type ReadKind = keyof typeof READ_SUPPORT;

const isRead = (kind: string): kind is ReadKind => Object.hasOwn(READ_SUPPORT, kind);

/** True for an expression that reads from the packet, as opposed to a constant. */
export function isReading(expression: Expression): expression is ExpressionObject {
  if (typeof expression !== 'object' || Array.isArray(expression)) return false;
  const object = expression as ExpressionObject;
  const kind = expressionKind(object);
  if (kind === 'concat' || kind === '|' || kind === '&' || kind === '^' || kind === '<<' || kind === '>>') {
    const parts = Object.values(object)[0] as readonly Expression[];
    return parts.some(isReading);
  }
  if (kind === 'elem' && 'elem' in object) return isReading(object.elem.val);
  return isRead(kind);
}

/** Compiles a read. */
export function compileRead(expression: Expression, scope: Scope): Read {
  if (!isReading(expression)) throw new Refusal('wrong-type', 'a constant stands where something is read');
  const types = typeOfExpression(expression);
  if ('concat' in expression) return joined(expression.concat.map((part) => compileRead(part, scope)));
  if ('elem' in expression) return compileRead(expression.elem.val, scope);
  const kind = expressionKind(expression);
  if (types === undefined) return { types: [{ type: 'integer', bits: 32 }], loads: [unsupported(`\`${kind}\``)] };
  return { types, loads: [compileOne(expression, types, scope)] };
}

function joined(reads: readonly Read[]): Read {
  return { types: reads.flatMap(({ types }) => types), loads: reads.flatMap(({ loads }) => loads) };
}

function compileOne(expression: ExpressionObject, types: ValueTypes, scope: Scope): Load {
  if ('payload' in expression) return compilePayload(expression.payload, scope);
  if ('meta' in expression) return loadMeta(expression.meta.key);
  if ('ct' in expression) return compileCt(expression.ct);
  if ('fib' in expression) return compileFib(expression.fib);
  if ('exthdr' in expression) return compileExthdr(expression.exthdr, scope);
  if ('tcp option' in expression)
    return loadTcpOption(expression['tcp option']) ?? unsupported('fields of TCP options');
  for (const operator of BITWISE) {
    const operands = (expression as Partial<Record<string, readonly Expression[]>>)[operator];
    if (operands !== undefined) return compileBitwise(operator, operands, types, scope);
  }
  return unsupported(`\`${expressionKind(expression)}\``);
}

const TRANSPORTS: Readonly<Partial<Record<PayloadProtocol, number>>> = {
  icmp: 1,
  igmp: 2,
  tcp: 6,
  udp: 17,
  dccp: 33,
  gre: 47,
  esp: 50,
  ah: 51,
  icmpv6: 58,
  comp: 108,
  sctp: 132,
  udplite: 136,
};

/** Where the bits of a payload expression are: counted from which header. */
export interface Place {
  readonly base: 'll' | 'nh' | 'th';
  readonly offset: number;
  readonly bits: number;
  /** The protocol whose header it is; undefined for raw bits. */
  readonly protocol: PayloadProtocol | undefined;
}

/** The place of a payload expression; what it supposes is added to the scope. Undefined when it is not carried out. */
export function placeOf(body: ExpressionBodies['payload'], scope: Scope): Place | undefined {
  if ('base' in body) {
    if (body.base === 'ih') return undefined;
    if (body.base === 'll') needLink(scope);
    return { base: body.base, offset: body.offset, bits: body.len, protocol: undefined };
  }
  const info = payloadFieldInfo(body.protocol, body.field);
  if (info === undefined || 'tunnel' in body || body.protocol === 'vxlan' || body.protocol === 'geneve')
    return undefined;
  suppose(body.protocol, scope);
  if (body.protocol === 'icmp' || body.protocol === 'icmpv6') needIcmpType(scope, `${body.protocol} ${body.field}`);
  const base = BASES[body.protocol] ?? 'th';
  const shift = body.protocol === 'vlan' ? 112 : 0;
  return { base, offset: info.offset + shift, bits: info.length, protocol: body.protocol };
}

const BASES: Readonly<Partial<Record<PayloadProtocol, 'll' | 'nh'>>> = {
  ether: 'll',
  vlan: 'll',
  arp: 'nh',
  ip: 'nh',
  ip6: 'nh',
};

function suppose(protocol: PayloadProtocol, scope: Scope): void {
  if (protocol === 'ether') needLink(scope);
  if (protocol === 'vlan') needVlan(scope);
  if (protocol === 'ip') needNetwork(scope, L3.ip, 'meta');
  if (protocol === 'ip6') needNetwork(scope, L3.ip6, 'meta');
  if (protocol === 'arp') needNetwork(scope, L3.arp, 'link');
  const l4 = TRANSPORTS[protocol];
  // WHY: a match of the ICMP protocol that is there already stands for the family too (nft 1.0.6 adds nothing more).
  if (l4 === undefined) return;
  if (scope.l4 !== l4) {
    if (protocol === 'icmp' || protocol === 'igmp') needNetwork(scope, L3.ip, 'link');
    if (protocol === 'icmpv6') needNetwork(scope, L3.ip6, 'link');
  }
  needTransport(scope, l4);
}

/** The bit of the packet at which a place starts; undefined when the packet has no such header. */
export function bitOffset(place: Place, { layers }: Run): number | undefined {
  if (place.base === 'll') return layers.hasLink ? place.offset : undefined;
  if (place.base === 'nh') return layers.network * 8 + place.offset;
  return layers.transport === undefined ? undefined : layers.transport * 8 + place.offset;
}

/** True for a read of one, two or four bytes at a multiple of that length, which the kernel carries out on a short way of its own. */
function isShort(place: Place): boolean {
  const first = place.offset >> 3;
  const length = ((place.offset + place.bits + 7) >> 3) - first;
  return place.base === 'th' && (length === 1 || length === 2 || length === 4) && first % length === 0;
}

function compilePayload(body: ExpressionBodies['payload'], scope: Scope): Load {
  const place = placeOf(body, scope);
  if (place === undefined) return unsupported('payloads inside of payloads');
  const { bits } = place;
  if (isShort(place)) {
    return ({ layers }) =>
      layers.shortTransport === undefined
        ? undefined
        : readBits(layers.bytes, layers.shortTransport * 8 + place.offset, bits);
  }
  return (run) => {
    const start = bitOffset(place, run);
    return start === undefined ? undefined : readBits(run.layers.bytes, start, bits);
  };
}

const EXTENSION_NUMBERS: Readonly<Partial<Record<ExpressionBodies['exthdr']['name'], number>>> = {
  hbh: EXTENSION.hbh,
  rt: EXTENSION.rt,
  frag: EXTENSION.frag,
  dst: EXTENSION.dst,
  mh: 135,
};

/** Bits of the fields of extension headers: offset and length. */
const EXTENSION_FIELDS: Readonly<Record<string, readonly [number, number]>> = {
  'hbh nexthdr': [0, 8],
  'hbh hdrlength': [8, 8],
  'dst nexthdr': [0, 8],
  'dst hdrlength': [8, 8],
  'rt nexthdr': [0, 8],
  'rt hdrlength': [8, 8],
  'rt type': [16, 8],
  'rt seg-left': [24, 8],
  'frag nexthdr': [0, 8],
  'frag reserved': [8, 8],
  'frag frag-off': [16, 13],
  'frag reserved2': [29, 2],
  'frag more-fragments': [31, 1],
  'frag id': [32, 32],
};

function compileExthdr(body: ExpressionBodies['exthdr'], scope: Scope): Load {
  needNetwork(scope, L3.ip6, 'link');
  const number = EXTENSION_NUMBERS[body.name];
  if (number === undefined || body.offset !== undefined) return unsupported(`\`exthdr ${body.name}\``);
  const { field } = body;
  if (field === undefined) return ({ layers }) => (findExtension(layers, number) === undefined ? 0 : 1);
  const bits = EXTENSION_FIELDS[`${body.name} ${field}`];
  if (bits === undefined) return unsupported(`\`exthdr ${body.name} ${field}\``);
  return ({ layers }) => {
    const at = findExtension(layers, number);
    return at === undefined ? undefined : readBits(layers.bytes, at * 8 + bits[0], bits[1]);
  };
}

/** WHY: only the state can be read from a packet without entry (Linux nft_ct); every other key breaks the rule. */
function compileCt(body: ExpressionBodies['ct']): Load {
  const name = body.dir === undefined ? body.key : `${body.dir} ${body.key}`;
  if (body.key === 'state') return (run) => CT_STATES[run.ctState];
  return (run) => {
    const connection = run.input.ct;
    if (connection === undefined || run.ctState === 'invalid' || run.ctState === 'untracked') return undefined;
    if (name === 'mark') return run.ctMark;
    if (name === 'direction' && connection.direction !== undefined) return connection.direction === 'reply' ? 1 : 0;
    if (name === 'status' && connection.status !== undefined)
      return connection.status.reduce((bits, word) => bits | CT_STATUSES[word], 0);
    const value = connection.keys?.[name];
    if (value === undefined) throw new EvaluationError('fact-missing', `\`ct ${name}\` is asked but not given`);
    return value;
  };
}

function compileFib(body: ExpressionBodies['fib']): Load {
  const isSource = body.flags.includes('saddr');
  return (run) => {
    const { layers } = run;
    const isIpv4 = layers.protocol === L3.ip;
    if (!isIpv4 && layers.protocol !== L3.ip6) return undefined;
    const [start, bits] = isIpv4 ? [isSource ? 96 : 128, 32] : [isSource ? 64 : 192, 128];
    const address = readBits(layers.bytes, layers.network * 8 + start, bits);
    if (address === undefined || typeof address === 'string') return undefined;
    const ask = run.input.fib;
    if (ask === undefined) throw new EvaluationError('fact-missing', '`fib` is asked but not given');
    const answer = ask({ result: body.result, flags: body.flags, address, family: isIpv4 ? 'ip' : 'ip6' });
    if (answer === undefined) return body.result === 'type' ? 0 : undefined;
    return body.result === 'type' ? fibType(answer) : String(answer);
  };
}

function fibType(answer: string | number): number {
  const value = typeof answer === 'number' ? answer : symbolValue('fib_addrtype', answer);
  if (value === undefined) throw new EvaluationError('misuse', `\`${answer}\` is no type of address`);
  return value;
}

const BITWISE = ['|', '&', '^', '<<', '>>'] as const;
type Bitwise = (typeof BITWISE)[number];

function operate(operator: Bitwise, left: bigint, right: bigint, full: bigint): bigint {
  switch (operator) {
    case '|':
      return left | right;
    case '&':
      return left & right;
    case '^':
      return left ^ right;
    case '<<':
      return (left << right) & full;
    case '>>':
      return left >> right;
    default:
      return operator satisfies never;
  }
}

function compileBitwise(operator: Bitwise, operands: readonly Expression[], types: ValueTypes, scope: Scope): Load {
  const [type] = types;
  const [first, ...rest] = operands;
  if (type === undefined || first === undefined) return unsupported('an empty operation');
  const bits = widthOf(type);
  const full = (1n << BigInt(bits)) - 1n;
  const left = compileRead(first, scope).loads[0] ?? unsupported('a concatenation in an operation');
  const constants: bigint[] = [];
  for (const operand of rest) {
    const isShift = operator === '<<' || operator === '>>';
    const value = isReading(operand) ? undefined : numberOf(operand, isShift ? undefined : type);
    if (value === undefined) return unsupported(`\`${operator}\` of two reads`);
    if (!isShift && value > full)
      throw new Refusal('wrong-type', `an operand of \`${operator}\` is wider than ${bits} bits`);
    constants.push(value);
  }
  return (run) => {
    const value: Atom | undefined = left(run);
    if (value === undefined) return undefined;
    return atomOf(
      constants.reduce((sum, constant) => operate(operator, sum, constant, full), bigOf(value)),
      bits,
    );
  };
}
