// The nightly run: npm run agreement -- --pairs 1000000 [--seed N]. Ends with 1 when the interpreter and the nftables in memory disagreed anywhere.
import { join } from 'node:path';
import { parseArgs } from 'node:util';
import { defaultServerConditions, runnerImport } from 'vite';

const root = join(import.meta.dirname, '../..');
const { values } = parseArgs({
  options: {
    pairs: { type: 'string', default: '1000000' },
    seed: { type: 'string', default: String(Math.floor(Date.now() / 86_400_000)) },
    directory: { type: 'string', default: join(root, 'out/agreement') },
  },
});
const [pairs, seed] = [Number(values.pairs), Number(values.seed)];
if (!Number.isInteger(pairs) || pairs < 1 || !Number.isInteger(seed)) {
  process.stderr.write('usage: npm run agreement -- [--pairs N] [--seed N] [--directory D]\n');
  process.exit(2);
}

const config = { root, configFile: false, resolve: { conditions: ['source', ...defaultServerConditions] } };
const { module } = await runnerImport(join(import.meta.dirname, 'nightly.ts'), {
  ...config,
  ssr: { resolve: { conditions: ['source', ...defaultServerConditions] }, noExternal: [/^@weir\//] },
});
const say = (line) => process.stdout.write(`${line}\n`);
const started = process.cpuUsage();
const summary = await module.nightly({ pairs, seed, directory: values.directory, say });
const { user, system } = process.cpuUsage(started);
say('');
for (const [name, count] of [...summary.constructs].sort(([a], [b]) => (a < b ? -1 : 1)))
  say(`${String(count).padStart(8)}  ${name}`);
say(`fields that no rule tested: ${module.untested(summary).join(', ') || 'none'}`);
say(`${summary.pairs} pairs, seeds ${summary.seeds.join(' to ')}, ${Math.round((user + system) / 1e6)} s of CPU`);
say(`${summary.disagreements.length} disagreements${summary.disagreements.map((file) => `\n  ${file}`).join('')}`);
process.exitCode = summary.disagreements.length > 0 ? 1 : 0;
