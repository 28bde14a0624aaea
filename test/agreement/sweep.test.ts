// Every construct that a frame alone decides, each by itself on a port, with frames on which it holds and frames on which it does not: the kernel agrees
// with the reference, and the report of constructs learns what this kernel has decided.
import type { Direction, Port } from '@weir/compiler';
import { readFrame } from '@weir/semantics';
import { afterAll, beforeAll, expect } from 'vitest';
import { isRecording, Recorder, writeRecording } from '../constructs/recorder.ts';
import { hex } from '../kernel/frames.ts';
import { kernelTest, LAB, requirements, TIER } from '../kernel/requirements.ts';
import { confirmed, differencesOf, isKnownToDiffer, type Observation, report, shrink } from './agreement.ts';
import { type Bench, openBench } from './bench.ts';
import { type CompiledSite, tryCompile } from './compiled-site.ts';
import { probes } from './probes.ts';
import { sweepSite, type Theme, THEMES } from './sweep.ts';

/** Ports of one ruleset. */
const PORTS = 48;
const FRAMES = Number(process.env['WEIR_SWEEP_FRAMES'] ?? (TIER === 2 ? 16 : 48));

let bench: Bench | undefined;

beforeAll(async () => {
  if (!requirements(LAB).missing) bench = await openBench(PORTS);
});

afterAll(async () => {
  writeRecording();
  await bench?.close();
});

/** WHY: under emulation a policy costs twenty times as much, so one in so many is tried there; WEIR_SWEEP_EVERY=1 tries all. */
const EVERY = Number(process.env['WEIR_SWEEP_EVERY'] ?? (TIER === 2 ? 4 : 1));
const chosen = THEMES.filter((_, at) => at % EVERY === 0);
const batches = Array.from({ length: Math.ceil(chosen.length / PORTS) }, (_, at) =>
  chosen.slice(at * PORTS, (at + 1) * PORTS),
);

/** Frames for a port, none of which is in `taken`, which they join. */
function framesFor(
  { policy }: CompiledSite,
  port: Port,
  direction: Direction,
  taken: Set<string>,
): readonly Uint8Array[] {
  const seed = Number(port.mac & 0xffn);
  const found = probes({ policy, port, direction, seed, count: FRAMES, ends: TIER === 2 ? 2 : 4 }).filter(
    (frame) => !isKnownToDiffer(frame, policy, port) && !taken.has(hex(frame)),
  );
  for (const frame of found) taken.add(hex(frame));
  return found;
}

async function observe(on: Bench, compiled: CompiledSite, themes: readonly Theme[]): Promise<readonly Observation[]> {
  const portOf = (at: number): Port => {
    const found = compiled.policy.ports.find(({ ifname }) => ifname === `vnet${at + 1}`);
    if (found === undefined) throw new Error(`no port for theme ${at}`);
    return found;
  };
  const taken = new Set<string>();
  const asked = (direction: Direction) =>
    themes.flatMap(({ directions }, at) =>
      directions.includes(direction)
        ? [{ port: portOf(at), direction, frames: framesFor(compiled, portOf(at), direction, taken) }]
        : [],
    );
  await on.load(compiled.documents.ruleset);
  const out = asked('out');
  const left = await on.sendAll(new Map(out.map(({ port, frames }) => [port.ifname, frames])));
  const inward = asked('in');
  const came =
    inward.length === 0
      ? new Map<string, ReadonlySet<string>>()
      : await on.sendIn(
          inward.map(({ port }) => port.ifname),
          inward.flatMap(({ frames }) => frames),
        );
  return [...out, ...inward].flatMap(({ port, direction, frames }) =>
    frames.map((frame) => ({
      port,
      ifname: port.ifname,
      direction,
      frame,
      delivered: (direction === 'out' ? left : came.get(port.ifname))?.has(hex(frame)) === true,
    })),
  );
}

for (const [at, themes] of batches.entries()) {
  kernelTest(
    `constructs by themselves decide as the reference does (${at + 1} of ${batches.length})`,
    LAB,
    async () => {
      if (bench === undefined) throw new Error('no bench');
      const compiled = tryCompile(sweepSite(themes));
      if (compiled === undefined) throw new Error('the sweep does not compile');
      const seen = await observe(bench, compiled, themes);
      const [first] = await confirmed(bench, differencesOf(seen, compiled));
      const difference = first && report(await shrink(bench, compiled.site, first), first);
      expect(difference ?? '').toBe('');
      expect(seen.some(({ delivered }) => delivered)).toBe(true);
      if (!isRecording()) return;
      const recorder = new Recorder(compiled.sources, compiled.policy);
      for (const { port, direction, frame } of seen) recorder.see({ port, direction, frame: readFrame(frame) });
    },
    60_000,
  );
}
