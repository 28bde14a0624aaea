import { expect, test } from 'vitest';
import { accept, addBaseChain, addRule, addTable, document, match, meta, stringifyDocument } from './index.ts';

const table = { family: 'bridge', name: 't' } as const;

test('a document has one command per line and reads back equal', () => {
  const doc = document([
    addTable(table),
    addBaseChain(table, 'c', { type: 'filter', hook: 'forward', prio: 0, policy: 'drop' }),
    addRule(table, 'c', [match(meta('iifname'), '==', 'vnet0'), accept]),
  ]);
  const text = stringifyDocument(doc);
  expect(text.split('\n')).toEqual([
    '{"nftables":[',
    '{"add":{"table":{"family":"bridge","name":"t"}}},',
    '{"add":{"chain":{"family":"bridge","table":"t","name":"c","type":"filter","hook":"forward","prio":0,"policy":"drop"}}},',
    '{"add":{"rule":{"family":"bridge","table":"t","chain":"c","expr":[{"match":{"op":"==","left":{"meta":{"key":"iifname"}},"right":"vnet0"}},{"accept":null}]}}}',
    ']}',
    '',
  ]);
  expect(JSON.parse(text)).toEqual(doc);
});

test('an empty document is valid JSON', () => {
  expect(JSON.parse(stringifyDocument({ nftables: [] }))).toEqual({ nftables: [] });
});
