/**
 * One run of the command.
 *
 * In: arguments without the program's name, and the surroundings. Out: the exit code. Guaranteed: never throws and
 * never ends the process; wrong usage is said in one line, a fault of Weir itself with what to do about it.
 */
import 'reflect-metadata';
import { makeLinesVisible, makeVisible } from '@weir/compiler';
import { CommanderError } from 'commander';
import { EXIT, UsageError, type ExitCode } from './exit-code.ts';
import { createContainer, servicesOf, type Replacements } from './host/container.ts';
import type { CliIo } from './host/io.ts';
import type { LogLevel } from './host/logger.ts';
import { buildProgram } from './program.ts';

/** Runs `weir ARGV…`. */
export async function run(argv: readonly string[], io: CliIo, replacements: Replacements = {}): Promise<ExitCode> {
  let code: ExitCode = EXIT.fine;
  const level = (): LogLevel => program.opts<{ readonly logLevel: LogLevel }>().logLevel;
  const container = createContainer(io, level, replacements);
  const program = buildProgram(io, {
    services: () => servicesOf(container),
    end: (ended) => {
      code = ended;
    },
  });
  try {
    await program.parseAsync(argv, { from: 'user' });
    return code;
  } catch (error) {
    return explain(error, io, level);
  } finally {
    await container.dispose();
  }
}

function explain(error: unknown, io: CliIo, level: () => LogLevel): ExitCode {
  // WHY: commander ends help and version this way as well, with the exit code 0; it has printed its message.
  if (error instanceof CommanderError) return error.exitCode === 0 ? EXIT.fine : EXIT.usage;
  if (error instanceof UsageError) {
    io.stderr.write(`weir: ${makeVisible(error.message)}\n`);
    if (error.help !== undefined) io.stderr.write(`  help: ${makeVisible(error.help)}\n`);
    return EXIT.usage;
  }
  const message = error instanceof Error ? error.message : String(error);
  io.stderr.write(
    `weir: this is a fault of Weir itself: ${makeVisible(message)}\n` +
      '  help: please report it with the rule files and the output of `weir --log-level debug …`\n',
  );
  const isDebugging = level() === 'debug' || level() === 'trace';
  if (isDebugging && error instanceof Error && error.stack !== undefined)
    io.stderr.write(`${makeLinesVisible(error.stack)}\n`);
  return EXIT.fault;
}
