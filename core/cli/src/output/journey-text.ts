/**
 * A flow's fate for people: the verdict, then each hop with who decided and, where asked for, what others missed on.
 *
 * In: an outcome, the policy, and the texts of its files. Out: text. Guaranteed: nothing in it steers a terminal.
 */
import type { Policy } from '@weir/compiler';
import {
  endsOf,
  missWords,
  type FlowAnswer,
  type FlowOutcome,
  type Hop,
  type Journey,
  type NetworkHop,
  type NetworkStep,
  type PortHop,
  type Step,
} from '@weir/semantics';
import type { Span } from '@weir/plugin';
import { counted } from './counted.ts';
import { deciderOf, endpointWords, networkRuleWords, placeWords } from './hop-words.ts';
import type { SourceLines } from './source-lines.ts';
import type { Paint } from './paint.ts';

export interface JourneyTextOptions {
  readonly policy: Pick<Policy, 'sets'>;
  readonly lines: SourceLines;
  readonly paint: Paint;
  /** Rules that were asked and missed: none, those that tell why, or all. */
  readonly missed: 'none' | 'telling' | 'all';
}

/** A whole flow: answers that went the same way are told once. */
export function flowText(outcome: FlowOutcome, options: JourneyTextOptions): string {
  const { paint } = options;
  const groups = sameWay(outcome.answers);
  const heading = `${paint.verdict(outcome.verdict)}  ${outcome.flow.text}\n`;
  return heading + groups.map((group) => `\n${answersText(group, options)}`).join('');
}

/** The packets of a flow in groups that met the same deciders with the same verdicts. */
function sameWay(answers: readonly FlowAnswer[]): readonly (readonly FlowAnswer[])[] {
  const groups = new Map<string, FlowAnswer[]>();
  for (const answer of answers) {
    const key = JSON.stringify([answer.verdict, answer.journey.hops.map((hop) => [placeWords(hop), deciderOf(hop)])]);
    groups.set(key, [...(groups.get(key) ?? []), answer]);
  }
  return [...groups.values()];
}

/** How many packets of a group are named. */
const NAMED = 4;

function answersText(group: readonly FlowAnswer[], options: JourneyTextOptions): string {
  const [first] = group;
  if (first === undefined) return '';
  const named = group.slice(0, NAMED).map((answer) => `  ${packetWords(answer)}\n`);
  const more = group.length > NAMED ? `  … and ${group.length - NAMED} more packets that go the same way\n` : '';
  return `${named.join('')}${more}${journeyText(first.journey, options)}`;
}

/** The packet as its sender makes it. */
export function packetWords({ journey, protocol, type, code }: FlowAnswer): string {
  const [first] = journey.hops;
  const ends = first && endsOf(first.frame);
  if (ends === undefined) return 'a frame of the link';
  const icmp = type === undefined ? '' : ` type ${type} code ${code ?? 0}`;
  const number = protocol ?? ends.protocol;
  const of = number === undefined ? 'packet' : (PROTOCOL_NAMES.get(number) ?? `protocol ${number}`);
  const [from, to] = [endpointWords(ends.source, ends.family), endpointWords(ends.destination, ends.family)];
  return `${of}${icmp} ${from} -> ${to}`;
}

const PROTOCOL_NAMES: ReadonlyMap<number, string> = new Map([
  [1, 'icmp'],
  [6, 'tcp'],
  [17, 'udp'],
  [33, 'dccp'],
  [50, 'esp'],
  [51, 'ah'],
  [58, 'icmpv6'],
  [132, 'sctp'],
  [136, 'udplite'],
]);

/** The hops of one journey, numbered. */
export function journeyText(journey: Journey, options: JourneyTextOptions): string {
  const hops = journey.hops.map((hop, index) => hopText(hop, `${index + 1}`, options)).join('');
  const deliveries = (journey.deliveries ?? []).map((hop) => hopText(hop, '*', options)).join('');
  return `${hops}${deliveries}${replyText(journey.reply, options)}`;
}

function replyText(reply: Journey | undefined, { paint }: JourneyTextOptions): string {
  if (reply === undefined) return '';
  const last = reply.hops.at(-1);
  const where = reply.verdict === 'accept' || last === undefined ? '' : ` at ${placeWords(last)}`;
  return `  answers: ${paint.verdict(reply.verdict)}${where}\n`;
}

function hopText(hop: Hop, number: string, options: JourneyTextOptions): string {
  const { paint } = options;
  const { words, span } = deciderOf(hop);
  const how = hop.rejectWith === undefined ? '' : ` with ${hop.rejectWith}`;
  const head = `${number.padStart(4)}  ${paint.verdict(hop.verdict)}${how}  ${paint.strong(placeWords(hop))}: ${words}\n`;
  const place = span && hop.kind !== 'network' ? ruleLine(span, options) : span ? placeLine(span, options) : '';
  return head + place + translationLine(hop) + (options.missed === 'none' ? '' : missedLines(hop, options));
}

const INDENT = ' '.repeat(8);

function ruleLine(span: Span, { lines, paint }: JourneyTextOptions): string {
  const text = lines.text(span);
  return `${INDENT}${paint.place(lines.place(span))}${text === undefined ? '' : `  ${text}`}\n`;
}

const placeLine = (span: Span, { lines, paint }: JourneyTextOptions): string =>
  `${INDENT}${paint.place(lines.place(span))}\n`;

function translationLine(hop: Hop): string {
  if (hop.kind !== 'network' || hop.translation === undefined) return '';
  const { side, before, after } = hop.translation;
  const family = endsOf(hop.frame)?.family ?? 'ipv4';
  return `${INDENT}${side} ${endpointWords(before, family)} becomes ${endpointWords(after, family)}\n`;
}

function missedLines(hop: Hop, options: JourneyTextOptions): string {
  if (hop.kind === 'network') return networkMisses(hop, options);
  return hop.kind === 'port' ? portMisses(hop, options) : '';
}

/** Of a network's rules those that were asked before a refusal, alike ones once; of other hops nothing, unless all is wanted. */
function networkMisses({ asked, verdict }: NetworkHop, { missed, paint }: JourneyTextOptions): string {
  if (missed !== 'all' && verdict === 'accept') return '';
  const lines = asked.filter(({ outcome }) => outcome === 'missed').map(networkMissWords);
  return [...counts(lines)]
    .map(([words, times]) => `${INDENT}${paint.quiet(`missed: ${words}${times > 1 ? ` (${times} times)` : ''}`)}\n`)
    .join('');
}

function networkMissWords({ rule, missed }: NetworkStep): string {
  const saw = missed?.saw === undefined ? '' : `: ${missed.match.kind} is ${missed.saw}`;
  return `${networkRuleWords(rule)}${saw}`;
}

function counts(lines: readonly string[]): ReadonlyMap<string, number> {
  const found = new Map<string, number>();
  for (const line of lines) found.set(line, (found.get(line) ?? 0) + 1);
  return found;
}

/**
 * The rules of the stage that decided. Those of a guard that let the frame go on, and those about other protocols, are
 * only counted, unless all is wanted.
 */
function portMisses({ trace, by }: PortHop, options: JourneyTextOptions): string {
  const missed = trace.filter(({ outcome }) => outcome === 'missed' || outcome === 'held-back');
  if (options.missed === 'all') return missed.map((step) => stepLine(step, options)).join('');
  const decided = by.kind === 'rule' || by.kind === 'default' ? by.stage : 'filter';
  const earlier = missed.filter(({ stage }) => stage !== decided);
  const others = missed.filter((step) => step.stage === decided && isAboutOthers(step));
  const told = missed.filter((step) => step.stage === decided && !isAboutOthers(step));
  const [first] = earlier;
  return [
    ...(first ? [countLine(earlier.length, `of ${first.stage} ${first.name}`, options)] : []),
    ...told.map((step) => stepLine(step, options)),
    ...(others.length > 0 ? [countLine(others.length, 'about other protocols', options)] : []),
  ].join('');
}

const countLine = (count: number, of: string, { paint }: JourneyTextOptions): string =>
  `${INDENT}${paint.quiet(`missed: ${counted(count, 'rule')} ${of}`)}\n`;

const PROTOCOL_FIELDS: ReadonlySet<unknown> = new Set(['ether.type', 'packet.protocol']);

/** Every alternative of the rule wants another protocol than the packet has. */
function isAboutOthers({ misses = [] }: Step): boolean {
  return misses.length > 0 && misses.every(({ test }) => PROTOCOL_FIELDS.has(test.field));
}

function stepLine(step: Step, { lines, paint, policy }: JourneyTextOptions): string {
  const { origin, outcome, misses = [] } = step;
  const text = lines.text(origin.span) ?? origin.item;
  const why = outcome === 'held-back' ? 'a limit, quota or count says no' : reasons(misses, policy);
  return `${INDENT}${paint.quiet(`missed: ${lines.place(origin.span)}  ${text}${why === '' ? '' : `: ${why}`}`)}\n`;
}

/** WHY: of many alternatives that all fail, a few tell enough. */
const REASONS_SHOWN = 3;

function reasons(misses: NonNullable<Step['misses']>, policy: Pick<Policy, 'sets'>): string {
  const words = [...new Set(misses.map((miss) => missWords(miss, policy)))];
  const more = words.length > REASONS_SHOWN ? `, and ${words.length - REASONS_SHOWN} more` : '';
  return `${words.slice(0, REASONS_SHOWN).join(', ')}${more}`;
}
