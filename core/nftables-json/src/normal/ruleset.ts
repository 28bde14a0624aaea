/**
 * Rulesets in normal form. In: a document we wrote (its commands are carried out) or a listing. Out: tables with chains, sets and objects
 * as texts that are equal when the rulesets mean the same. Handles, counters, expiry times and defaults are left out.
 */
import { OBJECT_KINDS } from '../types/kind.ts';
import type { NftDocument } from '../types/command.ts';
import type { Family } from '../types/family.ts';
import { FAMILIES } from '../types/family.ts';
import type { Listing } from '../read/listing.ts';
import { typesOfDeclaration } from '../value/value-type.ts';
import type { ValueTypes } from '../value/value-type.ts';
import { pairText, sortedJson } from './read.ts';
import { bareKey, ruleTexts } from './rule.ts';
import { limitText, quotaText, statementText } from './statement.ts';
import { constantText, keyTexts } from './value.ts';

/** A ruleset as texts: each key names a thing (`inet t chain c`), each value lists what it is, in order. */
export type NormalRuleset = ReadonlyMap<string, readonly string[]>;

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** What is collected about one thing. */
interface Thing {
  readonly kind: string;
  readonly body: Json;
  /** Rules of a chain, elements of a set. */
  parts: unknown[];
}

type Things = Map<string, Thing>;

/** The normal form of a document or a listing. */
export function normalize(ruleset: NftDocument | Listing): NormalRuleset {
  const things: Things = new Map();
  if ('objects' in ruleset) for (const object of ruleset.objects) run(things, 'add', object);
  else for (const entry of ruleset.nftables) runEntry(things, entry);
  const normal = new Map<string, readonly string[]>();
  for (const key of [...things.keys()].toSorted()) {
    const thing = things.get(key);
    if (thing !== undefined) normal.set(key, thingTexts(thing));
  }
  return normal;
}

function runEntry(things: Things, entry: object): void {
  const [command, object] = Object.entries(entry)[0] ?? ['', undefined];
  if (command === 'metainfo' || !isRecord(object)) return;
  if ((OBJECT_KINDS as readonly string[]).includes(command)) run(things, 'add', entry);
  else run(things, command, object);
}

function run(things: Things, command: string, object: object): void {
  const [kind, body] = Object.entries(object)[0] ?? ['', undefined];
  if (kind === 'ruleset' && command === 'flush') things.clear();
  if (!isRecord(body)) return;
  switch (command) {
    case 'add':
    case 'create':
      add(things, kind, body, false);
      break;
    case 'insert':
      add(things, kind, body, true);
      break;
    case 'delete':
    case 'destroy':
      remove(things, kind, body);
      break;
    case 'flush':
      flush(things, kind, body);
      break;
    default:
  }
}

function keyOf(kind: string, body: Json): string {
  const family = String(body['family']);
  if (kind === 'table') return `${family} ${String(body['name'])}`;
  const owner = kind === 'rule' ? `chain ${String(body['chain'])}` : `${nameKind(kind)} ${String(body['name'])}`;
  return `${family} ${String(body['table'])} ${owner}`;
}

const nameKind = (kind: string): string => (kind === 'map' || kind === 'element' || kind === 'meter' ? 'set' : kind);

const elementsOf = (body: Json): readonly unknown[] =>
  Array.isArray(body['elem']) ? body['elem'] : body['elem'] === undefined ? [] : [body['elem']];

function add(things: Things, kind: string, body: Json, isFirst: boolean): void {
  const key = keyOf(kind, body);
  const known = things.get(key);
  if (kind === 'rule') {
    if (isFirst) known?.parts.unshift(body);
    else known?.parts.push(body);
  } else if (kind === 'element') known?.parts.push(...elementsOf(body));
  else if (known === undefined) things.set(key, { kind, body, parts: [...elementsOf(body)] });
  else known.parts.push(...elementsOf(body));
}

function remove(things: Things, kind: string, body: Json): void {
  const key = keyOf(kind, body);
  if (kind === 'element') {
    const thing = things.get(key);
    const types = thing && typesOfDeclaration(thing.body['type']);
    const gone = new Set(elementsOf(body).map((element) => elementKey(element, types)));
    if (thing !== undefined) thing.parts = thing.parts.filter((part) => !gone.has(elementKey(part, types)));
  } else {
    if (kind === 'table') for (const other of things.keys()) if (other.startsWith(`${key} `)) things.delete(other);
    if (kind !== 'rule') things.delete(key);
  }
}

function elementKey(element: unknown, types: ValueTypes | undefined): string {
  return constantText(bareKey(Array.isArray(element) ? element[0] : element), types);
}

function flush(things: Things, kind: string, body: Json): void {
  const key = keyOf(kind, body);
  for (const [other, thing] of things) {
    const isChainOfTable = kind === 'table' && thing.kind === 'chain' && other.startsWith(`${key} `);
    if (isChainOfTable || (kind !== 'table' && other === key)) thing.parts = [];
  }
}

function familyOf(body: Json): Family {
  return FAMILIES.find((family) => family === body['family']) ?? 'inet';
}

function thingTexts(thing: Thing): readonly string[] {
  const { kind, body, parts } = thing;
  switch (kind) {
    case 'table':
      return [text('table', { flags: sorted(body['flags']), comment: body['comment'] })];
    case 'chain':
      return [chainText(body), ...parts.map((rule) => ruleText(rule, familyOf(body)))];
    case 'set':
    case 'map':
      return [setText(body), ...elementTexts(body, parts)];
    case 'limit':
      return [limitText(body)];
    case 'quota':
      return [quotaText(body)];
    default:
      return [objectText(kind, body)];
  }
}

/** Facts as one text; undefined ones are left out. */
function text(kind: string, facts: Json): string {
  return `${kind} ${sortedJson(facts)}`;
}

function sorted(value: unknown): readonly string[] {
  if (typeof value === 'string') return [value];
  return Array.isArray(value) ? value.map(String).toSorted() : [];
}

function chainText(body: Json): string {
  const { type, hook, prio, policy, dev, comment } = body;
  if (type === undefined || hook === undefined) return text('chain', { comment });
  return text('chain', { type, hook, prio, dev: sorted(dev), policy: policy ?? 'accept', comment });
}

function ruleText(rule: unknown, family: Family): string {
  if (!isRecord(rule) || !Array.isArray(rule['expr'])) return sortedJson(rule);
  const comment = rule['comment'] === undefined ? '' : ` # ${String(rule['comment'])}`;
  return `${ruleTexts(rule['expr'], family).join('; ')}${comment}`;
}

/** WHY: nft adds `dynamic` and a size of 65535 by itself when a rule changes the set. */
function setText(body: Json): string {
  const flags = new Set(sorted(body['flags']));
  flags.delete('dynamic');
  if (body['timeout'] !== undefined) flags.add('timeout');
  const statements = Array.isArray(body['stmt']) ? body['stmt'] : [];
  return text('set', {
    type: typeText(body['type']),
    map: body['map'] === undefined ? undefined : typeText(body['map']),
    flags: [...flags].toSorted(),
    policy: body['policy'] === 'performance' ? undefined : body['policy'],
    timeout: body['timeout'],
    'gc-interval': body['gc-interval'],
    size: body['size'] === 65535 ? undefined : body['size'],
    stmt: statements.map((statement) => statementText(statement, familyOf(body), new Set())),
  });
}

function typeText(declaration: unknown): string {
  const types = typesOfDeclaration(declaration);
  return (
    types?.map(({ type, bits }) => (type === 'integer' ? `integer${bits}` : type)).join(' . ') ?? String(declaration)
  );
}

function elementTexts(body: Json, elements: readonly unknown[]): readonly string[] {
  const types = typesOfDeclaration(body['type']);
  if (body['map'] !== undefined) {
    const data = typesOfDeclaration(body['map']);
    return [...new Set(elements.map((pair) => pairText(pair, types, data)))].toSorted();
  }
  const plain: unknown[] = [];
  const special: string[] = [];
  for (const element of elements) {
    const rest = properties(element, body['timeout']);
    if (rest === '') plain.push(bareKey(element));
    else special.push(`${constantText(bareKey(element), types)} ${rest}`);
  }
  return [...keyTexts(plain, types), ...special.toSorted()];
}

function properties(element: unknown, timeout: unknown): string {
  const body = isRecord(element) ? element['elem'] : undefined;
  if (!isRecord(body)) return '';
  const own = body['timeout'] === timeout ? undefined : body['timeout'];
  if (own === undefined && body['comment'] === undefined) return '';
  return sortedJson({ timeout: own, comment: body['comment'] });
}

const STATE: ReadonlySet<string> = new Set(['family', 'table', 'name', 'handle', 'packets', 'used']);

function objectText(kind: string, body: Json): string {
  const isCounter = kind === 'counter';
  const entries = Object.entries(body).filter(([key]) => !STATE.has(key) && !(isCounter && key === 'bytes'));
  return text(kind, Object.fromEntries(entries));
}
