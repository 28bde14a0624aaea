import fc from 'fast-check';
import { test } from 'vitest';
import { compareSite, report, shrink } from './agreement.ts';
import { openBench } from './bench.ts';
import { compileSite } from './compiled-site.ts';
import { site } from './generate-site.ts';
test('x', async () => {
  const seed = Number(process.env['SEED'] ?? 7);
  const n = Number(process.env['N'] ?? 40);
  const [s] = fc.sample(site(n), { numRuns: 1, seed });
  let t = Date.now();
  const lap = (w: string) => { console.log(w, Date.now() - t); t = Date.now(); };
  const c = compileSite(s!);
  lap('compile');
  const bench = await openBench(n);
  lap('lab');
  try {
    const o = await compareSite(bench, c, { seed, out: Number(process.env['OUT'] ?? 240), in: Number(process.env['IN'] ?? 24) });
    lap('compare');
    console.log(o.pairs, o.delivered, o.differences.length);
    for (const d of o.differences.slice(0, Number(process.env['SHOW'] ?? 4))) {
      const small = await shrink(bench, c.site, d);
      console.log(report(small, d));
    }
    lap('shrink');
  } finally { await bench.close(); }
}, 280000);
