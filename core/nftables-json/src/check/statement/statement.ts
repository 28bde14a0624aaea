/** The list of all statements with their checks, and the check of a rule's statements in order. */
import type { StatementKind } from '../../types/statement.ts';
import type { Check, CheckContext } from '../context.ts';
import { at, report, requireVersion } from '../context.ts';
import { checkSelector } from '../selector.ts';
import { checkOnlyKey, checkShape, describe, isRecord, nothing, nothingOr } from '../shape.ts';
import { chainTarget } from '../value.ts';
import { dup, flow, fwd, log, queue, reject, synproxyShape } from './action.ts';
import { changeMap, changeSet, meter } from './change-set.ts';
import { mangle } from './mangle.ts';
import { match, vmap } from './match.ts';
import { objectName, statefulStatements } from './stateful.ts';
import { nat, portNat, tproxy } from './translate.ts';

const stateful = (kind: string): Check => statefulStatements[kind] ?? nothing;

const resetOption: Check = (ctx, body) => {
  if (!isRecord(body) || Object.keys(body).join() !== 'tcp option')
    report(ctx, 'wrong-type', 'expected {"tcp option": …}');
  else checkSelector(ctx, body);
};

const synproxy: Check = nothingOr((ctx, body) => {
  if (typeof body === 'string' || (isRecord(body) && 'map' in body)) objectName(ctx, body);
  else checkShape(ctx, body, synproxyShape);
});

/** The check of each statement's body. */
export const statementChecks: Readonly<Record<StatementKind, Check>> = {
  accept: nothing,
  drop: nothing,
  continue: nothing,
  return: nothing,
  jump: chainTarget,
  goto: chainTarget,
  match,
  vmap,
  counter: stateful('counter'),
  last: stateful('last'),
  mangle,
  quota: stateful('quota'),
  limit: stateful('limit'),
  flow,
  fwd,
  notrack: nothing,
  dup,
  snat: nat,
  dnat: nat,
  masquerade: portNat,
  redirect: portNat,
  tproxy,
  reject,
  set: changeSet,
  map: changeMap,
  log,
  'ct helper': objectName,
  'ct timeout': objectName,
  'ct expectation': objectName,
  meter,
  queue,
  'ct count': stateful('ct count'),
  synproxy,
  reset: resetOption,
  secmark: objectName,
  tunnel: (ctx, body) => {
    if (requireVersion(ctx, '1.1.6', 'the statement `tunnel`')) objectName(ctx, body);
  },
  xt: (ctx) => report(ctx, 'output-only', 'nft prints `xt` and refuses to read it'),
};

/** Statements after which nothing of the rule runs. WHY: nft refuses what follows them. */
const FINAL: ReadonlySet<string> = new Set(['accept', 'drop', 'return', 'jump', 'goto', 'reject']);

function checkStatement(ctx: CheckContext, value: unknown): void {
  const kind = checkOnlyKey(ctx, value, 'a statement');
  if (kind === undefined) return;
  if (!Object.hasOwn(statementChecks, kind)) report(ctx, 'unknown-word', `there is no statement ${describe(kind)}`);
  else at(ctx, kind, statementChecks[kind as StatementKind], (value as Record<string, unknown>)[kind]);
}

/** The statements of a rule. */
export const statements: Check = (ctx, value) => {
  if (!Array.isArray(value)) {
    report(ctx, 'wrong-type', `expected an array of statements, found ${describe(value)}`);
    return;
  }
  if (value.length === 0) report(ctx, 'empty-list', 'a rule needs a statement');
  for (const [index, statement] of value.entries()) {
    at(ctx, index, checkStatement, statement);
    const isFinal = isRecord(statement) && Object.keys(statement).some((key) => FINAL.has(key));
    if (isFinal && index < value.length - 1) report(ctx, 'after-verdict', 'nothing can follow a verdict', index + 1);
  }
};
