import { execFileSync } from 'node:child_process';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { afterAll, beforeAll, expect, test } from 'vitest';
import type { Command, NftDocument } from '../types/command.ts';
import { kernelSkipReason } from '../testing/kernel.ts';
import { NftError } from './error.ts';
import { locateFailure } from './locate.ts';
import { createNft } from './nft.ts';
import { probe } from './probe.ts';

const NETNS = `weir-nft-test-${process.pid}`;
const hasKernel = kernelSkipReason === undefined;
const T = { family: 'inet', table: 't' } as const;
const base: readonly Command[] = [
  { add: { table: { family: 'inet', name: 't' } } },
  { add: { chain: { ...T, name: 'c', type: 'filter', hook: 'input', prio: 0, policy: 'accept' } } },
];
const good: NftDocument = { nftables: [...base, { add: { rule: { ...T, chain: 'c', expr: [{ accept: null }] } } }] };
const nft = createNft({ netns: NETNS });

beforeAll(() => {
  if (hasKernel) execFileSync('ip', ['netns', 'add', NETNS]);
});
afterAll(() => {
  if (hasKernel) execFileSync('ip', ['netns', 'delete', NETNS]);
});

const failure = async (work: Promise<unknown>): Promise<NftError> => {
  const result = await work.then(
    () => undefined,
    (error: unknown) => error,
  );
  expect(result).toBeInstanceOf(NftError);
  return result as NftError;
};

test('the failed command is the last one of the shortest refused prefix', async () => {
  for (let bad = 0; bad < 20; bad += 1) {
    const add = (_: unknown, i: number): Command => ({ add: { table: { family: 'ip', name: `t${i}` } } });
    const document = { nftables: Array.from({ length: 20 }, add) };
    const found = await locateFailure(document, (prefix) => Promise.resolve(prefix.nftables.length <= bad));
    expect(found).toBe(bad);
  }
});

test('a failure that no probe shows has no index', async () => {
  expect(await locateFailure(good, () => Promise.resolve(true))).toBeUndefined();
});

test('a missing program is a coded error', async () => {
  expect((await failure(createNft({ path: '/nowhere/nft' }).version())).code).toBe('nft-missing');
});

test.skipIf(!hasKernel)('a document is checked without a trace, applied, and listed', async () => {
  await nft.check(good);
  expect(await nft.listTable('inet', 't')).toBeUndefined();
  await nft.apply(good);
  const listing = await nft.listTable('inet', 't', { terse: true });
  expect(listing?.objects.map((object) => Object.keys(object)[0])).toEqual(['table', 'chain', 'rule']);
  expect((await nft.list()).metainfo?.json_schema_version).toBe(1);
  await nft.apply({ nftables: [{ delete: { table: { family: 'inet', name: 't' } } }] });
});

test.skipIf(!hasKernel)('a refused document changes nothing and names the failed command', async () => {
  const bad: Command = { add: { rule: { ...T, chain: 'absent', expr: [{ accept: null }] } } };
  const error = await failure(nft.apply({ nftables: [...base, bad, ...base] }));
  expect([error.code, error.commandIndex, error.command]).toEqual(['refused', 2, bad]);
  expect(await nft.listTable('inet', 't')).toBeUndefined();
});

test.skipIf(!hasKernel)('a complaint on stderr is an error although nft returns success', async () => {
  const flags = ['no-such-flag'] as unknown as readonly ['all'];
  const bad: Command = { add: { rule: { ...T, chain: 'c', expr: [{ log: { flags } }] } } };
  const error = await failure(nft.check({ nftables: [...base, bad] }));
  expect(['warned', 'refused']).toContain(error.code);
  expect([error.commandIndex, error.stderr.includes('log flag')]).toEqual([2, true]);
});

test.skipIf(!hasKernel)('a namespace that is not there is a coded error', async () => {
  expect((await failure(createNft({ netns: 'weir-absent' }).list())).code).toBe('no-namespace');
});

test('a run that takes too long is killed and is a coded error', async () => {
  const directory = mkdtempSync(join(tmpdir(), 'weir-slow-nft-'));
  const path = join(directory, 'nft');
  writeFileSync(path, '#!/bin/sh\nexec sleep 5\n', { mode: 0o755 });
  const found = await failure(createNft({ path, timeout: 50 }).version());
  rmSync(directory, { recursive: true });
  expect(found.code).toBe('timeout');
});

test.skipIf(!hasKernel)('the probe answers for every facility and touches nothing outside', async () => {
  const { nft: version, can } = await probe();
  expect(version).toMatch(/^\d+\.\d+/);
  expect(can.conntrack).toBe(true);
  expect(version === '1.0.6' && can.concatenatedMapData).toBe(false);
  expect(Object.values(can).every((answer) => typeof answer === 'boolean')).toBe(true);
});
