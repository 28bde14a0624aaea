// Compiles one site and prints what it came to as JSON. Runs in a process of its own so that the memory is its own.
//
//   node test/bench/measure.mjs PORTS OUTPUT-FILE
import { readFileSync, writeFileSync } from 'node:fs';
import { compile, documentFiles, findTarget, gatherSources, loadPlugins } from '@weir/compiler';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';
import { siteText } from './site.mjs';

const [ports, output] = [Number(process.argv[2]), process.argv[3]];
const rules = readFileSync(new URL('../../rules/src/index.weir', import.meta.url), 'utf8');
const files = { ...siteText(ports), '@weir/rules/src/index.weir': rules };
const reader = {
  read: (id) => files[id],
  resolveImport: (specifier) => (specifier === '@weir/rules' ? '@weir/rules/src/index.weir' : undefined),
};

const steps = {};
let last = performance.now();
const step = (name) => {
  const now = performance.now();
  steps[name] = now - last;
  last = now;
};

const registry = loadPlugins([nat, routed, isolated, bridged].map((plugin) => ({ plugin, source: plugin.name }))).value;
last = performance.now();
const sources = gatherSources(['policy.weir'], reader);
step('parse');
const target = findTarget('no-bridge-conntrack');
const compiled = compile(sources.value, registry, target);
step('compile');
const errors = [...sources.diagnostics, ...compiled.diagnostics].filter((d) => d.severity === 'error');
if (compiled.value === undefined) throw new Error(JSON.stringify(errors.slice(0, 3), null, 1));
const texts = new Map();
for (const { path, text } of documentFiles(compiled.value)) texts.set(path, text);
step('documents');

const commands = compiled.value.ruleset.nftables.flatMap((command) => Object.entries(command.add ?? {}));
const count = (kind, test = () => true) => commands.filter(([k, v]) => k === kind && test(v)).length;
const ruleset = texts.get('ruleset.json');
writeFileSync(output, ruleset);
process.stdout.write(
  JSON.stringify({
    ports,
    steps,
    bytes: Buffer.byteLength(ruleset),
    documents: texts.size,
    rules: count('rule'),
    sets: count('set') + count('map'),
    chains: count('chain'),
    baseChains: count('chain', (chain) => chain.hook !== undefined),
    worstPath: worstPath(commands),
    memory: process.resourceUsage().maxRSS * 1024,
  }),
);

/** The most rules that one frame can meet at one hook: the longest way through jumps and gotos. */
function worstPath(all) {
  const chains = new Map();
  for (const [kind, value] of all) {
    if (kind === 'chain') chains.set(`${value.family} ${value.name}`, { base: value.hook, rules: [] });
    if (kind === 'rule') chains.get(`${value.family} ${value.chain}`).rules.push(value.expr);
  }
  const maps = new Map();
  for (const [kind, value] of all) {
    if (kind !== 'element') continue;
    for (const element of value.elem) {
      const verdict = Array.isArray(element) ? element[1] : undefined;
      const target = verdict?.goto?.target ?? verdict?.jump?.target;
      if (target === undefined) continue;
      const key = `${value.family} @${value.name}`;
      maps.set(key, new Set([...(maps.get(key) ?? []), target]));
    }
  }
  const memo = new Map();
  const length = (key) => {
    if (memo.has(key)) return memo.get(key);
    const family = key.split(' ')[0];
    let sum = 0;
    let best = 0;
    for (const expr of chains.get(key)?.rules ?? []) {
      sum += 1;
      for (const statement of expr) {
        const jump = statement.jump?.target;
        const goto = statement.goto?.target;
        const table = statement.vmap && typeof statement.vmap.data === 'string' ? statement.vmap.data : undefined;
        if (jump) sum += length(`${family} ${jump}`);
        if (goto) best = Math.max(best, sum + length(`${family} ${goto}`));
        for (const target of (table && maps.get(`${family} ${table}`)) ?? [])
          best = Math.max(best, sum + length(`${family} ${target}`));
      }
    }
    memo.set(key, Math.max(sum, best));
    return memo.get(key);
  };
  return Math.max(...[...chains].filter(([, chain]) => chain.base).map(([key]) => length(key)));
}
