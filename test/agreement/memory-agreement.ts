// Holds the interpreter against the nftables in memory. In: a generated site, a target, a seed. Out: how many pairs were compared and where the two
// differ. Guarantees: the same seed asks the same questions; every document is loaded as a host program would, in an order of the seed.
import { type Direction, type Documents, interfaceDocument, type Policy, type Port, type Target } from '@weir/compiler';
import { createMemoryNft, type MemoryNft, type NftDocument } from '@weir/nftables-json';
import { decide as referenceDecide, readFrame } from '@weir/semantics';
import { type Decide, isKnownToDiffer } from './agreement.ts';
import type { CompiledSite } from './compiled-site.ts';
import { hintsOf, rulesOf } from './hints.ts';
import type { Facts } from './memory-bridge.ts';
import { type Answers, ask, type Bench, type Trial } from './memory-trial.ts';
import { type Chance, chance, pick, probes, shuffled } from './probes.ts';

/** How the documents came into the ruleset. */
export const WAYS = ['ruleset.json', 'host, profiles, interfaces', 'host, weir compile --interface'] as const;
export type Way = (typeof WAYS)[number];

/** A ruleset for each way. */
export type Loaded = Readonly<Record<Way, MemoryNft>>;

/** Loads the documents one way; what may come in any order comes in one of the seed. */
export function loadWay(documents: Documents, target: Target, way: Way, seed = 0): MemoryNft {
  const random = chance(seed);
  const nft = createMemoryNft({ version: target.nft });
  for (const one of documentsOf(documents, way, random)) nft.load(one);
  return nft;
}

function documentsOf(documents: Documents, way: Way, random: Chance): readonly NftDocument[] {
  const { ruleset, host, profiles, interfaces } = documents;
  switch (way) {
    case 'ruleset.json':
      return [ruleset];
    case 'host, profiles, interfaces':
      return [host, ...shuffled([...profiles.values()], random), ...shuffled([...interfaces.values()], random)];
    case 'host, weir compile --interface': {
      const each = [...interfaces.keys()].map((ifname) => interfaceDocument(documents, ifname));
      return [host, ...shuffled(each, random)];
    }
    default:
      return way satisfies never;
  }
}

/** Loads the documents each way. */
export const loadEachWay = ({ documents }: CompiledSite, target: Target, seed: number): Loaded => ({
  'ruleset.json': loadWay(documents, target, 'ruleset.json', seed),
  'host, profiles, interfaces': loadWay(documents, target, 'host, profiles, interfaces', seed),
  'host, weir compile --interface': loadWay(documents, target, 'host, weir compile --interface', seed),
});

/** How hard to look. */
export interface Effort {
  readonly seed: number;
  /** Frames for each port and direction. */
  readonly frames: number;
}

/** Frames and facts for every port and direction of a policy. */
export function trialsOf(policy: Policy, effort: Effort): readonly Trial[] {
  return policy.ports.flatMap((port, index) =>
    (['out', 'in'] as const).flatMap((direction, way) => {
      const seed = effort.seed * 1000 + index * 2 + way;
      const facts = factsFor(policy, port, direction, seed);
      return probes({ policy, port, direction, seed, count: effort.frames })
        .filter((frame) => !isKnownToDiffer(frame, policy, port))
        .map((frame): Trial => ({ port, ifname: port.ifname, direction, frame, facts: facts() }));
    }),
  );
}

const STATES = ['new', 'new', 'new', 'new', 'established', 'related', 'invalid', 'untracked'] as const;

/** States, and marks at which a rule changes its mind; bits of Weir's own come along, as from somebody else. */
function factsFor(policy: Policy, port: Port, direction: Direction, seed: number): () => Facts {
  const random = chance(seed);
  const profile = policy.profiles.find(({ name }) => name === port.profile);
  const lists = [...(profile?.guard === undefined ? [] : [profile.guard]), ...(profile?.filters ?? [])];
  const asked = lists
    .flatMap((list) => rulesOf(list[direction]))
    .flatMap(({ match }) => hintsOf(match, policy, port))
    .filter(({ field }) => field === 'packet.mark')
    .flatMap(({ values }) => values.map(Number));
  return () => ({
    state: pick(STATES, random),
    mark: random() < 0.4 ? pick([0, 1, 0x0500_0000, ...asked, ...asked], random) : 0,
    ...(random() < 0.3 && { packetType: 'host' }),
  });
}

/** A pair on which the two differ. */
export interface Disagreement extends Answers {
  readonly trial: Trial;
  readonly way: Way;
}

export interface Comparison {
  readonly pairs: number;
  readonly delivered: number;
  readonly disagreements: readonly Disagreement[];
  /** For each way, how often the interpreter counted: by the counter's name, and `` for those without one. */
  readonly counts: ReadonlyMap<Way, Counts>;
}

/** Packets by the counter's name. */
export type Counts = ReadonlyMap<string, number>;

/** What the counters of a ruleset say. */
export async function countersOf(nft: MemoryNft): Promise<Counts> {
  const counts = new Map<string, number>();
  const add = (name: string, packets = 0): void => void counts.set(name, (counts.get(name) ?? 0) + packets);
  for (const object of (await nft.list()).objects) {
    if ('counter' in object) add(object.counter.name, object.counter.packets);
    if (!('rule' in object)) continue;
    for (const statement of object.rule.expr) {
      if (!('counter' in statement) || typeof statement.counter === 'string') continue;
      if (statement.counter !== null && 'packets' in statement.counter) add('', statement.counter.packets);
    }
  }
  return new Map([...counts].filter(([, packets]) => packets > 0).toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

/** WHY: the clock stands still in between, and a generous limit would be used up in the end. */
const TICK = 500;

/** Puts the trials to the interpreter and to the rulesets, one way after the other, until `enough` disagreements are found. */
export function compare(
  { policy }: CompiledSite,
  target: Target,
  loaded: Loaded,
  trials: readonly Trial[],
  decide: Decide = referenceDecide,
  enough = Infinity,
): Comparison {
  const disagreements: Disagreement[] = [];
  const counts = new Map(WAYS.map((way) => [way, new Map<string, number>()]));
  let [pairs, delivered] = [0, 0];
  for (const [index, given] of trials.entries()) {
    const trial = fitting(given, policy, target);
    if (trial === undefined) continue;
    if (disagreements.length >= enough) break;
    const way = WAYS[index % WAYS.length] ?? 'ruleset.json';
    const bench: Bench = { policy, target, nft: loaded[way] };
    if (index % TICK === 0) for (const nft of Object.values(loaded)) nft.advance(1);
    const answers = ask(bench, trial, decide);
    pairs += 1;
    if (answers.decision.verdict === 'accept') delivered += 1;
    count(answers, counts.get(way));
    if (answers.aspects.length > 0) disagreements.push({ ...answers, trial, way });
  }
  const sorted = [...counts].map(
    ([way, of]) => [way, new Map([...of].toSorted(([a], [b]) => (a < b ? -1 : 1)))] as const,
  );
  return { pairs, delivered, disagreements, counts: new Map(sorted) };
}

function count({ decision }: Answers, counts: Map<string, number> | undefined): void {
  for (const { options } of decision.effects) {
    if (options.count === undefined) continue;
    const name = options.count === true ? '' : `count-${options.count}`;
    counts?.set(name, (counts.get(name) ?? 0) + 1);
  }
}

/**
 * The trial at this policy's port; undefined where no kernel could be asked so.
 * WHY: where connections are followed, fragments come together before the hooks; marks do not tell untracked packets from new ones.
 */
export function fitting(trial: Trial, policy: Policy, target: Target): Trial | undefined {
  const port = policy.ports.find(({ ifname }) => ifname === trial.ifname);
  const profile = policy.profiles.find(({ name }) => name === port?.profile);
  if (port === undefined || profile === undefined) return undefined;
  if (profile.stateful && readFrame(trial.frame).ip?.isFragment === true) return undefined;
  const isUntold = trial.facts.state === 'untracked' && !target.kernel.bridgeConntrack;
  return { ...trial, port, ...(isUntold && { facts: { ...trial.facts, state: 'new' } }) };
}
