// The harness itself: whatever a broken compiler does at a place that matters, the agreement in memory shows it. A place matters when the changed policy
// decides some frame otherwise by the interpreter, or when the changed rule has matched some frame. WEIR_MUTANT_SEED and WEIR_MUTANT_SEEDS choose the sites.
import { emit, type Documents, type Layout, lower, type Policy, type Target } from '@weir/compiler';
import { decide } from '@weir/semantics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { targetNamed } from '../compile/compile-case.ts';
import { type CompiledSite, compileSite, FILE, REGISTRY } from './compiled-site.ts';
import { macOf, site } from './generate-site.ts';
import { compare, fitting, loadWay, trialsOf } from './memory-agreement.ts';
import { carry } from './memory-bridge.ts';
import { decideTrial, type Trial } from './memory-trial.ts';
import type { Mutant, Mutation } from './mutants.ts';
import { CARRIED_MUTATIONS, LAYOUT_MUTATIONS } from './mutants-of-layouts.ts';
import { POLICY_MUTATIONS } from './mutants-of-policies.ts';
import { chance, shuffled } from './probes.ts';
import type { List, SitePort } from './site.ts';

const setting = (name: string, otherwise: number): number => Number(process.env[`WEIR_MUTANT_${name}`] ?? otherwise);
const SEED = setting('SEED', 5);
const SEEDS = setting('SEEDS', 2);
const PORTS = 8;
const FRAMES = 90;
/** Places that matter, and places looked at, for one kind and seed. */
const TRIES = 40;
const LOOKS = 400;
const DIRECT = targetNamed('debian-12');
const CARRIED = targetNamed('no-bridge-conntrack');

interface Ground {
  readonly compiled: CompiledSite;
  readonly target: Target;
  readonly layout: Layout;
  readonly trials: readonly Trial[];
  /** Rules that matched some frame, as `chain index`. */
  readonly live: ReadonlySet<string>;
}

/** WHY: some faults show only at constructs that few generated sites have at a place that matters; these stand in each. */
const AIMED: readonly List[] = [
  { kind: 'filter', name: 'leaves', lines: ['out return udp port 443', 'out drop tcp'] },
  {
    kind: 'filter',
    name: 'aimed',
    lines: ['out drop where ip.dscp & 0x3 == 2', 'use leaves', 'out drop udp port 80', 'inout accept stateless'],
  },
  { kind: 'filter', name: 'split', lines: ['out drop where udp.destination > 1100', 'inout accept stateless'] },
  { kind: 'filter', name: 'tracked', lines: ['out accept udp port 53'] },
  { kind: 'filter', name: 'also', lines: ['inout accept stateless'] },
];
const aimedPort = (number: number, filters: readonly string[]): SitePort => ({
  ifname: `vnet${number}`,
  mac: macOf(number),
  address: `10.9.1.${number}, fd09::1:${number}`,
  guard: 'none',
  filters,
});
const AIMED_PORTS = [
  aimedPort(PORTS + 1, ['also', 'aimed']),
  aimedPort(PORTS + 2, ['tracked']),
  aimedPort(PORTS + 3, ['split']),
];

const grounds = new Map<string, Promise<Ground>>();

function groundOf(seed: number, target: Target): Promise<Ground> {
  const key = `${seed} ${target.name}`;
  const known = grounds.get(key);
  if (known !== undefined) return known;
  const made = prepare(seed, target);
  grounds.set(key, made);
  return made;
}

async function prepare(seed: number, target: Target): Promise<Ground> {
  const [made] = fc.sample(site(PORTS, { isStateful: target === CARRIED || seed % 3 !== 0 }), { numRuns: 1, seed });
  if (made === undefined) throw new Error('nothing was generated');
  const { lists, ports, ...rest } = made;
  const compiled = compileSite({ ...rest, lists: [...lists, ...AIMED], ports: [...ports, ...AIMED_PORTS] }, target);
  const trials = trialsOf(compiled.policy, { seed, frames: FRAMES }).flatMap(
    (trial) => fitting(trial, compiled.policy, target) ?? [],
  );
  const layout = layoutOf(compiled.policy, target);
  return { compiled, target, layout, trials, live: await liveRules(compiled, target, trials) };
}

const layoutOf = (policy: Policy, target: Target): Layout =>
  lower(policy, { target, attachments: REGISTRY.attachments }).value;

async function liveRules(
  { documents }: CompiledSite,
  target: Target,
  trials: readonly Trial[],
): Promise<ReadonlySet<string>> {
  const nft = loadWay(documents, target, 'ruleset.json');
  const seen = new Set(trials.flatMap((trial) => carry(nft, target, trial).matched.map(({ handle }) => handle)));
  const live = new Set<string>();
  const places = new Map<string, number>();
  for (const object of (await nft.list()).objects) {
    if (!('rule' in object)) continue;
    const { chain, handle } = object.rule;
    const index = places.get(chain) ?? 0;
    places.set(chain, index + 1);
    if (handle !== undefined && seen.has(handle)) live.add(`${chain} ${index}`);
  }
  return live;
}

/** `refused`: the passes or nft would not take it; such a compiler writes nothing. */
type Fate = 'caught' | 'missed' | 'refused';

function fateOf({ compiled, target, trials }: Ground, layout: Layout): Fate {
  const { value: documents } = emit(layout, { texts: new Map([[FILE, compiled.text]]) });
  if (documents === undefined) return 'refused';
  const nft = loaded(documents, target);
  if (nft === undefined) return 'refused';
  const all = { 'ruleset.json': nft, 'host, profiles, interfaces': nft, 'host, weir compile --interface': nft };
  return compare(compiled, target, all, trials, decide, 1).disagreements.length > 0 ? 'caught' : 'missed';
}

function loaded(documents: Documents, target: Target): ReturnType<typeof loadWay> | undefined {
  try {
    return loadWay(documents, target, 'ruleset.json');
  } catch {
    return undefined;
  }
}

/** True when the interpreter decides some frame otherwise by the changed policy. Only ports of the changed profile can tell. */
function isLive({ compiled: { policy }, target, trials }: Ground, changed: Policy): boolean {
  const kept = new Set(policy.profiles);
  const other = changed.profiles.find((profile) => !kept.has(profile));
  return trials.some((trial) => {
    if (trial.port.profile !== other?.name) return false;
    const isDelivered = (by: Policy): boolean => decideTrial(by, target, trial).verdict === 'accept';
    return isDelivered(policy) !== isDelivered(changed);
  });
}

const seeds = Array.from({ length: SEEDS }, (_, at) => SEED + at);

/** What came of one kind at the places of one seed, in an order of the seed, until one was caught. */
interface Hunt {
  readonly seed: number;
  readonly isCaught: boolean;
  /** Places that matter where nothing was seen. */
  readonly missed: readonly string[];
}

function hunt<T>(
  mutants: readonly Mutant<T>[],
  ground: Ground,
  seed: number,
  judge: (ground: Ground, mutant: Mutant<T>) => Fate | 'dead',
): Hunt {
  const missed: string[] = [];
  for (const mutant of shuffled(mutants, chance(seed)).slice(0, LOOKS)) {
    if (missed.length >= TRIES) break;
    const fate = judge(ground, mutant);
    if (fate === 'caught') return { seed, isCaught: true, missed };
    if (fate === 'missed') missed.push(mutant.at);
  }
  return { seed, isCaught: false, missed };
}

const policyFate = (ground: Ground, mutant: Mutant<Policy>): Fate | 'dead' => {
  const changed = mutant.make();
  if (!isLive(ground, changed)) return 'dead';
  const { value, diagnostics } = lower(changed, { target: ground.target, attachments: REGISTRY.attachments });
  return diagnostics.some(({ severity }) => severity === 'error') ? 'refused' : fateOf(ground, value);
};

for (const [kind, mutation] of Object.entries<Mutation<Policy>>(POLICY_MUTATIONS)) {
  test(`a compiler that ${kind} is caught at the first place that matters`, async () => {
    const hunts: Hunt[] = [];
    for (const seed of seeds) {
      const ground = await groundOf(seed, DIRECT);
      hunts.push(hunt(mutation(ground.compiled.policy), ground, seed, policyFate));
    }
    expect(hunts.filter(({ missed }) => missed.length > 0)).toEqual([]);
    expect(hunts.some(({ isCaught }) => isCaught)).toBe(true);
  }, 120_000);
}

const layoutFate = (ground: Ground, mutant: Mutant<Layout>): Fate | 'dead' => {
  const isDead = mutant.rule !== undefined && !ground.live.has(mutant.rule.join(' '));
  return isDead ? 'dead' : fateOf(ground, mutant.make());
};

const wrongLayouts: readonly (readonly [string, Mutation<Layout>, Target])[] = [
  ...Object.entries<Mutation<Layout>>(LAYOUT_MUTATIONS).map(([kind, one]) => [kind, one, DIRECT] as const),
  ...Object.entries<Mutation<Layout>>(CARRIED_MUTATIONS).map(([kind, one]) => [kind, one, CARRIED] as const),
];

for (const [kind, mutation, target] of wrongLayouts) {
  // WHY: a rule that matches may still change nothing, as an accept in front of an accept; so a few places are tried.
  test(`a lowering that ${kind} is caught`, async () => {
    const hunts: Hunt[] = [];
    for (const seed of seeds) {
      const ground = await groundOf(seed, target);
      hunts.push(hunt(mutation(ground.layout), ground, seed, layoutFate));
    }
    expect(hunts.filter(({ isCaught, missed }) => !isCaught && missed.length > 0)).toEqual([]);
    expect(hunts.some(({ isCaught }) => isCaught)).toBe(true);
  }, 120_000);
}
