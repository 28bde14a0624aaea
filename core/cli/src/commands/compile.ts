/** `weir compile PATH…`: rule files into nftables documents, on stdout or as a directory. */
import { resolve } from 'node:path';
import {
  DEFAULT_TARGET,
  interfaceDocument,
  jsonText,
  makeVisible,
  suggest,
  type DiagnosticFormat,
  type Documents,
} from '@weir/compiler';
import { documentLines, type NftDocument } from '@weir/nftables-json';
import type { Diagnostic } from '@weir/plugin';
import { EXIT, UsageError, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import type { Output } from '../host/io.ts';
import { compileResult, describeCompilation, type Compilation } from '../output/compile-report.ts';
import { outputFiles } from '../output/output-files.ts';
import { printFindings } from '../output/print-findings.ts';
import { checkReplaceable, writeDirectory } from '../output/write-directory.ts';
import { compileProject } from '../project/compile-project.ts';
import { loadProject, type Project } from '../project/load-project.ts';
import { dateOption, examples, formatOption, targetOption, type CommandDefinition } from './command.ts';

interface CompileOptions {
  readonly output: string;
  readonly target?: string;
  readonly date?: string;
  readonly interface?: string;
  readonly format: DiagnosticFormat;
}

export const compileCommand: CommandDefinition = (program, context) => {
  program
    .command('compile')
    .summary('turn rule files into nftables JSON')
    .description(
      'Compile rule files into nftables JSON. Without -o the whole ruleset goes to stdout and findings to stderr; with\n' +
        '-o DIR all documents are written, at once or not at all.',
    )
    .argument('<paths...>', 'rule files and directories (all .weir files below)')
    .option('-o, --output <dir>', 'directory to write, or - for stdout', '-')
    .addOption(targetOption(DEFAULT_TARGET))
    .addOption(dateOption())
    .option('--interface <ifname>', "print one guest interface's self-contained document")
    .addOption(formatOption())
    .addHelpText(
      'after',
      examples(
        [
          'weir compile site/ -o out',
          'write ruleset.json, host.json, profiles/, interfaces/, topology.json, manifest.json',
        ],
        ['weir compile site/ > ruleset.json', 'the whole ruleset, for nft -j -f ruleset.json'],
        ['weir compile site/ --interface vnet0', "one interface's document, loadable on top of host.json"],
        ['weir compile site/ -o out --format json', 'what was made, as JSON'],
      ),
    )
    .action(async (paths: string[], options: CompileOptions) => {
      context.end(await compileFiles(context.services(), paths, options));
    });
};

async function compileFiles(services: Services, paths: readonly string[], options: CompileOptions): Promise<ExitCode> {
  const { io, disk } = services;
  const toDirectory = options.output !== '-';
  if (toDirectory && options.interface !== undefined)
    throw new UsageError('`--interface` prints to stdout and goes without `-o`');
  if (toDirectory) checkReplaceable(disk, resolve(io.cwd, options.output), options.output);
  const project = await loadProject(services, {
    paths,
    target: options.target,
    date: options.date,
    fallbackTarget: DEFAULT_TARGET,
  });
  const { value: documents, diagnostics } = compileProject(project);
  if (toDirectory) return toFiles(services, project, { documents, diagnostics }, options);
  const code = printFindings(io, diagnostics, project, { format: options.format, stream: 'stderr' });
  if (documents) print(io.stdout, chooseDocument(documents, options.interface));
  return code;
}

interface Compiled {
  readonly documents: Documents | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function chooseDocument(documents: Documents, ifname: string | undefined): NftDocument {
  if (ifname === undefined) return documents.ruleset;
  if (documents.interfaces.has(ifname)) return interfaceDocument(documents, ifname);
  const near = suggest(ifname, [...documents.interfaces.keys()]);
  throw new UsageError(
    `no guest has an interface \`${makeVisible(ifname)}\``,
    near === undefined ? undefined : `did you mean \`${near}\`?`,
  );
}

function print(output: Output, document: NftDocument): void {
  for (const line of documentLines(document)) output.write(line);
}

function toFiles(services: Services, project: Project, compiled: Compiled, options: CompileOptions): ExitCode {
  const { io, disk, logger } = services;
  const { documents, diagnostics } = compiled;
  const files = documents ? outputFiles(documents) : [];
  if (documents) writeDirectory(disk, resolve(io.cwd, options.output), options.output, files);
  logger.debug({ files: files.length }, 'wrote the documents');
  const made: Compilation = { target: project.target?.name, directory: options.output, documents, files };
  if (options.format === 'json') {
    io.stdout.write(jsonText(compileResult(made, diagnostics, project)));
    return documents ? EXIT.fine : EXIT.findings;
  }
  const code = printFindings(io, diagnostics, project, { format: options.format, stream: 'stdout' });
  if (documents && options.format === 'text') io.stdout.write(describeCompilation({ ...made, documents }));
  return code;
}
