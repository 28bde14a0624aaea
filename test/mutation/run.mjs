// Mutation testing of one area: which changed expression does nothing notice?
//
//   node test/mutation/run.mjs semantics|lower|memory [--files A,B] [--every N] [--json FILE] [--workers N]
//
// Exit code 0 whenever all mutants were tried.
import { fork, spawnSync } from 'node:child_process';
import { existsSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { parseArgs } from 'node:util';
import { filesOf, ROOT, testsOf } from './areas.mjs';
import { bundle } from './bundle.mjs';
import { instrument } from './instrument.mjs';
import { report } from './report.mjs';

const here = dirname(fileURLToPath(import.meta.url));
const { values, positionals } = parseArgs({
  allowPositionals: true,
  options: {
    files: { type: 'string' },
    every: { type: 'string', default: '1' },
    json: { type: 'string' },
    workers: { type: 'string', default: '2' },
  },
});
const [area = ''] = positionals;
const paths = filesOf(area, values.files?.split(','));
if (paths.length === 0) {
  process.stderr.write(
    'usage: npm run mutants -- semantics|lower|memory [--files A,B] [--every N] [--json FILE] [--workers N]\n',
  );
  process.exit(2);
}

/** Longer than any mutant may take that is in no endless loop. */
const HANGS_AFTER = 180_000;

/** Takes a bundle away. */
function discard(path) {
  rmSync(dirname(path), { recursive: true, force: true });
  rmSync(`${dirname(path)}-entry.mjs`, { force: true });
}

const started = Date.now();
const { texts, mutants } = await instrument(paths);
const asked = mutants.filter((_, index) => index % Math.max(1, Number(values.every)) === 0);
const file = await bundle([...testsOf(area), join(here, `${area}.ts`)], texts, `${area}-${process.pid}`);
const corpusFile = process.env.WEIR_MUTANTS_CORPUS ?? join(dirname(file), 'corpus');
if (!existsSync(corpusFile)) {
  const maker = await bundle([join(here, 'make-corpus.ts')], new Map(), `corpus-${process.pid}`);
  const { status } = spawnSync(process.execPath, [maker, corpusFile], { stdio: 'inherit' });
  discard(maker);
  if (status !== 0) process.exit(1);
}
process.stderr.write(`${area}: ${asked.length} mutants in ${paths.length} files\n`);

const told = new Map();
let shown = 0;

function take(fate) {
  told.set(fate.mutant, fate);
  const share = Math.floor((told.size / asked.length) * 20);
  if (share === shown) return;
  shown = share;
  const survivors = [...told.values()].filter((one) => one.fate === 'survived').length;
  process.stderr.write(
    `${share * 5} % after ${Math.round((Date.now() - started) / 1000)} s, ${survivors} not noticed\n`,
  );
}

/** Has one process try these mutants; a mutant that ends or stops the process is noticed, and another process tries the rest. */
async function tryAll(ids) {
  let left = ids;
  while (left.length > 0) {
    const before = left.length;
    const stopped = await oneProcess(left);
    if (stopped !== undefined && !told.has(stopped)) take({ mutant: stopped, fate: 'noticed', by: 'it ends or hangs' });
    left = left.filter((id) => !told.has(id));
    if (left.length === before) throw new Error('the probes do not run');
  }
}

function oneProcess(ids) {
  return new Promise((resolve, reject) => {
    const child = fork(file, {
      env: { ...process.env, WEIR_MUTANTS_CORPUS: corpusFile },
      execArgv: ['--stack-size=900', '--max-old-space-size=3000'],
    });
    let [current, isReady, timer] = [undefined, false, undefined];
    const wait = () => {
      clearTimeout(timer);
      timer = setTimeout(() => child.kill('SIGKILL'), isReady ? HANGS_AFTER : HANGS_AFTER * 5);
    };
    wait();
    child.on('message', (message) => {
      wait();
      if (message.ready !== undefined) {
        isReady = true;
        const { probes, samples, seconds } = message.ready;
        process.stderr.write(`${probes} probes, ${samples} samples, once through in ${seconds} s\n`);
        child.send(ids);
      }
      if (message.begins !== undefined) current = message.begins;
      if (message.told !== undefined) take(message.told);
    });
    child.on('exit', () => {
      clearTimeout(timer);
      if (isReady) resolve(current);
      else reject(new Error('the probes do not run without mutants'));
    });
  });
}

const workers = Math.max(1, Number(values.workers));
const shares = Array.from({ length: workers }, (_, at) =>
  asked.filter((_one, index) => index % workers === at).map(({ id }) => id),
);
try {
  await Promise.all(shares.map(tryAll));
} finally {
  discard(file);
}

const results = asked.map((mutant) => ({
  ...mutant,
  file: mutant.file.slice(ROOT.length + 1),
  ...told.get(mutant.id),
}));
if (values.json !== undefined) writeFileSync(values.json, `${JSON.stringify(results, undefined, 1)}\n`);
process.stdout.write(report(results));
process.stderr.write(`${Math.round((Date.now() - started) / 1000)} s\n`);
