/** `weir down`: takes away what `weir apply` made. */
import { Option } from 'commander';
import { jsonText, makeLinesVisible } from '@weir/compiler';
import { formatReport } from '@weir/runtime';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { createProgress } from '../output/progress.ts';
import { examples, type CommandDefinition } from './command.ts';

interface DownOptions {
  readonly netns?: string;
  readonly format: 'text' | 'json';
}

export const downCommand: CommandDefinition = (program, context) => {
  program
    .command('down')
    .summary('take away what apply made')
    .description(
      "Take away what `weir apply` made: services, Weir's own tables, bridges, addresses; sysctls go back to what they\n" +
        'were. What someone else has changed since is left and named. Needs root and nft.',
    )
    .option('--netns <name>', 'the named network namespace instead of this one')
    .addOption(new Option('--format <format>', 'how the report is printed').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      examples(['weir down', 'undo weir apply'], ['weir down --netns lab', 'in a network namespace']),
    )
    .action(async (options: DownOptions) => {
      context.end(await down(context.services(), options));
    });
};

async function down({ io, runtime, logger }: Services, options: DownOptions): Promise<ExitCode> {
  const progress = createProgress(io.stderr);
  const report = await runtime
    .removeHost({ onProgress: progress.onProgress, ...(options.netns !== undefined && { netns: options.netns }) })
    .finally(progress.finish);
  logger.info({ outcome: report.outcome, changed: report.changed }, 'removed');
  if (options.format === 'json') io.stdout.write(jsonText(report));
  else
    io.stdout.write(
      formatReport(report)
        .map((line) => `${makeLinesVisible(line)}\n`)
        .join(''),
    );
  return report.outcome === 'removed' ? EXIT.fine : EXIT.findings;
}
