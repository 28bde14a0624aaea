/**
 * What `weir compile -o DIR` wrote, read back for the host.
 *
 * In: a directory. Out: its topology and ruleset. Guaranteed: only of a directory with Weir's manifest, in formats of
 * this version; anything else is a usage error.
 */
import { join, resolve } from 'node:path';
import type { NftDocument } from '@weir/nftables-json';
import type { HostTopology } from '@weir/plugin';
import { UsageError } from '../exit-code.ts';
import { describeFailure, type Disk } from '../host/disk.ts';
import { MANIFEST_FILE } from '../output/output-files.ts';
import { isRecord } from './find-package.ts';

/** The documents that a host needs. */
export interface HostFiles {
  readonly topology: HostTopology;
  readonly ruleset: NftDocument;
}

/** Reads them; `shown` is the directory as the user named it. */
export function readOutput(disk: Disk, cwd: string, shown: string): HostFiles {
  const read = (name: string): Readonly<Record<string, unknown>> =>
    readJson(disk, join(resolve(cwd, shown), name), `${shown}/${name}`);
  const manifest = read(MANIFEST_FILE);
  const topology = read('topology.json');
  if (manifest['format'] !== 1 || topology['format'] !== 1) {
    throw new UsageError(`\`${shown}\` was written by another version of Weir`, 'compile it again with this one');
  }
  const ruleset = read('ruleset.json');
  if (!Array.isArray(ruleset['nftables']) || !Array.isArray(topology['networks'])) {
    throw new UsageError(`\`${shown}\` does not hold Weir's documents`, 'compile it again');
  }
  return { topology: topology as unknown as HostTopology, ruleset: ruleset as unknown as NftDocument };
}

function readJson(disk: Disk, path: string, shown: string): Readonly<Record<string, unknown>> {
  let value: unknown;
  try {
    value = JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(disk.read(path)));
  } catch (error) {
    const why = error instanceof SyntaxError || error instanceof TypeError ? 'it is not JSON' : describeFailure(error);
    throw new UsageError(`cannot read \`${shown}\`: ${why}`, 'name a directory that `weir compile -o DIR` wrote');
  }
  if (!isRecord(value)) throw new UsageError(`\`${shown}\` is not what Weir wrote`);
  return value;
}
