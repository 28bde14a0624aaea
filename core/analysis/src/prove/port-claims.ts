/**
 * What holds for every port, whatever filters and plugins contribute: nobody sends as somebody else, or plays a role that a
 * guest does not have, and no connection makes up for it. In: a policy. Out: for each claim the profiles that keep it, and a
 * frame for those that do not. Guaranteed: proved once for a profile with the port as a symbol, so for each of its ports;
 * frames are of any shape, tagged, cut off and in fragments included.
 */
import type { Match, Port, SelfFact } from '@weir/compiler';
import { DEFAULT_BUDGET, withinBudget } from '../engine/budget.ts';
import { findBox } from '../engine/box.ts';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { matchSet } from '../policy/match-set.ts';
import { planWays, wayDiagram, waySet, waysOf, worldOf } from '../policy/policy-analysis.ts';
import type { PlannedWay, PolicyEnv, Way } from '../policy/policy-analysis.ts';
import { UnreadableError } from '../unreadable.ts';
import { witnessFrame } from '../validate/witness-frame.ts';
import { all, any, not, one, values } from './match-words.ts';
import { STATE_BITS, stateMatch } from './network-hooks.ts';

/** A frame that a guest sends and that is let through. */
export interface SentFrame {
  readonly port: Port;
  readonly bytes: Uint8Array;
  /** Undefined where nobody follows connections. */
  readonly state: keyof typeof STATE_BITS | undefined;
}

export interface PortClaim {
  readonly id: string;
  /** In words, after "no guest …" or as a sentence. */
  readonly title: string;
}

export type PortFinding<W> =
  | { readonly kind: 'proved'; readonly profile: string; readonly ports: readonly Port[] }
  | { readonly kind: 'refuted'; readonly profile: string; readonly ports: readonly Port[]; readonly witness: W }
  | { readonly kind: 'undecided'; readonly profile: string; readonly ports: readonly Port[]; readonly why: string };

export interface PortClaimResult<W> extends PortClaim {
  readonly findings: readonly PortFinding<W>[];
}

const own = (field: string, fact: SelfFact, negated: boolean): Match => ({
  kind: 'test',
  field,
  negated,
  operand: { kind: 'self', fact },
});
const foreign = (field: string, fact: SelfFact): Match => own(field, fact, true);
const IP4 = values('ether.type', [one(0x0800)]);
const IP6 = values('ether.type', [one(0x86dd)]);

/** WHY: a client without an address asks for one from 0.0.0.0 (RFC 2131 4.1). */
const ASKS_FOR_ADDRESS = all(
  values('ip.source', [one(0)]),
  values('udp.source', [one(68)]),
  values('udp.destination', [one(67)]),
);
/** WHY: address detection and the first router solicitation have no source (RFC 4861 4.1, 4.3), group reports neither (RFC 3590). */
const UNSPECIFIED_6 = values('ip6.source', [one(0)]);

interface Forbidden extends PortClaim {
  readonly frames: Match;
}

/** What no frame of a guest may be. */
const FORBIDDEN: readonly Forbidden[] = [
  {
    id: 'mac-source',
    title: 'no guest sends from a link address that is not its own',
    frames: foreign('ether.source', 'mac'),
  },
  {
    id: 'ipv4-source',
    title: 'no guest sends from an IPv4 address that is not its own, but to ask for one by DHCP',
    frames: all(foreign('ip.source', 'ipv4'), not(ASKS_FOR_ADDRESS)),
  },
  {
    id: 'ipv6-source',
    title: 'no guest sends from an IPv6 address that is not its own, but from `::` where it has none yet',
    frames: all(foreign('ip6.source', 'ipv6'), not(UNSPECIFIED_6)),
  },
  {
    id: 'arp-sender-mac',
    title: 'no guest says in ARP that it has another link address',
    frames: foreign('arp.sender-mac', 'mac'),
  },
  {
    id: 'arp-sender-ip',
    title: 'no guest says in ARP that it has an address that is not its own, but in probes from 0.0.0.0',
    frames: all(foreign('arp.sender-ip', 'ipv4'), not(values('arp.sender-ip', [one(0)]))),
  },
  {
    id: 'nd-target',
    title: 'no guest advertises an IPv6 address that is not its own',
    frames: all(values('icmpv6.type', [one(136)]), foreign('icmpv6.target', 'ipv6')),
  },
  {
    id: 'nd-link-address',
    title: 'no guest gives another link address in neighbour discovery',
    frames: foreign('icmpv6.link-address', 'mac'),
  },
  { id: 'vlan-tag', title: 'no guest sends VLAN tags', frames: values('ether.type', [one(0x8100), one(0x88a8)]) },
  {
    id: 'other-protocol',
    title: 'no guest sends anything but ARP, RARP, IPv4, IPv6 and what is tagged',
    frames: values('ether.type', [one(0x0800), one(0x0806), one(0x8035), one(0x8100), one(0x86dd), one(0x88a8)], true),
  },
  {
    id: 'router-role',
    title: 'no guest advertises itself as a router, or redirects',
    frames: values('icmpv6.type', [one(134), one(137)]),
  },
  {
    id: 'dhcp-server-role',
    title: 'no guest answers as a DHCP server',
    frames: any(all(IP4, values('udp.source', [one(67)])), all(IP6, values('udp.source', [one(547)]))),
  },
];

const KNOWN = stateMatch('established', 'related');
const ANSWERS: PortClaim = {
  id: 'answers',
  title: 'what belongs to an accepted connection is delivered, if the guard passes it',
};
const GUARD_FIRST: PortClaim = { id: 'guard-first', title: 'no connection makes up for what the guard refuses' };

/** Sends a frame: what came of it if it is let through (or, `wanted: refused`, is not), else undefined. */
export type SendFrame<W> = (
  frame: SentFrame,
  wanted: 'delivered' | 'refused',
  direction: 'in' | 'out',
) => W | undefined;

/** Asks all of them. */
export function provePorts<W>(
  env: PolicyEnv,
  send: SendFrame<W>,
  budget = DEFAULT_BUDGET,
): readonly PortClaimResult<W>[] {
  const ways = waysOf(env).filter(({ ports }) => ports.length > 0);
  const out = ways.filter(({ direction }) => direction === 'out');
  const forbidden = FORBIDDEN.map(({ id, title }) => ({ id, title, findings: [] as PortFinding<W>[] }));
  const [answers, guardFirst] = [ANSWERS, GUARD_FIRST].map((claim) => ({ ...claim, findings: [] as PortFinding<W>[] }));
  for (const way of out) {
    const sets = bounded(way, budget, () => spoken(way, budget));
    for (const [at, claim] of forbidden.entries())
      claim.findings.push(finding(way, sets, (read) => read.forbidden[at] ?? NOTHING, 'delivered', send));
  }
  for (const way of ways) {
    if (!way.profile.stateful || way.profile.filters.length === 0) continue;
    const sets = bounded(way, budget, () => guarded(way, budget));
    answers?.findings.push(finding(way, sets, (read) => read.lost, 'refused', send));
    guardFirst?.findings.push(finding(way, sets, (read) => read.slipped, 'delivered', send));
  }
  return [...forbidden, ...[answers, guardFirst].flatMap((one) => (one ? [one] : []))];
}

type Read<T> = { readonly kind: 'read'; readonly value: T } | { readonly kind: 'failed'; readonly why: string };

function bounded<T>(way: Way, budget: number, work: () => T): Read<T> {
  try {
    const done = withinBudget(work);
    if (done.kind === 'done') return { kind: 'read', value: done.value };
    return { kind: 'failed', why: `${way.profile.name} needs more than ${budget} nodes` };
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return { kind: 'failed', why: error.message };
  }
}

interface InSpace {
  readonly planned: PlannedWay;
}

function accepted(way: Way, planned: PlannedWay): Diagram {
  const { diagrams } = planned.space;
  const accept = diagrams.map(wayDiagram(way, planned), (leaf) =>
    diagrams.valueOf(leaf)?.verdict === 'accept' ? EVERYTHING : NOTHING,
  );
  return diagrams.where(waySet(way, planned), accept);
}

/** What a guest may say of what it must not. */
function spoken(way: Way, budget: number): InSpace & { readonly forbidden: readonly Diagram[] } {
  const noLeaf = (): Diagram => EVERYTHING;
  const planned = planWays(
    [way],
    (planner) => FORBIDDEN.forEach(({ frames }) => matchSet(frames, worldOf(way, planner, noLeaf))),
    budget,
  );
  const { space } = planned;
  const world = worldOf(way, space, noLeaf);
  const said = accepted(way, planned);
  return { planned, forbidden: FORBIDDEN.map(({ frames }) => space.diagrams.where(said, matchSet(frames, world))) };
}

/** What the guard passes against what is accepted. */
function guarded(way: Way, budget: number): InSpace & { readonly lost: Diagram; readonly slipped: Diagram } {
  const noLeaf = (): Diagram => EVERYTHING;
  const guardAlone: Way = { ...way, profile: { ...way.profile, filters: [], stateful: false } };
  const planned = planWays(
    [way, guardAlone],
    (planner) => matchSet(all(KNOWN, any(IP4, IP6)), worldOf(way, planner, noLeaf)),
    budget,
  );
  const { diagrams } = planned.space;
  const known = matchSet(all(KNOWN, any(IP4, IP6)), worldOf(way, planned.space, noLeaf));
  const [passed, through] = [accepted(guardAlone, planned), accepted(way, planned)];
  return {
    planned,
    lost: diagrams.except(diagrams.where(known, passed), through),
    slipped: diagrams.except(through, passed),
  };
}

/** Ports that a frame is tried at. */
const PORTS_TRIED = 4;

function finding<W, T extends InSpace>(
  way: Way,
  sets: Read<T>,
  pick: (read: T) => Diagram,
  wanted: 'delivered' | 'refused',
  send: SendFrame<W>,
): PortFinding<W> {
  const about = { profile: way.profile.name, ports: way.ports };
  if (sets.kind === 'failed') return { kind: 'undecided', ...about, why: sets.why };
  const wrong = pick(sets.value);
  if (wrong === NOTHING) return { kind: 'proved', ...about };
  const { space } = sets.value.planned;
  const boxes = [
    findBox(space.diagrams, wrong),
    findBox(space.diagrams, wrong, (_, intervals) => intervals.length - 1),
  ];
  for (const box of boxes) {
    for (const port of way.ports.slice(0, PORTS_TRIED)) {
      if (box === undefined) continue;
      const { bytes, state } = witnessFrame(space, box, port);
      const found = send({ port, bytes, state: stateOf(state) }, wanted, way.direction);
      if (found !== undefined) return { kind: 'refuted', ...about, witness: found };
    }
  }
  return { kind: 'undecided', ...about, why: 'a frame may break it, but none was found that does' };
}

const STATE_NAMES = ['new', 'established', 'related', 'invalid', 'untracked'] as const;

const stateOf = (bits: number): keyof typeof STATE_BITS | undefined =>
  STATE_NAMES.find((name) => STATE_BITS[name] === bits);
