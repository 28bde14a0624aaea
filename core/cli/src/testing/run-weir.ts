/** Runs the command with recorded streams, as a test wants to look at it. */
import type { ExitCode } from '../exit-code.ts';
import type { Replacements } from '../host/container.ts';
import type { CliIo, Output } from '../host/io.ts';
import { run } from '../run.ts';

/** What a run printed and how it ended. */
export interface Ran {
  readonly code: ExitCode;
  readonly stdout: string;
  readonly stderr: string;
}

/** Surroundings of a run in a test. */
export interface RunOptions extends Replacements {
  readonly cwd: string;
  readonly env?: CliIo['env'];
  readonly isTTY?: boolean;
}

function recorder(isTTY: boolean): Output & { readonly text: () => string } {
  const pieces: string[] = [];
  return { isTTY, write: (text) => void pieces.push(text), text: () => pieces.join('') };
}

/** Runs `weir ARGV…` in `cwd`. */
export async function runWeir(argv: readonly string[], options: RunOptions): Promise<Ran> {
  const stdout = recorder(options.isTTY ?? false);
  const stderr = recorder(options.isTTY ?? false);
  const io: CliIo = { stdout, stderr, cwd: options.cwd, env: options.env ?? {} };
  const code = await run(argv, io, options);
  return { code, stdout: stdout.text(), stderr: stderr.text() };
}
