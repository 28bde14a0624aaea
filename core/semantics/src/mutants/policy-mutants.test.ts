import type { DecisionList, Filter, Guard, Match, Policy, PolicyNode, PolicyVerdict } from '@weir/compiler';
import { expect, test } from 'vitest';
import { matchWords } from '../words/match-words.ts';
import { policyMutants } from './policy-mutants.ts';
import type { PolicyMutant, PolicyStatement } from './policy-mutants.ts';
import { runTests } from '../tests/run-tests.ts';

const origin = (start: number) => ({
  span: { file: 'a.weir', start, end: start + 1 },
  item: 'filter f',
  statement: start,
});
const port = (number: bigint): Match => ({
  kind: 'test',
  field: 'tcp.destination',
  negated: false,
  operand: { kind: 'values', ranges: [{ low: number, high: number }] },
});
const rule = (start: number, verdict: PolicyVerdict, match: Match): PolicyNode => ({
  kind: 'rule',
  match,
  options: {},
  verdict,
  origin: origin(start),
});
const list = (
  nodes: readonly PolicyNode[],
  start: number,
  verdict: PolicyVerdict = { kind: 'drop' },
): DecisionList => ({
  nodes,
  default: { verdict, options: {}, origin: origin(start) },
});

const ACCEPT: PolicyVerdict = { kind: 'accept', stateless: false };
const shared = rule(1, ACCEPT, { kind: 'all', of: [port(1n), port(2n)] });
const filter: Filter = {
  name: 'f',
  in: list([{ kind: 'block', name: 'b', nodes: [shared], origin: origin(2) }], 3),
  out: list([rule(4, { kind: 'reject', with: 'no-route' }, { kind: 'always' })], 5, ACCEPT),
  stateful: true,
};
const guard: Guard = {
  name: 'g',
  in: list([], 6),
  out: list([rule(7, { kind: 'drop' }, port(3n))], 8, { kind: 'pass' }),
};

function policyOf(...filters: readonly Filter[]): Policy {
  const own = { ipv4: { single: true, ranges: false }, ipv6: { single: false, ranges: false } };
  const profiles = filters.map((one, index) => ({
    name: `p${index}`,
    attachment: 'bridge-port',
    guard,
    filters: [one],
    stateful: true,
    own,
  }));
  return { ports: [], profiles, sets: [], networks: [], hostAddresses: { ipv4: [], ipv6: [] } };
}

const statementsOf = (policy: Policy): readonly PolicyStatement[] =>
  runTests(policy, []).coverage.filter((one): one is PolicyStatement => one.kind !== 'network');
const mutantsOf = (policy: Policy): readonly PolicyMutant[] => policyMutants(policy, statementsOf(policy));

const described = ({ slip, statement, condition }: PolicyMutant): string =>
  `${slip} ${statement.kind} ${statement.origin.span.start} ${statement.direction}${condition === undefined ? '' : ` ${matchWords(condition, { sets: [] })}`}`;

test('a rule is flipped, dropped, and widened by each of its conditions; a default is flipped', () => {
  expect(mutantsOf(policyOf(filter)).map(described)).toEqual([
    'flipped rule 1 in',
    'dropped rule 1 in',
    'widened rule 1 in tcp.destination == 1',
    'widened rule 1 in tcp.destination == 2',
    'flipped default 3 in',
    'flipped rule 4 out',
    'dropped rule 4 out',
    'flipped default 5 out',
    'flipped default 6 in',
    'flipped rule 7 out',
    'dropped rule 7 out',
    'widened rule 7 out tcp.destination == 3',
    'flipped default 8 out',
  ]);
});

test('each mutant differs from the policy, and from every other', () => {
  const policy = policyOf(filter);
  const texts = [policy, ...mutantsOf(policy).map((mutant) => mutant.make())].map((one) =>
    JSON.stringify(one, (_, value: unknown) => (typeof value === 'bigint' ? String(value) : value)),
  );
  expect(new Set(texts).size).toBe(texts.length);
});

test('a slip happens in every profile that has the statement', () => {
  const [flipped] = mutantsOf(policyOf(filter, { ...filter, name: 'other' }));
  const verdicts = flipped?.make().profiles.map(({ filters: [one] }) => {
    const [block] = one?.in.nodes ?? [];
    return block?.kind === 'block' && block.nodes.map((node) => (node.kind === 'rule' ? node.verdict.kind : node.kind));
  });
  expect(verdicts).toEqual([['drop'], ['drop']]);
});

test('what a guard stops is passed on, and what a filter refuses is accepted', () => {
  const made = (start: number): Policy | undefined =>
    mutantsOf(policyOf(filter))
      .find(({ statement }) => statement.origin.span.start === start)
      ?.make();
  expect(made(7)?.profiles[0]?.guard?.out.nodes[0]).toMatchObject({ verdict: { kind: 'pass' } });
  expect(made(4)?.profiles[0]?.filters[0]?.out.nodes[0]).toMatchObject({ verdict: { kind: 'accept' } });
  expect(made(5)?.profiles[0]?.filters[0]?.out.default.verdict).toEqual({ kind: 'drop' });
});

test('a protocol that another condition asks for as well is not left out', () => {
  const protocol: Match = { kind: 'test', field: 'packet.protocol', negated: false, operand: TCP };
  const both = { ...filter, out: list([rule(4, ACCEPT, { kind: 'all', of: [protocol, port(2n)] })], 5) };
  const widened = mutantsOf(policyOf(both)).filter(
    ({ slip, statement }) => slip === 'widened' && statement.origin.statement === 4,
  );
  expect(widened.map(described)).toEqual(['widened rule 4 out tcp.destination == 2']);
});

const TCP = { kind: 'values', ranges: [{ low: 6n, high: 6n }] } as const;
