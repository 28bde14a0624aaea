// Many ports: thousands of devices take one process, not one each. The bound is generous; measurements stand in README.md.
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyHost, formatReport, removeHost } from '@weir/runtime';
import { inNamespace } from './namespace.ts';
import { ruleset } from './ruleset.ts';
import { host, network, port } from './topology.ts';

const NETWORKS = 4;
const PORTS = 250;

test(
  'a thousand ports are put into their bridges within seconds',
  inNamespace(async (ns) => {
    const networks = Array.from({ length: NETWORKS }, (_, index) =>
      network(`n${index}`, {
        ports: Array.from({ length: PORTS }, (_unused, each) => port(`v${index}-${each}`, each % 2 === 0)),
      }),
    );
    const lines = networks.flatMap(({ ports }) => ports.map(({ ifname }) => `tuntap add dev ${ifname} mode tap`));
    const file = join(ns.directory, 'taps');
    writeFileSync(file, `${lines.join('\n')}\n`);
    ns.sh(`ip -batch ${file}`);
    const request = { topology: host(networks), ruleset: ruleset() };
    const start = performance.now();
    const report = await applyHost(request, ns.options);
    expect(formatReport(report).at(-1)).toBe('applied');
    expect(report.actions.filter(({ subject, result }) => subject === 'port' && result === 'done')).toHaveLength(
      NETWORKS * PORTS,
    );
    expect(performance.now() - start).toBeLessThan(20_000);
    expect((await applyHost(request, ns.options)).changed).toBe(false);
    expect((await removeHost(ns.options)).outcome).toBe('removed');
    expect(ns.sh('ip -br link show type bridge')).toBe('');
  }),
);
