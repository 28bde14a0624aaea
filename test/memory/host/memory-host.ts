// A small Linux in memory, with the stations around it: guests on its bridges, stations on the segments behind uplinks, everybody else outside.
// In: `topology.json`, the policy's facts about ports and subnets, a loaded ruleset. Out: what becomes of a packet and of the answer to it.
// Guarantees: shares nothing with the reference semantics, and knows of the policy only who has which address; what decides is the emitted ruleset.
// A packet that leaves and comes back in by a segment is tracked anew, as if that segment's guests were on another host: two devices of one Linux
// that meet outside share their connections, and there a translated one can meet itself.
// Not modelled, beside what bridge.ts, stack.ts, conntrack.ts and packet.ts say of themselves: time, ARP and neighbour discovery as packets (who
// has an address is known), and the answers that a `reject` makes.
import type { Policy, Target } from '@weir/compiler';
import type { MemoryNft } from '@weir/nftables-json';
import type { HostTopology } from '@weir/plugin';
import { intoBridge, outByBridge } from './bridge.ts';
import { Conntrack } from './conntrack.ts';
import type { Host, Travelling } from './hooks.ts';
import { outside, sendFromGuest, sendFromOutside } from './stations.ts';
import { answerTo, inverted, keyOf, tupleOf } from './packet.ts';
import { planOf } from './plan.ts';
import { fromStack, intoStack } from './stack.ts';
import { ended, type Fate, isFate, type Onward, type Station, type Step } from './step.ts';

export interface MemoryHostOptions {
  readonly topology: HostTopology;
  readonly policy: Policy;
  readonly target: Target;
  /** With the documents loaded. */
  readonly nft: MemoryNft;
  /** Somebody outside routes between the host's uplinks and its segments. */
  readonly isOutsideRouting: boolean;
}

export interface Sending {
  readonly from: Station;
  /** An Ethernet frame of which only the packet counts: the sender writes the hardware addresses. */
  readonly frame: Uint8Array;
  /** `new` unless given. */
  readonly state?: 'new' | 'established' | 'related' | 'invalid' | 'untracked';
  /** The host's device to the outside that its default route and arrivals use. */
  readonly device: string;
}

/** What became of a packet, and of the answer of whoever got it. */
export interface Exchange {
  readonly there: Fate;
  /** Absent where nothing answers. */
  readonly back?: Fate;
}

export interface MemoryHost {
  /** Sends one packet; connections of earlier packets are forgotten first. */
  exchange(sending: Sending): Exchange;
}

const MOST_STEPS = 16;

/** WHY: who asked takes an answer for one only from where it was sent to. */
function taken(fate: Fate, asker: Station, asked: Uint8Array): Fate {
  if (fate.kind !== 'delivered') return fate;
  const wanted = tupleOf(asked);
  const back = wanted && inverted(wanted);
  const got = tupleOf(fate.frame);
  const isFor = isSameStation(fate.to, asker);
  return isFor && back && got && keyOf(back) === keyOf(got) ? fate : ended('wrong address');
}

const isSameStation = (a: Station, b: Station): boolean =>
  a.kind === 'guest' ? b.kind === 'guest' && a.ifname === b.ifname : a.kind === b.kind;

export function createMemoryHost({ topology, policy, target, nft, isOutsideRouting }: MemoryHostOptions): MemoryHost {
  const plan = planOf(topology, policy);
  const isBridgeNetfilter = !target.kernel.bridgeConntrack;

  const run = (host: Host, from: Station, packet: Travelling): Fate => {
    let step = start(host, from, packet);
    for (let steps = 0; steps < MOST_STEPS; steps++) {
      if (isFate(step)) return step;
      step = next(host, packet, step);
    }
    throw new Error('a packet that goes round in circles');
  };

  const next = (host: Host, packet: Travelling, step: Onward): Step => {
    switch (step.kind) {
      case 'into-bridge':
        return intoBridge(host, packet, step.bridge, step.port);
      case 'into-stack':
        return intoStack(host, packet, step.device, step.isSeen);
      case 'from-stack':
        return fromStack(host, packet);
      case 'out-by-bridge':
        return outByBridge(host, packet, step.bridge);
      case 'outside':
        return outside(host.plan, packet, step.bridge, isOutsideRouting);
      default:
        return step satisfies never;
    }
  };

  const start = (host: Host, from: Station, packet: Travelling): Step => {
    if (from.kind === 'host') return { kind: 'from-stack' };
    if (from.kind === 'guest') return sendFromGuest(host.plan, packet, from.ifname);
    return sendFromOutside(host.plan, packet, from.network, isOutsideRouting);
  };

  /** One packet, and the answer to it by the same tables. */
  const send = (
    host: Host,
    from: Station,
    asked: Travelling,
    packet: (frame: Uint8Array, over: Partial<Travelling>) => Travelling,
  ): Exchange => {
    const { frame, isWavedThrough } = asked;
    const there = run(host, from, asked);
    const answer = there.kind === 'delivered' ? answerTo(there.frame) : undefined;
    if (there.kind !== 'delivered' || answer === undefined) return { there };
    const back = run(host, there.to, packet(answer, { isWavedThrough, leg: asked.leg }));
    return { there, back: taken(back, from, frame) };
  };

  return {
    exchange({ from, frame, state = 'new', device }) {
      const host: Host = { plan, nft, conntracks: [new Conntrack(), new Conntrack()], isBridgeNetfilter };
      const packet = (bytes: Uint8Array, over: Partial<Travelling> = {}): Travelling => ({
        frame: bytes,
        mark: 0,
        tracking: undefined,
        isWavedThrough: false,
        device,
        hasLeft: false,
        leg: 0,
        ...over,
      });
      // A connection that other rules let in: its first packet and an answer were waved through.
      if (state === 'established') send(host, from, packet(frame, { isWavedThrough: true }), packet);
      const assumed = state === 'invalid' || state === 'untracked' || state === 'related' ? { assumed: state } : {};
      return send(host, from, packet(frame, assumed), packet);
    },
  };
}
