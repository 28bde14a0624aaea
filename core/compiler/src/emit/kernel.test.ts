/** The division of documents, held against a real kernel: every order of loading gives the same ruleset. */
import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { compareRulesets, createNft, type Listing, type Nft, type NftDocument } from '@weir/nftables-json';
import { findTarget } from '../target/targets.ts';
import type { Target } from '../target/target.ts';
import { type Documents, interfaceDocument } from './documents.ts';
import { emit } from './emit.ts';
import { SAMPLE_FILE, SAMPLE_TEXT, sampleLayout } from './testing/sample-layout.ts';

const ip = (...args: readonly string[]) => spawnSync('ip', ['netns', ...args], { encoding: 'utf8' });

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  if (spawnSync('nft', ['--version']).status !== 0) return 'no nft';
  const name = `weir-emit-${process.pid}`;
  const made = ip('add', name);
  if (made.status === 0) ip('del', name);
  return made.status === 0 ? undefined : `no network namespace: ${made.stderr}`;
}

const lack = whyNot();
if (lack !== undefined && process.env['WEIR_REQUIRE_KERNEL'] === '1')
  throw new Error(`kernel tests cannot run: ${lack}`);
if (lack !== undefined) process.stderr.write(`kernel tests of emission are skipped: ${lack}\n`);
const cannot = lack !== undefined;

let count = 0;

/** What a fresh namespace holds after these documents, loaded in order. */
async function load(documents: readonly NftDocument[], peek?: (nft: Nft) => Promise<void>): Promise<Listing> {
  count += 1;
  const netns = `weir-emit-${process.pid}-${count}`;
  expect(ip('add', netns).stderr).toBe('');
  try {
    const nft = createNft({ netns });
    for (const document of documents) await nft.apply(document);
    await peek?.(nft);
    return await nft.list();
  } finally {
    ip('del', netns);
  }
}

function sample(ports: number, name = 'debian-12'): Documents {
  const { value } = emit(sampleLayout(findTarget(name) as Target, ports), {
    texts: new Map([[SAMPLE_FILE, SAMPLE_TEXT]]),
  });
  if (!value) throw new Error('nothing was emitted');
  return value;
}

/** A fixed shuffle: every `step`th, round and round. */
function shuffle<T>(items: readonly T[], step: number): readonly T[] {
  return items.map((_, at) => items[(at * step + 3) % items.length] as T);
}

test.skipIf(cannot)('the whole ruleset and its parts in any order leave the same in the kernel', async () => {
  const { ruleset, host, profiles, interfaces } = sample(7);
  const whole = await load([ruleset]);
  expect(whole.objects.length).toBeGreaterThan(20);
  for (const step of [1, 3, 5]) {
    const parts = [host, ...shuffle([...profiles.values()], step), ...shuffle([...interfaces.values()], step)];
    expect(compareRulesets(whole, await load(parts))).toEqual([]);
  }
});

test.skipIf(cannot)(
  'the self-contained documents of all interfaces on top of the host give the whole ruleset',
  async () => {
    const documents = sample(7);
    const own = shuffle([...documents.interfaces.keys()], 2).map((ifname) => interfaceDocument(documents, ifname));
    const whole = await load([documents.ruleset]);
    expect(compareRulesets(whole, await load([documents.host, ...own]))).toEqual([]);
  },
);

test.skipIf(cannot)('documents loaded a second time change nothing', async () => {
  const documents = sample(3);
  const { ruleset, host, profiles, interfaces } = documents;
  const once = await load([ruleset]);
  expect(compareRulesets(once, await load([ruleset, ruleset]))).toEqual([]);
  const parts = [...profiles.values(), ...interfaces.values()];
  expect(compareRulesets(once, await load([host, ...parts, ...parts]))).toEqual([]);
  expect(compareRulesets(once, await load([ruleset, interfaceDocument(documents, 'vnet00001')]))).toEqual([]);
});

test.skipIf(cannot)('a document that lacks a port differs from one that has it', async () => {
  const { ruleset, host, profiles, interfaces } = sample(3);
  const parts = [host, ...profiles.values(), ...[...interfaces.values()].slice(1)];
  const differences = compareRulesets(await load([ruleset]), await load(parts));
  expect(differences.map(({ subject }) => subject).toSorted()).toEqual([
    'bridge weir set from',

    'bridge weir set self-ip4-net',
    'bridge weir set self-mac',
    'bridge weir set to',
  ]);
});

test.skipIf(cannot)('a document that is refused half way leaves the loaded ones as they were', async () => {
  const { host, profiles, interfaces } = sample(2);
  const parts = [host, ...profiles.values(), ...interfaces.values()];
  const broken = {
    nftables: [
      ...(profiles.get('p-odd')?.nftables.slice(0, 5) ?? []),
      { add: { chain: { family: 'bridge', table: 'gone', name: 'c' } } },
    ],
  } as const;
  const after = await load(parts, async (nft) => {
    await expect(nft.apply(broken)).rejects.toMatchObject({ code: 'refused' });
  });
  expect(compareRulesets(await load(parts), after)).toEqual([]);
});
