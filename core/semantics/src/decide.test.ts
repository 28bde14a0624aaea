import type {
  DecisionList,
  Filter,
  Guard,
  Match,
  Policy,
  PolicyNode,
  PolicyVerdict,
  RuleOptions,
} from '@weir/compiler';
import { expect, test } from 'vitest';
import { decide } from './decide.ts';
import type { Decision } from './decision.ts';
import { readFrame } from './frame.ts';
import type { ConnectionState } from './subject.ts';
import { bytes, ethernet, ipv4, PORT } from './testing/sample.ts';

const NONE = { ipv4: [], ipv6: [] };
const ALWAYS: Match = { kind: 'always' };
const NEVER: Match = { kind: 'not', of: ALWAYS };
const ACCEPT: PolicyVerdict = { kind: 'accept', stateless: true };
const DROP: PolicyVerdict = { kind: 'drop' };
const PASS: PolicyVerdict = { kind: 'pass' };
const RETURN: PolicyVerdict = { kind: 'return' };
const origin = (statement: number) => ({ span: { file: 'a.weir', start: 0, end: 0 }, item: 'list', statement });

const rule = (
  statement: number,
  verdict: PolicyVerdict,
  match: Match = ALWAYS,
  options: RuleOptions = {},
): PolicyNode => ({
  kind: 'rule',
  match,
  options,
  verdict,
  origin: origin(statement),
});
const block = (...nodes: readonly PolicyNode[]): PolicyNode => ({ kind: 'block', name: 'b', nodes, origin: origin(9) });
const list = (nodes: readonly PolicyNode[], verdict: PolicyVerdict = DROP): DecisionList => ({
  nodes,
  default: { verdict, options: {}, origin: origin(0) },
});
const guard = (nodes: readonly PolicyNode[], otherwise?: PolicyVerdict): Guard => ({
  name: 'g',
  in: list([]),
  out: list(nodes, otherwise),
});
const filter = (...nodes: readonly PolicyNode[]): Filter => ({
  name: 'f',
  in: list([]),
  out: list(nodes),
  stateful: false,
});

interface Asked {
  readonly guard?: Guard;
  readonly filters?: readonly Filter[];
  readonly stateful?: boolean;
  readonly frame?: string;
  readonly state?: ConnectionState;
}

const PACKET = ipv4(17, '0035 0035 0008 0000');
const LINK = ethernet('88b5', '00');

function ask({ filters = [], stateful = false, frame = PACKET, state, ...rest }: Asked): Decision {
  const kinds = { single: true, ranges: false };
  const profile = {
    name: 'p',
    attachment: 'bridge-port',
    filters,
    stateful,
    own: { ipv4: kinds, ipv6: kinds },
    ...rest,
  };
  const policy: Policy = { ports: [PORT], profiles: [profile], sets: [], networks: [], hostAddresses: NONE };
  return decide(policy, PORT, 'out', readFrame(bytes(frame)), state);
}

test('the first rule of a guard that matches decides', () => {
  const decision = ask({ guard: guard([rule(1, DROP, NEVER), rule(2, ACCEPT), rule(3, DROP)]) });
  expect(decision).toMatchObject({ verdict: 'accept', by: { kind: 'rule', stage: 'guard', origin: { statement: 2 } } });
  expect(decision.trace.map(({ outcome }) => outcome)).toEqual(['missed', 'matched']);
});

test('a guard that accepts asks no filter, one that passes does', () => {
  expect(ask({ guard: guard([rule(1, ACCEPT)]), filters: [filter(rule(1, DROP))] }).verdict).toBe('accept');
  expect(ask({ guard: guard([rule(1, PASS)]), filters: [filter(rule(1, DROP))] }).verdict).toBe('drop');
});

test('a guard without a matching rule gives its default', () => {
  expect(ask({ guard: guard([]) })).toMatchObject({ verdict: 'drop', by: { kind: 'default' } });
  expect(ask({ guard: guard([], PASS) })).toMatchObject({ verdict: 'accept', by: { kind: 'no-filter' } });
});

test('a passed frame that is not IP is delivered, whatever the filters say', () => {
  expect(ask({ filters: [filter(rule(1, DROP))], frame: LINK })).toMatchObject({
    verdict: 'accept',
    by: { kind: 'not-ip' },
  });
});

test.each(['established', 'related'] as const)('an %s packet is delivered when a filter is stateful', (state) => {
  const filters = [filter(rule(1, DROP))];
  expect(ask({ filters, stateful: true, state })).toMatchObject({
    verdict: 'accept',
    by: { kind: 'connection', state },
  });
  expect(ask({ filters, stateful: false, state }).verdict).toBe('drop');
});

test('an invalid packet is dropped when a filter is stateful', () => {
  const filters = [filter(rule(1, ACCEPT))];
  expect(ask({ filters, stateful: true, state: 'invalid' })).toMatchObject({
    verdict: 'drop',
    by: { kind: 'connection' },
  });
  expect(ask({ filters, stateful: true, state: 'new' }).verdict).toBe('accept');
});

test('the guard comes before the connection', () => {
  const asked = {
    guard: guard([rule(1, DROP)]),
    filters: [filter(rule(1, ACCEPT))],
    stateful: true,
    state: 'established',
  } as const;
  expect(ask(asked).verdict).toBe('drop');
});

test('all filters must accept, in any order', () => {
  const [yes, no] = [filter(rule(1, ACCEPT)), filter(rule(1, { kind: 'reject', with: 'tcp-reset' }))];
  expect(ask({ filters: [yes, yes] }).verdict).toBe('accept');
  expect(ask({ filters: [yes, no] })).toMatchObject({ verdict: 'reject', rejectWith: 'tcp-reset' });
  expect(ask({ filters: [no, yes] }).verdict).toBe('reject');
});

test('return at the top of a list means its default', () => {
  const decision = ask({ guard: guard([rule(1, RETURN), rule(2, DROP)], ACCEPT) });
  expect(decision).toMatchObject({ verdict: 'accept', by: { kind: 'default' } });
});

test('return in a block leaves the innermost block only', () => {
  const inner = block(rule(1, RETURN), rule(2, DROP));
  expect(ask({ guard: guard([block(inner, rule(3, ACCEPT))]) })).toMatchObject({ by: { origin: { statement: 3 } } });
});

test('a block without a deciding rule goes on behind it', () => {
  expect(ask({ guard: guard([block(rule(1, DROP, NEVER)), rule(2, ACCEPT)]) }).verdict).toBe('accept');
});

test('limits hold and excesses do not unless the oracle says otherwise', () => {
  const rate = { amount: 1, unit: 'packets', per: 'second' } as const;
  const within = rule(1, ACCEPT, ALWAYS, { limit: { ...rate, over: false } });
  const over = rule(1, DROP, ALWAYS, { limit: { ...rate, over: true } });
  expect(ask({ guard: guard([over, within]) }).trace.map(({ outcome }) => outcome)).toEqual(['held-back', 'matched']);
});

test('effects of the rules that matched are told', () => {
  const { effects } = ask({
    guard: guard([rule(1, PASS, ALWAYS, { mark: 7 })]),
    filters: [filter(rule(2, ACCEPT, ALWAYS, { count: true }))],
  });
  expect(effects.map(({ options }) => options)).toEqual([{ mark: 7 }, { count: true }]);
});

test('a test of an absent field is false, negated or not, while not is plain negation', () => {
  const isPort = (negated: boolean): Match => ({
    kind: 'test',
    field: 'tcp.destination',
    negated,
    operand: { kind: 'values', ranges: [{ low: 22n, high: 22n }] },
  });
  const verdictOn = (match: Match): string => ask({ guard: guard([rule(1, ACCEPT, match)]) }).verdict;
  expect([isPort(false), isPort(true)].map(verdictOn)).toEqual(['drop', 'drop']);
  expect(verdictOn({ kind: 'not', of: isPort(false) })).toBe('accept');
});

test('the port without its profile is a fault of the caller', () => {
  const policy: Policy = { ports: [], profiles: [], sets: [], networks: [], hostAddresses: NONE };
  expect(() => decide(policy, PORT, 'in', readFrame(bytes(LINK)))).toThrow('no profile "p"');
});
