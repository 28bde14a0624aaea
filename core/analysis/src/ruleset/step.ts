/** A rule as steps, with the tests that nft adds. In: statements, the rule's comment, the table. Out: steps; refused what is not known. */
import type { RejectKind, ValueRange } from '@weir/compiler';
import { BIT_TYPES, typeOfExpression } from '@weir/nftables-json';
import type { Expression, Statement, StatementBodies, ValueType } from '@weir/nftables-json';
import type { Effects } from '../outcome.ts';
import { oracleFact } from '../space/oracle.ts';
import { valuesOf } from '../space/ranges.ts';
import type { Fact } from '../space/terms.ts';
import { UnreadableError } from '../unreadable.ts';
import { constantRanges, constantValue } from './constant.ts';
import { isObject, readKey } from './read.ts';
import type { Read, TypedRead } from './read.ts';
import { readElement } from './ruleset-index.ts';
import type { IndexedElement, IndexedRule, IndexedTable } from './ruleset-index.ts';
import { RuleScope } from './scope.ts';
import type { AddedTest } from './scope.ts';

/** Elements that a rule looks up; a named set's name. */
export interface LookedUp {
  readonly name: string | undefined;
  readonly elements: readonly IndexedElement[];
}

export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'return' | 'continue' }
  | { readonly kind: 'reject'; readonly with: RejectKind }
  | { readonly kind: 'jump' | 'goto'; readonly target: string };

/** One step of a rule. Where a test fails, or what it reads is not there, the rule ends without verdict. */
export type Step =
  | { readonly kind: 'test'; readonly read: Read; readonly ranges: readonly ValueRange[]; readonly negated: boolean }
  | { readonly kind: 'lookup'; readonly reads: readonly Read[]; readonly set: LookedUp; readonly negated: boolean }
  | { readonly kind: 'vmap'; readonly reads: readonly Read[]; readonly set: LookedUp }
  | { readonly kind: 'priority'; readonly value: bigint | Read }
  | { readonly kind: 'effect'; readonly effect: Partial<Effects> }
  | { readonly kind: 'oracle'; readonly fact: Fact }
  | { readonly kind: 'end'; readonly verdict: Verdict };

/** What the compiling of rules needs to know of their place. */
export interface StepWorld {
  readonly table: IndexedTable;
  /** In front of the names of counters that a policy named. */
  readonly counterPrefix: string;
}

/** The steps of a rule. */
export function stepsOf(rule: IndexedRule, world: StepWorld): readonly Step[] {
  const scope = new RuleScope(world.table.family);
  return rule.statements.flatMap((statement) => statementSteps(statement, rule, scope, world));
}

const added = (tests: readonly AddedTest[]): readonly Step[] =>
  tests.map(({ read, value }) => ({ kind: 'test', read, ranges: valuesOf(value), negated: false }));

const refuse = (what: unknown): never => {
  throw new UnreadableError(`the statement ${JSON.stringify(what)}`);
};

function statementSteps(statement: Statement, rule: IndexedRule, scope: RuleScope, world: StepWorld): readonly Step[] {
  if ('match' in statement) return matchSteps(statement.match, scope, world);
  if ('vmap' in statement) {
    const { key, data } = statement.vmap;
    const reads = readKey(key);
    return [
      ...added(scope.before(key)),
      { kind: 'vmap', reads: reads.map(({ read }) => read), set: lookedUp(data, reads, true, world) },
    ];
  }
  if ('mangle' in statement) return mangleSteps(statement.mangle, scope);
  if ('reject' in statement) return rejectSteps(statement.reject, scope);
  const verdict = verdictOf(statement);
  if (verdict !== undefined) return [{ kind: 'end', verdict }];
  if ('counter' in statement) return [{ kind: 'effect', effect: { counts: [counterName(statement.counter, world)] } }];
  if ('log' in statement) return [{ kind: 'effect', effect: { logs: [logOption(statement.log)] } }];
  return oracleSteps(statement, rule.comment ?? rule.place, scope);
}

/** A verdict as a statement or in a map; undefined when it is none. */
export function verdictOf(statement: object): Verdict | undefined {
  for (const kind of ['accept', 'drop', 'return', 'continue'] as const) if (kind in statement) return { kind };
  for (const kind of ['jump', 'goto'] as const) {
    if (kind in statement) return { kind, ...(statement as Record<typeof kind, { readonly target: string }>)[kind] };
  }
  return undefined;
}

function matchSteps(
  { op, left, right }: StatementBodies['match'],
  scope: RuleScope,
  world: StepWorld,
): readonly Step[] {
  const reads = readKey(left);
  const before = added(scope.before(left));
  const negated = op === '!=';
  const isSet = (typeof right === 'string' && right.startsWith('@')) || (isObject(right) && 'set' in right);
  const [first] = reads;
  if (first === undefined) return refuse(left);
  const { read, type } = first;
  if (reads.length > 1 || (isSet && type.type === 'ifname') || (isSet && typeof right === 'string')) {
    if (op !== '==' && op !== '!=' && op !== 'in') return refuse(op);
    const set = isSet ? lookedUp(right, reads, false, world) : { name: undefined, elements: [elementOf(right, reads)] };
    return [...before, { kind: 'lookup', reads: reads.map((one) => one.read), set, negated }];
  }
  if (type.type === 'ifname') return refuse(left);
  if (op === '==' || op === 'in') scope.learn(left, learned(right, type));
  return [...before, ...comparison(op, read, right, type, isSet)];
}

function comparison(
  op: StatementBodies['match']['op'],
  read: Read,
  right: Expression,
  type: ValueType,
  isSet: boolean,
): readonly Step[] {
  const most = (1n << BigInt(type.bits)) - 1n;
  const test = (ranges: readonly ValueRange[], negated = false): readonly Step[] => [
    { kind: 'test', read, ranges, negated },
  ];
  const bound = (): bigint => constantValue(right, type);
  switch (op) {
    case '==':
    case '!=':
      return test(constantRanges(right, type), op === '!=');
    case 'in':
      return !isSet && BIT_TYPES.has(type.type) ? anyBit(read, bound()) : test(constantRanges(right, type));
    case '<':
      return test(bound() === 0n ? [] : [{ low: 0n, high: bound() - 1n }]);
    case '<=':
      return test([{ low: 0n, high: bound() }]);
    case '>':
      return test(bound() === most ? [] : [{ low: bound() + 1n, high: most }]);
    case '>=':
      return test([{ low: bound(), high: most }]);
    default:
      return op satisfies never;
  }
}

const STATE_BITS = [1, 2, 4, 8, 64];

/** Some of the bits are set. A connection has exactly one state. */
function anyBit(read: Read, bits: bigint): readonly Step[] {
  if (read.kind === 'state') {
    const ranges = valuesOf(...STATE_BITS.filter((bit) => (BigInt(bit) & bits) !== 0n));
    return [{ kind: 'test', read, ranges, negated: false }];
  }
  if (!('mask' in read)) return refuse(read);
  const mask = read.mask === undefined ? bits : read.mask & bits;
  return [{ kind: 'test', read: { ...read, mask }, ranges: valuesOf(0), negated: true }];
}

/** Single values of a match. */
function learned(right: Expression, type: ValueType): readonly number[] {
  const values = isObject(right) && 'set' in right ? right.set : [right];
  return values.flatMap((one) => {
    const [range, more] = constantRanges(one, type);
    return range !== undefined && more === undefined && range.low === range.high ? [Number(range.low)] : [];
  });
}

function elementOf(right: Expression, reads: readonly TypedRead[]): IndexedElement {
  return readElement({ types: reads.map(({ type }) => type), isMap: false }, right);
}

function lookedUp(data: Expression, reads: readonly TypedRead[], isMap: boolean, { table }: StepWorld): LookedUp {
  if (typeof data === 'string' && data.startsWith('@')) {
    const set = table.sets.get(data.slice(1));
    if (set === undefined || set.types.length !== reads.length || set.isMap !== isMap) return refuse(data);
    return { name: set.name, elements: set.elements };
  }
  if (!isObject(data) || !('set' in data)) return refuse(data);
  const shape = { types: reads.map(({ type }) => type), isMap };
  return { name: undefined, elements: data.set.map((one) => readElement(shape, one)) };
}

function mangleSteps({ key, value }: StatementBodies['mangle'], scope: RuleScope): readonly Step[] {
  if (!isObject(key)) return refuse(key);
  if ('meta' in key && key.meta.key === 'mark') return [{ kind: 'effect', effect: { mark: markChange(value) } }];
  if ('meta' in key && key.meta.key === 'priority') {
    if (typeof value === 'number') return [{ kind: 'priority', value: BigInt(value) }];
    const [one] = readKey(value);
    return one?.read.kind === 'bits' && one.read.bits === 32 ? [{ kind: 'priority', value: one.read }] : refuse(value);
  }
  if ('payload' in key && 'protocol' in key.payload && key.payload.field === 'dscp') {
    const [type] = typeOfExpression(key) ?? [];
    if (type === undefined) return refuse(key);
    const dscp = Number(constantValue(value, type));
    return [...added(scope.before(key)), { kind: 'effect', effect: { dscp } }];
  }
  return refuse(key);
}

const ALL_MARKS = 0xffff_ffff;

function markChange(value: Expression): NonNullable<Effects['mark']> {
  if (typeof value === 'number') return { keep: 0, set: value };
  if (!isObject(value)) return refuse(value);
  if ('meta' in value && value.meta.key === 'mark') return { keep: ALL_MARKS, set: 0 };
  const operands = '|' in value ? value['|'] : '&' in value ? value['&'] : refuse(value);
  const [left, right, more] = operands;
  if (left === undefined || typeof right !== 'number' || more !== undefined) return refuse(value);
  const { keep, set } = markChange(left);
  if ('&' in value) return { keep: (keep & right) >>> 0, set: (set & right) >>> 0 };
  return { keep: (keep & ~right) >>> 0, set: (set | right) >>> 0 };
}

function rejectSteps(body: StatementBodies['reject'], scope: RuleScope): readonly Step[] {
  if (body?.type === 'tcp reset') {
    return [...added(scope.needUpper(6)), { kind: 'end', verdict: { kind: 'reject', with: 'tcp-reset' } }];
  }
  if (body !== null && body.type !== 'icmpx') return refuse(body);
  const kind = body?.expr ?? 'port-unreachable';
  return typeof kind === 'number' ? refuse(body) : [{ kind: 'end', verdict: { kind: 'reject', with: kind } }];
}

function counterName(body: StatementBodies['counter'], { counterPrefix }: StepWorld): string {
  if (typeof body === 'string') return body.startsWith(counterPrefix) ? body.slice(counterPrefix.length) : refuse(body);
  return body !== null && 'map' in body ? refuse(body) : '';
}

function logOption(body: StatementBodies['log']): Effects['logs'][number] {
  const { prefix, level, group, ...rest } = body ?? {};
  if (Object.keys(rest).length > 0 || level === 'audit') return refuse(body);
  return {
    ...(prefix !== undefined && { prefix }),
    ...(level !== undefined && { level }),
    ...(group !== undefined && { group }),
  };
}

function oracleSteps(statement: Statement, label: string, scope: RuleScope): readonly Step[] {
  const step = (fact: Fact): readonly Step[] => [{ kind: 'oracle', fact }];
  if ('limit' in statement && typeof statement.limit === 'object' && 'rate' in statement.limit) {
    const { rate, per, rate_unit: unit = 'packets', burst, burst_unit: burstUnit, inv = false } = statement.limit;
    if (burst !== undefined && unit !== 'packets' && burstUnit !== unit) return refuse(statement);
    const settings = { amount: rate, unit, per, ...(burst !== undefined && { burst }), over: inv };
    return step(oracleFact(label, 'limit', settings));
  }
  if ('quota' in statement && typeof statement.quota === 'object' && 'val' in statement.quota) {
    const { val, val_unit: unit, inv = false, used } = statement.quota;
    if (unit !== 'bytes' || used !== undefined) return refuse(statement);
    return step(oracleFact(label, 'quota', { over: inv, bytes: val }));
  }
  if ('ct count' in statement) return step(countFact(statement['ct count'], label, false));
  if ('set' in statement) {
    const { elem, stmt = [], op } = statement.set;
    const [kept, more] = stmt;
    if (op !== 'add' || kept === undefined || more !== undefined) return refuse(statement);
    return keyedSteps(elem, kept, label, scope);
  }
  if ('meter' in statement) return keyedSteps(statement.meter.key, statement.meter.stmt, label, scope);
  return refuse(statement);
}

/** A limit or count for each key: of the device alone, or of a source behind it. The key must be there to be read. */
function keyedSteps(key: Expression, kept: Statement, label: string, scope: RuleScope): readonly Step[] {
  const reads = readKey(key).filter(({ read }) => read.kind !== 'device');
  if (reads.length === 0) return oracleSteps(kept, label, scope);
  if (!('ct count' in kept)) return refuse(kept);
  const present = reads.map(({ read, type }): Step => {
    const ranges = [{ low: 0n, high: (1n << BigInt(type.bits)) - 1n }];
    return { kind: 'test', read, ranges, negated: false };
  });
  const fact = countFact(kept['ct count'], label, true);
  return [...added(scope.before(key)), ...present, { kind: 'oracle', fact }];
}

function countFact({ val, inv }: StatementBodies['ct count'], label: string, perSource: boolean): Fact {
  return inv === true ? oracleFact(label, 'connections', { over: val, perSource }) : refuse({ val, inv });
}
