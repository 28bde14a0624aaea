/**
 * Builders of objects and commands. In: where the object lives and what it is. Out: commands with a fixed key order.
 */
import type { AddBody, Command, CommandOf, DeleteBody, DestroyBody, FlushBody, NftDocument } from '../types/command.ts';
import type { Expression } from '../types/expression.ts';
import type { ChainType, Family, Hook, Policy } from '../types/family.ts';
import type { ChainObject, KeyType, MapDataType, SetObject, TableFlag } from '../types/object.ts';
import type { Statement } from '../types/statement.ts';

/** A table's address: its family and name. */
export interface TableName {
  readonly family: Family;
  readonly name: string;
}

/** The envelope. */
export function document(commands: readonly Command[]): NftDocument {
  return { nftables: commands };
}

/** `add` of any object. */
export function add(body: AddBody): CommandOf<'add'> {
  return { add: body };
}

/** Adds a table. */
export function addTable(
  table: TableName,
  options: { readonly flags?: readonly TableFlag[]; readonly comment?: string } = {},
): CommandOf<'add'> {
  return {
    add: {
      table: {
        family: table.family,
        name: table.name,
        ...(options.flags !== undefined && { flags: options.flags }),
        ...(options.comment !== undefined && { comment: options.comment }),
      },
    },
  };
}

/** Adds a regular chain: one that runs only when a rule jumps to it. */
export function addChain(table: TableName, name: string, comment?: string): CommandOf<'add'> {
  const chain = { family: table.family, table: table.name, name, ...(comment !== undefined && { comment }) };
  return { add: { chain } };
}

/** What makes a chain a base chain. */
export interface BaseChainOptions {
  readonly type: ChainType;
  readonly hook: Hook;
  /** Lower runs earlier. */
  readonly prio: number;
  /** Devices of an ingress or egress chain. */
  readonly dev?: ChainObject['dev'];
  readonly policy?: Policy;
  readonly comment?: string;
}

/** Adds a base chain: one that the kernel calls. */
export function addBaseChain(table: TableName, name: string, options: BaseChainOptions): CommandOf<'add'> {
  return {
    add: {
      chain: {
        family: table.family,
        table: table.name,
        name,
        type: options.type,
        hook: options.hook,
        ...(options.dev !== undefined && { dev: options.dev }),
        prio: options.prio,
        ...(options.policy !== undefined && { policy: options.policy }),
        ...(options.comment !== undefined && { comment: options.comment }),
      },
    },
  };
}

/** Appends a rule to a chain. */
export function addRule(
  table: TableName,
  chain: string,
  expr: readonly Statement[],
  comment?: string,
): CommandOf<'add'> {
  const rule = { family: table.family, table: table.name, chain, expr, ...(comment !== undefined && { comment }) };
  return { add: { rule } };
}

/** Puts a rule at the head of a chain. */
export function insertRule(
  table: TableName,
  chain: string,
  expr: readonly Statement[],
  comment?: string,
): CommandOf<'insert'> {
  const rule = { family: table.family, table: table.name, chain, expr, ...(comment !== undefined && { comment }) };
  return { insert: { rule } };
}

/** What a set may say beyond its type. An empty `elem` is left out, because nft refuses it. */
export type SetOptions = Omit<SetObject, 'family' | 'table' | 'name' | 'handle' | 'type' | 'comment'>;

function setProperties(options: SetOptions): SetOptions {
  return {
    ...(options.policy !== undefined && { policy: options.policy }),
    ...(options.flags !== undefined && options.flags.length > 0 && { flags: options.flags }),
    ...(options.timeout !== undefined && { timeout: options.timeout }),
    ...(options['gc-interval'] !== undefined && { 'gc-interval': options['gc-interval'] }),
    ...(options.size !== undefined && { size: options.size }),
    ...(options['auto-merge'] !== undefined && { 'auto-merge': options['auto-merge'] }),
    ...(options.stmt !== undefined && { stmt: options.stmt }),
    ...(options.elem !== undefined && options.elem.length > 0 && { elem: options.elem }),
  };
}

/** Adds a set. */
export function addSet(table: TableName, name: string, type: KeyType, options: SetOptions = {}): CommandOf<'add'> {
  return { add: { set: { family: table.family, table: table.name, name, type, ...setProperties(options) } } };
}

/** Adds a map from `type` to `data`. */
export function addMap(
  table: TableName,
  name: string,
  type: KeyType,
  data: MapDataType,
  options: SetOptions = {},
): CommandOf<'add'> {
  return {
    add: { map: { family: table.family, table: table.name, name, type, map: data, ...setProperties(options) } },
  };
}

/** Adds elements to a set, or pairs to a map. Not empty. */
export function addElement(table: TableName, name: string, elements: readonly Expression[]): CommandOf<'add'> {
  return { add: { element: { family: table.family, table: table.name, name, elem: elements } } };
}

/** Deletes elements by key. */
export function deleteElement(table: TableName, name: string, elements: readonly Expression[]): CommandOf<'delete'> {
  return { delete: { element: { family: table.family, table: table.name, name, elem: elements } } };
}

/** Deletes a table with everything in it; fails when it is not there. */
export function deleteTable(table: TableName): CommandOf<'delete'> {
  return { delete: { table: { family: table.family, name: table.name } } };
}

/** `delete` of any object. */
export function remove(body: DeleteBody): CommandOf<'delete'> {
  return { delete: body };
}

/** `destroy` of any object but rules (nft 1.0.7, kernel 6.3). */
export function destroy(body: DestroyBody): CommandOf<'destroy'> {
  return { destroy: body };
}

/** `flush` of any object. */
export function flush(body: FlushBody): CommandOf<'flush'> {
  return { flush: body };
}

/** Removes all rules of a chain. */
export function flushChain(table: TableName, name: string): CommandOf<'flush'> {
  return { flush: { chain: { family: table.family, table: table.name, name } } };
}

/**
 * Commands that leave the table new and empty whether or not it was there, in every release: add, delete, add.
 * WHY: `destroy` needs nft 1.0.7 and kernel 6.3.
 */
export function freshTable(table: TableName): readonly Command[] {
  return [addTable(table), deleteTable(table), addTable(table)];
}
