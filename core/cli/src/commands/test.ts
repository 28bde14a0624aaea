/** `weir test PATH…`: runs the `test` items, and says which rules and which slips they would not notice. */
import { DEFAULT_TARGET, type Site } from '@weir/compiler';
import {
  mutationRun,
  policyMutants,
  runTests,
  type MutantResult,
  type PolicyStatement,
  type TestRun,
} from '@weir/semantics';
import { InvalidArgumentError, Option } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { wantsColour } from '../host/io.ts';
import { paintFor } from '../output/paint.ts';
import { printFindings } from '../output/print-findings.ts';
import { sourceLines } from '../output/source-lines.ts';
import { countDecided, type TestReport } from '../output/test-report.ts';
import { renderTestReport, TEST_FORMATS, type TestFormat } from '../output/render-tests.ts';
import { loadProject, type Project } from '../project/load-project.ts';
import { readProjectSite } from '../project/read-project-site.ts';
import { dateOption, examples, type CommandDefinition } from './command.ts';

interface TestOptions {
  readonly coverage: boolean;
  readonly mutate: boolean;
  readonly minCoverage?: number;
  readonly minNoticed?: number;
  readonly date?: string;
  readonly format: TestFormat;
}

export const testCommand: CommandDefinition = (program, context) => {
  program
    .command('test')
    .summary('run the tests that stand beside the rules')
    .description(
      'Follow every flow of the `test` items from end to end and hold its verdict against the expected one. A flow that\n' +
        'leaves something open (a family, a port, the members of a service) must get the verdict in every case.',
    )
    .argument('<paths...>', 'rule files and directories (all .weir files below)')
    .option('--coverage', 'also say which rules and defaults of these files decided no flow', false)
    .option('--mutate', 'also flip, drop and widen one rule at a time, and say which change no test notices', false)
    .addOption(percentOption('--min-coverage <percent>', 'fail when fewer of the rules and defaults decided a flow'))
    .addOption(percentOption('--min-noticed <percent>', 'fail when the tests notice fewer of the changes'))
    .addOption(dateOption())
    .addOption(new Option('--format <format>', 'how results are printed').choices(TEST_FORMATS).default('text'))
    .addHelpText(
      'after',
      examples(
        ['weir test site/', 'every test, and of those that fail each hop and the line that decided'],
        ['weir test site/ --coverage --min-coverage 90', 'fail when rules go untested'],
        ['weir test site/ --mutate', 'which slip of the hand would no test notice?'],
        ['weir test site/ --format junit > tests.xml', 'for a CI server'],
      ),
    )
    .action(async (paths: string[], options: TestOptions) => {
      context.end(await runProjectTests(context.services(), paths, options));
    });
};

function percentOption(flags: string, words: string): Option {
  return new Option(flags, words).argParser((text) => {
    const value = Number(text);
    if (!/^\d+(?:\.\d+)?$/.test(text) || value > 100) throw new InvalidArgumentError('a number from 0 to 100');
    return value;
  });
}

async function runProjectTests(services: Services, paths: readonly string[], options: TestOptions): Promise<ExitCode> {
  const { io } = services;
  const project = await loadProject(services, {
    paths,
    target: undefined,
    date: options.date,
    fallbackTarget: DEFAULT_TARGET,
  });
  const { value: site, diagnostics } = readProjectSite(project);
  if (site === undefined) {
    const format = options.format === 'junit' ? 'text' : options.format;
    return printFindings(io, diagnostics, project, {
      format,
      stream: options.format === 'junit' ? 'stderr' : 'stdout',
    });
  }
  const run = runTests(site.policy, site.tests);
  const report = reportOf(services, project, site, run, options);
  const lines = sourceLines(project);
  const paint = paintFor(wantsColour(io.stdout, io.env));
  io.stdout.write(renderTestReport(report, options.format, { project, policy: site.policy, lines, paint }));
  return isFine(report, options) ? EXIT.fine : EXIT.findings;
}

/** The files that were named, and not the packages they import: those have tests of their own. */
function ownStatements(project: Project, run: TestRun): readonly PolicyStatement[] {
  const own = new Set(project.sources.entries);
  return run.coverage.filter((one): one is PolicyStatement => one.kind !== 'network' && own.has(one.origin.span.file));
}

function reportOf(services: Services, project: Project, site: Site, run: TestRun, options: TestOptions): TestReport {
  const statements = ownStatements(project, run);
  const wantsCoverage = options.coverage || options.minCoverage !== undefined;
  const wantsMutants = options.mutate || options.minNoticed !== undefined;
  return {
    run,
    ...(wantsCoverage && { coverage: statements }),
    ...(wantsMutants && run.passed && { mutants: runMutants(services, site, run, statements) }),
    mutantsNeedPassing: wantsMutants && !run.passed,
  };
}

const ERASE = '\r\u001b[2K';

function runMutants(
  { io }: Services,
  { policy }: Site,
  run: TestRun,
  statements: readonly PolicyStatement[],
): readonly MutantResult[] {
  const mutants = policyMutants(policy, statements);
  const results: MutantResult[] = [];
  for (const result of mutationRun(policy, run, mutants)) {
    results.push(result);
    if (io.stderr.isTTY) io.stderr.write(`${ERASE}trying changes … ${results.length} of ${mutants.length}`);
  }
  if (io.stderr.isTTY) io.stderr.write(ERASE);
  return results;
}

/** WHY: where nothing was tested, nothing is known to be right; a CI run that names the wrong folder must not pass. */
function isFine({ run, coverage, mutants, mutantsNeedPassing }: TestReport, options: TestOptions): boolean {
  if (!run.passed || run.results.length === 0 || mutantsNeedPassing) return false;
  const { minCoverage, minNoticed } = options;
  if (minCoverage !== undefined && coverage && countDecided(coverage).percent < minCoverage) return false;
  if (minNoticed === undefined || mutants === undefined || mutants.length === 0) return true;
  return (100 * mutants.filter(({ noticedBy }) => noticedBy).length) / mutants.length >= minNoticed;
}
