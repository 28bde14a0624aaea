/**
 * What a compilation made: for people as a few lines, for tools as JSON.
 *
 * In: the files, the documents and the findings. Out: a summary. Guaranteed: the JSON form follows
 * `schema/compile-result.schema.json`; digests are SHA-256 of the files' bytes.
 */
import { createHash } from 'node:crypto';
import { diagnosticsReport, type Documents, type JsonReport } from '@weir/compiler';
import type { Command } from '@weir/nftables-json';
import type { Diagnostic } from '@weir/plugin';
import type { OutputFile } from './output-files.ts';
import { counted } from './counted.ts';
import type { FindingsContext } from './print-findings.ts';
import { worstPath } from './worst-path.ts';

/** How much was made. */
export interface CompileCounts {
  readonly networks: number;
  readonly profiles: number;
  readonly interfaces: number;
  /** nftables rules of the whole ruleset. */
  readonly rules: number;
  /** Sets and maps. */
  readonly sets: number;
  readonly chains: number;
  /** Rules that the unluckiest packet meets on one hook. */
  readonly worstPath: number;
}

/** `--format json` of `weir compile -o DIR`. `files` and `counts` are absent when nothing was written. */
export interface CompileResult extends JsonReport {
  readonly target: string | null;
  /** The directory as it was named; `null` when nothing was written. */
  readonly directory: string | null;
  readonly counts: CompileCounts | null;
  readonly files: readonly { readonly path: string; readonly bytes: number; readonly sha256: string }[];
}

/** What was compiled and written. */
export interface Compilation {
  readonly target: string | undefined;
  readonly directory: string;
  readonly documents: Documents | undefined;
  readonly files: readonly OutputFile[];
}

type Added = 'rule' | 'set' | 'map' | 'chain';

function countAdded(commands: readonly Command[], kind: Added): number {
  return commands.filter((command) => 'add' in command && kind in command.add).length;
}

/** Counts of a compilation. */
export function countDocuments(documents: Documents): CompileCounts {
  const commands = documents.ruleset.nftables as readonly Command[];
  return {
    networks: documents.topology.networks.length,
    profiles: documents.profiles.size,
    interfaces: documents.interfaces.size,
    rules: countAdded(commands, 'rule'),
    sets: countAdded(commands, 'set') + countAdded(commands, 'map'),
    chains: countAdded(commands, 'chain'),
    worstPath: worstPath(documents.ruleset),
  };
}

/** The result as data. */
export function compileResult(
  made: Compilation,
  diagnostics: readonly Diagnostic[],
  context: FindingsContext,
): CompileResult {
  return {
    ...diagnosticsReport(diagnostics, context),
    target: made.target ?? null,
    directory: made.documents ? made.directory : null,
    counts: made.documents ? countDocuments(made.documents) : null,
    files: made.files.map(({ path, text }) => ({
      path,
      bytes: Buffer.byteLength(text),
      sha256: createHash('sha256').update(text).digest('hex'),
    })),
  };
}

/** The result in a few lines. */
export function describeCompilation(made: Compilation & { readonly documents: Documents }): string {
  const counts = countDocuments(made.documents);
  const networks = made.documents.topology.networks.map(({ name, mode }) => `${name} (${mode})`).join(', ');
  const lines: readonly (readonly [string, string])[] = [
    ['target', made.target ?? ''],
    ['networks', `${counts.networks}${networks === '' ? '' : `: ${networks}`}`],
    ['interfaces', `${counts.interfaces}, sharing ${counted(counts.profiles, 'profile')}`],
    ['ruleset', `${counted(counts.rules, 'rule')} in ${counted(counts.chains, 'chain')}, ${counts.sets} sets and maps`],
    ['worst path', `${counted(counts.worstPath, 'rule')} on one hook`],
    ['files', `${made.files.length} in ${made.directory}`],
  ];
  return lines.map(([word, text]) => `${word.padEnd(11)}${text}\n`).join('');
}
