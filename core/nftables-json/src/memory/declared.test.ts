import { expect, test } from 'vitest';
import { accept, add, addBaseChain, addMap, addRule, addSet, addTable } from '../index.ts';
import type { Statement } from '../index.ts';
import type { Command } from '../types/command.ts';
import type { MemoryNft } from './memory-nft.ts';
import { createMemoryNft } from './memory-nft.ts';

const T = { family: 'ip', name: 't' } as const;
const named = { family: 'ip', table: 't', name: 'n' } as const;

/** UDP from 10.0.0.1 to 10.0.0.2, 28 bytes. */
const PACKET = new Uint8Array(Buffer.from('4500001c00000000401166cf0a0000010a00000203e800350008e7aa', 'hex'));

/** A table with commands and, behind them, a rule: the statements, then accept; what does not pass them is dropped. */
function rulesOf(statements: readonly Statement[], ...commands: readonly Command[]): MemoryNft {
  const nft = createMemoryNft();
  const base = addBaseChain(T, 'c', { type: 'filter', hook: 'input', prio: 0, policy: 'drop' });
  nft.load({ nftables: [addTable(T), ...commands, base, addRule(T, 'c', [...statements, accept])] });
  return nft;
}

const verdicts = (nft: MemoryNft, count: number): string =>
  Array.from({ length: count }, () =>
    nft.evaluate({ packet: PACKET }, { family: 'ip', hook: 'input' }).verdict === 'accept' ? 'a' : 'd',
  ).join('');

test('a set is declared again with the same flags in any order, dynamic or not, and with no other', () => {
  const nft = createMemoryNft();
  nft.load({ nftables: [addTable(T), addSet(T, 's', 'ipv4_addr', { flags: ['interval', 'timeout'] })] });
  const again = (flags: Parameters<typeof addSet>[3]) => () =>
    nft.load({ nftables: [addSet(T, 's', 'ipv4_addr', flags)] });
  expect(again({ flags: ['timeout', 'interval'] })).not.toThrow();
  expect(again({ flags: ['timeout', 'interval', 'dynamic'] })).not.toThrow();
  expect(again({ flags: ['interval'] })).toThrow(expect.objectContaining({ reason: 'exists' }));
  expect(again({})).toThrow(expect.objectContaining({ reason: 'exists' }));
  expect(again({ flags: ['interval', 'timeout'], timeout: 5 })).toThrow(expect.objectContaining({ reason: 'exists' }));
});

test('a map is declared again with the same data, and neither with other data nor as a set', () => {
  const nft = createMemoryNft();
  nft.load({ nftables: [addTable(T), addMap(T, 'm', 'inet_service', 'mark')] });
  expect(() => nft.load({ nftables: [addMap(T, 'm', 'inet_service', 'mark')] })).not.toThrow();
  expect(() => nft.load({ nftables: [addMap(T, 'm', 'inet_service', 'ipv4_addr')] })).toThrow(
    expect.objectContaining({ reason: 'exists' }),
  );
  expect(() => nft.load({ nftables: [addSet(T, 'm', 'inet_service')] })).toThrow(
    expect.objectContaining({ reason: 'exists' }),
  );
});

test('a named counter goes on from what it was declared with', async () => {
  const nft = rulesOf([{ counter: 'n' }], add({ counter: { ...named, packets: 5, bytes: 100 } }));
  expect(verdicts(nft, 2)).toBe('aa');
  const counters = (await nft.list()).objects.flatMap((object) => ('counter' in object ? [object.counter] : []));
  expect(counters).toEqual([expect.objectContaining({ packets: 7, bytes: 156 })]);
});

test('a named limit is one bucket, and lets those through that are over it when inverted', () => {
  const limit = { ...named, rate: 1, per: 'second', burst: 2 } as const;
  const nft = rulesOf([{ limit: 'n' }], add({ limit }));
  expect(verdicts(nft, 3)).toBe('aad');
  nft.advance(1);
  expect(verdicts(nft, 2)).toBe('ad');
  expect(verdicts(rulesOf([{ limit: 'n' }], add({ limit: { ...limit, inv: true } })), 3)).toBe('dda');
});

test('a named quota starts with what is used, and is over behind its last byte', () => {
  const quota = { ...named, bytes: 84, used: 28 };
  expect(verdicts(rulesOf([{ quota: 'n' }], add({ quota })), 3)).toBe('aad');
  expect(verdicts(rulesOf([{ quota: 'n' }], add({ quota: { ...quota, inv: true } })), 3)).toBe('dda');
});
