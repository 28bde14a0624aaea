import { expect, test } from 'vitest';
import { accept, addBaseChain, addChain, addElement, addMap, addRule, addSet, addTable, drop } from '../index.ts';
import type { Expression, Statement } from '../index.ts';
import type { Command } from '../types/command.ts';
import { compareRulesets } from '../normal/compare.ts';
import type { MemoryReason } from './error.ts';
import { createMemoryNft } from './memory-nft.ts';

const T = { family: 'inet', name: 't' } as const;
const at = (name: string): { family: 'inet'; table: string; name: string } => ({ family: 'inet', table: 't', name });
const jump = (target: string): Statement => ({ jump: { target } });
const base = addBaseChain(T, 'base', { type: 'filter', hook: 'input', prio: 0, policy: 'accept' });
const saddr: Expression = { payload: { protocol: 'ip', field: 'saddr' } };
const inSet = (set: string): Statement => ({ match: { op: '==', left: saddr, right: set } });

const ground: readonly Command[] = [
  addTable(T),
  base,
  addChain(T, 'sub'),
  addSet(T, 'nets', 'ipv4_addr', { flags: ['interval'] }),
  addElement(T, 'nets', [{ prefix: { addr: '10.0.0.0', len: 8 } }]),
  addMap(T, 'ports', 'inet_service', 'verdict'),
  addElement(T, 'ports', [[53, jump('sub') as Expression]]),
  addRule(T, 'base', [inSet('@nets'), drop]),
];

const deep: readonly Command[] = Array.from({ length: 16 }, (_, index) => `d${index}`).flatMap((name, index) => [
  addChain(T, name),
  ...(index === 0 ? [] : [addRule(T, name, [jump(`d${index - 1}`)])]),
]);

const refused: readonly (readonly [string, MemoryReason, readonly Command[], number])[] = [
  ['a rule in a missing table', 'unknown-table', [addRule({ family: 'ip', name: 't' }, 'base', [accept])], 0],
  ['a rule in a missing chain', 'unknown-chain', [addRule(T, 'none', [accept])], 0],
  ['a jump to a missing chain', 'unknown-chain', [addChain(T, 'a'), addRule(T, 'a', [jump('none')])], 1],
  [
    'an element that jumps to a missing chain',
    'unknown-chain',
    [addElement(T, 'ports', [[1, jump('none') as Expression]])],
    0,
  ],
  ['a lookup in a missing set', 'unknown-set', [addRule(T, 'base', [inSet('@none')])], 0],
  ['a jump to a base chain', 'wrong-type', [addRule(T, 'sub', [jump('base')])], 0],
  ['a key with another verdict', 'duplicate-key', [addElement(T, 'ports', [[53, drop as Expression]])], 0],
  ['an interval over another', 'interval-overlap', [addElement(T, 'nets', [{ range: ['10.255.0.0', '11.0.0.0'] }])], 0],
  ['an address of the other family', 'wrong-type', [addElement(T, 'nets', ['::1'])], 0],
  ['a port that is too wide', 'wrong-type', [addElement(T, 'ports', [[65536, drop as Expression]])], 0],
  [
    'another priority of a base chain',
    'base-chain-differs',
    [addBaseChain(T, 'base', { type: 'filter', hook: 'input', prio: 1, policy: 'accept' })],
    0,
  ],
  ['another type of a set', 'exists', [addSet(T, 'nets', 'ipv6_addr', { flags: ['interval'] })], 0],
  ['a table that is created twice', 'exists', [{ create: { table: T } }], 0],
  ['deleting a chain that an element leads to', 'in-use', [{ delete: { chain: at('sub') } }], 0],
  [
    'deleting a chain that leads to itself',
    'in-use',
    [addChain(T, 'self'), addRule(T, 'self', [jump('self')]), { delete: { chain: at('self') } }],
    2,
  ],
  ['deleting a set that a rule reads', 'in-use', [{ delete: { set: at('nets') } }], 0],
  [
    'deleting an element that is not there',
    'unknown-element',
    [{ delete: { element: { ...at('nets'), elem: ['11.0.0.1'] } } }],
    0,
  ],
  ['a circle', 'jump-cycle', [addRule(T, 'sub', [jump('sub')]), addRule(T, 'base', [jump('sub')])], 1],
  [
    'a base chain that leads sixteen chains deep',
    'jump-depth',
    [...deep, addRule(T, 'base', [jump('d15')])],
    deep.length,
  ],
  [
    'IPv4 and IPv6 in one rule',
    'conflicting-protocols',
    [
      addRule(T, 'base', [
        inSet('@nets'),
        { match: { op: '==', left: { payload: { protocol: 'ip6', field: 'saddr' } }, right: '::1' } },
      ]),
    ],
    0,
  ],
];

test.each(refused)(
  '%s is refused as %s, and nothing of its transaction stays',
  async (_name, reason, commands, commandIndex) => {
    const nft = createMemoryNft();
    await nft.apply({ nftables: ground });
    const before = await nft.list();
    const harmless = addChain(T, 'harmless');
    const document = { nftables: [harmless, ...commands] };
    const expected = { name: 'MemoryNftError', code: 'refused', reason, commandIndex: commandIndex + 1 };
    await expect(nft.check(document)).rejects.toMatchObject(expected);
    await expect(nft.apply(document)).rejects.toMatchObject(expected);
    expect(await nft.list()).toEqual(before);
  },
);

test('adding again what is there changes nothing', async () => {
  const nft = createMemoryNft();
  await nft.apply({ nftables: ground });
  const before = await nft.list();
  await nft.apply({ nftables: ground.slice(0, -1) });
  expect(await nft.list()).toEqual(before);
});

test('fifteen chains below a base chain are taken', () => {
  const nft = createMemoryNft();
  nft.load({ nftables: [...ground, ...deep] });
  expect(() => nft.load({ nftables: [addRule(T, 'base', [jump('d14')])] })).not.toThrow();
});

test('rules are inserted, replaced and deleted by their handles', async () => {
  const nft = createMemoryNft();
  const marked = (value: number): Statement => ({ mangle: { key: { meta: { key: 'mark' } }, value } });
  const rule = (value: number) => ({ family: 'inet', table: 't', chain: 'base', expr: [marked(value)] }) as const;
  nft.load({
    nftables: [
      addTable(T),
      base,
      { add: { rule: rule(1) } },
      { insert: { rule: rule(0) } },
      { add: { rule: { ...rule(5), index: 0 } } },
    ],
  });
  const rules = async () => (await nft.list()).objects.flatMap((object) => ('rule' in object ? [object.rule] : []));
  const values = async () =>
    (await rules()).map(({ expr: [first] }) => (first && 'mangle' in first ? first.mangle.value : undefined));
  expect(await values()).toEqual([0, 5, 1]);
  const handle = (await rules())[1]?.handle ?? 0;
  nft.load({ nftables: [{ replace: { rule: { ...rule(7), handle } } }] });
  expect(await values()).toEqual([0, 7, 1]);
  const last = (await rules())[1]?.handle ?? 0;
  nft.load({ nftables: [{ delete: { rule: { family: 'inet', table: 't', chain: 'base', handle: last } } }] });
  expect(await values()).toEqual([0, 1]);
});

test('a listing means what was loaded, and a missing table lists as nothing', async () => {
  const nft = createMemoryNft();
  nft.load({ nftables: ground });
  expect(compareRulesets({ nftables: ground }, await nft.list())).toEqual([]);
  expect(await nft.listTable('inet', 't')).toEqual(await nft.list());
  expect(await nft.listTable('ip', 't')).toBeUndefined();
});
