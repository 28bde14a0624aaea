/** The match of one rule: its subjects, ends, ports, types and condition, all of which must hold. */
import type { Clause, EndClause, Rule } from '@weir/grammar';
import { fieldOf } from '../policy/fields.ts';
import type { Match, Test } from '../policy/match.ts';
import { addressValue } from './address-value.ts';
import { condition } from './condition.ts';
import { all, any, endMatch } from './end-match.ts';
import type { Environment } from './environment.ts';
import { misplacedOption, needsPorts, needsType, neverMatches, optionTwice } from './findings.ts';
import { whyNever } from './why-never.ts';
import { portRanges } from './port-value.ts';
import { spanOf } from './report.ts';
import { type Refinement, type Subject, subject, subjectMatch } from './subject.ts';

/** The clauses that say what a rule matches. */
export type Matched = Pick<Rule, 'subjects' | 'clauses' | 'start' | 'end'>;

const clausesOf = <K extends Clause['kind']>(rule: Matched, kind: K): readonly Extract<Clause, { kind: K }>[] =>
  rule.clauses.filter((clause): clause is Extract<Clause, { kind: K }> => clause.kind === kind);

/**
 * `exchanged` reads `from` as `to` and the other way round: the second half of an `inout` rule.
 * Undefined when part of it is wrong, which has then been reported.
 */
export function ruleMatch(
  rule: Matched,
  of: 'guard' | 'filter',
  exchanged: boolean,
  env: Environment,
): Match | undefined {
  const subjects = rule.subjects.map((node) => subject(node, of, env));
  const ends = endMatches(rule, exchanged, env);
  const extra = refinement(rule, subjects, exchanged, env);
  const where = clausesOf(rule, 'where').map((clause) => condition(clause.condition, env));
  if (subjects.includes(undefined) || ends === undefined || extra === undefined || where.includes(undefined)) {
    return undefined;
  }
  const parts = subjects.map((found) => found && subjectMatch(found, extra, env));
  if (parts.includes(undefined)) return undefined;
  const about = parts.flatMap((part) => part ?? []);
  const exchange = (match: Match): Match => (exchanged ? exchangedFields(match) : match);
  const match = all([
    ...(about.length === 0 ? [] : [any(about)]),
    ...ends,
    ...where.flatMap((part) => (part ? [exchange(part)] : [])),
  ]);
  if (of === 'guard') {
    const state = stateTest(match);
    if (state !== undefined) {
      const help = 'guards only look at single frames; put this into a filter';
      const params = { option: typeof state.field === 'string' ? state.field : '', where: 'in a guard', help };
      return env.world.report.add(misplacedOption(state.span ?? spanOf(env.file, rule), params));
    }
  }
  const never = whyNever(match, of, env);
  return never === undefined ? match : env.world.report.add(neverMatches(spanOf(env.file, rule), never));
}

/** A test of the connection, wherever it stands in the match. */
function stateTest(match: Match): Test | undefined {
  switch (match.kind) {
    case 'always':
      return undefined;
    case 'all':
    case 'any':
      return match.of.map(stateTest).find((test) => test !== undefined);
    case 'not':
      return stateTest(match.of);
    case 'test':
      return typeof match.field === 'string' && fieldOf(match.field)?.header === 'connection' ? match : undefined;
    default:
      return match satisfies never;
  }
}

function endMatches(rule: Matched, exchanged: boolean, env: Environment): readonly Match[] | undefined {
  const clauses = clausesOf(rule, 'end').filter((clause) => clause.value !== undefined);
  twice(clauses, env);
  const found = clauses.map((clause) => {
    const term = clause.value && addressValue(clause.value, env);
    return term && endMatch(sideOf(clause, exchanged), term, spanOf(env.file, clause));
  });
  return found.includes(undefined) ? undefined : found.flatMap((match) => match ?? []);
}

const sideOf = (clause: EndClause, exchanged: boolean): 'from' | 'to' =>
  exchanged ? (clause.side === 'from' ? 'to' : 'from') : clause.side;

function twice(clauses: readonly EndClause[], env: Environment): void {
  for (const [index, clause] of clauses.entries()) {
    if (clauses.slice(0, index).some((other) => other.side === clause.side)) {
      env.world.report.add(optionTwice(spanOf(env.file, clause), { option: clause.side }));
    }
  }
}

/** Ports and types that clauses give; undefined when wrong. */
function refinement(
  rule: Matched,
  subjects: readonly (Subject | undefined)[],
  exchanged: boolean,
  env: Environment,
): Refinement | undefined {
  const [port, ...more] = clausesOf(rule, 'port');
  for (const clause of more) env.world.report.add(optionTwice(spanOf(env.file, clause), { option: 'port' }));
  const from = clausesOf(rule, 'end').find((clause) => clause.side === 'from' && clause.ports);
  const to = clausesOf(rule, 'end').find((clause) => clause.side === 'to' && clause.ports);
  if (port !== undefined && to !== undefined) {
    env.world.report.add(optionTwice(spanOf(env.file, port), { option: 'port' }));
    return undefined;
  }
  const destination = port?.value ?? to?.ports;
  const source = from?.ports;
  const ports = destination && portRanges(destination, env);
  const sourcePorts = source && portRanges(source, env);
  if ((destination && !ports) || (source && !sourcePorts)) return undefined;
  if (subjects.length === 0 && (ports || sourcePorts)) {
    const at = port ?? to ?? from ?? rule;
    return env.world.report.add(needsPorts(spanOf(env.file, at), {}));
  }
  const [here, there] = exchanged ? [sourcePorts, ports] : [ports, sourcePorts];
  const types = typesOf(rule, subjects, env);
  return types && { ...types, exchanged, ...(here && { ports: here }), ...(there && { sourcePorts: there }) };
}

/** The `type` and `code` that the rule asks for; what they mean depends on the protocol of each subject. */
function typesOf(
  rule: Matched,
  subjects: readonly (Subject | undefined)[],
  env: Environment,
): Pick<Refinement, 'type' | 'code'> | undefined {
  const [type, code] = (['type', 'code'] as const).map((kind) => {
    const [first, ...more] = clausesOf<'type' | 'code'>(rule, kind);
    for (const clause of more) env.world.report.add(optionTwice(spanOf(env.file, clause), { option: kind }));
    return first;
  });
  const first = type ?? code;
  if (first !== undefined && subjects.length === 0) {
    return env.world.report.add(needsType(spanOf(env.file, first), { clause: first.kind }));
  }
  return { ...(type && { type: type.value }), ...(code && { code: code.value }) };
}

const PAIRS: readonly (readonly [string, string])[] = [
  ['source', 'destination'],
  ['sender-ip', 'target-ip'],
  ['sender-mac', 'target-mac'],
];

/** The same condition seen from the other end. */
function exchangedFields(match: Match): Match {
  switch (match.kind) {
    case 'always':
      return match;
    case 'all':
    case 'any':
      return { kind: match.kind, of: match.of.map(exchangedFields) };
    case 'not':
      return { kind: 'not', of: exchangedFields(match.of) };
    case 'test':
      return typeof match.field === 'string' ? { ...match, field: exchangedField(match.field) } : match;
    default:
      return match satisfies never;
  }
}

function exchangedField(field: string): string {
  const dot = field.indexOf('.');
  const name = field.slice(dot + 1);
  for (const [a, b] of PAIRS) {
    if (name === a) return `${field.slice(0, dot + 1)}${b}`;
    if (name === b) return `${field.slice(0, dot + 1)}${a}`;
  }
  return field;
}
