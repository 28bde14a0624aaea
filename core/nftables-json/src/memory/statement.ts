/**
 * Rules as steps. In: the statements of a rule and the table it goes into. Out: steps in order, with the matches that nft adds; what the
 * rule refers to; and how to print it with its state. A statement that is not carried out stops a packet with `unsupported`.
 */
import type { Expression } from '../types/expression.ts';
import { statementKind } from '../types/kind.ts';
import type { SetStatementBody, MapStatementBody, Statement, StatementKind } from '../types/statement.ts';
import { compileNat, compilePortNat, compileReject } from './action.ts';
import type { Atom } from './atom.ts';
import { learnedElement, verdictOf } from './element.ts';
import type { ElementData } from './element-store.ts';
import { EvaluationError, Refusal } from './error.ts';
import { arrivalOf, atomsOf, compileVmap, namedSet } from './lookup.ts';
import { compileMangle } from './mangle.ts';
import { compileMeter } from './meter.ts';
import { compileMatch } from './match.ts';
import { compileRead } from './read.ts';
import type { CompiledRule, Run, Step } from './run.ts';
import type { Scope } from './scope.ts';
import { startScope } from './scope.ts';
import type { SetState, TableState } from './state.ts';
import type { Stateful } from './stateful.ts';
import { limitState, pass, quotaState } from './stateful.ts';
import { printAtom, printKey, printStateful } from './print.ts';
import { compileValue } from './value-source.ts';

/** Which statements are carried out; the others stop a packet with `unsupported`. */
export const STATEMENT_SUPPORT = {
  accept: true,
  drop: true,
  continue: true,
  return: true,
  jump: true,
  goto: true,
  match: true,
  vmap: true,
  counter: true,
  last: true,
  mangle: true,
  quota: true,
  limit: true,
  notrack: true,
  snat: true,
  dnat: true,
  masquerade: true,
  redirect: true,
  reject: true,
  set: true,
  map: true,
  log: true,
  'ct count': true,
  flow: false,
  fwd: false,
  dup: false,
  tproxy: false,
  'ct helper': false,
  'ct timeout': false,
  'ct expectation': false,
  meter: true,
  queue: false,
  synproxy: false,
  reset: false,
  secmark: false,
  tunnel: false,
  xt: false,
} as const satisfies Record<StatementKind, boolean>;

/** Compiles a rule. Throws a `Refusal` for what nft refuses. */
export function compileRule(statements: readonly Statement[], table: TableState, now: number): CompiledRule {
  const scope = startScope(table);
  const prints: (() => object)[] = [];
  for (const statement of statements) prints.push(compileStatement(statement, scope, now));
  const { steps, targets, sets, objects } = scope;
  return { steps, targets, sets, objects, print: () => prints.map((print) => print()) };
}

function compileStatement(statement: Statement, scope: Scope, now: number): () => object {
  const state = statefulOf(statement, now);
  if (state !== undefined) {
    scope.steps.push((run) => (pass(state, arrivalOf(run)) ? 'next' : 'break'));
    return () => printStateful(state);
  }
  const verdict = verdictOf(statement);
  if (verdict !== undefined) {
    if ('target' in verdict) scope.targets.push(verdict.target);
    scope.steps.push(() => (verdict.kind === 'continue' ? 'next' : verdict));
  } else if ('match' in statement) compileMatch(statement.match, scope);
  else {
    const step = compileOther(statement, scope, now);
    scope.steps.push(step);
  }
  return () => statement;
}

/** Fresh state of a statement that remembers by itself; undefined for all others, named ones too. */
export function statefulOf(statement: Statement, now: number): Stateful | undefined {
  if ('counter' in statement) {
    const body = statement.counter;
    if (typeof body === 'string' || (body !== null && 'map' in body)) return undefined;
    return { kind: 'counter', packets: body?.packets ?? 0, bytes: body?.bytes ?? 0 };
  }
  if ('limit' in statement && typeof statement.limit === 'object' && 'rate' in statement.limit)
    return limitState(statement.limit, now);
  if ('quota' in statement && typeof statement.quota === 'object' && 'val' in statement.quota)
    return quotaState(statement.quota);
  if ('last' in statement) return { kind: 'last', used: undefined };
  if ('ct count' in statement) {
    const body = statement['ct count'];
    return { kind: 'ct count', limit: body.val, isInverted: body.inv === true };
  }
  return undefined;
}

function compileOther(statement: Statement, scope: Scope, now: number): Step {
  if ('vmap' in statement) return compileVmap(statement.vmap, scope);
  if ('mangle' in statement) return compileMangle(statement.mangle, scope);
  if ('reject' in statement) return compileReject(statement.reject, scope);
  if ('snat' in statement) return compileNat('snat', statement.snat, scope);
  if ('dnat' in statement) return compileNat('dnat', statement.dnat, scope);
  if ('masquerade' in statement) return compilePortNat('masquerade', statement.masquerade, scope);
  if ('redirect' in statement) return compilePortNat('redirect', statement.redirect, scope);
  if ('set' in statement) return compileUpdate(statement.set, statement.set.set, undefined, scope, now);
  if ('map' in statement) return compileUpdate(statement.map, statement.map.map, statement.map.data, scope, now);
  if ('meter' in statement) {
    const { meter } = statement;
    return compileMeter(meter, scope, (at) => statefulOf(meter.stmt, at));
  }
  if ('notrack' in statement) return notrack;
  if ('log' in statement) {
    const body = statement.log ?? {};
    return (run) => {
      run.effects.push({ kind: 'log', rule: run.rule, body });
      return 'next';
    };
  }
  return compileNamed(statement, scope);
}

/** Counters, quotas and limits that have a name. */
function compileNamed(statement: Statement, scope: Scope): Step {
  const kind = statementKind(statement);
  const name: unknown = Object.values(statement)[0];
  const isNamed = NAMED.has(kind) && typeof name === 'string';
  if (isNamed) {
    const key = `${kind} ${name}`;
    if (!scope.table.objects.has(key)) throw new Refusal('unknown-object', `there is no ${kind} \`${name}\``);
    scope.objects.push(key);
    if (STATEMENT_SUPPORT[kind]) {
      return (run) => {
        const state = run.table.objects.get(key)?.stateful;
        return state !== undefined && pass(state, arrivalOf(run)) ? 'next' : 'break';
      };
    }
  }
  return () => {
    throw new EvaluationError('unsupported', `the in-memory nftables does not carry out \`${kind}\``);
  };
}

const NAMED: ReadonlySet<StatementKind> = new Set([
  'counter',
  'quota',
  'limit',
  'ct helper',
  'ct timeout',
  'ct expectation',
  'synproxy',
  'secmark',
  'tunnel',
]);

/** WHY: a packet that has an entry stays tracked (Linux nft_ct notrack). */
function notrack(run: Run): 'next' {
  const hasEntry = run.input.ct !== undefined && run.ctState !== 'invalid' && run.ctState !== 'untracked';
  if (!hasEntry && run.ctState !== 'untracked') {
    run.ctState = 'untracked';
    run.effects.push({ kind: 'notrack', rule: run.rule });
  }
  return 'next';
}

const DEFAULT_SIZE = 65535;

/** What an update does with the atoms of a packet. */
interface Update {
  readonly op: SetStatementBody['op'];
  readonly set: string;
  readonly timeout: number | undefined;
  readonly stateful: () => readonly Stateful[];
  readonly data: ((run: Run) => ElementData | undefined) | undefined;
}

function compileUpdate(
  body: SetStatementBody | MapStatementBody,
  reference: string,
  data: Expression | undefined,
  scope: Scope,
  now: number,
): Step {
  const elem = typeof body.elem === 'object' && 'elem' in body.elem ? body.elem.elem : { val: body.elem };
  const read = compileRead(elem.val, scope);
  const set = namedSet(reference, data === undefined ? 'set' : 'map', read.types, scope);
  const statements = body.stmt ?? set.body.stmt ?? [];
  const update: Update = {
    op: body.op,
    set: set.body.name,
    timeout: elem.timeout ?? set.body.timeout,
    stateful: () => statements.flatMap((statement) => statefulOf(statement, now) ?? []),
    data: data === undefined ? undefined : compileData(data, set.data?.[0], scope),
  };
  return (run) => {
    const atoms = atomsOf(read, run);
    return atoms === undefined ? 'break' : runUpdate(update, atoms, run);
  };
}

function compileData(
  data: Expression,
  type: Parameters<typeof compileValue>[1] | undefined,
  scope: Scope,
): (run: Run) => ElementData | undefined {
  if (type === undefined) throw new Refusal('wrong-type', 'packets can only put values into a map');
  const load = compileValue(data, type, 'network', scope);
  return (run) => {
    const atom = load(run);
    return atom === undefined ? undefined : { kind: 'value', span: [{ kind: 'span', low: atom, high: atom }] };
  };
}

/** WHY: a set that is full ends the rule; `add` leaves the time of an element as it is, `update` starts it again (Linux nft_dynset). */
function runUpdate(update: Update, atoms: readonly Atom[], run: Run): 'next' | 'break' {
  const set = run.table.sets.get(update.set);
  if (set === undefined) return 'break';
  const { elements } = set;
  const key = atoms.map((atom) => ({ kind: 'span', low: atom, high: atom }) as const);
  const effect = { kind: 'set', rule: run.rule, op: update.op, set: update.set, key: atoms } as const;
  let element = elements.get(key, run.now);
  if (update.op === 'delete') {
    if (!elements.remove(key, run.now)) return 'break';
    run.effects.push(effect);
    return 'next';
  }
  if (element === undefined) {
    if (elements.all(run.now).length >= (set.body.size ?? DEFAULT_SIZE)) return 'break';
    const data = update.data?.(run);
    if (update.data !== undefined && data === undefined) return 'break';
    const how = { timeout: update.timeout, stateful: update.stateful(), now: run.now };
    element = learnedElement(
      atoms,
      printKey(atoms, set.key),
      how,
      data && { data, written: printData(data, set.data) },
    );
    elements.remove(key, run.now);
    elements.put(element);
    run.effects.push(effect);
  } else if (update.op === 'update' && element.expires !== undefined && update.timeout !== undefined) {
    element.expires = run.now + update.timeout * 1e9;
    run.effects.push(effect);
  }
  const arrival = arrivalOf(run);
  return element.stateful.every((state) => pass(state, arrival)) ? 'next' : 'break';
}

function printData(data: ElementData, types: SetState['data']): Expression {
  return data.kind === 'value' && data.span[0]?.kind === 'span' ? printAtom(data.span[0].low, types?.[0]) : '';
}
