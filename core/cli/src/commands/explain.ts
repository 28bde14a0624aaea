/** `weir explain PATH… 'FLOW'`: what becomes of a flow or a raw frame, hop by hop, and which line decides. */
import { DEFAULT_TARGET, FLOW_FILE, jsonText, readFlow, suggest, type Site } from '@weir/compiler';
import { travelFlow, travelFrame, type ConnectionState } from '@weir/semantics';
import { Option } from 'commander';
import { EXIT, UsageError, type ExitCode } from '../exit-code.ts';
import type { Services } from '../host/container.ts';
import { wantsColour } from '../host/io.ts';
import { flowJson, journeyJson } from '../output/journey-json.ts';
import { flowText, journeyText, type JourneyTextOptions } from '../output/journey-text.ts';
import { paintFor } from '../output/paint.ts';
import { printFindings } from '../output/print-findings.ts';
import { sourceLines } from '../output/source-lines.ts';
import { loadProject, type Project } from '../project/load-project.ts';
import { readProjectSite } from '../project/read-project-site.ts';
import { dateOption, examples, formatOption, type CommandDefinition } from './command.ts';

interface ExplainOptions {
  readonly frame?: string;
  readonly port?: string;
  readonly direction?: 'in' | 'out';
  readonly state?: ConnectionState;
  readonly missed: boolean;
  readonly all: boolean;
  readonly date?: string;
  readonly format: 'text' | 'json';
}

const STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const;

export const explainCommand: CommandDefinition = (program, context) => {
  program
    .command('explain')
    .summary('say what becomes of a packet, and because of which line')
    .description(
      'Follow a flow, or a raw Ethernet frame, through guards, filters and networks: each hop, who decided there, with\n' +
        'file and line, and what the other rules missed on. Exit code 0 whatever the verdict is.\n\n' +
        'FLOW: [PROTO|SERVICE] SOURCE [port P] -> DESTINATION [port P] [state S]; an end is an address, a guest\n' +
        '(optionally guest.ifname), `host`, `gateway` or `world`.',
    )
    .argument('<paths...>', 'rule files and directories, then the flow (unless --frame is given)')
    .option('--frame <hex>', 'a raw Ethernet frame instead of a flow, from the destination address on')
    .option('--port <ifname>', 'with --frame: the guest interface it passes')
    .addOption(
      new Option('--direction <direction>', 'with --frame: from the guest or toward it').choices(['in', 'out']),
    )
    .addOption(new Option('--state <state>', 'with --frame: the state of its connection').choices(STATES))
    .option('--all', 'tell every rule that was asked and missed, those of guards and networks too', false)
    .option('--no-missed', 'leave out the rules that were asked and missed')
    .addOption(dateOption())
    .addOption(formatOption(['text', 'json']))
    .addHelpText(
      'after',
      examples(
        ["weir explain site/ 'tcp 198.51.100.7 -> web1 port 443'", 'from outside to a guest'],
        ["weir explain site/ 'ping web1 -> gateway'", 'by a service'],
        ["weir explain site/ 'tcp db1 port 5432 -> web1 state established' --format json", 'an answer, as JSON'],
        ['weir explain site/ --port vnet0 --direction out --frame ffffffffffff525400…', 'a frame as it was captured'],
      ),
    )
    .action(async (args: string[], options: ExplainOptions) => {
      context.end(await explain(context.services(), args, options));
    });
};

async function explain(services: Services, args: readonly string[], options: ExplainOptions): Promise<ExitCode> {
  const asked = questionOf(args, options);
  const project = await loadProject(services, {
    paths: asked.paths,
    target: undefined,
    date: options.date,
    fallbackTarget: DEFAULT_TARGET,
  });
  const { value: site, diagnostics } = readProjectSite(project);
  if (site === undefined)
    return printFindings(services.io, diagnostics, project, { format: options.format, stream: 'stdout' });
  return 'flow' in asked
    ? explainFlow(services, project, site, asked.flow, options)
    : explainFrame(services, project, site, asked, options);
}

interface FrameQuestion {
  readonly paths: readonly string[];
  readonly frame: Uint8Array;
  readonly port: string;
  readonly direction: 'in' | 'out';
}

type Asked = { readonly paths: readonly string[]; readonly flow: string } | FrameQuestion;

/** What is asked: the last argument is the flow, unless a frame is given. */
function questionOf(args: readonly string[], { frame, port, direction, state }: ExplainOptions): Asked {
  if (frame === undefined) {
    const loose = Object.entries({ port, direction, state }).find(([, value]) => value !== undefined)?.[0];
    if (loose !== undefined) throw new UsageError(`\`--${loose}\` goes with \`--frame\` only`);
    const flow = args.at(-1) ?? '';
    if (args.length < 2) {
      throw new UsageError('name the rule files and then the flow', "weir explain site/ 'tcp web1 -> db1 port 5432'");
    }
    return { paths: args.slice(0, -1), flow };
  }
  if (port === undefined || direction === undefined)
    throw new UsageError('`--frame` wants `--port IFNAME` and `--direction in|out` as well');
  return { paths: args, frame: bytesOfHex(frame), port, direction };
}

/** Spaces and colons between digits are fine, as captures print them. */
function bytesOfHex(text: string): Uint8Array {
  const digits = text.replaceAll(/[\s:]/g, '');
  if (!/^(?:[0-9a-f]{2})+$/i.test(digits))
    throw new UsageError('`--frame` is not an even number of hexadecimal digits', 'copy the bytes of the whole frame');
  if (digits.length < 28) throw new UsageError('an Ethernet frame has at least 14 bytes: two addresses and a type');
  return new Uint8Array(Buffer.from(digits, 'hex'));
}

function explainFlow({ io }: Services, project: Project, site: Site, text: string, options: ExplainOptions): ExitCode {
  const read = readFlow(text, site.model);
  const texts = new Map([...project.texts, [FLOW_FILE, text]]);
  if (read.value === undefined)
    return printFindings(io, read.diagnostics, { ...project, texts }, { format: options.format, stream: 'stdout' });
  const outcome = travelFlow(site.policy, read.value);
  const context = textOptions(io, project, site, options);
  io.stdout.write(
    options.format === 'json' ? jsonText({ format: 1, ...flowJson(outcome, context) }) : flowText(outcome, context),
  );
  return EXIT.fine;
}

function explainFrame(
  { io }: Services,
  project: Project,
  site: Site,
  { frame, port, direction }: FrameQuestion,
  options: ExplainOptions,
): ExitCode {
  const known = site.policy.ports.map(({ ifname }) => ifname);
  if (!known.includes(port)) {
    const near = suggest(port, known);
    throw new UsageError(`no guest has an interface \`${port}\``, near && `did you mean \`${near}\`?`);
  }
  const { state } = options;
  const journey = travelFrame(site.policy, port, direction, frame, state ? { state } : {});
  const context = textOptions(io, project, site, options);
  const { paint } = context;
  io.stdout.write(
    options.format === 'json'
      ? jsonText({ format: 1, ...journeyJson(journey, context) })
      : `${paint.verdict(journey.verdict)}  frame of ${frame.length} bytes, ${port} ${direction}\n\n${journeyText(journey, context)}`,
  );
  return EXIT.fine;
}

function textOptions(
  io: Services['io'],
  project: Project,
  { policy }: Site,
  { missed, all }: ExplainOptions,
): JourneyTextOptions {
  return {
    policy,
    lines: sourceLines(project),
    paint: paintFor(wantsColour(io.stdout, io.env)),
    missed: all ? 'all' : missed ? 'telling' : 'none',
  };
}
