/**
 * Selectors in normal form. In: an expression that reads. Out: text that is equal for equal reads, and the facts about the packet that
 * the read depends on. A field becomes its bits (`@th,16,16`) and its protocols become facts (`l4=6`), because that is what nft loads;
 * nft prints either, and adds and drops the matches between them.
 */
import type { PayloadProtocol } from '../types/payload-field.ts';
import { payloadFieldInfo } from '../types/payload-field.ts';
import type { ValueTypes } from '../value/value-type.ts';
import { typeOfExpression } from '../value/value-type.ts';
import { constantText, numberOf } from './value.ts';

/** Collects facts. */
export type Facts = Set<string>;

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** The layer of each protocol and what reading it supposes. */
const LAYERS: Readonly<Partial<Record<PayloadProtocol, readonly [string, readonly string[]]>>> = {
  ether: ['ll', ['ether']],
  vlan: ['ll', ['ether', 'l2=33024']],
  arp: ['nh', ['l3=2054']],
  ip: ['nh', ['l3=2048']],
  ip6: ['nh', ['l3=34525']],
  icmp: ['th', ['l3=2048', 'l4=1']],
  igmp: ['th', ['l3=2048', 'l4=2']],
  icmpv6: ['th', ['l3=34525', 'l4=58']],
  tcp: ['th', ['l4=6']],
  udp: ['th', ['l4=17']],
  udplite: ['th', ['l4=136']],
  sctp: ['th', ['l4=132']],
  dccp: ['th', ['l4=33']],
  esp: ['th', ['l4=50']],
  ah: ['th', ['l4=51']],
  comp: ['th', ['l4=108']],
  gre: ['th', ['l4=47']],
  th: ['th', []],
};

/** Where the VLAN header starts, in bits from the start of the frame. */
const VLAN_OFFSET = 112;

function payloadText(body: Json, facts: Facts): string {
  const { protocol, field, base, offset, len, tunnel } = body;
  if (typeof base === 'string') {
    facts.add(`reads-${base}`);
    return `@${base},${String(offset)},${String(len)}`;
  }
  const layer = LAYERS[protocol as PayloadProtocol];
  const info = payloadFieldInfo(String(protocol), String(field));
  if (layer === undefined || info === undefined || tunnel !== undefined) return JSON.stringify({ payload: body });
  for (const fact of layer[1]) facts.add(fact);
  facts.add(`reads-${layer[0]}`);
  const start = info.offset + (protocol === 'vlan' ? VLAN_OFFSET : 0);
  return `@${layer[0]},${start},${info.length}`;
}

const ALIASES: Readonly<Record<string, string>> = { secpath: 'ipsec', ibriport: 'ibrname', obriport: 'obrname' };

const OPTION_FACTS: Readonly<Record<string, readonly string[]>> = {
  exthdr: ['l3=34525'],
  'ip option': ['l3=2048'],
  'tcp option': ['l4=6'],
  'sctp chunk': ['l4=132'],
  'dccp option': ['l4=33'],
};

/** Keys sorted at every level, so that equal objects give equal text. */
export function sortedJson(value: unknown): string {
  return JSON.stringify(value, (_key, item: unknown) =>
    isRecord(item) ? Object.fromEntries(Object.entries(item).toSorted(([a], [b]) => (a < b ? -1 : 1))) : item,
  );
}

/** The text of a selector; its facts are added to `facts`. Constants give their own text. */
export function selectorText(value: unknown, facts: Facts, types?: ValueTypes): string {
  if (!isRecord(value)) return constantText(value, types);
  const [kind, body] = Object.entries(value)[0] ?? ['', undefined];
  if (kind === 'payload' && isRecord(body)) return payloadText(body, facts);
  if (kind === 'meta' && isRecord(body)) return `meta ${ALIASES[String(body['key'])] ?? String(body['key'])}`;
  if (kind === 'ct' && isRecord(body))
    return `ct ${String(body['key'])}${body['dir'] === undefined ? '' : ` ${String(body['dir'])}`}`;
  if (kind === 'concat' && Array.isArray(body)) return `(${body.map((part) => selectorText(part, facts)).join(' . ')})`;
  if (BITWISE.has(kind) && Array.isArray(body)) return bitwiseText(kind, body, facts, value);
  if (kind === 'fib' && isRecord(body)) return `fib ${String(body['result'])} ${sortedFlags(body['flags'])}`;
  if (kind === 'jhash' && isRecord(body))
    return sortedJson({ ...withoutZeros(body), kind, expr: selectorText(body['expr'], facts) });
  if (kind === 'elem' && isRecord(body)) return selectorText(body['val'], facts, types);
  if ((kind === 'numgen' || kind === 'symhash') && isRecord(body)) return sortedJson({ [kind]: withoutZeros(body) });
  for (const fact of OPTION_FACTS[kind] ?? []) facts.add(fact);
  return kind === 'prefix' || kind === 'range' ? constantText(value, types) : sortedJson(value);
}

/** nft prints offsets and seeds of zero. */
function withoutZeros(body: Json): Json {
  return Object.fromEntries(
    Object.entries(body).filter(([key, value]) => value !== 0 || (key !== 'offset' && key !== 'seed')),
  );
}

function sortedFlags(flags: unknown): string {
  return Array.isArray(flags) ? flags.map(String).toSorted().join(',') : String(flags);
}

const BITWISE: ReadonlySet<string> = new Set(['&', '|', '^', '<<', '>>']);

/** What a chain of `&`, `|` and `^` with constants does to one source: `(source & and) ^ xor`. */
interface Mask {
  readonly source: unknown;
  readonly and: bigint;
  readonly xor: bigint;
}

function bitwiseText(kind: string, operands: readonly unknown[], facts: Facts, whole: unknown): string {
  const mask = maskOf(whole);
  if (mask !== undefined) return `${selectorText(mask.source, facts)} & ${mask.and} ^ ${mask.xor}`;
  return `(${operands.map((operand) => selectorText(operand, facts)).join(` ${kind} `)})`;
}

/** The mask form of an expression; undefined when it is not one source with constants. */
export function maskOf(value: unknown): Mask | undefined {
  const type = typeOfExpression(value)?.[0];
  const full = (1n << BigInt(type === undefined || !(type.bits > 0) ? 32 : Math.trunc(type.bits))) - 1n;
  if (!isRecord(value)) return undefined;
  const [kind, body] = Object.entries(value)[0] ?? ['', undefined];
  if (kind !== '&' && kind !== '|' && kind !== '^') {
    return BITWISE.has(kind) || type === undefined ? undefined : { source: value, and: full, xor: 0n };
  }
  if (!Array.isArray(body)) return undefined;
  let mask = maskOf(body[0]);
  for (const operand of body.slice(1)) {
    const bits = numberOf(operand, type);
    if (bits === undefined || mask === undefined) return undefined;
    mask = applyMask(mask, kind, bits, full);
  }
  return mask;
}

function applyMask(mask: Mask, kind: '&' | '|' | '^', bits: bigint, full: bigint): Mask {
  switch (kind) {
    case '&':
      return { source: mask.source, and: mask.and & bits, xor: mask.xor & bits };
    case '|':
      return { source: mask.source, and: mask.and & (full ^ (bits & full)), xor: mask.xor | bits };
    case '^':
      return { source: mask.source, and: mask.and, xor: mask.xor ^ bits };
    default:
      return kind satisfies never;
  }
}

/** A value that a statement computes: a constant, a read, or a map lookup. */
export function argumentText(value: unknown, types: ValueTypes | undefined, facts: Facts): string {
  if (isRecord(value) && isRecord(value['map'])) return lookupText(value['map'], types, facts);
  if (isRecord(value) && typeOfExpression(value) !== undefined) return selectorText(value, facts);
  return constantText(value, types);
}

/** A map lookup. */
export function lookupText(body: Json, data: ValueTypes | undefined, facts: Facts): string {
  const key = selectorText(body['key'], facts);
  const types = typeOfExpression(body['key']);
  const map = body['data'];
  const pairs = isRecord(map) ? map['set'] : undefined;
  if (!Array.isArray(pairs)) return `${key} map ${sortedJson(map)}`;
  const texts = pairs.map((pair: unknown) => pairText(pair, types, data));
  return `${key} map {${texts.toSorted().join(', ')}}`;
}

/** A pair of key and data. */
export function pairText(pair: unknown, key: ValueTypes | undefined, data: ValueTypes | undefined): string {
  if (!Array.isArray(pair)) return sortedJson(pair);
  const [left, right] = pair as readonly unknown[];
  const bare = isRecord(left) && isRecord(left['elem']) ? left['elem']['val'] : left;
  return `${constantText(bare, key)} : ${constantText(right, data)}`;
}
