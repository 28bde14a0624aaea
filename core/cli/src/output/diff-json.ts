/** A comparison for tools. Out: plain data as `schema/diff-result.schema.json` describes it; absent things are `null`. */
import type { DiffDecider, FlowChange, PortName } from '@weir/analysis';
import { bearingOf, hasRefused, isRefused, type DiffReport } from './diff-report.ts';
import { deciderWords, factWords, frameWords, networkWords, stateWord } from './diff-words.ts';
import type { SourceLines } from './source-lines.ts';

export interface JsonDecider {
  readonly kind: 'rule' | 'default' | 'none';
  readonly words: string;
  readonly text: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

export interface JsonFlowChange {
  readonly kind: FlowChange['kind'];
  readonly direction: 'in' | 'out';
  readonly ports: readonly PortName[];
  /** The flow on one line, and in parts; `null` means any. */
  readonly flow: string;
  readonly parts: Readonly<Record<string, string | null>> & { readonly where: string | null };
  readonly before: string;
  readonly after: string;
  readonly rules: { readonly before: JsonDecider; readonly after: JsonDecider };
  readonly witness: {
    readonly ifname: string;
    /** The frame in hexadecimal. */
    readonly frame: string;
    readonly words: string;
    readonly state: string;
    readonly mark: number;
  } | null;
  readonly refused: boolean;
}

export interface JsonDiff {
  readonly format: 1;
  /** The gates let everything pass. */
  readonly passed: boolean;
  readonly ports: { readonly added: readonly PortName[]; readonly removed: readonly PortName[] };
  readonly facts: readonly (PortName & {
    readonly fact: string;
    readonly before: string;
    readonly after: string;
    readonly words: string;
  })[];
  readonly networks: readonly {
    readonly network: string;
    readonly side: string;
    readonly words: string;
    readonly file: string | null;
    readonly line: number | null;
    readonly mayOpen: boolean;
  }[];
  readonly flows: readonly JsonFlowChange[];
  readonly tooComplex: readonly { readonly direction: string; readonly ports: readonly PortName[] }[];
}

/** The report as data. */
export function diffJson(report: DiffReport): JsonDiff {
  const { diff, lines, gates } = report;
  return {
    format: 1,
    passed: !hasRefused(report),
    ports: { added: diff.added, removed: diff.removed },
    facts: diff.facts.map((fact) => ({
      ...fact.port,
      fact: fact.fact,
      before: fact.before,
      after: fact.after,
      words: factWords(fact),
    })),
    networks: diff.networks.map((change) => {
      const own = change.side === 'removed' ? lines.before : lines.after;
      return {
        network: change.network,
        side: change.side,
        words: networkWords(change, own),
        file: change.span === undefined ? null : own.file(change.span),
        line: (change.span && own.line(change.span)) ?? null,
        mayOpen: change.mayOpen,
      };
    }),
    flows: diff.flows.map((flow) => flowJson(flow, report, isRefused(bearingOf(flow), flow.isExpected, gates))),
    tooComplex: diff.tooComplex,
  };
}

function flowJson(flow: FlowChange, { lines }: DiffReport, refused: boolean): JsonFlowChange {
  const { words, witness, ports } = flow;
  const { where, ...parts } = words;
  const part = (key: keyof typeof parts): string | null => parts[key] ?? null;
  return {
    kind: flow.kind,
    direction: flow.direction,
    ports,
    flow: flow.text,
    parts: {
      frames: part('frames'),
      protocol: part('protocol'),
      from: part('from'),
      fromPort: part('fromPort'),
      to: part('to'),
      port: part('port'),
      type: part('type'),
      code: part('code'),
      state: part('state'),
      where: where.length === 0 ? null : where.join(' and '),
    },
    before: flow.before,
    after: flow.after,
    rules: {
      before: deciderJson(flow.deciders.before, lines.before),
      after: deciderJson(flow.deciders.after, lines.after),
    },
    witness:
      witness === undefined
        ? null
        : {
            ifname: ports[0]?.ifname ?? '',
            frame: Buffer.from(witness.bytes).toString('hex'),
            words: frameWords(witness.bytes),
            state: stateWord(witness.state),
            mark: witness.mark,
          },
    refused,
  };
}

function deciderJson(decider: DiffDecider | undefined, lines: SourceLines): JsonDecider {
  const words = deciderWords(decider, lines);
  if (decider === undefined) return { kind: 'none', words, text: null, file: null, line: null };
  const { span } = decider.origin;
  return {
    kind: decider.kind,
    words,
    text: lines.text(span) ?? null,
    file: lines.file(span),
    line: lines.line(span) ?? null,
  };
}
