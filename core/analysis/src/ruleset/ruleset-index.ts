/**
 * A ruleset as its document says it: chains with their rules, sets with their elements. In: a document. Out: tables by family and
 * name. Refused: commands that change what earlier ones did, but for tables and chains that are made anew.
 */
import type { ValueRange } from '@weir/compiler';
import { typesOfDeclaration } from '@weir/nftables-json';
import type {
  ChainObject,
  Command,
  Expression,
  ExpressionObject,
  MapObject,
  NftDocument,
  SetObject,
  Statement,
  ValueTypes,
  Verdict,
} from '@weir/nftables-json';
import { UnreadableError } from '../unreadable.ts';
import { constantRanges } from './constant.ts';

export interface IndexedRule {
  readonly statements: readonly Statement[];
  readonly comment: string | undefined;
  /** In words: the chain and the place in it, from 1. */
  readonly place: string;
}

export interface IndexedChain {
  readonly name: string;
  readonly body: ChainObject;
  readonly rules: IndexedRule[];
}

/** An element: a device where the key starts with one, and what the rest of the key holds. */
export interface IndexedElement {
  readonly device: string | undefined;
  readonly key: readonly (readonly ValueRange[])[];
  readonly verdict: Verdict | undefined;
}

export interface IndexedSet {
  readonly name: string;
  readonly types: ValueTypes;
  readonly isMap: boolean;
  readonly elements: IndexedElement[];
}

export interface IndexedTable {
  readonly family: string;
  readonly name: string;
  readonly chains: Map<string, IndexedChain>;
  readonly sets: Map<string, IndexedSet>;
}

/** All tables under `family name`. */
export type RulesetIndex = ReadonlyMap<string, IndexedTable>;

/** Reads a document. */
export function indexRuleset({ nftables }: NftDocument): RulesetIndex {
  const tables = new Map<string, IndexedTable>();
  for (const entry of nftables) if (!('metainfo' in entry)) runCommand(tables, entry);
  return tables;
}

function runCommand(tables: Map<string, IndexedTable>, command: Command): void {
  if ('add' in command) add(tables, command.add);
  else if ('delete' in command && 'table' in command.delete && 'name' in command.delete.table)
    tables.delete(`${command.delete.table.family} ${command.delete.table.name}`);
  else if ('flush' in command && 'chain' in command.flush) {
    const { family, table, name } = command.flush.chain;
    tables.get(`${family} ${table}`)?.chains.get(name)?.rules.splice(0);
  } else throw new UnreadableError(`the command ${JSON.stringify(command).slice(0, 80)}`);
}

type AddBody = Extract<Command, { readonly add: unknown }>['add'];

function add(tables: Map<string, IndexedTable>, body: AddBody): void {
  if ('table' in body) {
    const { family, name } = body.table;
    const key = `${family} ${name}`;
    if (!tables.has(key)) tables.set(key, { family, name, chains: new Map(), sets: new Map() });
  } else if ('chain' in body) {
    const { chains } = tableOf(tables, body.chain);
    if (!chains.has(body.chain.name))
      chains.set(body.chain.name, { name: body.chain.name, body: body.chain, rules: [] });
  } else if ('rule' in body) addRule(tables, body.rule);
  else if ('set' in body) addSet(tables, body.set, false);
  else if ('map' in body) addSet(tables, body.map, true);
  else if ('element' in body) {
    const set = tableOf(tables, body.element).sets.get(body.element.name);
    if (set === undefined) throw new UnreadableError(`elements of the unknown set ${body.element.name}`);
    addElements(set, body.element.elem);
  }
  // Named objects (counters) hold nothing that decides.
}

function addRule(tables: Map<string, IndexedTable>, rule: Extract<AddBody, { readonly rule: unknown }>['rule']): void {
  const chain = tableOf(tables, rule).chains.get(rule.chain);
  if (chain === undefined) throw new UnreadableError(`a rule of the unknown chain ${rule.chain}`);
  if (rule.index !== undefined || rule.handle !== undefined)
    throw new UnreadableError('a rule that is put between others');
  const place = `rule ${chain.rules.length + 1} of ${rule.chain}`;
  chain.rules.push({ statements: rule.expr, comment: rule.comment, place });
}

function tableOf(
  tables: ReadonlyMap<string, IndexedTable>,
  { family, table }: { readonly family: string; readonly table: string },
): IndexedTable {
  const found = tables.get(`${family} ${table}`);
  if (found === undefined) throw new UnreadableError(`the unknown table ${family} ${table}`);
  return found;
}

function addSet(tables: Map<string, IndexedTable>, body: SetObject | MapObject, isMap: boolean): void {
  const { sets } = tableOf(tables, body);
  if (sets.has(body.name)) return;
  const types = typesOfDeclaration(body.type);
  if (types === undefined) throw new UnreadableError(`the type of the set ${body.name}`);
  const set: IndexedSet = { name: body.name, types, isMap, elements: [] };
  sets.set(body.name, set);
  addElements(set, body.elem ?? []);
}

const isObject = (value: Expression): value is ExpressionObject => typeof value === 'object' && !Array.isArray(value);

function addElements(set: IndexedSet, elements: readonly Expression[]): void {
  for (const element of elements) set.elements.push(readElement(set, element));
}

/** An element of a set, named or in a rule. */
export function readElement(
  { types, isMap }: Pick<IndexedSet, 'types' | 'isMap'>,
  element: Expression,
): IndexedElement {
  const [left, data] = isMap && Array.isArray(element) ? (element as readonly Expression[]) : [element, undefined];
  if (left === undefined) throw new UnreadableError('an element without key');
  const bare = isObject(left) && 'elem' in left ? left.elem.val : left;
  const parts = isObject(bare) && 'concat' in bare ? bare.concat : [bare];
  if (bare === '*' || parts.length !== types.length)
    throw new UnreadableError(`the element ${JSON.stringify(element)}`);
  const [first] = parts;
  const hasDevice = types[0]?.type === 'ifname';
  if (hasDevice && (typeof first !== 'string' || first.endsWith('*')))
    throw new UnreadableError(`the device ${JSON.stringify(first)}`);
  const rest = hasDevice ? parts.slice(1) : parts;
  const key = rest.map((part, at) => {
    const type = types[at + (hasDevice ? 1 : 0)];
    if (type === undefined) throw new UnreadableError(`the element ${JSON.stringify(element)}`);
    return constantRanges(part, type);
  });
  return {
    device: hasDevice && typeof first === 'string' ? first : undefined,
    key,
    verdict: data === undefined ? undefined : verdictOf(data),
  };
}

const VERDICTS = ['accept', 'drop', 'continue', 'return', 'jump', 'goto'] as const;

function verdictOf(data: Expression): Verdict {
  if (isObject(data) && VERDICTS.some((kind) => kind in data)) return data as Verdict;
  throw new UnreadableError(`${JSON.stringify(data)} as a verdict`);
}
