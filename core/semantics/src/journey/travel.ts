/**
 * What becomes of a flow, and of a single frame.
 *
 * In: a policy and what is asked about. Out: every question that the flow means, with the journey of its best way. The
 * verdict of a question is `accept` when one way leads through, else `reject` when one is answered, else `drop`.
 */
import type { Direction, Flow, Policy, RejectKind } from '@weir/compiler';
import type { Family } from '@weir/plugin';
import type { Oracle } from '../decision.ts';
import type { ConnectionState } from '../subject.ts';
import { nextHop, type PlacedEnd, placeEnd, placeSource, sourceMac } from './ends.ts';
import type { TripFacts } from './flight.ts';
import type { Journey, Verdict } from './journey.ts';
import { travelLink } from './link.ts';
import { packetFrame } from './packet.ts';
import { type Question, questionsOf } from './questions.ts';
import { travelReply } from './reply.ts';
import { endsOf } from './rewrite.ts';
import { type Site, siteOf } from './site.ts';
import { type Start, Trip } from './trip.ts';
import { devicesFor, type Way, waysOf } from './ways.ts';

export interface TravelOptions {
  /** Everything is within its limit unless given. */
  readonly oracle?: Oracle;
  /** Say of rules that missed why they did; true unless given. */
  readonly explain?: boolean;
  /** Also follow the answers of what is accepted; true unless given. */
  readonly replies?: boolean;
}

/** One packet of a flow. */
export interface FlowAnswer {
  readonly family: Family;
  /** IANA number; absent for ARP. */
  readonly protocol?: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly type?: number;
  readonly code?: number;
  readonly verdict: Verdict;
  readonly rejectWith?: RejectKind;
  /** The best way. */
  readonly journey: Journey;
  /** The other ways, in the order in which they were tried. */
  readonly others: readonly Journey[];
}

export interface FlowOutcome {
  readonly flow: Flow;
  /** What every packet of it gets; `mixed` where they get different verdicts. */
  readonly verdict: Verdict | 'mixed';
  /** Not empty. */
  readonly answers: readonly FlowAnswer[];
}

/** How ports are asked. */
const mannerOf = ({ oracle, explain }: TravelOptions): Pick<TripFacts, 'oracle' | 'explain'> => ({
  ...(oracle && { oracle }),
  ...(explain !== undefined && { explain }),
});

/** Follows a flow. Throws when it is about ports or families that the policy does not have. */
export function travelFlow(policy: Policy, flow: Flow, options: TravelOptions = {}): FlowOutcome {
  return travelIn(siteOf(policy), flow, options);
}

/** The same, for many flows of one policy. */
export function travelIn(site: Site, flow: Flow, options: TravelOptions = {}): FlowOutcome {
  const answers = isLink(flow) ? [linkAnswer(site, flow, options)] : packetAnswers(site, flow, options);
  const [first, ...more] = answers;
  if (first === undefined) throw new Error(`\`${flow.text}\` means no packet`);
  const verdict = more.every((one) => one.verdict === first.verdict) ? first.verdict : 'mixed';
  return { flow, verdict, answers };
}

const isLink = ({ subject }: Flow): boolean => subject.kind === 'arp' || subject.kind === 'nd';

function linkAnswer(site: Site, flow: Flow, options: TravelOptions): FlowAnswer {
  const journey = travelLink(site, flow, mannerOf(options));
  const about =
    flow.subject.kind === 'nd' ? ({ family: 'ipv6', protocol: 58 } as const) : ({ family: 'ipv4' } as const);
  return { ...about, ...verdictOf(journey), journey, others: [] };
}

const verdictOf = ({ verdict, rejectWith }: Journey): Pick<FlowAnswer, 'verdict' | 'rejectWith'> => ({
  verdict,
  ...(rejectWith !== undefined && { rejectWith }),
});

function packetAnswers(site: Site, flow: Flow, options: TravelOptions): readonly FlowAnswer[] {
  return questionsOf(flow, site).map((question) => {
    const source = placed(site, flow, 'source', question.family);
    const destination = placed(site, flow, 'destination', question.family);
    const ways = waysOf(site, question, source, destination, flow.destination.kind === 'port');
    const journeys = ways.map((way) => ({ way, journey: travelWay(site, flow, question, source, way, options) }));
    const best = bestOf(journeys);
    const others = journeys.filter((one) => one !== best).map(({ journey }) => journey);
    const reply = options.replies === false || flow.claimed ? undefined : replyOf(site, flow, source, best, options);
    const journey = { ...best.journey, ...(reply && { reply }) };
    return { ...question, ...verdictOf(journey), journey, others };
  });
}

function placed(site: Site, flow: Flow, side: 'source' | 'destination', family: Family): PlacedEnd {
  const found =
    side === 'source' ? placeSource(site, flow, family) : placeEnd(site, flow.destination, flow.source, family);
  if (found === undefined) throw new Error(`the ${side} of \`${flow.text}\` has no ${family} address`);
  return found;
}

interface Tried {
  readonly way: Way;
  readonly journey: Journey;
}

type Journeyed = Pick<Tried, 'journey'>;

/** INVARIANT: there is at least one. */
function bestOf<T extends Journeyed>(journeys: readonly T[]): T {
  const found = (['accept', 'reject', 'drop'] as const)
    .map((verdict) => journeys.find(({ journey }) => journey.verdict === verdict))
    .find((one) => one !== undefined);
  if (found === undefined) throw new Error('a packet without a way');
  return found;
}

/** WHY: only a packet that opens a connection has SYN alone; later ones have ACK (RFC 9293 3.5). */
const flagsIn = (state: ConnectionState): number => (state === 'new' ? 0x02 : 0x10);

function travelWay(
  site: Site,
  flow: Flow,
  question: Question,
  source: PlacedEnd,
  { device, destination }: Way,
  options: TravelOptions,
): Journey {
  const { family } = question;
  const shape = {
    ...question,
    source: source.address,
    destination: destination.address,
    ...(destination.port !== undefined && { destinationPort: destination.port }),
    flags: flagsIn(flow.state),
  };
  const hop = source.start.kind === 'port' ? nextHop(site, source.start.port, family, destination.address) : undefined;
  const start: Start =
    source.start.kind === 'port' && hop === undefined ? { ...source.start, nextHop: false } : source.start;
  const bytes = packetFrame(shape, sourceMac(site, source.start), hop ?? 0n);
  return new Trip(site, bytes, {
    state: flow.state,
    connectionDirection: 'original',
    device,
    ...mannerOf(options),
  }).go(start);
}

function replyOf(
  site: Site,
  { state }: Flow,
  { start }: PlacedEnd,
  { way, journey }: Tried,
  options: TravelOptions,
): Journey | undefined {
  if (journey.verdict !== 'accept' || (state !== 'new' && state !== 'established')) return undefined;
  return travelReply(site, journey, start, { device: way.device, ...mannerOf(options) });
}

export interface FrameFacts {
  /** Undefined: nobody tracks connections. */
  readonly state?: ConnectionState;
  readonly connectionDirection?: 'original' | 'reply';
  readonly mark?: number;
  readonly oracle?: Oracle;
}

/**
 * Follows a raw frame: from a guest (`out`) as far as it can be told, toward one (`in`) at that port alone. Throws when
 * the policy has no such port.
 */
export function travelFrame(
  policy: Policy,
  ifname: string,
  direction: Direction,
  bytes: Uint8Array,
  facts: FrameFacts = {},
): Journey {
  const site = siteOf(policy);
  const port = site.ports.get(ifname);
  if (port === undefined) throw new Error(`no port ${JSON.stringify(ifname)} in this policy`);
  if (direction === 'in') return new Trip(site, bytes, { ...facts, device: '' }).goInto(port);
  const start: Start = { kind: 'port', port };
  const ends = endsOf(bytes);
  const devices = ends ? devicesFor(site, start, ends.family, ends.destination.address) : [''];
  return bestOf(devices.map((device) => ({ journey: new Trip(site, bytes, { ...facts, device }).go(start) }))).journey;
}
