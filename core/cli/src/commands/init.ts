/** `weir init [DIR]`: a first project that compiles as it is. */
import { dirname, join, resolve } from 'node:path';
import { DEFAULT_TARGET } from '@weir/compiler';
import { EXIT, UsageError, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { describeFailure } from '../host/disk.ts';
import { firstProject } from '../init/first-project.ts';
import { VERSION } from '../version.ts';
import { examples, type CommandDefinition } from './command.ts';

interface InitOptions {
  readonly force?: boolean;
}

export const initCommand: CommandDefinition = (program, context) => {
  program
    .command('init')
    .summary('make a first project')
    .description('Make a first project: a guest on the default network, a filter, a test, a CI workflow.')
    .argument('[dir]', 'where', '.')
    .option('--force', 'replace files that are there already')
    .addHelpText('after', examples(['weir init site', 'in a new directory'], ['weir check site', 'what to do next']))
    .action((directory: string, options: InitOptions) => {
      context.end(init(context.services(), directory, options));
    });
};

function init({ io, disk }: Services, directory: string, options: InitOptions): ExitCode {
  const root = resolve(io.cwd, directory);
  const files = firstProject(VERSION, DEFAULT_TARGET);
  try {
    const standing = files.filter((file) => disk.kind(join(root, file.path)) !== undefined).map((file) => file.path);
    if (standing.length > 0 && options.force !== true) {
      throw new UsageError(
        `\`${directory}\` has ${standing.map((path) => `\`${path}\``).join(', ')} already`,
        'replace them with `--force`',
      );
    }
    for (const file of files) {
      disk.makeDirectory(dirname(join(root, file.path)));
      disk.write(join(root, file.path), file.text, true);
    }
  } catch (error) {
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot make a project in \`${directory}\`: ${describeFailure(error)}`);
  }
  const list = files.map((file) => `  ${file.path}\n`).join('');
  io.stdout.write(`made a project in ${directory}:\n${list}next: weir check ${directory}\n`);
  return EXIT.fine;
}
