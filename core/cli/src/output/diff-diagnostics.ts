/** Changes as diagnostics, for the formats that show findings beside lines. Places are those of the new files. */
import type { FlowChange } from '@weir/analysis';
import { defineDiagnostic, type Diagnostic, type Span } from '@weir/plugin';
import { bearingOf, isRefused, type DiffReport } from './diff-report.ts';
import { deciderWords, factWords, frameWords, networkWords, portWords } from './diff-words.ts';

interface Told {
  readonly text: string;
  readonly was?: string;
}

const say = ({ text, was }: Told) => ({ message: text, ...(was !== undefined && { help: `before: ${was}` }) });

export const newlyAllowed = defineDiagnostic<Told>(
  { code: 'diff/newly-allowed', severity: 'info', title: 'packets that are let through and were not before' },
  say,
);
export const newlyRefused = defineDiagnostic<Told>(
  { code: 'diff/newly-refused', severity: 'info', title: 'packets that are no longer let through' },
  say,
);
export const otherwiseChanged = defineDiagnostic<Told>(
  {
    code: 'diff/otherwise-changed',
    severity: 'info',
    title: 'packets that are answered, marked, logged or limited otherwise',
  },
  say,
);
export const portsChanged = defineDiagnostic<Told>(
  { code: 'diff/port-changed', severity: 'info', title: 'a port that was added or removed, or has other addresses' },
  say,
);
export const networkChanged = defineDiagnostic<Told>(
  { code: 'diff/network-changed', severity: 'info', title: 'a network whose rules or settings changed' },
  say,
);
export const tooComplexToCompare = defineDiagnostic<Told>(
  { code: 'diff/too-complex', severity: 'warning', title: 'policies that are too complex to compare' },
  say,
);

/** Every diagnostic declared here. */
export const diffDiagnosticHeads = [
  newlyAllowed,
  newlyRefused,
  otherwiseChanged,
  portsChanged,
  networkChanged,
  tooComplexToCompare,
] as const;

const OF_KIND = { allowed: newlyAllowed, refused: newlyRefused, changed: otherwiseChanged } as const;

/** One diagnostic for each change; errors for those that the gates hold back. */
export function diffDiagnostics(report: DiffReport): readonly Diagnostic[] {
  const { diff, gates, lines } = report;
  const weighed = (diagnostic: Diagnostic, refused: boolean): Diagnostic =>
    refused ? { ...diagnostic, severity: 'error' } : diagnostic;
  const ports = [
    ...diff.added.map((port) => ({ text: `port added: ${port.guest} (${port.ifname})`, bearing: 'opens' as const })),
    ...diff.removed.map((port) => ({
      text: `port removed: ${port.guest} (${port.ifname})`,
      bearing: 'closes' as const,
    })),
    ...diff.facts.map((fact) => ({ text: factWords(fact), bearing: 'opens' as const })),
  ];
  return [
    ...diff.flows.map((flow) =>
      weighed(flowDiagnostic(flow, report), isRefused(bearingOf(flow), flow.isExpected, gates)),
    ),
    ...ports.map(({ text, bearing }) => weighed(portsChanged(undefined, { text }), isRefused(bearing, false, gates))),
    ...diff.networks.map((change) => {
      const isGone = change.side === 'removed';
      const text = networkWords(change, isGone ? lines.before : lines.after);
      const diagnostic = networkChanged(isGone ? undefined : change.span, { text });
      return weighed(diagnostic, isRefused(change.mayOpen ? 'opens' : 'closes', false, gates));
    }),
    ...diff.tooComplex.map((one) =>
      weighed(
        tooComplexToCompare(undefined, { text: `too complex to compare: ${portWords(one.ports)} ${one.direction}` }),
        isRefused('opens', false, gates),
      ),
    ),
  ];
}

function flowDiagnostic(flow: FlowChange, { lines }: DiffReport): Diagnostic {
  const { deciders, witness } = flow;
  const span: Span | undefined = deciders.after?.origin.span;
  const shown = witness === undefined ? '' : `, e.g. ${frameWords(witness.bytes)}`;
  const text = `${portWords(flow.ports)} ${flow.direction}: ${flow.text}: ${flow.before} becomes ${flow.after}${shown}`;
  return OF_KIND[flow.kind](span, { text, was: deciderWords(deciders.before, lines.before) });
}
