/**
 * Claims about packets between ends, proved on the composed policy: ports, networks, translation, the host.
 *
 * In: a policy and claims. Out: for each claim a proof, a packet that refutes it, or what was not decided. Guaranteed: what
 * may get through is never less than what does, so that proved is true; a refutation has been travelled; ends within its
 * budget. Cost follows the classes of ports, not their number.
 */
import type { Claim, Match } from '@weir/compiler';
import { DEFAULT_BUDGET, withinBudget } from '../engine/budget.ts';
import { coverSet } from '../engine/box.ts';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { matchSet } from '../policy/match-set.ts';
import type { MatchWorld } from '../policy/match-set.ts';
import { planWays, wayDiagram, waySet, waysOf, worldOf } from '../policy/policy-analysis.ts';
import type { PlannedWay, PolicyEnv, Way } from '../policy/policy-analysis.ts';
import type { Terms } from '../space/terms.ts';
import { UnreadableError } from '../unreadable.ts';
import { candidateOf, type Candidate } from './candidate.ts';
import { concreteWay } from './concrete.ts';
import { forget, isOfOneLink, isOfSource, isOfSourceAddress } from './forget.ts';
import { hostRanges } from './host-ranges.ts';
import { all, not, one, values } from './match-words.ts';
import { blocksOf } from './named-blocks.ts';
import { stateMatch } from './network-hooks.ts';
import { representatives, type Represented } from './representatives.ts';
import { type End, UNICAST, WaysThrough } from './ways-through.ts';

export type ClaimResult<W> =
  | { readonly kind: 'proved' }
  | { readonly kind: 'refuted'; readonly witness: W }
  | { readonly kind: 'undecided'; readonly why: string };

/** Sends a packet: what came of it if it does what refutes the claim, else undefined. */
export type Travel<W> = (candidate: Candidate, wanted: Claim['wanted']) => W | undefined;

const TRIES = 6;

/** Proves. `travel` shares no code with the proofs: what it does not confirm is no refutation. */
export function proveClaims<W>(
  env: PolicyEnv,
  claims: readonly Claim[],
  travel: Travel<W>,
  budget = DEFAULT_BUDGET,
): readonly ClaimResult<W>[] {
  if (claims.length === 0) return [];
  const undecided = (why: string): readonly ClaimResult<W>[] => claims.map(() => ({ kind: 'undecided', why }));
  try {
    const done = withinBudget(() => new Proof(env, claims, travel, budget).results());
    return done.kind === 'done' ? done.value : undecided('the policy is too complex to decide this');
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    return undecided(error.message);
  }
}

interface Sets {
  readonly pass: Diagram;
  readonly translated: Diagram;
}

interface PortSets {
  readonly accepted: Diagram;
  readonly refused: Diagram;
}

class Proof<W> {
  readonly #claims: readonly Claim[];
  readonly #travel: Travel<W>;
  readonly #represented: Represented;
  readonly #through: WaysThrough;
  readonly #matches: readonly Match[];
  readonly #ways: ReadonlyMap<string, Way>;
  readonly #planned: PlannedWay;
  readonly #world: MatchWorld;
  readonly #ends: readonly End[];
  readonly #sets = new Map<string, PortSets>();
  readonly #known = new Map<Match, Diagram>();
  readonly #routes = new Map<string, readonly Sets[]>();
  readonly #ofEnds = new Map<string, Diagram>();
  readonly #sourceless = new Map<Diagram, Diagram>();
  readonly #levels: Readonly<Record<'link' | 'source' | 'address', (level: number) => boolean>>;

  constructor(env: PolicyEnv, claims: readonly Claim[], travel: Travel<W>, budget: number) {
    this.#claims = claims;
    this.#travel = travel;
    this.#represented = representatives(
      env.policy,
      claims.map(({ match }) => match),
      blocksOf(env.policy),
    );
    const { policy, shortened } = this.#represented;
    this.#matches = claims.map((claim) => asked(claim, shortened(claim.match)));
    this.#through = new WaysThrough(policy, hostRanges(policy));
    this.#ways = concreteWays({ ...env, policy });
    const networks = new Map(policy.networks.map((network) => [network.view.name, network]));
    this.#ends = [
      ...policy.ports.flatMap((port): readonly End[] => {
        const network = networks.get(port.network);
        return network === undefined ? [] : [{ kind: 'port', port, network }];
      }),
      { kind: 'host' },
      { kind: 'outside' },
    ];
    const ways = [...this.#ways.values()];
    const [first] = ways;
    const worldFor = (terms: Terms): MatchWorld => {
      if (first === undefined) throw new UnreadableError('no guest has a port');
      return { ...worldOf(first, terms, () => EVERYTHING) };
    };
    this.#planned = planWays(ways, (planner) => this.#plan(worldFor(planner)), budget);
    const { space } = this.#planned;
    this.#world = worldFor(space);
    const levelsOf = (is: (subject: (typeof space.subjects)[number] | undefined) => boolean) => {
      const found = new Set(space.subjects.flatMap((subject, level) => (is(subject) ? [level] : [])));
      return (level: number): boolean => found.has(level);
    };
    this.#levels = { link: levelsOf(isOfOneLink), source: levelsOf(isOfSource), address: levelsOf(isOfSourceAddress) };
  }

  results(): readonly ClaimResult<W>[] {
    return this.#claims.map((claim, at) => this.#result(claim, this.#set(this.#matches[at] ?? UNICAST)));
  }

  /** Asks every question, so that the space has a level for it. */
  #plan(world: MatchWorld): void {
    for (const match of [UNICAST, ...this.#matches]) matchSet(match, world);
    for (const end of this.#ends) {
      matchSet(this.#through.receives(end), world);
      matchSet(this.#through.owns(end), world);
      if (end.kind === 'port')
        for (const direction of ['in', 'out'] as const) matchSet(properFrame(end, direction), world);
    }
    for (const from of this.#kinds()) {
      for (const to of this.#kinds()) {
        for (const which of ['between', 'proper'] as const) {
          for (const { pass, translated } of this.#through[which](from, to)) {
            matchSet(pass, world);
            matchSet(translated, world);
          }
        }
      }
    }
  }

  /** One end of each network, and the others: ways depend on no more. */
  #kinds(): readonly End[] {
    const seen = new Set<string>();
    return this.#ends.filter((end) => {
      const key = kindKey(end);
      return !seen.has(key) && seen.add(key) !== undefined;
    });
  }

  #set(match: Match): Diagram {
    const known = this.#known.get(match);
    if (known !== undefined) return known;
    const made = matchSet(match, this.#world);
    this.#known.set(match, made);
    return made;
  }

  /** The packets that an end receives, or that bear its own source. */
  #of(end: End, what: 'receives' | 'owns'): Diagram {
    const key = `${end.kind === 'port' ? end.port.ifname : end.kind} ${what}`;
    const known = this.#ofEnds.get(key);
    if (known !== undefined) return known;
    const made = matchSet(this.#through[what](end), this.#world);
    this.#ofEnds.set(key, made);
    return made;
  }

  #result(claim: Claim, about: Diagram): ClaimResult<W> {
    if (claim.wanted === 'delivered' && this.#through.refusesWhenTranslating())
      return { kind: 'undecided', why: 'rules of translation refuse packets, and which ones is not told' };
    let open: string | undefined;
    for (const from of this.#ends) {
      const own = this.#both(about, this.#of(from, 'owns'));
      // WHY: who sends is meant, also where it bears another's address.
      const sent =
        claim.wanted === 'delivered' ? own : this.#either([own, this.#both(this.#set(UNICAST), this.#anyAddress(own))]);
      if (sent === NOTHING) continue;
      const left =
        from.kind === 'port' && claim.wanted === 'refused' ? this.#both(sent, this.#port(from, 'out').accepted) : sent;
      if (left === NOTHING) continue;
      for (const to of this.#ends) {
        if (from === to) continue;
        const meant = this.#both(left, this.#of(to, 'receives'));
        if (meant === NOTHING) continue;
        const wrong = claim.wanted === 'refused' ? this.#delivered(from, to, meant) : this.#refused(from, to, meant);
        if (wrong === NOTHING) continue;
        const found = this.#witness(from, to, wrong, claim);
        if (found !== undefined) return { kind: 'refuted', witness: found };
        open ??= `${wordsOf(from)} to ${wordsOf(to)} may break it, but no packet was found that does`;
      }
    }
    return open === undefined ? { kind: 'proved' } : { kind: 'undecided', why: open };
  }

  #both(a: Diagram, b: Diagram): Diagram {
    return this.#planned.space.diagrams.where(a, b);
  }

  #either(sets: readonly Diagram[]): Diagram {
    return sets.reduce<Diagram>((sum, set) => this.#planned.space.diagrams.orElse(sum, set), NOTHING);
  }

  /** Of the packets that left their sender, those that may be delivered. */
  #delivered(from: End, to: End, meant: Diagram): Diagram {
    const port = to.kind === 'port' ? this.#port(to, 'in') : undefined;
    const seen = (way: Sets): Diagram => (port === undefined ? EVERYTHING : this.#seen(port.accepted, way));
    return this.#either(
      this.#waysOf(from, to, 'between').map((way) => this.#both(this.#both(meant, way.pass), seen(way))),
    );
  }

  /** Of the packets that are sent properly, those that may be refused: on every way, or at a port. */
  #refused(from: End, to: End, meant: Diagram): Diagram {
    const { diagrams } = this.#planned.space;
    if (from.kind !== 'port' && to.kind === 'outside') return NOTHING;
    const ways = this.#waysOf(from, to, 'proper');
    const open = this.#either(ways.map(({ pass }) => pass));
    const blocked = diagrams.except(meant, open);
    const atSender = from.kind === 'port' ? this.#both(meant, this.#port(from, 'out').refused) : NOTHING;
    const port = to.kind === 'port' ? this.#port(to, 'in') : undefined;
    const atReceiver = port === undefined ? [] : ways.map((way) => this.#both(meant, this.#seen(port.refused, way)));
    return this.#either([blocked, atSender, ...atReceiver]);
  }

  /** WHY: ways depend on the networks of their ends alone, and there are far fewer of those than of ends. */
  #waysOf(from: End, to: End, which: 'between' | 'proper'): readonly Sets[] {
    const key = `${kindKey(from)} ${kindKey(to)} ${which}`;
    const known = this.#routes.get(key);
    if (known !== undefined) return known;
    const made = this.#through[which](from, to).map((way) => ({
      pass: this.#set(way.pass),
      translated: this.#set(way.translated),
    }));
    const open = made.filter(({ pass }) => pass !== NOTHING);
    this.#routes.set(key, open);
    return open;
  }

  /** What a port does with packets, as they were sent; a translated source may be any. */
  #seen(set: Diagram, { translated }: Sets): Diagram {
    const { diagrams } = this.#planned.space;
    if (translated === NOTHING) return set;
    return diagrams.orElse(set, this.#both(translated, this.#anySource(set)));
  }

  #anyAddress(set: Diagram): Diagram {
    return forget(this.#planned.space.diagrams, set, this.#levels.address);
  }

  #anySource(set: Diagram): Diagram {
    const known = this.#sourceless.get(set);
    if (known !== undefined) return known;
    const made = forget(this.#planned.space.diagrams, set, this.#levels.source);
    this.#sourceless.set(set, made);
    return made;
  }

  #port(end: Extract<End, { kind: 'port' }>, direction: 'in' | 'out'): PortSets {
    const { port } = end;
    const key = `${port.ifname} ${direction}`;
    const known = this.#sets.get(key);
    if (known !== undefined) return known;
    const way = this.#ways.get(key);
    if (way === undefined) throw new Error(`no way of ${key}`);
    const { space } = this.#planned;
    const { diagrams } = space;
    const coming = waySet(way, this.#planned);
    const isAccepted = (leaf: Diagram): Diagram =>
      space.diagrams.valueOf(leaf)?.verdict === 'accept' ? EVERYTHING : NOTHING;
    const accept = diagrams.map(wayDiagram(way, this.#planned), isAccepted);
    const elsewhere = (set: Diagram): Diagram => forget(diagrams, set, this.#levels.link);
    const made = {
      accepted: elsewhere(diagrams.where(coming, accept)),
      refused: elsewhere(
        diagrams.except(diagrams.where(matchSet(properFrame(end, direction), this.#world), coming), accept),
      ),
    };
    this.#sets.set(key, made);
    return made;
  }

  #witness(from: End, to: End, wrong: Diagram, claim: Claim): W | undefined {
    const { space } = this.#planned;
    const boxes = coverSet(space.diagrams, wrong, { limit: TRIES }).boxes;
    for (const box of boxes) {
      const candidate = candidateOf(space, box, from, to);
      const found = candidate && this.#travel(candidate, claim.wanted);
      if (found !== undefined) return found;
    }
    return undefined;
  }
}

/** A claim's packets. */
function asked({ wanted, namesState }: Claim, match: Match): Match {
  if (namesState) return all(UNICAST, match);
  return all(UNICAST, match, wanted === 'refused' ? not(stateMatch('established', 'related')) : stateMatch('new'));
}

/** Frames whose link addresses are what they should be at a port. */
function properFrame({ port }: Extract<End, { kind: 'port' }>, direction: 'in' | 'out'): Match {
  const [own] = [[one(port.mac)]];
  if (direction === 'out') return values('ether.source', own);
  return all(values('ether.destination', own), values('ether.source', own, true));
}

function concreteWays(env: PolicyEnv): ReadonlyMap<string, Way> {
  const found = new Map<string, Way>();
  for (const way of waysOf(env)) {
    for (const port of way.ports) found.set(`${port.ifname} ${way.direction}`, concreteWay(way, port));
  }
  return found;
}

const kindKey = (end: End): string => (end.kind === 'port' ? `port ${end.network.view.name}` : end.kind);

const wordsOf = (end: End): string =>
  end.kind === 'port' ? `${end.port.guest} (${end.port.ifname})` : end.kind === 'host' ? 'the host' : 'the outside';
