// Runs in the process that holds the mutants. In: probes, and from the parent process the mutants to try. Out: for each mutant what became of it, told
// to the parent one by one, so that it knows which one hangs. Guarantees: a mutant that leaves something behind ends this process.
import type { Level, Probe, See } from './probe.ts';
import { activate, takeReached } from './switch.ts';

export type Fate = 'noticed' | 'recorded' | 'survived' | 'static' | 'not reached';

/** What became of a mutant. */
export interface Told {
  readonly mutant: string;
  readonly fate: Fate;
  /** The probe that noticed it. */
  readonly by?: string;
  /** How many probes reach it. */
  readonly reachedBy: number;
}

/** A probe with what it saw, and which mutants it reached how often. */
interface Known {
  readonly probe: Probe;
  readonly seen: readonly (readonly [Level, string])[];
  readonly reached: ReadonlyMap<string, number>;
}

/** Thrown through a probe that has seen what no unmutated run shows. */
class Noticed extends Error {}

/** WHY: a mutant may rightly be passed more often than what it replaces, but not without end. */
const PATIENCE = 200;
const LEAST = 20_000;

async function learn(probe: Probe): Promise<Known> {
  const seen: (readonly [Level, string])[] = [];
  takeReached(true);
  await probe.run((...one) => seen.push(one) < 0);
  return { probe, seen, reached: takeReached(true) };
}

async function tryOn({ probe, seen }: Known, mutant: string | undefined, most: number): Promise<Fate> {
  let [at, differs] = [0, false];
  const see: See = (level, what) => {
    const [, before] = seen[at++] ?? [];
    if (before === what) return true;
    if (level === 'witness') throw new Noticed(probe.name);
    differs = true;
    return false;
  };
  activate(mutant, most);
  try {
    await probe.run(see);
  } catch {
    return 'noticed';
  } finally {
    activate();
  }
  return differs ? 'recorded' : 'survived';
}

async function judge(mutant: string, known: readonly Known[], atLoad: ReadonlyMap<string, number>): Promise<Told> {
  const near = known.filter(({ reached }) => reached.has(mutant));
  const reachedBy = near.length;
  if (reachedBy === 0) return { mutant, fate: atLoad.has(mutant) ? 'static' : 'not reached', reachedBy };
  let recordedBy: string | undefined;
  for (const one of near) {
    const fate = await tryOn(one, mutant, Math.max(LEAST, (one.reached.get(mutant) ?? 0) * PATIENCE));
    if (fate === 'survived') continue;
    if ((await tryOn(one, undefined, Infinity)) !== 'survived') {
      process.send?.({ told: { mutant, fate: 'noticed', by: one.probe.name, reachedBy } });
      throw new Error(`mutant ${mutant} leaves something behind: ${one.probe.name}`);
    }
    if (fate === 'noticed') return { mutant, fate, by: one.probe.name, reachedBy };
    recordedBy ??= one.probe.name;
  }
  return recordedBy === undefined
    ? { mutant, fate: 'survived', reachedBy }
    : { mutant, fate: 'recorded', by: recordedBy, reachedBy };
}

/** Learns what the probes see without mutants, then serves the parent. */
export async function work(make: () => readonly Probe[]): Promise<void> {
  const atLoad = takeReached(false);
  const probes = make();
  const known: Known[] = [];
  for (const probe of probes) {
    try {
      known.push(await learn(probe));
    } catch (error) {
      throw new Error(`fails without any mutant: ${probe.name}`, { cause: error });
    }
  }
  takeReached(false);
  const before = process.cpuUsage();
  for (const one of known) {
    if ((await tryOn(one, undefined, Infinity)) !== 'survived') {
      throw new Error(`sees something else the second time: ${one.probe.name}`);
    }
  }
  process.on('message', (mutants: readonly string[]) => void serve(mutants, known, atLoad));
  const seconds = (process.cpuUsage(before).user / 1e6).toFixed(1);
  const samples = known.reduce((sum, { seen }) => sum + seen.length, 0);
  process.send?.({ ready: { probes: known.length, samples, seconds } });
}

async function serve(
  mutants: readonly string[],
  known: readonly Known[],
  atLoad: ReadonlyMap<string, number>,
): Promise<void> {
  for (const mutant of mutants) {
    process.send?.({ begins: mutant });
    process.send?.({ told: await judge(mutant, known, atLoad) });
    // WHY: lets the channel speak between two mutants.
    await new Promise((resolve) => setImmediate(resolve));
  }
  process.send?.({ done: true });
  process.disconnect();
}
