import type { NftDocument } from '@weir/nftables-json';
import { expect, test } from 'vitest';
import { checkOwnTables, replaceTables } from './own-tables.ts';

const doc = (...nftables: readonly unknown[]): NftDocument => ({ nftables }) as unknown as NftDocument;
const codes = (document: NftDocument): readonly string[] => checkOwnTables(document).map((problem) => problem.code);

test('a ruleset of our tables passes', () => {
  const own = doc(
    { metainfo: { json_schema_version: 1 } },
    { add: { table: { family: 'bridge', name: 'weir' } } },
    { add: { chain: { family: 'inet', table: 'weir', name: 'c' } } },
  );
  expect(codes(own)).toEqual([]);
});

test.each<[string, unknown]>([
  ['flushes everything', { flush: { ruleset: null } }],
  [
    'adds to a table of somebody else',
    { add: { rule: { family: 'inet', table: 'filter', chain: 'input', expr: [] } } },
  ],
  ['deletes a table of somebody else', { delete: { table: { family: 'inet', name: 'fw' } } }],
  ['names our table in another family', { add: { table: { family: 'ip', name: 'weir' } } }],
  ['names a table by handle', { delete: { table: { family: 'inet', handle: 3 } } }],
  ['only lists', { list: { table: { family: 'inet', name: 'weir' } } }],
  ['is no command', {}],
])('a ruleset that %s is refused', (_, command) => {
  expect(codes(doc(command))).toEqual(['runtime/foreign-table']);
});

test('the replacement removes both tables first, in the same transaction', () => {
  const kinds = replaceTables(doc({ add: { table: { family: 'inet', name: 'weir' } } })).nftables.map(
    (command) => Object.keys(command)[0],
  );
  expect(kinds).toEqual(['add', 'delete', 'add', 'delete', 'add']);
});
