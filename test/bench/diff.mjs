// `node test/bench/diff.mjs [PORTS]`: what it costs to compare a host of 20 profiles with an edited copy, beside reading and compiling one side.
import { diffPolicies } from '@weir/analysis';
import { compilePolicy, findTarget, gatherSources, loadPlugins, readPolicy } from '@weir/compiler';
import { readFileSync } from 'node:fs';
import { fileURLToPath } from 'node:url';
import { siteText } from './site.mjs';

const plugins = await Promise.all(
  ['nat', 'routed', 'isolated', 'bridged'].map(async (name) => ({
    source: `@weir/plugin-${name}`,
    plugin: (await import(`@weir/plugin-${name}`)).default,
  })),
);
const { value: registry } = loadPlugins(plugins);
const target = findTarget('debian-13');
const rules = fileURLToPath(new URL('../../rules/', import.meta.url));

/** A policy, and the milliseconds that reading and compiling it took. */
function read(text) {
  const start = performance.now();
  const texts = new Map([['policy.weir', text]]);
  const reader = {
    read: (id) =>
      texts.get(id) ?? (id.startsWith('@weir/rules/') ? readFileSync(rules + id.slice(12), 'utf8') : undefined),
    resolveImport: (spec, from) =>
      spec === '@weir/rules'
        ? '@weir/rules/src/index.weir'
        : spec.startsWith('./') && from.startsWith('@weir/rules/')
          ? `@weir/rules/src/${spec.slice(2)}`
          : undefined,
  };
  const sources = gatherSources(['policy.weir'], reader);
  const { value: policy, diagnostics } = readPolicy(sources.value, registry);
  if (policy === undefined)
    throw new Error(JSON.stringify(diagnostics.slice(0, 3), (_, v) => (typeof v === 'bigint' ? `${v}` : v)));
  const { value } = compilePolicy(policy, { target, attachments: registry.attachments, texts });
  if (value === undefined) throw new Error('the site does not compile');
  return { env: { policy, target, attachments: registry.attachments }, ms: performance.now() - start };
}

const ports = Number(process.argv[2] ?? 10_000);
const text = siteText(ports)['policy.weir'];
const edits = {
  nothing: text,
  'one rule of one filter': text.replace('tcp port 3003 from', 'tcp port { 3003, 9999 } from'),
  'a set that every filter asks': text.replace('not 198.51.100.66', 'not 198.51.100.67'),
};
const before = read(text);
for (const [name, edited] of Object.entries(edits)) {
  const after = read(edited);
  const start = performance.now();
  const { flows } = diffPolicies(before.env, after.env);
  const ms = performance.now() - start;
  process.stdout.write(
    `${name.padEnd(30)} ${ports} ports: ${flows.length} flows in ${ms.toFixed(0)} ms, ${(ms / after.ms).toFixed(2)} of the ${after.ms.toFixed(0)} ms that one side takes\n`,
  );
}
