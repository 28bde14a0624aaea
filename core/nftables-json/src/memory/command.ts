/** Commands onto a transaction: one function for each word, one case for each kind of object. Throws a `Refusal`. */
import type { AddBody, Command, DeleteBody, FlushBody } from '../types/command.ts';
import type { Named, Transaction } from './transaction.ts';
import { Refusal } from './error.ts';

/** Carries out one command. */
export function runCommand(transaction: Transaction, command: Command): void {
  if ('add' in command) add(transaction, command.add, false);
  else if ('create' in command) add(transaction, command.create, true);
  else if ('insert' in command) transaction.addRule(command.insert.rule, true);
  else if ('replace' in command) transaction.replaceRule(command.replace.rule);
  else if ('delete' in command) remove(transaction, command.delete, false);
  else if ('destroy' in command) destroy(transaction, command.destroy);
  else if ('flush' in command) flush(transaction, command.flush);
  else if ('rename' in command) transaction.renameChain(command.rename.chain, command.rename.chain.newname);
  else if ('list' in command) throw new Refusal('unsupported', '`list` inside of a transaction; use the method');
  else if ('reset' in command) throw new Refusal('unsupported', '`reset` is not carried out');
  else command satisfies never;
}

function add(transaction: Transaction, body: AddBody, isNew: boolean): void {
  if ('table' in body) transaction.addTable(body.table, isNew);
  else if ('chain' in body) transaction.addChain(body.chain, isNew);
  else if ('rule' in body) transaction.addRule(body.rule, false);
  else if ('set' in body) transaction.addSet('set', body.set, isNew);
  else if ('map' in body) transaction.addSet('map', body.map, isNew);
  else if ('element' in body) transaction.addElements(body.element, isNew);
  else if ('flowtable' in body) transaction.addObject('flowtable', body.flowtable, isNew);
  else if ('counter' in body) transaction.addObject('counter', body.counter, isNew);
  else if ('quota' in body) transaction.addObject('quota', body.quota, isNew);
  else if ('limit' in body) transaction.addObject('limit', body.limit, isNew);
  else if ('ct helper' in body) transaction.addObject('ct helper', body['ct helper'], isNew);
  else if ('ct timeout' in body) transaction.addObject('ct timeout', body['ct timeout'], isNew);
  else if ('ct expectation' in body) transaction.addObject('ct expectation', body['ct expectation'], isNew);
  else if ('secmark' in body) transaction.addObject('secmark', body.secmark, isNew);
  else if ('synproxy' in body) transaction.addObject('synproxy', body.synproxy, isNew);
  else if ('tunnel' in body) transaction.addObject('tunnel', body.tunnel, isNew);
  else body satisfies never;
}

const OBJECTS = [
  'flowtable',
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'secmark',
  'synproxy',
  'tunnel',
] as const;

function remove(transaction: Transaction, body: DeleteBody, isLenient: boolean): void {
  if ('table' in body) {
    if (!('name' in body.table)) throw new Refusal('unsupported', 'a table is deleted by its name here');
    transaction.removeTable(body.table.family, body.table.name);
  } else if ('rule' in body) transaction.removeRule(body.rule);
  else if ('element' in body) transaction.removeElements(body.element, isLenient);
  else if ('chain' in body) transaction.removeChain(body.chain);
  else if ('set' in body) transaction.removeSet(body.set);
  else if ('map' in body) transaction.removeSet(body.map);
  else removeObject(transaction, body);
}

function removeObject(
  transaction: Transaction,
  body: Readonly<Partial<Record<(typeof OBJECTS)[number], Named>>>,
): void {
  for (const kind of OBJECTS) {
    const named = body[kind];
    if (named !== undefined) transaction.removeObject(kind, named);
  }
}

const MISSING: ReadonlySet<string> = new Set([
  'unknown-table',
  'unknown-chain',
  'unknown-set',
  'unknown-object',
  'unknown-rule',
]);

/** Deletes what is there, and is content when it is not. */
function destroy(transaction: Transaction, body: DeleteBody): void {
  try {
    remove(transaction, body, true);
  } catch (error) {
    if (!(error instanceof Refusal) || !MISSING.has(error.reason)) throw error;
  }
}

function flush(transaction: Transaction, body: FlushBody): void {
  if ('table' in body) transaction.flushTable(body.table.family, body.table.name);
  else if ('chain' in body) transaction.flushChain(body.chain);
  else if ('set' in body) transaction.flushSet(body.set);
  else if ('map' in body) transaction.flushSet(body.map);
  else if ('ruleset' in body) transaction.flushRuleset(body.ruleset?.family);
  else throw new Refusal('unsupported', '`flush meter` is not carried out');
}
