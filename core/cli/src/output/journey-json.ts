/**
 * A flow's fate for tools. In: an outcome and the texts of the files. Out: plain data as `schema/explain-result.schema.json`
 * describes it. Guaranteed: absent things are `null` or empty lists; the top verdict and hops are those of the first
 * packet where all packets of the flow get the same.
 */
import { formatAddress, type Policy } from '@weir/compiler';
import {
  endsOf,
  missWords,
  type Endpoint,
  type FlowAnswer,
  type FlowOutcome,
  type Hop,
  type Journey,
  type Translation,
} from '@weir/semantics';
import { deciderOf, networkRuleWords } from './hop-words.ts';
import type { SourceLines } from './source-lines.ts';

export interface JsonPlaceOfRule {
  /** What decides or was asked, in words. */
  readonly rule: string;
  /** Its text in the file. */
  readonly text: string | null;
  readonly file: string | null;
  readonly line: number | null;
}

export interface JsonHop extends JsonPlaceOfRule {
  readonly kind: Hop['kind'];
  readonly port: string | null;
  readonly guest: string | null;
  readonly network: string | null;
  readonly hook: string | null;
  readonly direction: 'in' | 'out' | null;
  readonly device: string | null;
  readonly verdict: string;
  readonly rejectWith: string | null;
  /** The frame as this hop saw it, in hexadecimal. */
  readonly frame: string;
  readonly translation: {
    readonly side: Translation['side'];
    readonly before: JsonEndpoint;
    readonly after: JsonEndpoint;
  } | null;
  readonly missed: readonly (JsonPlaceOfRule & { readonly why: readonly string[] })[];
}

export interface JsonEndpoint {
  readonly address: string;
  readonly port: number | null;
}

export interface JsonJourney {
  readonly verdict: string;
  readonly rejectWith: string | null;
  readonly hops: readonly JsonHop[];
  readonly deliveries: readonly JsonHop[];
  readonly reply: JsonJourney | null;
}

export interface JsonAnswer extends JsonJourney {
  readonly family: string;
  readonly protocol: number | null;
  readonly source: JsonEndpoint | null;
  readonly destination: JsonEndpoint | null;
  readonly type: number | null;
  readonly code: number | null;
}

export interface JsonFlow {
  readonly flow: string;
  readonly verdict: string;
  readonly hops: readonly JsonHop[];
  readonly packets: readonly JsonAnswer[];
}

interface Context {
  readonly policy: Pick<Policy, 'sets'>;
  readonly lines: SourceLines;
}

/** A flow as data. */
export function flowJson({ flow, verdict, answers }: FlowOutcome, context: Context): JsonFlow {
  const packets = answers.map((answer) => answerJson(answer, context));
  return { flow: flow.text, verdict, hops: packets[0]?.hops ?? [], packets };
}

function answerJson(answer: FlowAnswer, context: Context): JsonAnswer {
  const [first] = answer.journey.hops;
  const ends = first && endsOf(first.frame);
  return {
    family: answer.family,
    protocol: answer.protocol ?? null,
    source: ends ? endpointJson(ends.source, ends.family) : null,
    destination: ends ? endpointJson(ends.destination, ends.family) : null,
    type: answer.type ?? null,
    code: answer.code ?? null,
    ...journeyJson(answer.journey, context),
  };
}

/** A journey as data. */
export function journeyJson(journey: Journey, context: Context): JsonJourney {
  const hops = (list: readonly Hop[]): readonly JsonHop[] => list.map((hop) => hopJson(hop, context));
  return {
    verdict: journey.verdict,
    rejectWith: journey.rejectWith ?? null,
    hops: hops(journey.hops),
    deliveries: hops(journey.deliveries ?? []),
    reply: journey.reply ? journeyJson(journey.reply, context) : null,
  };
}

function hopJson(hop: Hop, context: Context): JsonHop {
  const { lines } = context;
  const { words, span } = deciderOf(hop);
  const family = endsOf(hop.frame)?.family ?? 'ipv4';
  const translation = hop.kind === 'network' ? hop.translation : undefined;
  return {
    kind: hop.kind,
    port: hop.kind === 'port' ? hop.ifname : null,
    guest: hop.kind === 'port' ? hop.guest : null,
    network: hop.network ?? null,
    hook: hop.kind === 'network' ? hop.hook : null,
    direction: hop.kind === 'port' ? hop.direction : null,
    device: 'device' in hop ? (hop.device ?? null) : null,
    verdict: hop.verdict,
    rejectWith: hop.rejectWith ?? null,
    rule: words,
    text: span && hop.kind === 'port' ? (lines.text(span) ?? null) : null,
    file: span ? lines.file(span) : null,
    line: (span && lines.line(span)) ?? null,
    frame: Buffer.from(hop.frame).toString('hex'),
    translation: translation
      ? {
          side: translation.side,
          before: endpointJson(translation.before, family),
          after: endpointJson(translation.after, family),
        }
      : null,
    missed: missedJson(hop, context),
  };
}

function missedJson(hop: Hop, { lines, policy }: Context): JsonHop['missed'] {
  if (hop.kind === 'port') {
    return hop.trace
      .filter(({ outcome }) => outcome === 'missed' || outcome === 'held-back')
      .map(({ stage, name, origin, outcome, misses = [] }) => ({
        rule: `${stage} ${name}`,
        text: lines.text(origin.span) ?? null,
        file: lines.file(origin.span),
        line: lines.line(origin.span) ?? null,
        why: outcome === 'held-back' ? ['held back by a limit'] : misses.map((miss) => missWords(miss, policy)),
      }));
  }
  if (hop.kind !== 'network') return [];
  return hop.asked
    .filter(({ outcome }) => outcome === 'missed')
    .map(({ rule, missed }) => ({
      rule: networkRuleWords(rule),
      text: null,
      file: lines.file(rule.span),
      line: lines.line(rule.span) ?? null,
      why: missed?.saw === undefined ? [] : [`${missed.match.kind} is ${missed.saw}`],
    }));
}

function endpointJson({ address, port }: Endpoint, family: 'ipv4' | 'ipv6'): JsonEndpoint {
  return { address: formatAddress(family, address), port: port ?? null };
}
