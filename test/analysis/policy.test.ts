// The policy as diagrams against the reference interpreter: for every probe frame of generated sites, the leaf of its point is the
// interpreter's verdict and effects.
import { planWays, pointOf, wayDiagram, waySet, waysOf } from '@weir/analysis';
import { findTarget } from '@weir/compiler';
import type { Direction, Port } from '@weir/compiler';
import { decide, readFrame } from '@weir/semantics';
import type { ConnectionState } from '@weir/semantics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileSite } from '../agreement/compiled-site.ts';
import { site } from '../agreement/generate-site.ts';
import { probes } from '../agreement/probes.ts';
import { shippedRegistry } from '../compile/compile-case.ts';
import { factsOf } from './facts.ts';

const SITES = Number(process.env['WEIR_ANALYSIS_SITES'] ?? 2);
const PORTS = 6;
const SEED = Number(process.env['WEIR_ANALYSIS_SEED'] ?? 1);
const STATES: readonly ConnectionState[] = ['new', 'established', 'related', 'invalid'];

test.each(Array.from({ length: SITES }, (_, index) => SEED + index))(
  'diagrams of a generated policy say of every frame what the interpreter says (seed %i)',
  (seed) => {
    const { policy } = current(seed);
    const target = findTarget('debian-12');
    if (target === undefined) throw new Error('no target');
    const ways = waysOf({ policy, target, attachments: shippedRegistry().attachments });
    let compared = 0;
    for (const way of ways) {
      const planned = planWays([way]);
      const { space } = planned;
      const [all, diagram] = [waySet(way, planned), wayDiagram(way, planned)];
      expect(space.diagrams.isTotal(diagram)).toBe(true);
      for (const port of way.ports) {
        for (const [at, frame] of framesFor(port, way.direction, seed).entries()) {
          const state = STATES[at % STATES.length] ?? 'new';
          const isWithin = at % 3 !== 0;
          const oracle = (key: string): boolean => /"over",true/.test(key) !== isWithin;
          const point = pointOf(space, factsOf(frame, { port, state, oracle }));
          const rank = (level: number): number => point[level] ?? 0;
          expect(space.diagrams.at(all, rank), 'the frame is one of those that there are').toBe(1);
          const said = space.diagrams.valueOf(space.diagrams.at(diagram, rank));
          const decision = decide(policy, port, way.direction, readFrame(frame), state, {
            oracle: ({ options }) =>
              (options.limit === undefined || options.limit.over !== isWithin) &&
              (options.quota === undefined || options.quota.over !== isWithin),
          });
          const counts = decision.effects.flatMap(({ options }) =>
            options.count === undefined ? [] : [options.count],
          );
          const verdict = decision.verdict === 'reject' && way.direction === 'in' ? 'drop' : decision.verdict;
          expect({ verdict: said?.verdict, counts: said?.effects.counts.length }).toEqual({
            verdict,
            counts: counts.length,
          });
          compared += 1;
        }
      }
    }
    expect(compared).toBeGreaterThan(200);
  },
);

function framesFor(port: Port, direction: Direction, seed: number): readonly Uint8Array[] {
  const { policy } = current(seed);
  return probes({ policy, port, direction, seed, count: 40 }).filter((frame) => !isCutOff(frame));
}

/** Frames whose network header is cut off, and upper layers of fewer than four bytes, are none of the space. */
function isCutOff(bytes: Uint8Array): boolean {
  const { ip } = readFrame(bytes);
  if (ip?.transport !== undefined && bytes.length < ip.transport + 4) return true;
  const type = ((bytes[12] ?? 0) << 8) | (bytes[13] ?? 0);
  const whole: Readonly<Record<number, number>> = {
    0x0800: 34,
    0x86dd: 54,
    0x0806: 42,
    0x8035: 42,
    0x8100: 18,
    0x88a8: 18,
  };
  return bytes.length < (whole[type] ?? 14);
}

const compiled = new Map<number, ReturnType<typeof compileSite>>();
function current(seed: number): ReturnType<typeof compileSite> {
  const known = compiled.get(seed);
  if (known !== undefined) return known;
  const [generated] = fc.sample(site(PORTS), { numRuns: 1, seed });
  if (generated === undefined) throw new Error('no site');
  const made = compileSite(generated);
  compiled.set(seed, made);
  return made;
}
