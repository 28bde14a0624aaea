/**
 * The closed unions in one place, and how to ask which member a value is. In: a command, object, statement or expression object.
 * Out: its one key, typed. An interpreter switches on it and ends with `satisfies never`.
 */
import type { Command, CommandKind } from './command.ts';
import type { ExpressionKind, ExpressionObject } from './expression.ts';
import type { NftObject, ObjectKind } from './object.ts';
import type { Statement, StatementKind } from './statement.ts';

/** All commands. */
export const COMMAND_KINDS = [
  'add',
  'replace',
  'create',
  'insert',
  'delete',
  'destroy',
  'list',
  'reset',
  'flush',
  'rename',
] as const satisfies readonly CommandKind[];

/** All objects. */
export const OBJECT_KINDS = [
  'table',
  'chain',
  'rule',
  'set',
  'map',
  'element',
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
] as const satisfies readonly ObjectKind[];

/** All statements. */
export const STATEMENT_KINDS = [
  'accept',
  'drop',
  'continue',
  'return',
  'jump',
  'goto',
  'match',
  'vmap',
  'counter',
  'last',
  'mangle',
  'quota',
  'limit',
  'flow',
  'fwd',
  'notrack',
  'dup',
  'snat',
  'dnat',
  'masquerade',
  'redirect',
  'tproxy',
  'reject',
  'set',
  'map',
  'log',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'meter',
  'queue',
  'ct count',
  'synproxy',
  'reset',
  'secmark',
  'tunnel',
  'xt',
] as const satisfies readonly StatementKind[];

/** All expression objects. */
export const EXPRESSION_KINDS = [
  'concat',
  'set',
  'map',
  'prefix',
  'range',
  'payload',
  'exthdr',
  'tcp option',
  'ip option',
  'sctp chunk',
  'dccp option',
  'meta',
  'rt',
  'ct',
  'numgen',
  'jhash',
  'symhash',
  'fib',
  '|',
  '^',
  '&',
  '<<',
  '>>',
  'accept',
  'drop',
  'continue',
  'return',
  'jump',
  'goto',
  'elem',
  'socket',
  'osf',
  'ipsec',
  'tunnel',
] as const satisfies readonly ExpressionKind[];

/** Fails to compile when a list above misses a member of its union. */
type Complete<All, Listed extends All> = [Exclude<All, Listed>] extends [never] ? true : Exclude<All, Listed>;
/** Proof that the four lists are complete. */
export const LISTS_ARE_COMPLETE: readonly [
  Complete<CommandKind, (typeof COMMAND_KINDS)[number]>,
  Complete<ObjectKind, (typeof OBJECT_KINDS)[number]>,
  Complete<StatementKind, (typeof STATEMENT_KINDS)[number]>,
  Complete<ExpressionKind, (typeof EXPRESSION_KINDS)[number]>,
] = [true, true, true, true];

function onlyKey(value: object): string {
  for (const key in value) return key;
  return '';
}

/** The kind of a command. Misuse (no key) gives an empty string at run time; checked documents have exactly one. */
export function commandKind(command: Command): CommandKind {
  return onlyKey(command) as CommandKind;
}

/** The kind of an object in its envelope. */
export function objectKind(object: NftObject): ObjectKind {
  return onlyKey(object) as ObjectKind;
}

/** The kind of a statement. */
export function statementKind(statement: Statement): StatementKind {
  return onlyKey(statement) as StatementKind;
}

/** The kind of an expression object. */
export function expressionKind(expression: ExpressionObject): ExpressionKind {
  return onlyKey(expression) as ExpressionKind;
}
