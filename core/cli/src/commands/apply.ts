/** `weir apply`: makes this host's networks and loads the ruleset, from rule files or from a compiled directory. */
import { Option } from 'commander';
import { jsonText, makeLinesVisible, RUNNING_TARGET, type Documents } from '@weir/compiler';
import { formatReport, type ApplyReport } from '@weir/runtime';
import { EXIT, UsageError, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { printFindings } from '../output/print-findings.ts';
import { createProgress } from '../output/progress.ts';
import { compileProject } from '../project/compile-project.ts';
import { loadProject } from '../project/load-project.ts';
import { readOutput } from '../project/read-output.ts';
import { dateOption, examples, targetOption, type CommandDefinition } from './command.ts';

interface ApplyOptions {
  readonly from?: string;
  readonly target?: string;
  readonly date?: string;
  readonly netns?: string;
  readonly takeDevices?: boolean;
  readonly format: 'text' | 'json';
}

/** What goes to the host. */
export type HostDocuments = Pick<Documents, 'topology' | 'ruleset'>;

export const applyCommand: CommandDefinition = (program, context) => {
  program
    .command('apply')
    .summary("make this host's networks and load the ruleset")
    .description(
      'Compile rule files for this machine and make it so: bridges, addresses, sysctls, DHCP and DNS, and the ruleset in\n' +
        "one transaction, into Weir's own tables only. Needs root and nft. On a failure everything is taken back.",
    )
    .argument('[paths...]', 'rule files and directories (all .weir files below)')
    .option('--from <dir>', 'apply what `weir compile -o DIR` wrote instead of rule files')
    .addOption(targetOption(RUNNING_TARGET))
    .addOption(dateOption())
    .option('--netns <name>', 'the named network namespace instead of this one')
    .option(
      '--take-devices',
      'take devices out of bridges that are not ours, and uplinks that carry addresses of this host',
    )
    .addOption(new Option('--format <format>', 'how the report is printed').choices(['text', 'json']).default('text'))
    .addHelpText(
      'after',
      examples(
        ['weir apply site/', 'compile for this machine and load'],
        ['weir apply --from out', 'load what was compiled before'],
        ['weir apply site/ --netns lab', 'try it in a network namespace'],
      ),
    )
    .action(async (paths: string[], options: ApplyOptions) => {
      context.end(await apply(context.services(), paths, options));
    });
};

async function apply(services: Services, paths: readonly string[], options: ApplyOptions): Promise<ExitCode> {
  const { io, runtime, logger } = services;
  const documents = await documentsOf(services, paths, options);
  if (!documents) return EXIT.findings;
  const progress = createProgress(io.stderr);
  const report = await runtime
    .applyHost(
      { topology: documents.topology, ruleset: documents.ruleset },
      {
        onProgress: progress.onProgress,
        takeDevices: options.takeDevices ?? false,
        ...(options.netns !== undefined && { netns: options.netns }),
      },
    )
    .finally(progress.finish);
  logger.info({ outcome: report.outcome, changed: report.changed }, 'applied');
  printReport(services, report, options.format);
  return report.outcome === 'applied' ? EXIT.fine : EXIT.findings;
}

function printReport({ io }: Services, report: ApplyReport, format: ApplyOptions['format']): void {
  if (format === 'json') io.stdout.write(jsonText(report));
  else
    io.stdout.write(
      formatReport(report)
        .map((line) => `${makeLinesVisible(line)}\n`)
        .join(''),
    );
}

async function documentsOf(
  services: Services,
  paths: readonly string[],
  options: ApplyOptions,
): Promise<HostDocuments | undefined> {
  const { io, disk } = services;
  if (options.from !== undefined) {
    if (paths.length > 0 || options.target !== undefined)
      throw new UsageError('`--from` goes without paths and `--target`');
    return readOutput(disk, io.cwd, options.from);
  }
  if (paths.length === 0) throw new UsageError('name rule files or directories, or `--from DIR`');
  const project = await loadProject(services, {
    paths,
    target: options.target,
    date: options.date,
    fallbackTarget: RUNNING_TARGET,
  });
  const { value, diagnostics } = compileProject(project);
  printFindings(io, diagnostics, project, { format: 'text', stream: 'stderr' });
  return value;
}
