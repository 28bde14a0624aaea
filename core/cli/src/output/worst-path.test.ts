import type { NftDocument } from '@weir/nftables-json';
import { expect, test } from 'vitest';
import { worstPath } from './worst-path.ts';

const own = { family: 'bridge', table: 'weir' };

function rule(chain: string, ...expr: readonly object[]): object {
  return { add: { rule: { ...own, chain, expr } } };
}

function ruleset(...commands: readonly object[]): NftDocument {
  const base = {
    add: { chain: { ...own, name: 'base', type: 'filter', hook: 'prerouting', prio: 0, policy: 'accept' } },
  };
  return { nftables: [base, ...commands] } as unknown as NftDocument;
}

const accept = { accept: null };
const jump = (target: string): object => ({ jump: { target } });
const goto = (target: string): object => ({ goto: { target } });

test('rules of a base chain are met one after another', () => {
  expect(worstPath(ruleset(rule('base', accept), rule('base', accept)))).toBe(2);
  expect(worstPath(ruleset())).toBe(0);
});

test('a jump comes back, a goto does not, and the longer way counts', () => {
  const inner = [rule('inner', accept), rule('inner', accept), rule('inner', accept)];
  expect(worstPath(ruleset(...inner, rule('base', jump('inner')), rule('base', accept)))).toBe(5);
  expect(worstPath(ruleset(...inner, rule('base', goto('inner')), rule('base', accept)))).toBe(4);
});

test('a verdict map leads to the longest of its chains, whether its elements are given with it or later', () => {
  const ask = rule('base', { vmap: { key: { meta: { key: 'iifname' } }, data: '@ports' } });
  const map = { add: { map: { ...own, name: 'ports', type: 'ifname', map: 'verdict', elem: [['a', goto('one')]] } } };
  const element = { add: { element: { ...own, name: 'ports', elem: [['b', goto('two')]] } } };
  const chains = [rule('one', accept), rule('two', accept), rule('two', accept)];
  expect(worstPath(ruleset(map, ask, ...chains))).toBe(2);
  expect(worstPath(ruleset(map, element, ask, ...chains))).toBe(3);
});

test('chains that no hook leads to do not count', () => {
  expect(worstPath(ruleset(rule('lonely', accept), rule('base', accept)))).toBe(1);
});
