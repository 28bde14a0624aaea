// The interpreter and the nftables in memory agree: generated policies for every target, loaded each way, frames at the policies' own boundaries in
// every state of connections. WEIR_MEMORY_SEED starts elsewhere, WEIR_MEMORY_ROUNDS repeats with the next seeds, WEIR_MEMORY_SIZE multiplies the frames.
import { TARGETS } from '@weir/compiler';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileSite } from './compiled-site.ts';
import { site } from './generate-site.ts';
import { compare, countersOf, loadEachWay, trialsOf, WAYS } from './memory-agreement.ts';
import { smallest, tell } from './memory-report.ts';
import type { Trial } from './memory-trial.ts';

const PORTS = 16;
const FRAMES = 110;
const SHOWN = 2;
const setting = (name: string, otherwise: number): number => Number(process.env[`WEIR_MEMORY_${name}`] ?? otherwise);
const SEED = setting('SEED', 1);
const ROUNDS = setting('ROUNDS', 1);
const SIZE = setting('SIZE', 1);

function* rounds(): Generator<readonly [seed: number, isStateful: boolean]> {
  for (let seed = SEED; seed < SEED + ROUNDS; seed++) for (const isStateful of [true, false]) yield [seed, isStateful];
}

for (const [seed, isStateful] of rounds()) {
  const kind = isStateful ? 'stateful' : 'stateless';
  const [made] = fc.sample(site(PORTS, { isStateful }), { numRuns: 1, seed });
  if (made === undefined) throw new Error('nothing was generated');
  let trials: readonly Trial[] | undefined;
  test.each(TARGETS)(
    `${kind} policies for $name decide in memory as the reference does (seed ${seed})`,
    async (target) => {
      const compiled = compileSite(made, target);
      trials ??= trialsOf(compiled.policy, { seed, frames: FRAMES * SIZE });
      const loaded = loadEachWay(compiled, target, seed);
      const came = compare(compiled, target, loaded, trials);
      const told: string[] = [];
      for (const one of came.disagreements.slice(0, SHOWN))
        told.push(tell(await smallest(compiled.site, target, one), target, one));
      expect(told.join('\n\n')).toBe('');
      for (const way of WAYS) expect(await countersOf(loaded[way])).toEqual(came.counts.get(way));
      expect(came.pairs).toBeGreaterThan(PORTS * FRAMES * SIZE);
      expect(came.delivered / came.pairs).toBeGreaterThan(0.15);
      expect(came.delivered / came.pairs).toBeLessThan(0.85);
    },
    60_000 * SIZE,
  );
}
