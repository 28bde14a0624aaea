// Measures parsing: `node bench/parse.mjs [rules]` after a build. Prints the first (cold) and the median warm time.
import { parseFile } from '../dist/index.js';

const rules = Number(process.argv[2] ?? 20_000);
const lines = Array.from(
  { length: rules },
  (_, i) =>
    `  in accept tcp port { ${i % 60000}, 8000-8010 } from 10.${i % 250}.${i % 199}.0/24 limit 10/second log "rule ${i}"`,
);
const text = `filter big {\n${lines.join('\n')}\n}\n`;
const times = Array.from({ length: 6 }, () => {
  const before = performance.now();
  const { problems } = parseFile('bench.weir', text);
  if (problems.length > 0) throw new Error(problems[0].message);
  return performance.now() - before;
});
const warm = times.slice(1).toSorted((a, b) => a - b)[2];
process.stdout.write(
  `${rules} rules, ${text.length} characters: cold ${times[0].toFixed(0)} ms, warm ${warm.toFixed(0)} ms\n`,
);
