import { expect, test } from 'vitest';
import { diverseDocuments } from '../testing/diverse.ts';
import type { Command } from '../types/command.ts';
import { checkReferences } from './reference.ts';

const T = { family: 'inet', table: 't' } as const;
const table: Command = { add: { table: { family: 'inet', name: 't' } } };
const chain = (name: string): Command => ({ add: { chain: { ...T, name } } });
const jump = (target: string): Command => ({ add: { rule: { ...T, chain: 'c', expr: [{ jump: { target } }] } } });

const pointers = (commands: readonly Command[], known: readonly string[] = []): readonly string[] =>
  checkReferences({ nftables: commands }, { known }).map(({ pointer }) => pointer);

test('documents that stand alone have no open reference', () => {
  for (const document of Object.values(diverseDocuments)) expect(checkReferences(document)).toEqual([]);
});

test('a jump goes only to a chain that was made before', () => {
  const target = '/nftables/2/add/rule/expr/0/jump/target';
  expect(pointers([table, chain('c'), jump('d'), chain('d')])).toEqual([target]);
  expect(pointers([table, chain('d'), chain('c'), jump('d')])).toEqual([]);
  expect(pointers([table, chain('c'), jump('d')], ['inet t chain d'])).toEqual([]);
});

test('what is deleted can no longer be referred to', () => {
  const gone: Command = { delete: { table: { family: 'inet', name: 't' } } };
  expect(pointers([table, chain('c'), gone, jump('c')])).toEqual([
    '/nftables/3/add/rule',
    '/nftables/3/add/rule/chain',
    '/nftables/3/add/rule/expr/0/jump/target',
  ]);
});

test('sets in matches, verdict maps and named objects are references', () => {
  const rule: Command = {
    add: {
      rule: {
        ...T,
        chain: 'c',
        expr: [
          { match: { op: '==', left: { meta: { key: 'iifname' } }, right: '@s' } },
          { counter: 'n' },
          { vmap: { key: { meta: { key: 'iifname' } }, data: '@m' } },
        ],
      },
    },
  };
  expect(pointers([table, chain('c'), rule])).toEqual([
    '/nftables/2/add/rule/expr/0/match/right',
    '/nftables/2/add/rule/expr/1/counter',
    '/nftables/2/add/rule/expr/2/vmap/data',
  ]);
});
