/** The statements of a guard or filter as decision lists, one for each direction. */
import type { DefaultStatement, PolicyItem, Rule, Statement, UseStatement, Verdict } from '@weir/grammar';
import type { DecisionList, Direction, Origin, PolicyNode, PolicyVerdict, RuleOptions } from '../policy/rule.ts';
import { checkAnnotations, isLeftOut, isStaged } from './annotations.ts';
import { all } from './end-match.ts';
import { type Environment, textOf } from './environment.ts';
import { defaultTwice, misplacedOption, misplacedVerdict, missingDirection } from './findings.ts';
import { ruleOptions } from './options.ts';
import { rejectKind } from './reject-kind.ts';
import { spanOf } from './report.ts';
import { ruleMatch } from './rule-match.ts';
import { type Lists, usedPolicy } from './use.ts';

const DIRECTIONS = ['in', 'out'] as const satisfies readonly Direction[];

/** Where a statement stands: its item and its 1-based place in it. */
function originOf(item: PolicyItem, statement: number, node: Statement, env: Environment): Origin {
  return { span: spanOf(env.file, node), item: `${item.of} ${item.name.text}`, statement };
}

type Nodes = Record<Direction, PolicyNode[]>;
type Defaults = Partial<Record<Direction, { readonly list: DecisionList['default']; readonly node: Statement }>>;

/** The decision lists of an item; rules with errors are left out, and their errors have been reported. */
export function policyLists(item: PolicyItem, env: Environment): Lists {
  const nodes: Nodes = { in: [], out: [] };
  const defaults: Defaults = {};
  for (const [index, statement] of item.body.entries()) {
    const origin = originOf(item, index + 1, statement, env);
    if (statement.kind !== 'error-statement') {
      checkAnnotations(statement.annotations, statement.kind === 'rule' ? 'rule' : 'item', env);
    }
    switch (statement.kind) {
      case 'rule':
        addRule(statement, item.of, origin, nodes, env);
        break;
      case 'use':
        addUse(statement, item.of, origin, nodes, env);
        break;
      case 'default':
        addDefault(statement, item.of, origin, defaults, env);
        break;
      case 'error-statement':
        break;
      default:
        statement satisfies never;
    }
  }
  const origin: Origin = { span: spanOf(env.file, item.name), item: `${item.of} ${item.name.text}`, statement: 0 };
  const list = (direction: Direction): DecisionList => ({
    nodes: nodes[direction],
    default: defaults[direction]?.list ?? { verdict: { kind: 'drop' }, options: {}, origin },
  });
  return { in: list('in'), out: list('out') };
}

function addRule(rule: Rule, of: PolicyItem['of'], origin: Origin, nodes: Nodes, env: Environment): void {
  const written = ruleVerdict(rule, of, env);
  const given = ruleOptions(rule.clauses, of, env);
  const isOnTrial = isStaged(rule.annotations);
  const verdict: PolicyVerdict | undefined = written && isOnTrial ? { kind: 'continue' } : written;
  const options = given && isOnTrial ? stagedOptions(given, rule.verdict.verdict) : given;
  const isOff = verdict !== undefined && isLeftOut(rule.annotations, verdict, env);
  if (of === 'filter') checkChanges(rule, env);
  if (rule.direction === undefined) env.world.report.add(missingDirection(spanOf(env.file, rule.verdict), {}));
  const directions = rule.direction === 'inout' ? DIRECTIONS : rule.direction === undefined ? [] : [rule.direction];
  for (const direction of directions.length === 0 ? (['in'] as const) : directions) {
    const exchanged = rule.direction === 'inout' && direction === 'out';
    const match = ruleMatch(rule, of, exchanged, env);
    if (match === undefined || verdict === undefined || options === undefined || directions.length === 0) continue;
    if (isOff) continue;
    const resetMatch =
      written?.kind === 'reject' && written.with === 'tcp-reset'
        ? all([match, { kind: 'test', field: 'packet.protocol', negated: false, operand: TCP }])
        : match;
    nodes[direction].push({ kind: 'rule', match: resetMatch, options, verdict, origin });
  }
}

/** WHY: a staged rule changes nothing about a packet; it is logged, but never as often as packets come. */
function stagedOptions({ mark: _mark, dscp: _dscp, ...kept }: RuleOptions, word: string): RuleOptions {
  const log = kept.log ?? { prefix: `staged ${word}`, rate: { amount: 1, unit: 'packets', per: 'second' } };
  return { ...kept, log, count: kept.count ?? true };
}

const TCP = { kind: 'values', ranges: [{ low: 6n, high: 6n }] } as const;

/** What changes a packet says nothing where the packet ends. */
function checkChanges(rule: Rule, env: Environment): void {
  const { verdict } = rule.verdict;
  if (verdict !== 'drop' && verdict !== 'reject') return;
  for (const clause of rule.clauses) {
    if (clause.kind !== 'mark' && clause.kind !== 'dscp') continue;
    const params = { option: clause.kind, where: 'on this verdict', help: 'the packet goes no further' };
    env.world.report.add(misplacedOption(spanOf(env.file, clause), params));
  }
}

function ruleVerdict(rule: Rule, of: PolicyItem['of'], env: Environment): PolicyVerdict | undefined {
  const stateless = rule.clauses.find((clause) => clause.kind === 'stateless');
  const verdict = verdictOf(rule.verdict, of, env);
  if (stateless !== undefined && (of === 'guard' || verdict?.kind !== 'accept')) {
    const help = of === 'guard' ? 'guards are always stateless' : 'only an `accept` follows its connection';
    const params = { option: 'stateless', where: of === 'guard' ? 'in a guard' : 'on this verdict', help };
    env.world.report.add(misplacedOption(spanOf(env.file, stateless), params));
    return undefined;
  }
  if (
    verdict?.kind === 'reject' &&
    verdict.with === 'tcp-reset' &&
    !rule.subjects.some((s) => textOf(env, s) === 'tcp')
  ) {
    const help = 'write `tcp` as the rule’s protocol, or choose another answer';
    const params = { option: 'with tcp-reset', where: 'on a rule that is not about tcp', help };
    env.world.report.add(misplacedOption(spanOf(env.file, rule.verdict), params));
    return undefined;
  }
  return verdict?.kind === 'accept' ? { kind: 'accept', stateless: stateless !== undefined } : verdict;
}

/** A verdict that may stand in this kind of item. */
function verdictOf(verdict: Verdict, of: PolicyItem['of'], env: Environment): PolicyVerdict | undefined {
  const span = spanOf(env.file, verdict);
  const { verdict: word } = verdict;
  if (word === 'pass' && of === 'filter') {
    const help = 'filters `accept`; only guards `pass` a frame on to the filters';
    return env.world.report.add(misplacedVerdict(span, { verdict: word, item: of, help }));
  }
  if (word === 'reject' && of === 'guard') {
    const help = 'guards `drop`; a filter can answer the sender';
    return env.world.report.add(misplacedVerdict(span, { verdict: word, item: of, help }));
  }
  if (word === 'accept') return { kind: 'accept', stateless: false };
  if (word !== 'reject') return { kind: word };
  const found = rejectKind(verdict, env);
  return found && { kind: 'reject', with: found };
}

function addDefault(
  statement: DefaultStatement,
  of: PolicyItem['of'],
  origin: Origin,
  defaults: Defaults,
  env: Environment,
): void {
  const verdict = verdictOf(statement.verdict, of, env);
  const options = ruleOptions(statement.clauses, of, env);
  if (verdict?.kind === 'return') {
    const help = 'a default decides what no rule did';
    const params = { verdict: 'return', item: 'default', help };
    env.world.report.add(misplacedVerdict(spanOf(env.file, statement.verdict), params));
    return;
  }
  if (verdict?.kind === 'reject' && verdict.with === 'tcp-reset') {
    const help = 'a default is not only about tcp';
    const params = { option: 'with tcp-reset', where: 'on a default', help };
    env.world.report.add(misplacedOption(spanOf(env.file, statement.verdict), params));
    return;
  }
  const directions = statement.direction === 'in' || statement.direction === 'out' ? [statement.direction] : DIRECTIONS;
  for (const direction of directions) {
    const first = defaults[direction];
    if (first !== undefined) {
      const labels = [{ span: spanOf(env.file, first.node), text: 'given here first' }];
      env.world.report.add(defaultTwice(spanOf(env.file, statement), { direction, labels }));
    } else if (verdict !== undefined && options !== undefined) {
      const { log, count } = options;
      const kept = { ...(log && { log }), ...(count !== undefined && { count }) };
      defaults[direction] = { list: { verdict, options: kept, origin }, node: statement };
    }
  }
}

function addUse(statement: UseStatement, of: PolicyItem['of'], origin: Origin, nodes: Nodes, env: Environment): void {
  const used = usedPolicy(statement.target, of, env, policyLists);
  if (used === undefined) return;
  for (const direction of DIRECTIONS) {
    const list = used.lists[direction];
    if (list.nodes.length > 0) nodes[direction].push({ kind: 'block', name: used.name, nodes: list.nodes, origin });
  }
}
