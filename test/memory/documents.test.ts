// What `weir compile` writes, loaded into the in-memory nftables: the whole ruleset at once, and piece by piece in any order of the pieces that
// the host document is followed by. Both ways must be taken and must come to the same state.
import { mkdtempSync, readdirSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { MemoryNft, NftDocument, NftVersion } from '@weir/nftables-json';
import { compareRulesets, createMemoryNft } from '@weir/nftables-json';
import { expect, test } from 'vitest';
import { weir } from '../packets/applied.ts';

const ROOT = join(import.meta.dirname, '../..');
const TARGETS: Readonly<Record<string, NftVersion>> = {
  'no-bridge-conntrack': '1.0.6',
  'debian-12': '1.0.6',
  'debian-13': '1.1.3',
};

interface Documents {
  readonly ruleset: NftDocument;
  readonly host: NftDocument;
  readonly profiles: readonly NftDocument[];
  readonly interfaces: readonly NftDocument[];
}

const read = (path: string): NftDocument => JSON.parse(readFileSync(path, 'utf8')) as NftDocument;

const readAll = (directory: string): readonly NftDocument[] =>
  readdirSync(directory)
    .toSorted()
    .map((name) => read(join(directory, name)));

async function compiled(target: string): Promise<Documents> {
  const directory = mkdtempSync(join(tmpdir(), 'weir-memory-'));
  try {
    const outcome = await weir(ROOT, 'compile', 'rules/examples/site', '--target', target, '-o', directory);
    if (outcome.code !== 0) throw new Error(outcome.stderr);
    return {
      ruleset: read(join(directory, 'ruleset.json')),
      host: read(join(directory, 'host.json')),
      profiles: readAll(join(directory, 'profiles')),
      interfaces: readAll(join(directory, 'interfaces')),
    };
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

function loaded(version: NftVersion, documents: readonly NftDocument[]): MemoryNft {
  const nft = createMemoryNft({ version });
  for (const document of documents) nft.load(document);
  return nft;
}

test.each(Object.entries(TARGETS))('the documents for %s load both ways to the same state', async (target, version) => {
  const { ruleset, host, profiles, interfaces } = await compiled(target);
  const whole = await loaded(version, [ruleset]).list();
  expect(whole.objects.length).toBeGreaterThan(100);
  const forward = await loaded(version, [host, ...profiles, ...interfaces]).list();
  const backward = await loaded(version, [host, ...profiles.toReversed(), ...interfaces.toReversed()]).list();
  expect(compareRulesets(whole, forward)).toEqual([]);
  expect(compareRulesets(whole, backward)).toEqual([]);
});

test.each(Object.entries(TARGETS))(
  'the ruleset for %s lists as what was loaded, also the second time',
  async (target, version) => {
    const { ruleset } = await compiled(target);
    const nft = loaded(version, [ruleset]);
    expect(compareRulesets(ruleset, await nft.list())).toEqual([]);
    nft.load(ruleset);
    expect(compareRulesets(ruleset, await nft.list())).toEqual([]);
  },
);

test('an interface without its profile is refused with the command that names the missing chain', async () => {
  const { host, interfaces } = await compiled('debian-12');
  const nft = loaded('1.0.6', [host]);
  const before = await nft.list();
  const [first] = interfaces;
  await expect(nft.apply(first ?? { nftables: [] })).rejects.toMatchObject({
    code: 'refused',
    reason: 'unknown-chain',
  });
  expect(await nft.list()).toEqual(before);
});
