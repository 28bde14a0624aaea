/** What a command is: it adds itself to the program and says how its run ended. */
import { Option, type Command } from 'commander';
import { DIAGNOSTIC_FORMATS, type DiagnosticFormat } from '@weir/compiler';
import type { ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';

/** Surroundings of a command's action. */
export interface CommandContext {
  /** Made when the action starts, after global options are known. */
  services(): Services;
  /** Reports how the run ended. */
  end(code: ExitCode): void;
}

/** Adds a command to the program. */
export type CommandDefinition = (program: Command, context: CommandContext) => void;

/** `--format` with every format that diagnostics have. */
export function formatOption(formats: readonly DiagnosticFormat[] = DIAGNOSTIC_FORMATS): Option {
  return new Option('--format <format>', 'how findings are printed').choices(formats).default('text');
}

/** `--target NAME`; `fallback` says what holds without it. */
export function targetOption(fallback: string): Option {
  const words = `nft and kernel to compile for (default: the project file's, else ${fallback}; \`weir targets\` lists them)`;
  return new Option('--target <name>', words);
}

/** `--date DAY`, for annotations that expire. */
export function dateOption(): Option {
  return new Option('--date <day>', 'day that `@expires` is held against, e.g. 2027-03-31 (default: nothing expires)');
}

/** Examples at the end of a command's help. */
export function examples(...lines: readonly (readonly [command: string, meaning: string])[]): string {
  const width = Math.max(...lines.map(([command]) => command.length));
  return `\nExamples:\n${lines.map(([command, meaning]) => `  ${command.padEnd(width)}  ${meaning}`).join('\n')}`;
}
