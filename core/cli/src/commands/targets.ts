/** `weir targets`: the nft versions and kernels that can be compiled for. */
import { DEFAULT_TARGET, jsonText, RUNNING_TARGET, TARGETS } from '@weir/compiler';
import { Option } from 'commander';
import { EXIT } from '../exit-code.ts';
import { examples, type CommandDefinition } from './command.ts';

export const targetsCommand: CommandDefinition = (program, context) => {
  program
    .command('targets')
    .summary('list the targets')
    .description('List what can be compiled for: versions of nft and the kernel features that go with them.')
    .addOption(new Option('--format <format>', 'how they are printed').choices(['text', 'json']).default('text'))
    .addHelpText('after', examples(['weir targets', 'names for --target and for the project file']))
    .action((options: { readonly format: 'text' | 'json' }) => {
      const { io } = context.services();
      io.stdout.write(
        options.format === 'json' ? jsonText({ format: 1, default: DEFAULT_TARGET, targets: [...TARGETS] }) : table(),
      );
      context.end(EXIT.fine);
    });
};

function table(): string {
  const rows = [
    ...[...TARGETS].map((target) => ({
      name: target.name,
      text: `nft ${target.nft}; ${target.doc}${target.name === DEFAULT_TARGET ? ' (default)' : ''}`,
    })),
    { name: RUNNING_TARGET, text: 'this machine, probed (needs nft and root)' },
  ];
  const width = Math.max(...rows.map((row) => row.name.length));
  return rows.map((row) => `${row.name.padEnd(width)}  ${row.text}\n`).join('');
}
