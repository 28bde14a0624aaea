// `node test/bench/prove.mjs [PORTS]`: what the claims of a host of many ports and 20 profiles cost. Processor time of one run.
import { readFileSync } from 'node:fs';
import { createRequire } from 'node:module';
import { dirname, join, posix } from 'node:path';
import { proveClaims, provePorts } from '@weir/analysis';
import { flowTravel, frameTravel } from '@weir/cli';
import { findTarget, gatherSources, loadPlugins, readSite, STANDARD_RULES } from '@weir/compiler';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';

const PORTS = Number(process.argv[2] ?? 10_000);
const PROFILES = 20;
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

const filter = (at) => `filter f${at} {
  in  accept tcp port ${8000 + at} from guests(tier = t${(at + 1) % PROFILES})
  in  accept tcp port 22 from 192.0.2.0/28
  out accept tcp port ${8000 + ((at + PROFILES - 1) % PROFILES)} to guests(tier = t${(at + PROFILES - 1) % PROFILES})
  out accept udp port 53 to gateway
}
`;
const guest = (at) => {
  const hex = (value, width) => value.toString(16).padStart(width, '0');
  const mac = `52:54:00:${hex((at >> 16) & 255, 2)}:${hex((at >> 8) & 255, 2)}:${hex(at & 255, 2)}`;
  const address = `10.${20 + (at >> 14)}.${(at >> 8) & 63}.${at & 255}`;
  return `guest g${at} { labels { tier = t${at % PROFILES} }; interface v${at} { network lan${at >> 14}; mac ${mac}; address ${address}; filter f${at % PROFILES} } }\n`;
};
const NETWORKS = Array.from(
  { length: (PORTS >> 14) + 1 },
  (_, at) => `network lan${at} { mode nat; bridge br${at}; subnet 10.${20 + at}.0.0/18; uplink eth0 }\n`,
);
const CLAIMS = `assert "tiers" {
  never from world to guests(tier = t1) where tcp.destination != 22
  never tcp from guests(tier = t3) to guests(tier = t7)
  always tcp from guests(tier = t4) to guests(tier = t3) port 8003
}
`;
const text = [
  ...NETWORKS,
  ...Array.from({ length: PROFILES }, (_, at) => filter(at)),
  ...Array.from({ length: PORTS }, (_, at) => guest(at + 2)),
  CLAIMS,
].join('');

const timed = (name, work) => {
  const start = process.cpuUsage();
  const value = work();
  const { user, system } = process.cpuUsage(start);
  process.stdout.write(`${name.padEnd(40)} ${((user + system) / 1000).toFixed(0).padStart(8)} ms\n`);
  return value;
};

const site = timed(`read ${PORTS} ports`, () => {
  const sources = gatherSources(['a.weir'], {
    read: (id) => library.get(id) ?? (id === 'a.weir' ? text : undefined),
    resolveImport: (specifier) => files.get(specifier),
  });
  const { value, diagnostics } = readSite(sources.value, registry);
  if (value === undefined) throw new Error(JSON.stringify([...sources.diagnostics, ...diagnostics].slice(0, 5)));
  return value;
});
const { policy } = site;
const env = { policy, target: findTarget('debian-13'), attachments };
const claims = site.claims.flatMap((group) => group.claims);
const results = timed(`${claims.length} claims, ${policy.profiles.length} profiles`, () =>
  proveClaims(env, claims, flowTravel(policy)),
);
const ports = timed('what no guest may send', () => provePorts(env, frameTravel(policy)));
const kinds = [...results, ...ports.flatMap(({ findings }) => findings)].map(({ kind }) => kind);
process.stdout.write(`${kinds.filter((kind) => kind === 'proved').length} of ${kinds.length} proved\n`);
for (const [at, result] of results.entries())
  if (result.kind !== 'proved')
    process.stdout.write(`${claims[at].text}: ${result.kind} ${result.why ?? result.witness.flow.text}\n`);
