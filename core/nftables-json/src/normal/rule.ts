/**
 * Rules in normal form. In: the statements of a rule. Out: texts in order; between two effects the matches are sorted, because only
 * their conjunction counts, and facts that a field supposes stand once, whether or not they were written out.
 */
import type { Family } from '../types/family.ts';
import { BIT_TYPES } from '../types/symbol.ts';
import type { ValueType } from '../value/value-type.ts';
import { typeOfExpression } from '../value/value-type.ts';
import type { Facts } from './read.ts';
import { maskOf, selectorText } from './read.ts';
import { statementText } from './statement.ts';
import { constantText, keyTexts, numberOf } from './value.ts';

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Facts that hold for every packet of a family. */
const FAMILY_FACTS: Readonly<Record<Family, readonly string[]>> = {
  ip: ['l3=2048'],
  ip6: ['l3=34525'],
  inet: [],
  arp: ['l3=2054'],
  bridge: ['ether'],
  netdev: ['ether'],
};

/** The normal form of a rule's statements. */
export function ruleTexts(statements: readonly unknown[], family: Family): readonly string[] {
  const all: Facts = new Set();
  for (const statement of statements) if (explicitFact(statement) === undefined) textOf(statement, family, all);
  const known = new Set<string>(FAMILY_FACTS[family]);
  const texts: string[] = [];
  let segment: string[] = [];
  let facts: Facts = new Set();
  const flush = (): void => {
    const fresh = [...facts].filter((fact) => !fact.startsWith('reads-') && !known.has(fact)).toSorted();
    for (const fact of fresh) known.add(fact);
    texts.push(...fresh, ...[...new Set(segment)].toSorted());
    segment = [];
    facts = new Set();
  };
  for (const statement of statements) {
    const explicit = explicitFact(statement);
    if (explicit !== undefined && isSupposed(explicit, all)) for (const fact of explicit) facts.add(fact);
    else if (isRecord(statement) && 'match' in statement) segment.push(textOf(statement, family, facts));
    else {
      const text = textOf(statement, family, facts);
      flush();
      texts.push(text);
    }
  }
  flush();
  return texts;
}

function textOf(statement: unknown, family: Family, facts: Facts): string {
  const body = isRecord(statement) ? statement['match'] : undefined;
  return isRecord(body) ? matchText(body, facts) : statementText(statement, family, facts);
}

/** A written match may be left out when the fields read suppose it; the first fact decides. */
function isSupposed(explicit: readonly string[], all: Facts): boolean {
  const [main] = explicit;
  if (main === undefined) return false;
  if (main === 'ether') return all.has('ether');
  return all.has(main) || all.has(main.startsWith('l4=') ? 'reads-th' : 'reads-nh');
}

const NFPROTO: Readonly<Record<string, string>> = { '2': 'l3=2048', '10': 'l3=34525' };

/** The facts that a match states outright: protocol, ether type, family; undefined for other matches. */
function explicitFact(statement: unknown): readonly string[] | undefined {
  const body = isRecord(statement) ? statement['match'] : undefined;
  if (!isRecord(body) || body['op'] !== '==') return undefined;
  const value = numberOf(singleOf(body['right']), typeOfExpression(body['left'])?.[0]);
  if (value === undefined || !isRecord(body['left'])) return undefined;
  const { meta, payload } = body['left'];
  if (isRecord(meta)) return metaFact(String(meta['key']), value);
  return isRecord(payload)
    ? payloadFact(`${String(payload['protocol'])} ${String(payload['field'])}`, value)
    : undefined;
}

function metaFact(key: string, value: bigint): readonly string[] | undefined {
  switch (key) {
    case 'l4proto':
      return [`l4=${value}`];
    case 'protocol':
      return [value === 33024n ? 'l2=33024' : `l3=${value}`];
    case 'nfproto': {
      const fact = NFPROTO[`${value}`];
      return fact === undefined ? undefined : [fact];
    }
    case 'iiftype':
      return value === 1n ? ['ether'] : undefined;
    default:
      return undefined;
  }
}

function payloadFact(field: string, value: bigint): readonly string[] | undefined {
  switch (field) {
    case 'ip protocol':
      return [`l4=${value}`, 'l3=2048'];
    case 'ip6 nexthdr':
      return [`l4=${value}`, 'l3=34525'];
    case 'ether type':
      return [value === 33024n ? 'l2=33024' : `l3=${value}`];
    case 'vlan type':
      return [`l3=${value}`, 'l2=33024'];
    default:
      return undefined;
  }
}

/** The only member of an anonymous set of one; nft prints such sets without braces. */
function singleOf(right: unknown): unknown {
  const members = isRecord(right) ? right['set'] : undefined;
  return Array.isArray(members) && members.length === 1 ? (members[0] as unknown) : right;
}

function matchText(body: Json, facts: Facts): string {
  const types = typeOfExpression(body['left']);
  const right = singleOf(body['right']);
  const bits = bitTest(body['left'], String(body['op']), right, types?.[0]);
  if (bits !== undefined) return `${selectorText(bits.source, facts)} in ${bits.bits}`;
  const op = String(body['op']);
  return `${selectorText(body['left'], facts)} ${op} ${rightText(right, types)}`;
}

function rightText(right: unknown, types: ReturnType<typeof typeOfExpression>): string {
  const members = isRecord(right) ? right['set'] : undefined;
  if (!Array.isArray(members)) return constantText(right, types);
  const keys = keyTexts(members.map(bareKey), types);
  return keys.length === 1 ? (keys[0] ?? '') : `{${keys.join(', ')}}`;
}

/** The key of an element, without its properties. */
export function bareKey(element: unknown): unknown {
  return isRecord(element) && isRecord(element['elem']) ? element['elem']['val'] : element;
}

/** Whether any of some bits is set, in all its spellings: `in`, `& bits != 0`, and `& bit == bit` for one bit. */
function bitTest(
  left: unknown,
  op: string,
  right: unknown,
  type: ValueType | undefined,
): { source: unknown; bits: bigint } | undefined {
  const value = numberOf(right, type);
  if (value === undefined) return undefined;
  if (op === 'in') return type !== undefined && BIT_TYPES.has(type.type) ? { source: left, bits: value } : undefined;
  if (!isRecord(left) || !('&' in left)) return undefined;
  const mask = maskOf(left);
  if (mask === undefined || mask.xor !== 0n) return undefined;
  const isAny = op === '!=' && value === 0n;
  const isOne = op === '==' && value === mask.and && value !== 0n && (value & (value - 1n)) === 0n;
  return isAny || isOne ? { source: mask.source, bits: mask.and } : undefined;
}
