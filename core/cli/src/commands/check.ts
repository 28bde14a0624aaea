/** `weir check PATH…`: everything that can be wrong with rule files, without writing anything. */
import { DEFAULT_TARGET, type DiagnosticFormat } from '@weir/compiler';
import type { ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { counted } from '../output/counted.ts';
import { printFindings } from '../output/print-findings.ts';
import { loadProject } from '../project/load-project.ts';
import { compileProject } from '../project/compile-project.ts';
import { dateOption, examples, formatOption, targetOption, type CommandDefinition } from './command.ts';

interface CheckOptions {
  readonly target?: string;
  readonly date?: string;
  readonly lint: boolean;
  readonly format: DiagnosticFormat;
}

export const checkCommand: CommandDefinition = (program, context) => {
  program
    .command('check')
    .summary('find every problem in rule files')
    .description('Parse, resolve and type-check rule files, and say what the target cannot express. Writes nothing.')
    .argument('<paths...>', 'rule files and directories (all .weir files below)')
    .addOption(targetOption(DEFAULT_TARGET))
    .addOption(dateOption())
    .option('--no-lint', 'leave out warnings about rules that mean less than they seem to')
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        ['weir check site/', 'all rule files below site/'],
        ['weir check site/ --target debian-13', 'for another target than the project file names'],
        ['weir check site/ --format github', 'findings beside the changed lines of a pull request'],
      ),
    )
    .action(async (paths: string[], options: CheckOptions) => {
      context.end(await check(context.services(), paths, options));
    });
};

async function check(services: Services, paths: readonly string[], options: CheckOptions): Promise<ExitCode> {
  const project = await loadProject(services, {
    paths,
    target: options.target,
    date: options.date,
    fallbackTarget: DEFAULT_TARGET,
  });
  const { diagnostics } = compileProject(project, { lint: options.lint });
  const fine = `checked ${counted(project.sources.entries.length, 'file')} for ${project.target?.name ?? 'no target'}`;
  return printFindings(services.io, diagnostics, project, { format: options.format, stream: 'stdout', fine });
}
