/**
 * The difference of two policies: what becomes of packets, port by port, told once for all ports that change alike.
 *
 * In: two policies with their surroundings, and flows that may change. Out: ports and networks that came, went or have other
 * facts, and the changes of packets in few readable flows, each with a packet that shows it and the rules that decide it.
 * Guaranteed: of ports with the same facts exactly the packets whose fate changes; a profile is compared once with each other
 * one, whatever the number of ports; what is too complex is told as such.
 */
import type { Direction, Flow, Policy, Port } from '@weir/compiler';
import { DEFAULT_BUDGET, withinBudget } from '../engine/budget.ts';
import { waysOf } from '../policy/policy-analysis.ts';
import type { PolicyEnv, Way } from '../policy/policy-analysis.ts';
import { rangesKey } from '../space/ranges.ts';
import type { PacketFacts } from '../space/point.ts';
import { addressNames } from './address-names.ts';
import { changedSets, usesSet } from './changed-sets.ts';
import type { Decider } from './comparable.ts';
import type { FlowWords, Vocabulary } from './flow-words.ts';
import { networkChanges } from './network-changes.ts';
import type { NetworkChange } from './network-changes.ts';
import type { ChangeKind } from './packet-changes.ts';
import { pairChanges } from './pair-changes.ts';

export interface PortName {
  readonly guest: string;
  readonly ifname: string;
}

/** A port whose facts are others than before. */
export interface FactChange {
  readonly port: PortName;
  readonly fact: 'network' | 'mac' | 'ipv4' | 'ipv6' | 'guest' | 'attachment';
  readonly before: string;
  readonly after: string;
}

/** Packets whose fate changes, at every port that is named. */
export interface FlowChange {
  readonly kind: ChangeKind;
  readonly direction: Direction;
  /** Sorted by guest and interface; not empty. */
  readonly ports: readonly PortName[];
  readonly words: FlowWords;
  /** The words on one line. */
  readonly text: string;
  /** What becomes of the witness, in words. */
  readonly before: string;
  readonly after: string;
  readonly deciders: { readonly before: Decider | undefined; readonly after: Decider | undefined };
  /** A packet of the flow at the first of the ports; absent where none was found. */
  readonly witness?: PacketFacts;
  /** Every packet lies inside the flows that may change. */
  readonly isExpected: boolean;
}

export interface PolicyDiff {
  readonly added: readonly PortName[];
  readonly removed: readonly PortName[];
  readonly facts: readonly FactChange[];
  readonly networks: readonly NetworkChange[];
  readonly flows: readonly FlowChange[];
  /** What was given up: the ports and the direction. */
  readonly tooComplex: readonly { readonly ports: readonly PortName[]; readonly direction: Direction }[];
}

export interface DiffOptions {
  /** Flows of the new policy that may change. */
  readonly expected?: readonly Flow[];
  readonly budget?: number;
}

/** Compares. Both policies must be read with the same target, or nothing much is said of it. */
export function diffPolicies(before: PolicyEnv, after: PolicyEnv, options: DiffOptions = {}): PolicyDiff {
  const [old, now] = [before.policy, after.policy];
  const known = new Map(old.ports.map((port) => [port.ifname, port]));
  const names = new Set(now.ports.map(({ ifname }) => ifname));
  const facts = now.ports.flatMap((port) => factChanges(known.get(port.ifname), port, before.policy, after.policy));
  const { flows, tooComplex } = packetDiff(before, after, options);
  return {
    added: now.ports.filter(({ ifname }) => !known.has(ifname)).map(nameOf),
    removed: old.ports.filter(({ ifname }) => !names.has(ifname)).map(nameOf),
    facts,
    networks: networkChanges(old, now),
    flows,
    tooComplex,
  };
}

/** True when nothing changes. */
export const isEmptyDiff = ({ added, removed, facts, networks, flows, tooComplex }: PolicyDiff): boolean =>
  [added, removed, facts, networks, flows, tooComplex].every((list) => list.length === 0);

const nameOf = ({ guest, ifname }: Port): PortName => ({ guest, ifname });

const FACTS = ['mac', 'ipv4', 'ipv6'] as const;

const factKey = (port: Port, fact: (typeof FACTS)[number]): string =>
  fact === 'mac' ? port.mac.toString(16) : rangesKey(port[fact]);

function factChanges(was: Port | undefined, is: Port, before: Policy, after: Policy): readonly FactChange[] {
  if (was === undefined) return [];
  const names = addressNames([]);
  const attachmentOf = ({ profiles }: Policy, { profile }: Port): string =>
    profiles.find(({ name }) => name === profile)?.attachment ?? '';
  const texts = (port: Port, policy: Policy): Readonly<Record<FactChange['fact'], string>> => ({
    guest: port.guest,
    network: port.network,
    attachment: was.profile === is.profile ? '' : attachmentOf(policy, port),
    mac: port.mac
      .toString(16)
      .padStart(12, '0')
      .replaceAll(/(..)(?!$)/g, '$1:'),
    ipv4: factKey(port, 'ipv4') === '' ? 'none' : factKey(port, 'ipv4'),
    ipv6: factKey(port, 'ipv6') === '' ? 'none' : factKey(port, 'ipv6'),
  });
  const [old, now] = [texts(was, before), texts(is, after)];
  const shown = (fact: FactChange['fact'], port: Port, text: string): string =>
    (fact === 'ipv4' || fact === 'ipv6') && text !== 'none' ? names.of(fact, port[fact]) : text;
  return (Object.keys(old) as FactChange['fact'][])
    .filter((fact) => old[fact] !== now[fact])
    .map((fact) => ({
      port: nameOf(is),
      fact,
      before: shown(fact, was, old[fact]),
      after: shown(fact, is, now[fact]),
    }));
}

interface Group {
  readonly before: string;
  readonly after: string;
  readonly sameFacts: boolean;
  readonly ports: Port[];
}

function packetDiff(
  before: PolicyEnv,
  after: PolicyEnv,
  { expected = [], budget = DEFAULT_BUDGET }: DiffOptions,
): Pick<PolicyDiff, 'flows' | 'tooComplex'> {
  const policies = [after.policy, before.policy];
  const vocabulary: Vocabulary = { addresses: addressNames(policies), policies };
  const [oldWays, newWays] = [before, after].map(
    (env) => new Map(waysOf(env).map((way) => [wayKey(way), way] as const)),
  );
  const flows = new Map<string, FlowChange & { readonly ports: PortName[] }>();
  const tooComplex: { ports: readonly PortName[]; direction: Direction }[] = [];
  for (const group of groupsOf(before.policy, after.policy)) {
    for (const direction of ['in', 'out'] as const) {
      const was = oldWays?.get(`${group.before} ${direction}`);
      const is = newWays?.get(`${group.after} ${direction}`);
      if (was === undefined || is === undefined) throw new Error('a port without a profile');
      const done = withinBudget(() =>
        pairChanges({ was, is, ...group, expected, policy: after.policy, vocabulary, budget }),
      );
      if (done.kind === 'too-complex') tooComplex.push({ ports: group.ports.map(nameOf), direction });
      else
        for (const change of done.value) {
          const key = JSON.stringify([
            change.kind,
            direction,
            change.text,
            change.before,
            change.after,
            change.isExpected,
            placeOf(change.deciders.before),
            placeOf(change.deciders.after),
          ]);
          const merged = flows.get(key);
          if (merged === undefined) flows.set(key, { ...change, ports: [...change.ports] });
          else merged.ports.push(...change.ports);
        }
    }
  }
  return { flows: [...flows.values()].map(sorted).toSorted(byKind), tooComplex };
}

const wayKey = ({ profile, direction }: Way): string => `${profile.name} ${direction}`;
const placeOf = (decider: Decider | undefined): unknown =>
  decider && [decider.origin.span.file, decider.origin.span.start, decider.kind];

function sorted(change: FlowChange): FlowChange {
  const [witnessed] = change.ports;
  const ports = change.ports.toSorted((a, b) => compare(a.guest, b.guest) || compare(a.ifname, b.ifname));
  const first = ports.filter(({ ifname }) => ifname === witnessed?.ifname);
  // The port of the witness comes first where another would.
  return {
    ...change,
    ports: change.witness === undefined ? ports : [...first, ...ports.filter((one) => !first.includes(one))],
  };
}

const compare = (a: string, b: string): number => (a < b ? -1 : a > b ? 1 : 0);
const KINDS: readonly ChangeKind[] = ['allowed', 'refused', 'changed'];
const byKind = (a: FlowChange, b: FlowChange): number =>
  KINDS.indexOf(a.kind) - KINDS.indexOf(b.kind) ||
  compare(a.ports[0]?.guest ?? '', b.ports[0]?.guest ?? '') ||
  compare(a.direction, b.direction) ||
  compare(a.text, b.text);

/** Ports by the profiles that they had and have; without those that decide as before. */
function groupsOf(before: Policy, after: Policy): readonly Group[] {
  const known = new Map(before.ports.map((port) => [port.ifname, port]));
  const others = changedSets(before, after);
  const affected = new Map<string, boolean>();
  const groups = new Map<string, Group>();
  for (const port of after.ports) {
    const was = known.get(port.ifname);
    if (was === undefined) continue;
    if (was.profile === port.profile) {
      if (!affected.has(port.profile)) {
        const profile = after.profiles.find(({ name }) => name === port.profile);
        affected.set(port.profile, profile !== undefined && usesSet(profile, others));
      }
      if (affected.get(port.profile) === false) continue;
    }
    const sameFacts = FACTS.every((fact) => factKey(was, fact) === factKey(port, fact));
    const key = JSON.stringify([was.profile, port.profile, sameFacts]);
    const group = groups.get(key);
    if (group === undefined) groups.set(key, { before: was.profile, after: port.profile, sameFacts, ports: [port] });
    else group.ports.push(port);
  }
  return [...groups.values()];
}
