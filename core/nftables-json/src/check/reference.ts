/**
 * The check of references, for documents that are to stand alone. In: a document and what is there already. Out: every jump, lookup and
 * object reference to something that does not exist at that point of the transaction.
 */
import type { NftDocument } from '../types/command.ts';
import type { Problem } from './problem.ts';
import { jsonPointer } from './problem.ts';
import { isRecord } from './shape.ts';

/** Things that exist before the document runs, as `family table kind name`; tables as `family name`. */
export interface ReferenceOptions {
  readonly known?: Iterable<string>;
}

interface State {
  readonly known: Set<string>;
  readonly problems: Problem[];
  scope: string;
}

const NAMED_IN_RULES: ReadonlySet<string> = new Set([
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'synproxy',
  'tunnel',
]);

/** Checks that everything referred to was declared earlier in the document, or is `known`. Run `checkDocument` first. */
export function checkReferences(document: NftDocument, options: ReferenceOptions = {}): readonly Problem[] {
  const state: State = { known: new Set(options.known), problems: [], scope: '' };
  for (const [index, entry] of document.nftables.entries()) {
    for (const [command, object] of Object.entries(entry)) {
      if (command === 'metainfo' || !isRecord(object)) continue;
      for (const [kind, body] of Object.entries(object)) {
        if (isRecord(body)) visitObject(state, command, kind, body, ['nftables', index, command, kind]);
      }
    }
  }
  return state.problems;
}

type Path = readonly (string | number)[];

function visitObject(
  state: State,
  command: string,
  kind: string,
  body: Readonly<Record<string, unknown>>,
  path: Path,
): void {
  state.scope = `${String(body['family'])} ${String(kind === 'table' ? body['name'] : body['table'])}`;
  if (kind !== 'table' && kind !== 'ruleset') need(state, state.scope, `table \`${state.scope}\``, path);
  if (kind === 'rule') {
    need(state, `${state.scope} chain ${String(body['chain'])}`, `chain \`${String(body['chain'])}\``, [
      ...path,
      'chain',
    ]);
  }
  if (kind === 'element')
    need(state, `${state.scope} set ${String(body['name'])}`, `set \`${String(body['name'])}\``, [...path, 'name']);
  visit(state, body['expr'], [...path, 'expr']);
  visit(state, body['elem'], [...path, 'elem']);
  if (command === 'add' || command === 'create') declare(state, kind, body);
  else if (command === 'delete' || command === 'destroy') forget(state, kind, body);
}

const kindOfName = (kind: string): string => (kind === 'map' ? 'set' : kind);

function declare(state: State, kind: string, body: Readonly<Record<string, unknown>>): void {
  if (kind === 'table') state.known.add(state.scope);
  else if (kind !== 'rule' && kind !== 'element')
    state.known.add(`${state.scope} ${kindOfName(kind)} ${String(body['name'])}`);
}

function forget(state: State, kind: string, body: Readonly<Record<string, unknown>>): void {
  if (kind === 'table') {
    for (const key of state.known)
      if (key === state.scope || key.startsWith(`${state.scope} `)) state.known.delete(key);
  } else if (kind !== 'rule' && kind !== 'element')
    state.known.delete(`${state.scope} ${kindOfName(kind)} ${String(body['name'])}`);
}

function need(state: State, key: string, what: string, path: Path): void {
  if (state.known.has(key)) return;
  const message = `${what} does not exist at this point`;
  state.problems.push({ path, pointer: jsonPointer(path), code: 'unknown-reference', message });
}

function visit(state: State, value: unknown, path: Path): void {
  if (typeof value === 'string') {
    if (value.startsWith('@')) needSet(state, value, path);
  } else if (Array.isArray(value)) {
    for (const [index, item] of value.entries()) if (typeof item !== 'number') visit(state, item, [...path, index]);
  } else if (isRecord(value)) {
    for (const [key, item] of Object.entries(value)) visitProperty(state, key, item, [...path, key]);
  }
}

function needSet(state: State, reference: string, path: Path): void {
  const kind = path.at(-1) === 'flowtable' ? 'flowtable' : 'set';
  need(state, `${state.scope} ${kind} ${reference.slice(1)}`, `${kind} \`${reference.slice(1)}\``, path);
}

function visitProperty(state: State, key: string, value: unknown, path: Path): void {
  if (key === 'target' && typeof value === 'string') {
    need(state, `${state.scope} chain ${value}`, `chain \`${value}\``, path);
  } else if (NAMED_IN_RULES.has(key) && typeof value === 'string') {
    need(state, `${state.scope} ${key} ${value}`, `${key} \`${value}\``, path);
  } else visit(state, value, path);
}
