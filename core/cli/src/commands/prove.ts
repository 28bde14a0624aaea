/** `weir prove PATH…`: claims, the modes' promises, what no guest may send, and that the emitted ruleset is the policy. */
import { resolve } from 'node:path';
import { DEFAULT_TARGET, jsonText, renderDiagnostics } from '@weir/compiler';
import { Option } from 'commander';
import { EXIT, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { wantsColour } from '../host/io.ts';
import { paintFor } from '../output/paint.ts';
import { printFindings } from '../output/print-findings.ts';
import { sourceLines } from '../output/source-lines.ts';
import { compileProject } from '../project/compile-project.ts';
import { loadProject, type Project } from '../project/load-project.ts';
import { readProjectSite } from '../project/read-project-site.ts';
import { proveDiagnostics } from '../prove/prove-diagnostics.ts';
import { proveJson } from '../prove/prove-json.ts';
import { countResults, proveSite, type ProveReport } from '../prove/prove-report.ts';
import { proveText } from '../prove/prove-text.ts';
import { VERSION } from '../version.ts';
import { dateOption, examples, targetOption, type CommandDefinition } from './command.ts';

const FORMATS = ['text', 'json', 'github', 'sarif'] as const;

interface ProveOptions {
  readonly target?: string;
  readonly date?: string;
  readonly certificate?: string;
  readonly format: (typeof FORMATS)[number];
}

export const proveCommand: CommandDefinition = (program, context) => {
  program
    .command('prove')
    .summary('prove claims about all packets, or show the packet that refutes them')
    .description(
      'Prove the `assert` items, what the modes promise of their networks, that no guest sends as somebody else, and that the\n' +
        'emitted ruleset is what is written. Fails when a claim is refuted or not decided. What a guard leaves open for its\n' +
        'own guests is told, and no failure.',
    )
    .argument('<paths...>', 'rule files and directories (all .weir files below)')
    .option('--certificate <file>', 'also write what was proved, of which files, as JSON')
    .addOption(targetOption(DEFAULT_TARGET))
    .addOption(dateOption())
    .addOption(new Option('--format <format>', 'how results are printed').choices(FORMATS).default('text'))
    .addHelpText(
      'after',
      examples(
        ['weir prove site/', 'a line for each claim, and the packets that refute some'],
        ['weir prove site/ --certificate proof.json', 'what was proved, with digests of the files'],
        ['weir prove site/ --format github', 'findings beside the lines of a change'],
      ),
    )
    .action(async (paths: string[], options: ProveOptions) => {
      context.end(await prove(context.services(), paths, options));
    });
};

async function prove(services: Services, paths: readonly string[], options: ProveOptions): Promise<ExitCode> {
  const { io, disk } = services;
  const { target, date } = options;
  const project = await loadProject(services, { paths, target, date, fallbackTarget: DEFAULT_TARGET });
  const compiled = compileProject(project);
  const { value: site } = readProjectSite(project);
  if (compiled.value === undefined || site === undefined || project.target === undefined)
    return printFindings(io, compiled.diagnostics, project, { format: options.format, stream: 'stdout' });
  const { attachments } = project.registry;
  const report = proveSite({ policy: site.policy, target: project.target, attachments }, site, compiled.value, project);
  const rendering = {
    policy: site.policy,
    lines: sourceLines(project),
    paint: paintFor(wantsColour(io.stdout, io.env)),
    missed: 'none' as const,
  };
  if (options.certificate !== undefined)
    disk.write(resolve(io.cwd, options.certificate), jsonText(proveJson(report, rendering)), true);
  io.stdout.write(rendered(report, options.format, project, rendering));
  const { refuted, undecided } = countResults(report);
  return refuted + undecided === 0 ? EXIT.fine : EXIT.findings;
}

function rendered(
  report: ProveReport,
  format: ProveOptions['format'],
  { texts, pathOf }: Project,
  rendering: Parameters<typeof proveText>[1],
): string {
  if (format === 'text') return proveText(report, rendering);
  if (format === 'json') return jsonText(proveJson(report, rendering));
  return renderDiagnostics(proveDiagnostics(report), { format, colour: false, version: VERSION, texts, pathOf });
}
