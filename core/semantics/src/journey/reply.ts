/**
 * The answer to a packet that was accepted: what the other end sends back, and whether it arrives.
 *
 * Guaranteed: it is a packet of the same connection (`established`), translated back as the connection was translated;
 * an answer that comes from another address than the one that was asked is not taken for one.
 */
import type { Port } from '@weir/compiler';
import { readBytes } from '../bits.ts';
import { readFrame } from '../frame.ts';
import { nextHop, sourceMac } from './ends.ts';
import type { TripFacts } from './flight.ts';
import type { Hop, Journey, PlaceHop } from './journey.ts';
import { packetFrame, type PacketShape } from './packet.ts';
import { endsOf } from './rewrite.ts';
import type { Site } from './site.ts';
import { type Start, Trip } from './trip.ts';

/** What answers a question of ICMP and ICMPv6; others of its types are not answered. */
const ECHO_REPLY: ReadonlyMap<string, number> = new Map([
  ['1 8', 0],
  ['58 128', 129],
]);

/** Undefined where nothing answers, or the answerer cannot be told. */
export function travelReply(
  site: Site,
  journey: Journey,
  asker: Start,
  facts: Pick<TripFacts, 'device' | 'oracle' | 'explain'>,
): Journey | undefined {
  const first = journey.hops[0];
  const last = journey.hops.at(-1);
  const asked = first && endsOf(first.frame);
  const shape = last && answerTo(last.frame);
  if (asked === undefined || last === undefined || shape === undefined || journey.deliveries !== undefined)
    return undefined;
  const answerer = answererAt(site, last);
  const made = makeReply(site, answerer, shape);
  const known: TripFacts = {
    ...facts,
    state: 'established',
    connectionDirection: 'reply',
    answers: journey.translations,
  };
  const reply = new Trip(site, made.bytes, known).go(made.start);
  if (reply.verdict !== 'accept') return reply;
  const end = reply.hops.at(-1);
  const ends = end && endsOf(end.frame);
  const isFromAsked = ends?.source.address === asked.destination.address && ends.source.port === asked.destination.port;
  const isToAsker = ends?.destination.address === asked.source.address && end && isAt(end, asker);
  return isFromAsked && isToAsker ? reply : lost(reply);
}

/** The packet that answers one: its ends exchanged. */
function answerTo(frame: Uint8Array): PacketShape | undefined {
  const ends = endsOf(frame);
  if (ends?.protocol === undefined) return undefined;
  const { family, source, destination, protocol } = ends;
  const common = { family, source: destination.address, destination: source.address, protocol };
  if (protocol === 1 || protocol === 58) {
    const { ip } = readFrame(frame);
    const type = ip?.transport === undefined ? undefined : readBytes(frame, ip.transport, 1);
    const answer = ECHO_REPLY.get(`${protocol} ${type}`);
    return answer === undefined ? undefined : { ...common, type: answer };
  }
  return {
    ...common,
    flags: 0x12,
    ...(destination.port !== undefined && { sourcePort: destination.port }),
    ...(source.port !== undefined && { destinationPort: source.port }),
  };
}

function answererAt(site: Site, hop: Hop): Start {
  if (hop.kind === 'port') return { kind: 'port', port: portNamed(site, hop.ifname) };
  if (hop.kind === 'host') return { kind: 'host' };
  const network = hop.network === undefined ? undefined : site.networks.get(hop.network);
  return { kind: 'outside', ...(network && { network }) };
}

function portNamed(site: Site, ifname: string): Port {
  const port = site.ports.get(ifname);
  if (port === undefined) throw new Error(`no port ${JSON.stringify(ifname)} in this policy`);
  return port;
}

function makeReply(
  site: Site,
  start: Start,
  shape: PacketShape,
): { readonly start: Start; readonly bytes: Uint8Array } {
  const hop = start.kind === 'port' ? nextHop(site, start.port, shape.family, shape.destination) : undefined;
  const from: Start = start.kind === 'port' && hop === undefined ? { ...start, nextHop: false } : start;
  return { start: from, bytes: packetFrame(shape, sourceMac(site, start), hop ?? 0n) };
}

const isAt = (hop: Hop, start: Start): boolean =>
  start.kind === 'port' ? hop.kind === 'port' && hop.ifname === start.port.ifname : hop.kind === start.kind;

function lost(reply: Journey): Journey {
  const frame = reply.hops.at(-1)?.frame ?? new Uint8Array();
  const hop: PlaceHop = { kind: 'host', verdict: 'drop', why: 'wrong-address', frame };
  return { ...reply, verdict: 'drop', hops: [...reply.hops, hop] };
}
