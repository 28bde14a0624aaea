import { expect, test } from 'vitest';
import { addBaseChain, addChain, addElement, addMap, addRule, addTable } from '../index.ts';
import type { Expression, Statement } from '../index.ts';
import type { Command } from '../types/command.ts';
import { createMemoryNft } from './memory-nft.ts';

const T = { family: 'inet', name: 't' } as const;
const jump = (target: string): Statement => ({ jump: { target } });
const lookup = (map: string): Statement => ({
  vmap: { key: { payload: { protocol: 'th', field: 'dport' } }, data: `@${map}` },
});
const element = (map: string, port: number, target: string): Command =>
  addElement(T, map, [[port, jump(target) as Expression]]);

const CHAINS = Array.from({ length: 16 }, (_, index) => `d${index}`);
const ground: readonly Command[] = [
  addTable(T),
  addBaseChain(T, 'base', { type: 'filter', hook: 'input', prio: 0, policy: 'accept' }),
  ...['first', 'second', ...CHAINS].map((name) => addChain(T, name)),
  ...CHAINS.slice(1).map((name, index) => addRule(T, name, [jump(`d${index}`)])),
  ...['ports', 'more'].map((name) => addMap(T, name, 'inet_service', 'verdict')),
];

/** Loads the commands behind the ground. */
function load(...commands: readonly Command[]): void {
  const nft = createMemoryNft();
  nft.load({ nftables: ground });
  nft.load({ nftables: commands });
}

const intoFirst = [addRule(T, 'base', [lookup('ports')]), element('ports', 1, 'first')];

test('an element of a verdict map that closes a circle is refused', () => {
  const open = [...intoFirst, addRule(T, 'first', [lookup('more')]), element('more', 1, 'second')];
  expect(() => load(...open)).not.toThrow();
  expect(() => load(...open, element('more', 2, 'first'))).toThrow(
    expect.objectContaining({ reason: 'jump-cycle', commandIndex: 4 }),
  );
});

test('a rule that looks up a map leading back is refused, where the map was filled before', () => {
  expect(() => load(...intoFirst, addRule(T, 'first', [lookup('ports')]))).toThrow(
    expect.objectContaining({ reason: 'jump-cycle', commandIndex: 2 }),
  );
});

test('a circle that no base chain leads to is taken', () => {
  expect(() => load(addRule(T, 'first', [jump('second')]), addRule(T, 'second', [jump('first')]))).not.toThrow();
});

test('the way through a verdict map counts toward the depth, and the command that made it too long is named', () => {
  const rule = addRule(T, 'base', [lookup('ports')]);
  expect(() => load(rule, element('ports', 1, 'd14'))).not.toThrow();
  expect(() => load(rule, element('ports', 1, 'd14'), element('ports', 2, 'd15'))).toThrow(
    expect.objectContaining({ reason: 'jump-depth', commandIndex: 2 }),
  );
  expect(() => load(element('ports', 2, 'd15'), rule)).toThrow(
    expect.objectContaining({ reason: 'jump-depth', commandIndex: 1 }),
  );
});

test('the longest of several ways counts, whichever rule it is in', () => {
  const [long, short] = [addRule(T, 'base', [jump('d15')]), addRule(T, 'base', [jump('d0')])];
  expect(() => load(short, long)).toThrow(expect.objectContaining({ reason: 'jump-depth', commandIndex: 1 }));
  expect(() => load(long, short)).toThrow(expect.objectContaining({ reason: 'jump-depth', commandIndex: 0 }));
});

test('verdicts without a target lead nowhere', () => {
  const drops = addElement(T, 'ports', [[1, { drop: null } as Expression]]);
  expect(() => load(addRule(T, 'base', [lookup('ports')]), drops)).not.toThrow();
});
