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
  /** Nanoseconds that it takes without a mutant. */
  cost: bigint;
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
  return { probe, seen, reached: takeReached(true), cost: 0n };
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

/** Probes that noticed something lately, the last one first. WHY: they often notice what stands beside it, too. */
let lately: readonly Known[] = [];

/** Those that noticed something lately, then the cheap ones. */
const inOrder = (near: readonly Known[]): readonly Known[] => [
  ...new Set([...lately.filter((one) => near.includes(one)), ...near]),
];

/** WHY: where so many sites have other documents and no frame shows it, the next ones will not. */
const ENOUGH_RECORDED = 25;

async function judge(mutant: string, known: readonly Known[], atLoad: ReadonlyMap<string, number>): Promise<Told> {
  const near = known.filter(({ reached }) => reached.has(mutant));
  const reachedBy = near.length;
  if (reachedBy === 0) return { mutant, fate: atLoad.has(mutant) ? 'static' : 'not reached', reachedBy };
  let recordedBy: string | undefined;
  let recorded = 0;
  for (const one of inOrder(near)) {
    const fate = await tryOn(one, mutant, Math.max(LEAST, (one.reached.get(mutant) ?? 0) * PATIENCE));
    if (fate === 'survived') continue;
    if ((await tryOn(one, undefined, Infinity)) !== 'survived') {
      process.send?.({ told: { mutant, fate: 'noticed', by: one.probe.name, reachedBy } });
      throw new Error(`mutant ${mutant} leaves something behind: ${one.probe.name}`);
    }
    if (fate === 'noticed') {
      lately = [one, ...lately.filter((other) => other !== one)].slice(0, 6);
      return { mutant, fate, by: one.probe.name, reachedBy };
    }
    recordedBy ??= one.probe.name;
    recorded += 1;
    if (recorded >= ENOUGH_RECORDED) break;
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
    const start = process.hrtime.bigint();
    if ((await tryOn(one, undefined, Infinity)) !== 'survived') {
      throw new Error(`sees something else the second time: ${one.probe.name}`);
    }
    one.cost = process.hrtime.bigint() - start;
  }
  known.sort((a, b) => Number(a.cost - b.cost));
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
