/** A comparison for people: ports and networks, then flows by kind, each with who decides and a packet that shows it. */
import type { FlowChange } from '@weir/analysis';
import { makeVisible } from '@weir/compiler';
import { counted } from './counted.ts';
import { bearingOf, hasRefused, isRefused, type DiffReport } from './diff-report.ts';
import { deciderWords, factWords, frameWords, KIND_WORDS, networkWords, portWords, stateWord } from './diff-words.ts';
import type { Paint } from './paint.ts';

/** The whole report. */
export function diffText(report: DiffReport, paint: Paint): string {
  const { diff, gates, lines } = report;
  const { added, removed, facts, networks, flows, tooComplex } = diff;
  const marked = (refused: boolean, text: string): string =>
    `${refused ? paint.strong('! ') : '  '}${makeVisible(text)}\n`;
  const site = [
    ...added.map((port) => marked(isRefused('opens', false, gates), `added: ${port.guest} (${port.ifname})`)),
    ...removed.map((port) => marked(isRefused('closes', false, gates), `removed: ${port.guest} (${port.ifname})`)),
    ...facts.map((fact) => marked(isRefused('opens', false, gates), factWords(fact))),
    ...networks.map((change) =>
      marked(
        isRefused(change.mayOpen ? 'opens' : 'closes', false, gates),
        networkWords(change, change.side === 'removed' ? lines.before : lines.after),
      ),
    ),
    ...tooComplex.map(({ ports, direction }) =>
      marked(isRefused('opens', false, gates), `too complex to compare: ${portWords(ports)} ${direction}`),
    ),
  ];
  const kinds = (['allowed', 'refused', 'changed'] as const).map((kind) => {
    const own = flows.filter((flow) => flow.kind === kind);
    if (own.length === 0) return '';
    return `${paint.strong(KIND_WORDS[kind])}\n${own.map((flow) => flowBlock(flow, report, paint)).join('')}`;
  });
  const blocks = [...(site.length === 0 ? [] : [`${paint.strong('site')}\n${site.join('')}`]), ...kinds].filter(
    (one) => one !== '',
  );
  if (blocks.length === 0) return 'no packet fares otherwise\n';
  return `${blocks.join('\n')}\n${closing(report)}\n`;
}

function flowBlock(flow: FlowChange, { gates, lines }: DiffReport, paint: Paint): string {
  const mark = isRefused(bearingOf(flow), flow.isExpected, gates) ? paint.strong('! ') : '  ';
  const head = `${mark}${makeVisible(`${portWords(flow.ports)} ${flow.direction}: ${flow.text}`)}\n`;
  const verdicts = `      ${flow.before} → ${flow.after}\n`;
  const was = `      was  ${paint.quiet(deciderWords(flow.deciders.before, lines.before))}\n`;
  const now = `      now  ${deciderWords(flow.deciders.after, lines.after)}\n`;
  const { witness } = flow;
  const state =
    witness === undefined || stateWord(witness.state) === 'new' ? '' : `, state ${stateWord(witness.state)}`;
  const shown = witness === undefined ? '' : `      e.g. ${paint.quiet(`${frameWords(witness.bytes)}${state}`)}\n`;
  return head + verdicts + was + now + shown;
}

function closing(report: DiffReport): string {
  const { flows, added, removed } = report.diff;
  const of = (kind: FlowChange['kind']): number => flows.filter((flow) => flow.kind === kind).length;
  const counts = `${counted(of('allowed'), 'flow')} newly allowed, ${of('refused')} newly refused, ${of('changed')} otherwise changed`;
  const ports = added.length + removed.length === 0 ? '' : `; ${added.length} ports added, ${removed.length} removed`;
  return `${counts}${ports}${hasRefused(report) ? '; what is marked ! was not allowed' : ''}`;
}
