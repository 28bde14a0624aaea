// The steps of a connection, packet by packet, and what the reference says of each. In: packets with the state that connection tracking gives them. Out:
// the steps that went otherwise in the lab. Guarantees: what both agree on is told to the report of constructs, nothing else.
import type { Direction } from '@weir/compiler';
import { type ConnectionState, decide, readFrame } from '@weir/semantics';
import { isRecording, Recorder } from '../constructs/recorder.ts';
import { ascii, tcp, TCP_FLAG } from '../kernel/frames.ts';
import { readSite } from './read-site.ts';
import { ACTORS, type Family, packetOf, type Place, SEQUENCE_SITE, type SequenceLab } from './sequence-lab.ts';

const { syn, ack } = TCP_FLAG;

/** One packet on its way, and what it is to connection tracking. */
export interface Step {
  readonly name: string;
  readonly from: Place;
  readonly to: Place;
  readonly packet: Uint8Array;
  readonly state: ConnectionState;
  /** The packet that arrives, where an address is translated. */
  readonly arriving?: Uint8Array;
  /** Dropped by the networks' rules, or by nobody knowing whose it is. */
  readonly isLost?: boolean;
}

const SITE = readSite(SEQUENCE_SITE);
const recorder = new Recorder(SITE.sources, SITE.policy);

/** Whether the reference lets a step through both ports; tells the report of constructs. */
function isAllowed(
  on: SequenceLab,
  { from, to, packet, state, arriving = packet, isLost }: Step,
  isAgreed: boolean,
): boolean {
  const hops: readonly (readonly [Place, Direction, Uint8Array])[] = [
    [from, 'out', packet],
    [to, 'in', arriving],
  ];
  for (const [guest, direction, bytes] of hops) {
    const port = SITE.policy.ports.find((one) => one.guest === guest);
    if (port === undefined) continue;
    const frame = readFrame(on.frame(from, bytes, direction === 'in' && guest !== 'far' ? guest : undefined));
    if (isAgreed && isRecording()) recorder.see({ port, direction, frame, state });
    if (decide(SITE.policy, port, direction, frame, state).verdict !== 'accept') return false;
  }
  return isLost !== true;
}

/** Sends the steps in order; the names of those that went otherwise than the reference says. */
export async function differingOf(net: SequenceLab, steps: readonly Step[]): Promise<readonly string[]> {
  const found: string[] = [];
  for (const step of steps) {
    const { name, from, to, packet, arriving = packet } = step;
    const isBridged = from !== 'far' && to !== 'far' && arriving === packet;
    const frames = [net.frame(from, packet, isBridged ? (to === 'a' ? 'a' : 'b') : undefined)];
    const came = await net.arrives(from, frames, to, arriving);
    const allowed = isAllowed(net, step, false);
    if (came !== allowed) found.push(`${name}: ${came ? 'arrived' : 'did not arrive'}`);
    else isAllowed(net, step, true);
  }
  return found;
}

/** Segments between two ends of a TCP connection. */
export function segments(family: Family, client: string, server: string, sport: number, dport = 80) {
  const there = { src: client, dst: server };
  const back = { src: server, dst: client };
  const data: Uint8Array = ascii('some words');
  return {
    there: (flags: number, sequence: number, acknowledgement = 0, payload: Uint8Array = new Uint8Array()) =>
      packetOf(family, there, 'tcp', tcp(there, { sport, dport, flags, sequence, acknowledgement, payload })),
    back: (flags: number, sequence: number, acknowledgement = 0, payload: Uint8Array = new Uint8Array()) =>
      packetOf(
        family,
        back,
        'tcp',
        tcp(back, { sport: dport, dport: sport, flags, sequence, acknowledgement, payload }),
      ),
    data,
  };
}

/** The three packets that open a connection. */
export function handshake(family: Family, sport: number): readonly Step[] {
  const { there, back } = segments(family, ACTORS.a[family], ACTORS.b[family], sport);
  return [
    { name: 'SYN', from: 'a', to: 'b', packet: there(syn, 100), state: 'new' },
    { name: 'SYN and ACK', from: 'b', to: 'a', packet: back(syn | ack, 500, 101), state: 'established' },
    { name: 'ACK', from: 'a', to: 'b', packet: there(ack, 101, 501), state: 'established' },
  ];
}
