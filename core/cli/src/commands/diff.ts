/** `weir diff OLD NEW`: exactly the packets whose fate changes, and gates for CI. */
import { diffPolicies, type PolicyEnv } from '@weir/analysis';
import { DEFAULT_TARGET, FLOW_FILE, findTarget, readFlow, type Flow, type Site } from '@weir/compiler';
import { Option } from 'commander';
import { EXIT, UsageError, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { wantsColour } from '../host/io.ts';
import { hasRefused, type DiffReport } from '../output/diff-report.ts';
import { paintFor } from '../output/paint.ts';
import { printFindings } from '../output/print-findings.ts';
import { DIFF_FORMATS, renderDiff, type DiffFormat } from '../output/render-diff.ts';
import { sourceLines } from '../output/source-lines.ts';
import { loadSide, sidePlace, type Side } from '../project/load-side.ts';
import { dateOption, examples, type CommandDefinition } from './command.ts';

interface DiffOptions {
  readonly allow: readonly string[];
  readonly newAccess: boolean;
  readonly date?: string;
  readonly format: DiffFormat;
}

export const diffCommand: CommandDefinition = (program, context) => {
  program
    .command('diff')
    .summary('say exactly which packets fare otherwise')
    .description(
      'Compare two states of rule files: which packets are newly allowed, newly refused, or answered, marked, logged or\n' +
        'limited otherwise, at which guests, and because of which lines. Nothing is sampled: what is not told does not change.\n\n' +
        'OLD and NEW are files or directories, `REV:PATH` as git writes it (from the root of the repository), or `git:REV` for\n' +
        "the other side's path at that revision. The work tree stays as it is; plugins and packages are those of today.",
    )
    .argument('<old>', 'what holds')
    .argument('<new>', 'what is to hold')
    .addOption(
      new Option(
        '--allow <flow...>',
        'fail when packets outside of these flows change; written as in tests, any state unless one is named',
      ).default([], 'none'),
    )
    .option('--no-new-access', 'fail when anything is newly allowed (with --allow: outside of those flows)')
    .addOption(dateOption())
    .addOption(new Option('--format <format>', 'how results are printed').choices(DIFF_FORMATS).default('text'))
    .addHelpText(
      'after',
      examples(
        ['weir diff main:site site', 'what this branch changes'],
        ['weir diff git:HEAD site', 'what is not committed yet'],
        ["weir diff main:site site --allow 'tcp world -> web1 port 443'", 'fail when anything else changes'],
        ['weir diff main:site site --no-new-access --format github', 'in CI: fail when something is opened'],
      ),
    )
    .action(async (old: string, now: string, options: DiffOptions) => {
      context.end(await diff(context.services(), old, now, options));
    });
};

async function diff(services: Services, old: string, now: string, options: DiffOptions): Promise<ExitCode> {
  const { io } = services;
  const request = { target: undefined, date: options.date, fallbackTarget: DEFAULT_TARGET };
  const places = [sidePlace(services, old, now), sidePlace(services, now, old)] as const;
  const before = await loadSide(services, places[0], request);
  const after = await loadSide(services, places[1], request);
  for (const { site, project } of [before, after])
    if (site.value === undefined)
      return printFindings(io, site.diagnostics, project, { format: options.format, stream: 'stdout' });
  const [was, is] = [envOf(before), envOf(after)];
  if (was === undefined || is === undefined) throw new Error('a side without a policy');
  const expected = expectedFlows(services, options.allow, after);
  if (expected === undefined) return EXIT.findings;
  const report: DiffReport = {
    diff: diffPolicies(was, is, { expected }),
    gates: { isLimited: options.allow.length > 0, noNewAccess: !options.newAccess },
    lines: { before: sourceLines(before.project), after: sourceLines(after.project) },
  };
  const paint = paintFor(wantsColour(io.stdout, io.env));
  io.stdout.write(renderDiff(report, options.format, { project: after.project, paint }));
  return hasRefused(report) ? EXIT.findings : EXIT.fine;
}

/** WHY: the meaning of a policy is compared; the target only says where packets are looked at. */
function envOf({ project, site }: Side): PolicyEnv | undefined {
  const target = project.target ?? findTarget(DEFAULT_TARGET);
  const policy = (site.value as Site | undefined)?.policy;
  return policy && target && { policy, target, attachments: project.registry.attachments };
}

/** The flows of `--allow`, in the names of the new side; undefined when one is wrong, which has then been printed. */
function expectedFlows(
  { io }: Services,
  texts: readonly string[],
  { project, site }: Side,
): readonly Flow[] | undefined {
  const flows: Flow[] = [];
  for (const text of texts) {
    if (site.value === undefined) throw new UsageError('there is no policy to name flows of');
    const read = readFlow(text, site.value.model);
    if (read.value === undefined) {
      printFindings(
        io,
        read.diagnostics,
        { ...project, texts: new Map([[FLOW_FILE, text]]) },
        { format: 'text', stream: 'stderr' },
      );
      return undefined;
    }
    flows.push(read.value);
  }
  return flows;
}
