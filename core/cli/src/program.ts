/**
 * The program: all commands, global options, help.
 *
 * In: streams and what commands work with. Out: a commander program that never ends the process by itself.
 */
import { Command, Option } from 'commander';
import { applyCommand } from './commands/apply.ts';
import { checkCommand } from './commands/check.ts';
import type { CommandContext } from './commands/command.ts';
import { compileCommand } from './commands/compile.ts';
import { diffCommand } from './commands/diff.ts';
import { explainCommand } from './commands/explain.ts';
import { downCommand } from './commands/down.ts';
import { initCommand } from './commands/init.ts';
import { proveCommand } from './commands/prove.ts';
import { targetsCommand } from './commands/targets.ts';
import { testCommand } from './commands/test.ts';
import type { CliIo } from './host/io.ts';
import { LOG_LEVELS } from './host/logger.ts';
import { VERSION } from './version.ts';

/** Every command, in the order of the help. */
export const COMMANDS = [
  initCommand,
  checkCommand,
  compileCommand,
  testCommand,
  explainCommand,
  diffCommand,
  proveCommand,
  applyCommand,
  downCommand,
  targetsCommand,
] as const;

const CLOSING = `
Exit codes: 0 fine; 1 findings (errors in rule files, a refused change); 2 wrong usage; 3 a fault of Weir itself.
Results go to stdout, logs to stderr. NO_COLOR and FORCE_COLOR are honoured.`;

/** Builds the program. */
export function buildProgram(io: CliIo, context: CommandContext): Command {
  const program = new Command('weir')
    .description('Network policy for virtual machines: rule files compiled into nftables.')
    .version(VERSION, '-V, --version', 'print the version')
    .addOption(new Option('--log-level <level>', 'how much is logged').choices(LOG_LEVELS).default('warn'))
    .helpOption('-h, --help', 'print help')
    .addHelpText('after', CLOSING)
    .showSuggestionAfterError()
    .exitOverride()
    .configureOutput({
      writeOut: (text) => io.stdout.write(text),
      writeErr: (text) => io.stderr.write(text),
      getOutHasColors: () => false,
      getErrHasColors: () => false,
      outputError: (text, write) => write(`weir: ${text.replace(/^error: /, '')}`),
    });
  for (const define of COMMANDS) define(program, context);
  return program;
}
