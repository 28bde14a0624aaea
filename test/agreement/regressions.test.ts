// Every disagreement ever found, held against the kernel and against the nftables in memory for every target and way of loading.
import { TARGETS } from '@weir/compiler';
import { decide, readFrame } from '@weir/semantics';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { hex } from '../kernel/frames.ts';
import { kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import { type Bench, openBench } from './bench.ts';
import { loadWay, WAYS } from './memory-agreement.ts';
import { ask } from './memory-trial.ts';
import { CASES, compileCase, trialOf } from './regressions.ts';

let bench: Bench | undefined;

beforeAll(async () => {
  if (!requirements(LAB).missing) bench = await openBench(1);
});

afterAll(() => bench?.close());

for (const one of CASES) {
  const { name, state } = one;
  if (one.facts === undefined) {
    kernelTest(`${name} (${state} in the kernel)`, LAB, async () => {
      if (bench === undefined) throw new Error('no bench');
      const compiled = compileCase(one);
      const { port, frame, direction } = trialOf(one, compiled);
      await bench.load(compiled.documents.ruleset);
      const delivered = (await bench.sendOut(port.ifname, [frame])).has(hex(frame));
      const accepted = decide(compiled.policy, port, direction, readFrame(frame)).verdict === 'accept';
      expect(delivered === accepted).toBe(state === 'fixed');
    });
  }

  test.each(TARGETS)(`${name} (${state} in memory, $name)`, (target) => {
    const compiled = compileCase(one, target);
    for (const way of WAYS) {
      const nft = loadWay(compiled.documents, target, way);
      const { aspects } = ask({ policy: compiled.policy, target, nft }, trialOf(one, compiled));
      expect(aspects).toEqual(state === 'fixed' ? [] : ['verdict']);
    }
  });
}
