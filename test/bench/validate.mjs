// `node test/bench/validate.mjs`: what the proof of a 50-rule profile costs, and its share of compiling the example site. Processor time, medians.
import { readdirSync, readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { validateRuleset } from '@weir/analysis';
import { compilePolicy, findTarget, gatherSources, loadPlugins, readPolicy, STANDARD_RULES } from '@weir/compiler';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';

const RUNS = Number(process.argv[2] ?? 15);
const registry = loadPlugins([nat, routed, isolated, bridged]).value;
const { attachments } = registry;
const root = dirname(createRequire(import.meta.url).resolve('@weir/rules/package.json'));
const parts = JSON.parse(readFileSync(join(root, 'package.json'), 'utf8')).weir.rules;
const files = new Map(
  Object.entries(parts).map(([part, file]) => [posix.join(STANDARD_RULES, part), posix.join(STANDARD_RULES, file)]),
);
const library = new Map(
  [...files.values()].map((id) => [id, readFileSync(join(root, id.slice(STANDARD_RULES.length)), 'utf8')]),
);

const reader = (texts) => ({
  read: (id) => library.get(id) ?? texts.get(id),
  resolveImport(specifier, from) {
    if (!specifier.startsWith('.')) return files.get(specifier);
    const id = posix.normalize(posix.join(posix.dirname(from), specifier));
    return library.has(id) || texts.has(id) ? id : undefined;
  },
});

function median(work) {
  const times = Array.from({ length: RUNS }, () => {
    const start = process.cpuUsage();
    work();
    const { user, system } = process.cpuUsage(start);
    return (user + system) / 1000;
  }).toSorted((a, b) => a - b);
  return times[RUNS >> 1];
}

function measure(name, texts) {
  const target = findTarget('debian-12');
  let made;
  const compile = median(() => {
    const sources = gatherSources([...texts.keys()], reader(texts));
    const { value: policy, diagnostics } = readPolicy(sources.value, registry);
    if (policy === undefined) throw new Error(JSON.stringify([...sources.diagnostics, ...diagnostics]));
    const { value: documents } = compilePolicy(policy, { target, attachments, texts: new Map([...texts, ...library]) });
    made = { env: { policy, target, attachments }, ruleset: documents.ruleset };
  });
  const validate = median(() => {
    const failures = validateRuleset(made.env, made.ruleset);
    if (failures.length > 0)
      throw new Error(JSON.stringify(failures, (_, v) => (typeof v === 'bigint' ? String(v) : v)));
  });
  const profiles = made.env.policy.profiles.length;
  const each = validate / profiles;
  process.stdout.write(
    `${name.padEnd(22)} ${String(profiles).padStart(3)} profiles  compile ${compile.toFixed(1)} ms  prove ${validate.toFixed(1)} ms  a profile ${each.toFixed(1)} ms  ratio ${(validate / compile).toFixed(2)}\n`,
  );
}

/** A filter with so many rules over ports and addresses, on ports that share it. */
function large(rules, ports) {
  const lines = Array.from({ length: rules }, (_, at) => {
    const verdict = at % 3 === 0 ? 'drop' : 'accept';
    const source = at % 2 === 0 ? ` from 10.${at % 200}.0.0/16` : '';
    return `  in ${verdict} ${at % 5 === 0 ? 'udp' : 'tcp'}${source} port ${at % 7 === 0 ? `${1000 + at}-${1100 + at * 3}` : 20 + at * 3}`;
  });
  const guests = Array.from({ length: ports }, (_, at) => {
    const [high, low] = [(at >> 8) & 255, at & 255];
    const octets = [high, low].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
    return `guest g${at} { interface v${at} { network lan; mac 52:54:00:00:${octets}; address 10.9.${high + 1}.${low}; filter large } }`;
  });
  return new Map([
    [
      'site.weir',
      `network lan { mode isolated; bridge br0; subnet 10.9.0.0/16 }\nfilter large {\n${lines.join('\n')}\n  out accept\n}\n${guests.join('\n')}\n`,
    ],
  ]);
}

const example = join(root, 'examples/site');
const site = new Map(
  readdirSync(example, { recursive: true })
    .filter((name) => name.endsWith('.weir'))
    .map((name) => [name, readFileSync(join(example, name), 'utf8')]),
);
measure('50 rules, 1 port', large(50, 1));
measure('50 rules, 200 ports', large(50, 200));
measure('200 rules, 1 port', large(200, 1));
measure('example site', site);
