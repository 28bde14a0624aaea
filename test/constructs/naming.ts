// What the parts of a policy are written with. In: the syntax trees and the policy made of them. Out: names of constructs for each part. Guarantees:
// pure; every name is one of the vocabulary.
import type { Policy, PolicyRule, SourceSet, Test } from '@weir/compiler';
import type { Clause, DefaultStatement, Expression, Name, NumberValue, Rule, Value } from '@weir/grammar';
import type { Naming } from './units.ts';
import { CONSTRUCTS, ENDS, type Form } from './vocabulary.ts';

type Statement = Rule | DefaultStatement;

/** The names for the parts of a policy. */
export function namingOf(sources: SourceSet, policy: Policy): Naming {
  const statements = statementsOf(sources);
  const at = ({ span }: PolicyRule['origin']): Statement | undefined =>
    statements.get(`${span.file}:${span.start}-${span.end}`);
  return {
    rule: (rule, of, direction) => {
      const written = at(rule.origin);
      if (written?.kind !== 'rule') return [];
      const verdict = `${of} ${written.direction ?? direction} ${verdictName(rule.verdict)}`;
      return [verdict, ...subjectNames(written), ...written.clauses.flatMap((clause) => clauseNames(clause, written))];
    },
    condition: (rule) => (at(rule.origin)?.clauses ?? []).filter(isCondition).flatMap((one) => clauseNames(one)),
    test: (test) => operandNames(test, policy),
    block: (block, of) => [
      `use in a ${of}`,
      ...(block.nodes.some((node) => node.kind === 'rule' && node.verdict.kind === 'return')
        ? [`return in a used ${of}`]
        : []),
    ],
    default: (list, of, direction) => [
      `${of} default ${direction} ${verdictName(list.default.verdict)}`,
      ...(at(list.default.origin)?.clauses ?? []).flatMap((clause) => clauseNames(clause)),
    ],
  };
}

function statementsOf({ files }: SourceSet): ReadonlyMap<string, Statement> {
  const found = new Map<string, Statement>();
  for (const [file, tree] of files) {
    for (const item of tree.items) {
      if (item.kind !== 'policy') continue;
      for (const one of item.body)
        if (one.kind === 'rule' || one.kind === 'default') found.set(`${file}:${one.start}-${one.end}`, one);
    }
  }
  return found;
}

const verdictName = (verdict: PolicyRule['verdict']): string =>
  verdict.kind === 'reject' ? `reject with ${verdict.with}` : verdict.kind;

const isCondition = ({ kind }: Clause): boolean => kind === 'limit' || kind === 'quota' || kind === 'connections';

const KNOWN: ReadonlySet<string> = new Set(CONSTRUCTS);

function subjectNames({ subjects }: Rule): readonly string[] {
  if (subjects.length === 0) return ['subject none'];
  return [...(subjects.length > 1 ? ['subject several'] : []), ...subjects.map(subjectName)];
}

function subjectName(node: Name | NumberValue): string {
  if (node.kind === 'number')
    return node.value < 256n ? 'subject an IP protocol by number' : 'subject an EtherType by number';
  return KNOWN.has(`subject ${node.text}`) ? `subject ${node.text}` : 'subject a service';
}

function clauseNames(clause: Clause, rule?: Rule): readonly string[] {
  switch (clause.kind) {
    case 'end':
      return [
        ...(clause.value === undefined ? [] : endNames(clause.value).map((name) => `${clause.side} ${name}`)),
        ...(clause.ports === undefined ? [] : [`${clause.side} port`]),
      ];
    case 'port':
      return [`port ${portForm(clause.value)}`];
    case 'type':
    case 'code':
      return (rule?.subjects ?? []).flatMap((one) =>
        one.kind === 'name' && /^(icmp|icmpv6|igmp)$/.test(one.text) ? [`${one.text} ${clause.kind}`] : [],
      );
    case 'where':
      return [...new Set(connectives(clause.condition))].map((kind) => `where ${kind}`);
    case 'limit':
      return [
        clause.over ? 'limit over' : 'limit',
        ...(clause.burst === undefined ? [] : ['limit burst']),
        ...(clause.rate.kind === 'rate' && clause.rate.unit !== 'packets' ? ['limit of bytes'] : []),
      ];
    case 'connections':
      return [clause.perSource ? 'connections over per source' : 'connections over'];
    case 'quota':
      return [clause.over ? 'quota over' : 'quota'];
    case 'log':
      return [
        'log',
        ...(clause.prefix === undefined ? [] : ['log prefix']),
        ...(clause.level === undefined ? [] : ['log level']),
        ...(clause.group === undefined ? [] : ['log group']),
        ...(clause.rate === undefined ? [] : ['log at most']),
      ];
    case 'count':
      return [clause.name === undefined ? 'count' : 'count by name'];
    case 'mark':
    case 'dscp':
    case 'stateless':
      return [clause.kind];
    default:
      return clause satisfies never;
  }
}

/** What an end is made of: `not` and sets besides what stands in them. */
function endNames(value: Value): readonly string[] {
  switch (value.kind) {
    case 'not-value':
      return ['not', ...endNames(value.operand)];
    case 'set-value':
      return ['set', ...value.members.flatMap(endNames)];
    case 'call':
      return ENDS.filter((end) => end === `${value.callee.text}()`);
    case 'name-value':
      return [nameOfEnd(value.text)];
    case 'address':
    case 'prefix':
    case 'range':
      return [value.kind];
    default:
      return [];
  }
}

function nameOfEnd(text: string): string {
  if (text === 'self' || text.startsWith('self.')) return 'self';
  return ['any', 'world', 'gateway', 'host'].includes(text) ? text : 'named';
}

function portForm(value: Value): string {
  if (value.kind === 'set-value') return 'set';
  if (value.kind === 'range') return 'range';
  return value.kind === 'number' ? 'number' : 'named';
}

function connectives(expression: Expression): readonly string[] {
  switch (expression.kind) {
    case 'and':
    case 'or':
      return [expression.kind, ...expression.operands.flatMap(connectives)];
    case 'not':
      return ['not', ...connectives(expression.operand)];
    default:
      return [];
  }
}

/** The forms of a test; `mask` and `negated` besides the form of its values. */
export function formsOf(test: Test, isFlag: boolean): readonly Form[] {
  if (isFlag) return ['flag'];
  const { operand, negated, mask } = test;
  const ranges = operand.kind === 'values' ? operand.ranges : [];
  const form: readonly Form[] =
    operand.kind !== 'values'
      ? ['set']
      : ranges.length > 1
        ? ['set']
        : ranges.some((r) => r.low !== r.high)
          ? ['range']
          : ['equal'];
  return [...(mask === undefined ? form : ['mask' as const]), ...(negated ? ['negated' as const] : [])];
}

function operandNames({ operand }: Test, policy: Policy): readonly string[] {
  if (operand.kind === 'values') return [];
  if (operand.kind === 'self') return operand.fact === 'ifname' ? [] : [`own ${operand.fact}`];
  const set = policy.sets.find(({ id }) => id === operand.set);
  return set === undefined ? [] : [`named ${set.type}`];
}
