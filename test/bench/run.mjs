// `npm run bench`: what a site costs at 10, 100, 1,000 and 10,000 ports of 20 profiles.
//
// Times are of one run on this machine and noisy; counts are exact. Loading needs root and nft and happens in a network
// namespace of its own.
import { spawnSync } from 'node:child_process';
import { mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const sizes = process.argv.slice(2).map(Number);
const here = fileURLToPath(new URL('.', import.meta.url));
const scratch = mkdtempSync(join(tmpdir(), 'weir-bench-'));
const canLoad = process.getuid?.() === 0 && spawnSync('nft', ['--version']).status === 0;

function measure(ports) {
  const output = join(scratch, `${ports}.json`);
  const done = spawnSync(process.execPath, [join(here, 'measure.mjs'), String(ports), output], {
    encoding: 'utf8',
    maxBuffer: 1 << 26,
  });
  if (done.status !== 0) throw new Error(done.stderr);
  return { ...JSON.parse(done.stdout), load: canLoad ? load(output) : undefined };
}

/** Milliseconds that nft takes to load the document into a fresh namespace, its own start included. */
function load(file) {
  const script = `s=$(date +%s%N); nft -j -f "$1" || exit 1; e=$(date +%s%N); echo $(( (e - s) / 1000 ))`;
  const done = spawnSync('unshare', ['-n', 'sh', '-c', script, 'sh', file], { encoding: 'utf8' });
  if (done.status !== 0) throw new Error(`nft refused the ruleset: ${done.stderr}`);
  return Number(done.stdout) / 1000;
}

const ms = (value) => (value === undefined ? 'not run' : `${value.toFixed(0)} ms`);
const rows = (sizes.length > 0 ? sizes : [10, 100, 1000, 10000]).map(measure);
const table = [
  ['ports', ...rows.map((r) => r.ports)],
  ['parse', ...rows.map((r) => ms(r.steps.parse))],
  ['compile', ...rows.map((r) => ms(r.steps.compile))],
  ['documents to text', ...rows.map((r) => ms(r.steps.documents))],
  ['files to documents', ...rows.map((r) => ms(r.steps.parse + r.steps.compile + r.steps.documents))],
  ['peak memory', ...rows.map((r) => `${Math.round(r.memory / 2 ** 20)} MB`)],
  ['ruleset.json', ...rows.map((r) => `${Math.round(r.bytes / 1024)} KB`)],
  ['load by nft', ...rows.map((r) => ms(r.load))],
  ['rules', ...rows.map((r) => r.rules)],
  ['rules on the worst path', ...rows.map((r) => r.worstPath)],
  ['sets and maps', ...rows.map((r) => r.sets)],
  ['chains', ...rows.map((r) => r.chains)],
  ['base chains', ...rows.map((r) => r.baseChains)],
];
rmSync(scratch, { recursive: true, force: true });
for (const [name, ...cells] of table) {
  process.stdout.write(`${name.padEnd(24)}${cells.map((cell) => String(cell).padStart(12)).join('')}\n`);
}
