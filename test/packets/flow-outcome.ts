// What becomes of a whole exchange between two stations, by the reference interpreter alone: the first packet at both ports as `new`, what comes back as
// `established` or `related`. In: a policy and a flow. Out: what the one who asked will see, and every frame that was decided on the way. Guarantees: pure.
import type { Direction, Policy, Port } from '@weir/compiler';
import { type ConnectionState, decide, type Frame, readFrame } from '@weir/semantics';
import {
  ETHERTYPE,
  type Ends,
  ethernet,
  icmp,
  icmpv6,
  ipv4,
  ipv6,
  join,
  tcp,
  TCP_FLAG,
  udp,
} from '../kernel/frames.ts';
import { CLOSED_PORTS, FLOW_GUESTS } from './flow-site.ts';
import { FAR, GATEWAYS, HOST, LAN, type SiteGuest } from './site.ts';

export type Family = 'ipv4' | 'ipv6';

/** Who asks whom for what. */
export interface Flow {
  readonly client: string;
  readonly server: string;
  readonly family: Family;
  readonly protocol: 'tcp' | 'udp' | 'ping';
  /** 0 for a ping. */
  readonly port: number;
}

/** A frame that a port decides. */
export interface Asked {
  readonly port: Port;
  readonly direction: Direction;
  readonly frame: Frame;
  readonly state: ConnectionState;
}

export interface Expected {
  /** The word of the agent that asks: connected, answered, refused, timeout, unreachable. */
  readonly outcome: string;
  readonly asked: readonly Asked[];
}

const guestOf = (name: string): SiteGuest | undefined => FLOW_GUESTS.find((one) => one.name === name);

/** The address by which a station asks and is asked, between these two. */
export function addressOf(station: string, other: string, family: Family): string {
  const guest = guestOf(station);
  if (guest !== undefined) return guest[family];
  if (station === 'far') return FAR[family];
  if (station === 'lan') return LAN[family];
  const network = guestOf(other)?.network;
  return network === undefined || network === 'wire' ? HOST[family] : GATEWAYS[network][family];
}

/** What the networks' modes let through at all. */
export function isJoined({ client, server }: Pick<Flow, 'client' | 'server'>): boolean {
  const [from, to] = [guestOf(client)?.network, guestOf(server)?.network];
  if (from !== undefined && to !== undefined) return from === to;
  const [network, remote, isFromGuest] = from === undefined ? [to, client, false] : [from, server, true];
  if (remote === 'lan') return network === 'wire';
  if (network === 'wire') return false;
  if (remote === 'host') return true;
  return network === 'routed' || (network === 'natted' && isFromGuest);
}

/** Whether the client has any route there: the host is not on the bridged segment. */
export function hasRoute({ client, server }: Pick<Flow, 'client' | 'server'>): boolean {
  const isOnWire = (station: string): boolean => station === 'lan' || guestOf(station)?.network === 'wire';
  return isOnWire(client) === isOnWire(server);
}

const BRIDGE_MAC = '02:00:00:00:00:01';
const SPORT = 40_000;

/** The packet of one kind between two ends; what comes back is what was asked turned round. */
function packetOf(
  flow: Flow,
  ends: Ends,
  way: 'there' | 'back',
  error: boolean,
): { payload: Uint8Array; protocol: number } {
  const { port, protocol, family } = flow;
  const [sport, dport] = way === 'there' ? [SPORT, port] : [port, SPORT];
  const isV4 = family === 'ipv4';
  if (protocol === 'ping') {
    const type = isV4 ? (way === 'there' ? 8 : 0) : way === 'there' ? 128 : 129;
    const message = { type, rest: join([0, 1, 0, 1], new Uint8Array(16)) };
    return isV4 ? { protocol: 1, payload: icmp(message) } : { protocol: 58, payload: icmpv6(ends, message) };
  }
  if (protocol === 'udp' && error) {
    // WHY: four unused bytes and the packet that the error is about (RFC 792, RFC 4443 3.1); guards read whose it was.
    const rest = join([0, 0, 0, 0], frameOf(flow, 'there', false).bytes.subarray(14));
    return isV4
      ? { protocol: 1, payload: icmp({ type: 3, code: 3, rest }) }
      : { protocol: 58, payload: icmpv6(ends, { type: 1, code: 4, rest }) };
  }
  if (protocol === 'udp') return { protocol: 17, payload: udp(ends, { sport, dport }) };
  const flags = way === 'there' ? TCP_FLAG.syn : error ? TCP_FLAG.rst | TCP_FLAG.ack : TCP_FLAG.syn | TCP_FLAG.ack;
  return { protocol: 6, payload: tcp(ends, { sport, dport, flags }) };
}

function frameOf(flow: Flow, way: 'there' | 'back', error: boolean): Frame {
  const { client, server, family } = flow;
  const [from, to] = way === 'there' ? [client, server] : [server, client];
  const ends = { src: addressOf(from, to, family), dst: addressOf(to, from, family) };
  const { payload, protocol } = packetOf(flow, ends, way, error);
  const packet =
    family === 'ipv4' ? ipv4({ ...ends, protocol, payload }) : ipv6({ ...ends, nextHeader: protocol, payload });
  const mac = (station: string): string => guestOf(station)?.mac ?? BRIDGE_MAC;
  const type = family === 'ipv4' ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
  return readFrame(ethernet({ src: mac(from), dst: mac(to), type, payload: packet }));
}

/** What the one who asked sees of the exchange. `answers`: the kernel tells a guest that its own packet was refused. */
export function expectedOf(policy: Policy, flow: Flow, answers: boolean): Expected {
  const asked: Asked[] = [];
  const portOf = (station: string): Port | undefined => policy.ports.find(({ guest }) => guest === station);
  /** Sends one packet; where it ends. */
  const pass = (way: 'there' | 'back', state: ConnectionState, error = false): 'delivered' | 'dropped' | 'rejected' => {
    const [from, to] = way === 'there' ? [flow.client, flow.server] : [flow.server, flow.client];
    const frame = frameOf(flow, way, error);
    for (const [station, direction] of [
      [from, 'out'],
      [to, 'in'],
    ] as const) {
      const port = portOf(station);
      if (port === undefined) continue;
      asked.push({ port, direction, frame, state });
      const { verdict } = decide(policy, port, direction, frame, state);
      if (verdict === 'accept') {
        // Between the two ports stand the networks' rules.
        if (direction === 'out' && !isJoined(flow)) return 'dropped';
        continue;
      }
      return verdict === 'reject' && direction === 'out' ? 'rejected' : 'dropped';
    }
    return isJoined(flow) ? 'delivered' : 'dropped';
  };
  return { outcome: outcomeOf(flow, answers, pass), asked };
}

type Pass = (way: 'there' | 'back', state: ConnectionState, error?: boolean) => 'delivered' | 'dropped' | 'rejected';

function outcomeOf(flow: Flow, answers: boolean, pass: Pass): string {
  const isClosed = flow.protocol !== 'ping' && CLOSED_PORTS.some((port) => port === flow.port);
  const there = pass('there', 'new');
  if (there === 'rejected' && answers) return flow.protocol === 'ping' ? 'unreachable' : 'refused';
  if (there !== 'delivered') return 'timeout';
  const back =
    isClosed && flow.protocol === 'udp' ? pass('back', 'related', true) : pass('back', 'established', isClosed);
  if (back !== 'delivered') return 'timeout';
  if (isClosed) return 'refused';
  return flow.protocol === 'tcp' ? 'connected' : 'answered';
}
