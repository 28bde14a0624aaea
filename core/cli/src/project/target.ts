/**
 * The target of a run: named on the command line, in the project file, or the command's default.
 *
 * In: the names and a way to probe this machine. Out: the target, with the project's mark bits. Guaranteed: a name that
 * is not known is an error, never replaced by another target.
 */
import {
  checkMarks,
  findTarget,
  RUNNING_TARGET,
  suggest,
  targetFromProbe,
  targetNames,
  type PassResult,
  type Target,
} from '@weir/compiler';
import { NftError } from '@weir/nftables-json';
import { UsageError } from '../exit-code.ts';
import type { HostRuntime } from '../host/runtime.ts';
import type { ProjectConfig } from './config.ts';
import { unknownTarget } from './diagnostics.ts';

/** Picks the target: `asked` (from the command line) before the project file before `fallback`. */
export async function chooseTarget(
  asked: string | undefined,
  config: ProjectConfig,
  fallback: string,
  runtime: HostRuntime,
): Promise<PassResult<Target | undefined>> {
  const name = asked ?? config.target?.value ?? fallback;
  if (name === RUNNING_TARGET) return withMarks(await probeTarget(runtime), config);
  const target = findTarget(name);
  if (target) return withMarks(target, config);
  const near = suggest(name, [...targetNames(), RUNNING_TARGET]);
  if (asked !== undefined) {
    throw new UsageError(
      `unknown target \`${name}\``,
      near === undefined ? '`weir targets` lists them' : `did you mean \`${near}\`?`,
    );
  }
  const parameters = { name, ...(near !== undefined && { near }) };
  return { value: undefined, diagnostics: [unknownTarget(config.target?.span, parameters)] };
}

async function probeTarget(runtime: HostRuntime): Promise<Target> {
  try {
    return targetFromProbe(await runtime.probe());
  } catch (error) {
    if (!(error instanceof NftError)) throw error;
    throw new UsageError(
      `cannot probe this machine for the target \`${RUNNING_TARGET}\`: ${error.message.split('\n')[0] ?? ''}`,
      'install nft and run as root, or name a target (`weir targets` lists them)',
    );
  }
}

function withMarks(target: Target, { marks }: ProjectConfig): PassResult<Target> {
  if (!marks) return { value: target, diagnostics: [] };
  const chosen = { ...target.marks, ...marks.value };
  const diagnostics = checkMarks(chosen).map((found) => ({ ...found, span: marks.span }));
  return { value: { ...target, marks: chosen }, diagnostics };
}
