// What mutants are tried on: sites with frames for their ports. In: a seed and sizes. Out: policies that compile, and for each port and direction frames
// at the boundaries of its own rules. Guarantees: no root, no kernel; the same seed gives the same corpus.
import { compilePolicy, gatherSources, hasErrors, readPolicy } from '@weir/compiler';
import type { Policy, Target } from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import fc from 'fast-check';
import { site as generatedSite } from '../agreement/generate-site.ts';
import { chance, probes } from '../agreement/probes.ts';
import { type Site, siteText, withoutLines } from '../agreement/site.ts';
import { sweepSite, THEMES } from '../agreement/sweep.ts';
import { catalogue } from '../attack/catalogue.ts';
import { ALL_PORTS, attackSite } from '../attack/ports.ts';
import { readCases, readerOf, shippedRegistry, targetNamed, type Texts } from '../compile/compile-case.ts';
import { SITE } from '../compile/site.ts';
import { brokenFrames } from './broken-headers.ts';
import type { CorpusSite, State, Trial } from './corpus-site.ts';

const setting = (name: string, otherwise: number): number => Number(process.env[`WEIR_MUTANTS_${name}`] ?? otherwise);
const SEED = setting('SEED', 20261124);
/** Generated sites, and the ports of each. */
const SITES = setting('SITES', 4);
const PORTS = 8;
/** Frames for a port and direction. */
const FRAMES = setting('FRAMES', 8);
/** More of them with broken headers. */
const BROKEN = 3;
/** Constructs of a sweep site. */
const THEMES_EACH = 24;
/** Every so many frames of the catalogue of attacks for a port. */
const CATALOGUE_STEP = 9;

const REGISTRY = shippedRegistry();
const [PLAIN, ...OTHERS] = ['debian-12', 'no-bridge-conntrack', 'debian-13', 'ubuntu-24.04'].map(targetNamed);
const ALL_TARGETS = [PLAIN, ...OTHERS].filter((one) => one !== undefined);
/** The plain target, and the others in turn. */
const targetsFor = (at: number): readonly Target[] =>
  [PLAIN, OTHERS[at % OTHERS.length]].filter((one) => one !== undefined);

const STATES: readonly State[] = ['new', 'new', 'new', 'established', 'related', 'invalid'];

function trialsOf(policy: Policy, seed: number): readonly Trial[] {
  return policy.ports.flatMap((port, index) =>
    (['out', 'in'] as const).map((direction, way): Trial => {
      const own = seed + index * 2 + way;
      const random = chance(own);
      const whole = probes({ policy, port, direction, seed: own, count: FRAMES, ends: 2 });
      const frames = [...whole, ...brokenFrames(whole, index, BROKEN)];
      const states = frames.map((bytes) => ({ bytes, state: STATES[Math.floor(random() * STATES.length)] ?? 'new' }));
      return { port, direction, frames: states };
    }),
  );
}

interface Read {
  readonly policy: Policy | undefined;
  readonly diagnostics: readonly Diagnostic[];
}

function read(texts: Texts): Read {
  const sources = gatherSources([...texts.keys()], readerOf(texts));
  const { value, diagnostics } = readPolicy(sources.value, REGISTRY);
  const all = [...sources.diagnostics, ...diagnostics];
  return { policy: hasErrors(all) ? undefined : value, diagnostics: all };
}

const FILE = 'site.weir';

/** A generated site without the lines that the compiler refuses. */
function fitting(site: Site, targets: readonly Target[]): string {
  let current = site;
  for (let round = 0; round < 12; round++) {
    const text = siteText(current);
    const texts = new Map([[FILE, text]]);
    const { policy, diagnostics } = read(texts);
    const lowered = targets.flatMap((target) =>
      policy === undefined
        ? []
        : compilePolicy(policy, { target, attachments: REGISTRY.attachments, texts }).diagnostics,
    );
    const wrong = [...diagnostics, ...lowered].filter(
      ({ severity, span }) => severity === 'error' && span?.file === FILE,
    );
    if (wrong.length === 0) return text;
    current = withoutLines(
      current,
      new Set(wrong.map(({ span }) => text.slice(0, span?.start ?? 0).split('\n').length)),
    );
  }
  throw new Error('a generated site does not come to compile');
}

function corpusSite(name: string, texts: Texts, targets: readonly Target[], seed: number): CorpusSite {
  const { policy, diagnostics } = read(texts);
  if (policy === undefined) throw new Error(`${name}: ${diagnostics.map(({ message }) => message).join('\n')}`);
  // WHY: generated sites have all the same network.
  const hasNetworks = !/^(?:generated|constructs) /.test(name);
  return { name, texts, policy, targets, trials: trialsOf(policy, seed), hasNetworks };
}

const sweeps = (): readonly CorpusSite[] =>
  Array.from({ length: Math.ceil(THEMES.length / THEMES_EACH) }, (_, at) => {
    const themes = THEMES.slice(at * THEMES_EACH, (at + 1) * THEMES_EACH);
    const text = fitting(sweepSite(themes), ALL_TARGETS);
    return corpusSite(`constructs ${at + 1}`, new Map([[FILE, text]]), targetsFor(at), SEED + at * 1000);
  });

const generated = (): readonly CorpusSite[] =>
  fc.sample(generatedSite(PORTS), { seed: SEED, numRuns: SITES }).map((one, at) => {
    const text = fitting(one, ALL_TARGETS);
    return corpusSite(`generated ${at + 1}`, new Map([[FILE, text]]), targetsFor(at), SEED + 100_000 + at * 1000);
  });

const cases = (): readonly CorpusSite[] =>
  readCases()
    .filter(({ isRefused }) => !isRefused)
    .map(({ name, texts, target }, at) => corpusSite(`case ${name}`, texts, [target], SEED + 200_000 + at * 1000));

const example = (): readonly CorpusSite[] => [corpusSite('example site', SITE, ALL_TARGETS, SEED + 300_000)];

/** Every kind of port in every mode, each with some of the catalogue; all of it over the ports. */
function attacks(): readonly CorpusSite[] {
  const texts = new Map([[FILE, attackSite(ALL_PORTS)]]);
  const site = corpusSite('attacks', texts, ALL_TARGETS, SEED + 400_000);
  const trials = ALL_PORTS.flatMap((one, at): readonly Trial[] => {
    const port = site.policy.ports.find(({ ifname }) => ifname === one.hostDevice);
    const [actors] = one.actors;
    if (port === undefined || actors === undefined) return [];
    const frames = catalogue(actors)
      .filter((_, number) => (number + at) % CATALOGUE_STEP === 0)
      .map(({ frame }, number) => ({ bytes: frame, state: STATES[(number + at) % STATES.length] ?? 'new' }));
    return [{ port, direction: 'out', frames }];
  });
  return [{ ...site, trials: [...trials, ...site.trials.filter((_, at) => at % 4 < 2)] }];
}

const PARTS: Readonly<Record<string, () => readonly CorpusSite[]>> = {
  cases,
  constructs: sweeps,
  generated,
  example,
  attacks,
};

/** The corpus: all parts, or those that WEIR_MUTANTS_PARTS names. */
export function madeCorpus(): readonly CorpusSite[] {
  const wanted = (process.env['WEIR_MUTANTS_PARTS'] ?? Object.keys(PARTS).join(' ')).split(' ');
  return wanted.flatMap((part) => PARTS[part]?.() ?? []);
}
