// Rules that are called dead, against the reference interpreter: on generated sites none of them ever matches a frame; cut-off and
// fragmented ones included.
import { deadRules } from '@weir/analysis';
import type { PolicyEnv } from '@weir/analysis';
import { findTarget } from '@weir/compiler';
import { decide, readFrame } from '@weir/semantics';
import type { ConnectionState } from '@weir/semantics';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileSite } from '../agreement/compiled-site.ts';
import { site } from '../agreement/generate-site.ts';
import { probes } from '../agreement/probes.ts';
import { shippedRegistry } from '../compile/compile-case.ts';

const SITES = Number(process.env['WEIR_LINT_SITES'] ?? 4);
const SEED = Number(process.env['WEIR_LINT_SEED'] ?? 1);
const FRAMES = Number(process.env['WEIR_LINT_FRAMES'] ?? 40);
const PORTS = 4;
const STATES: readonly ConnectionState[] = ['new', 'untracked', 'new', 'invalid'];
const TIMEOUT = 60_000 + SITES * 15_000;

test(
  'a rule that is called dead matches no frame',
  () => {
    let [dead, asked] = [0, 0];
    for (let seed = SEED; seed < SEED + SITES; seed += 1) {
      const [generated] = fc.sample(site(PORTS, { isStateful: seed % 2 === 0 }), { numRuns: 1, seed });
      const target = findTarget('debian-12');
      if (generated === undefined || target === undefined) throw new Error('no site');
      // Every list twice over, so that something is dead in it.
      const lists = generated.lists.map((list) => ({ ...list, lines: [...list.lines, ...list.lines.filter(isRule)] }));
      const { policy } = compileSite({ ...generated, lists });
      const env: PolicyEnv = { policy, target, attachments: shippedRegistry().attachments };
      const found = deadRules(env, (file) => !file.startsWith('@'));
      const places = new Set(found.map(({ rule }) => rule.origin.span.start));
      dead += places.size;
      for (const port of policy.ports) {
        for (const direction of ['in', 'out'] as const) {
          for (const [at, bytes] of probes({ policy, port, direction, seed, count: FRAMES }).entries()) {
            const { trace } = decide(policy, port, direction, readFrame(bytes), STATES[at % STATES.length], {
              oracle: () => at % 2 === 0,
            });
            const wrong = trace.filter(
              ({ outcome, origin }) =>
                outcome === 'matched' && !origin.span.file.startsWith('@') && places.has(origin.span.start),
            );
            expect(wrong, Buffer.from(bytes).toString('hex')).toEqual([]);
            asked += 1;
          }
        }
      }
    }
    expect({ dead: dead > 10, asked: asked > 1000 }).toEqual({ dead: true, asked: true });
  },
  TIMEOUT,
);

/** WHY: a default may stand once, and a `use` twice may be refused. */
const isRule = (line: string): boolean => !/^(?:default|use)\b/.test(line);
