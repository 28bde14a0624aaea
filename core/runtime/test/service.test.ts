// Services on a real bridge: a guest takes a lease and asks for names; dnsmasq is kept, restarted and stopped as it should be.
import { readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyHost, formatReport, removeHost, type ApplyReport } from '@weir/runtime';
import { findService } from '../src/service/process.ts';
import { inNamespace, type Namespace } from './namespace.ts';
import { ruleset } from './ruleset.ts';
import { DHCP, host, network, servedNetwork, type Network } from './topology.ts';

const CLIENT = join(import.meta.dirname, 'guest.py');
const FIXED = '02:00:00:00:00:0a';

function guestOn(ns: Namespace, device: string, mac: string): string {
  const guest = ns.guest();
  ns.sh(`ip link add ${device} type veth peer name eth0 netns ${guest} address ${mac}`);
  ns.sh('ip link set lo up; ip link set eth0 up', guest);
  return guest;
}

function ask(ns: Namespace, guest: string, ...args: readonly string[]): unknown {
  return JSON.parse(ns.sh(`python3 ${CLIENT} ${args.join(' ')}`, guest));
}

async function apply(ns: Namespace, ...networks: readonly Network[]): Promise<ApplyReport> {
  const report = await applyHost({ topology: host(networks), ruleset: ruleset() }, ns.options);
  expect(formatReport(report).join('\n')).toMatch(/^applied$/m);
  return report;
}

function pidOf(ns: Namespace, name = 'lan'): number | undefined {
  const [instance = ''] = readdirSync(ns.directory);
  const file = (ending: string): string => join(ns.directory, instance, 'dnsmasq', `${name}.${ending}`);
  return findService({ pid: file('pid'), config: file('conf') });
}

test(
  'a guest with a fixed address gets it by DHCP, and every guest can ask for its name',
  inNamespace(async (ns) => {
    const guest = guestOn(ns, 'vnet0', FIXED);
    const other = guestOn(ns, 'vnet1', '02:00:00:00:00:0b');
    const lan = servedNetwork();
    await apply(ns, { ...lan, ports: lan.ports.map((port) => ({ ...port, isolated: false })) });
    expect(ask(ns, guest, 'dhcp', 'eth0', FIXED)).toEqual({
      address: '192.0.2.10',
      mask: '255.255.255.0',
      router: '192.0.2.1',
      dns: '192.0.2.1',
      server: '192.0.2.1',
      domain: 'vm.example',
    });
    expect(ask(ns, other, 'dhcp', 'eth0', '02:00:00:00:00:0b')).toMatchObject({
      address: expect.stringMatching(/^192\.0\.2\.1[0-5]\d$/),
    });
    ns.sh('ip addr add 192.0.2.10/24 dev eth0; ip addr add 2001:db8:5::10/64 dev eth0 nodad', guest);
    const found = { code: 0, answer: '192.0.2.10' };
    expect(ask(ns, guest, 'dns', '192.0.2.1', 'web-1.vm.example', 'A')).toEqual(found);
    expect(ask(ns, guest, 'dns', '2001:db8:5::1', 'web-1', 'A')).toEqual(found);
    expect(ask(ns, guest, 'dns', '192.0.2.1', 'web-1.vm.example', 'AAAA')).toEqual({
      code: 0,
      answer: '2001:db8:5::10',
    });
    // A name that a guest gave itself is nobody's name, and our own domain is never asked outside: NXDOMAIN.
    expect(ask(ns, guest, 'dns', '192.0.2.1', 'evil.vm.example', 'A')).toEqual({ code: 3, answer: null });
  }),
);

test(
  'dnsmasq is kept while nothing changed, restarted when something did, and stopped by down',
  inNamespace(async (ns) => {
    await apply(ns, servedNetwork());
    const first = pidOf(ns);
    expect(first).toBeGreaterThan(1);
    const again = await apply(ns, servedNetwork());
    expect(again.changed).toBe(false);
    expect(pidOf(ns)).toBe(first);
    const lan = servedNetwork();
    const nameService = { domain: 'other.example', forwarders: [] };
    const changed = await apply(ns, { ...lan, topology: { ...lan.topology, nameService } });
    expect(changed.actions).toContainEqual(
      expect.objectContaining({ subject: 'service', name: 'lan', result: 'done' }),
    );
    const second = pidOf(ns);
    expect(second).toBeGreaterThan(1);
    expect(second).not.toBe(first);
    expect((await removeHost(ns.options)).outcome).toBe('removed');
    expect(ns.sh('cat /proc/net/udp')).not.toContain(':0035');
  }),
);

test(
  'a dnsmasq that died is started again',
  inNamespace(async (ns) => {
    await apply(ns, servedNetwork());
    const first = pidOf(ns);
    expect(first).toBeGreaterThan(1);
    process.kill(first ?? 0, 'SIGKILL');
    const report = await apply(ns, servedNetwork());
    expect(report.changed).toBe(true);
    expect(pidOf(ns)).not.toBe(first);
    expect(pidOf(ns)).toBeGreaterThan(1);
  }),
);

test(
  'a process id that belongs to something else is never stopped',
  inNamespace(async (ns) => {
    await apply(ns, servedNetwork());
    const real = pidOf(ns);
    expect(real).toBeGreaterThan(1);
    const [instance = ''] = readdirSync(ns.directory);
    const file = join(ns.directory, instance, 'dnsmasq', 'lan.pid');
    expect(readFileSync(file, 'utf8').trim()).toBe(String(real));
    writeFileSync(file, `${process.pid}\n`);
    expect(pidOf(ns)).toBeUndefined();
    expect((await removeHost(ns.options)).outcome).toBe('removed');
    process.kill(real ?? 0, 'SIGKILL');
  }),
);

test(
  'several networks are served side by side, each on its own bridge',
  inNamespace(async (ns) => {
    const second = network('two', {
      bridge: { addresses: [{ family: 'ipv4', address: '198.51.100.1', length: 24 }] },
      addressService: {
        ...DHCP,
        hosts: [{ mac: FIXED, name: 'x', addresses: [{ family: 'ipv4', address: '198.51.100.7' }] }],
      },
      ports: [{ ifname: 'vnet9', guest: 'x', isolated: false }],
    });
    const guest = guestOn(ns, 'vnet9', FIXED);
    await apply(ns, servedNetwork(), second);
    const lease = ask(ns, guest, 'dhcp', 'eth0', FIXED);
    expect(lease).toMatchObject({ address: '198.51.100.7' });
    // No DNS is served there, so the guest is told of none.
    expect(lease).not.toHaveProperty('dns');
    await apply(ns, servedNetwork());
    expect(pidOf(ns, 'two')).toBeUndefined();
    expect(pidOf(ns)).toBeGreaterThan(1);
  }),
);
