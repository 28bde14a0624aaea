/**
 * The type of what an expression reads. In: an expression and the types of the named sets around it. Out: one type for each component of a
 * concatenation, with its width; undefined when it cannot be known from the document.
 */
import { ctKeyInfo } from '../types/ct-key.ts';
import type { DataType, OpenDataType } from '../types/datatype.ts';
import { DATA_TYPES, isDataType } from '../types/datatype.ts';
import { metaKeyInfo } from '../types/meta-key.ts';
import { payloadFieldInfo } from '../types/payload-field.ts';

/** The type of one component of a key. */
export interface ValueType {
  readonly type: DataType | OpenDataType;
  /** Width in bits; 0 when unknown. */
  readonly bits: number;
}

/** The types of a key's components. */
export type ValueTypes = readonly ValueType[];

/** A type by the name of a set declaration. */
export function namedType(name: string): ValueType | undefined {
  return isDataType(name) ? { type: name, bits: DATA_TYPES[name].bits } : undefined;
}

function withWidth(type: DataType | OpenDataType | undefined, bits = 0): ValueTypes | undefined {
  if (type === undefined) return undefined;
  return [{ type, bits: isDataType(type) && bits === 0 ? DATA_TYPES[type].bits : bits }];
}

const field = (body: unknown, key: string): unknown =>
  typeof body === 'object' && body !== null ? (body as Record<string, unknown>)[key] : undefined;

const text = (body: unknown, key: string): string => {
  const value = field(body, key);
  return typeof value === 'string' ? value : '';
};

const number = (body: unknown, key: string): number => {
  const value = field(body, key);
  return typeof value === 'number' ? value : 0;
};

const integer32: ValueTypes = [{ type: 'integer', bits: 32 }];
const existence: ValueTypes = [{ type: 'boolean', bits: 1 }];

function payloadType(body: unknown): ValueTypes | undefined {
  if (field(body, 'base') !== undefined) return [{ type: 'integer', bits: number(body, 'len') }];
  const info = payloadFieldInfo(text(body, 'protocol'), text(body, 'field'));
  return info && withWidth(info.type, info.length);
}

function exthdrType(body: unknown): ValueTypes {
  const name = text(body, 'field');
  if (name === '') return existence;
  if (name === 'nexthdr') return [{ type: 'inet_proto', bits: 8 }];
  if (name === 'addr' || name === 'sid') return [{ type: 'ipv6_addr', bits: 128 }];
  return text(body, 'name') === 'mh' && name === 'type' ? [{ type: 'mh_type', bits: 8 }] : integer32;
}

function optionType(body: unknown): ValueTypes {
  // WHY: the first byte of an option by its number asks whether it is there (nft 1.0.6, tried).
  if (field(body, 'base') !== undefined && number(body, 'offset') === 0 && number(body, 'len') === 8) return existence;
  if (field(body, 'base') !== undefined) return [{ type: 'integer', bits: number(body, 'len') }];
  if (text(body, 'field') === '') return existence;
  return text(body, 'field') === 'addr' ? [{ type: 'ipv4_addr', bits: 32 }] : integer32;
}

function fibType(body: unknown): ValueTypes | undefined {
  const types = { oif: 'iface_index', oifname: 'ifname', type: 'fib_addrtype' } as const;
  const result = text(body, 'result');
  return result in types ? withWidth(types[result as keyof typeof types]) : undefined;
}

function ctType(body: unknown): ValueTypes | undefined {
  const info = ctKeyInfo(text(body, 'key'));
  if (info === undefined) return undefined;
  const bits = { zone: 16, bytes: 64, packets: 64, avgpkt: 64, id: 32, secmark: 32 }[text(body, 'key')];
  return withWidth(info.type, bits);
}

function metaType(body: unknown): ValueTypes | undefined {
  const info = metaKeyInfo(text(body, 'key'));
  return info && withWidth(info.type, info.type === 'integer' ? (text(body, 'key') === 'ibrpvid' ? 16 : 32) : 0);
}

function ipsecType(body: unknown): ValueTypes {
  if (text(body, 'key') !== 'saddr' && text(body, 'key') !== 'daddr') return integer32;
  return text(body, 'family') === 'ip6' ? [{ type: 'ipv6_addr', bits: 128 }] : [{ type: 'ipv4_addr', bits: 32 }];
}

function rtType(body: unknown): ValueTypes {
  switch (text(body, 'key')) {
    case 'classid':
      return [{ type: 'realm', bits: 32 }];
    case 'nexthop':
      return text(body, 'family') === 'ip6' ? [{ type: 'ipv6_addr', bits: 128 }] : [{ type: 'ipv4_addr', bits: 32 }];
    case 'ipsec':
      return existence;
    default:
      return [{ type: 'integer', bits: 16 }];
  }
}

function concatTypes(parts: unknown): ValueTypes | undefined {
  if (!Array.isArray(parts)) return undefined;
  const all: ValueType[] = [];
  for (const part of parts) {
    const types = typeOfExpression(part);
    if (types === undefined) return undefined;
    all.push(...types);
  }
  return all;
}

function bitwiseType(operands: unknown): ValueTypes | undefined {
  return Array.isArray(operands) ? typeOfExpression(operands[0]) : undefined;
}

const readers: Readonly<Record<string, (body: unknown) => ValueTypes | undefined>> = {
  payload: payloadType,
  meta: metaType,
  ct: ctType,
  rt: rtType,
  fib: fibType,
  exthdr: exthdrType,
  'tcp option': optionType,
  'ip option': optionType,
  'sctp chunk': optionType,
  'dccp option': () => existence,
  concat: concatTypes,
  numgen: () => integer32,
  jhash: () => integer32,
  symhash: () => integer32,
  ipsec: ipsecType,
  osf: () => [{ type: 'string', bits: 0 }],
  socket: (body) =>
    text(body, 'key') === 'mark'
      ? withWidth('mark')
      : text(body, 'key') === 'cgroupv2'
        ? withWidth('cgroupsv2')
        : [{ type: 'integer', bits: 8 }],
  tunnel: (body) => (text(body, 'key') === 'path' ? existence : integer32),
  '&': bitwiseType,
  '|': bitwiseType,
  '^': bitwiseType,
  '<<': bitwiseType,
  '>>': bitwiseType,
  elem: (body) => typeOfExpression(field(body, 'val')),
};

/** The types an expression reads; undefined for immediates and what the document does not tell. */
export function typeOfExpression(expression: unknown): ValueTypes | undefined {
  if (typeof expression !== 'object' || expression === null || Array.isArray(expression)) return undefined;
  for (const key in expression) {
    const reader = Object.hasOwn(readers, key) ? readers[key] : undefined;
    return reader?.((expression as Record<string, unknown>)[key]);
  }
  return undefined;
}

/** The types of a set's `type` or of a map's data `map`: a name, a list of names, or `typeof`. */
export function typesOfDeclaration(declaration: unknown): ValueTypes | undefined {
  if (typeof declaration === 'string') {
    const type = namedType(declaration);
    return type && [type];
  }
  if (Array.isArray(declaration)) {
    const types = declaration.map((name) => (typeof name === 'string' ? namedType(name) : undefined));
    return types.every((type) => type !== undefined) ? types : undefined;
  }
  return typeOfExpression(field(declaration, 'typeof'));
}

/** Width of a key in bytes: every component of a concatenation takes whole 32-bit words. */
export function keyBytes(types: ValueTypes): number {
  return types.reduce((sum, { bits }) => sum + Math.ceil(bits / 32) * 4, 0);
}
