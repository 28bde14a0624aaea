// The kernel's side of applying and removing: real bridges, tables and settings, in namespaces of the tests' own.
import { existsSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { applyHost, formatReport, removeHost, type ApplyReport, type RemoveReport } from '@weir/runtime';
import { inNamespace, type Namespace } from './namespace.ts';
import { badRuleset, ruleset } from './ruleset.ts';
import { host, network, port, servedNetwork } from './topology.ts';

function expectOutcome(report: ApplyReport | RemoveReport, outcome: string): void {
  expect(formatReport(report).join('\n')).toMatch(new RegExp(`^${outcome}$`, 'm'));
  expect(report.outcome).toBe(outcome);
  expect(JSON.parse(JSON.stringify(report))).toEqual(report);
}

function makePorts(ns: Namespace): void {
  ns.sh('ip link add vnet0 type veth peer name g0; ip link add vnet1 type veth peer name g1; ip link set vnet1 up');
}

const UPLINKED = network('up', {
  bridge: { mtu: 1400, uplinks: [{ device: 'eth0' }] },
  ports: [port('vnet2')],
});

test(
  'apply makes everything, a second apply changes nothing, down takes all of it away',
  inNamespace(async (ns) => {
    makePorts(ns);
    ns.sh('ip link add eth0 type veth peer name far; ip link add vnet2 type veth peer name g2');
    ns.sh(
      'nft add table inet foreign; nft add chain inet foreign c; nft add table bridge other; ip link add docker0 type bridge',
    );
    const before = ns.snapshot();
    const request = { topology: host([servedNetwork(), UPLINKED]), ruleset: ruleset() };

    const first = await applyHost(request, ns.options);
    expectOutcome(first, 'applied');
    expect(first.changed).toBe(true);
    const made = ns.snapshot();
    expect(made).not.toBe(before);
    expect(ns.sh('ip -d link show vnet1')).toMatch(/master br-lan.*isolated on/s);
    expect(ns.sh('ip -d link show vnet0')).toMatch(/master br-lan.*isolated off/s);
    expect(ns.sh('ip link show eth0')).toContain('master br-up');
    expect(ns.sh('ip link show vnet2')).toContain('mtu 1400');
    expect(ns.sh('ip link show br-lan')).toContain('alias weir:lan');
    expect(ns.sh('cat /proc/sys/net/ipv4/ip_forward').trim()).toBe('1');

    const second = await applyHost({ ...request, ruleset: ruleset('two') }, ns.options);
    expectOutcome(second, 'applied');
    expect(second.actions.filter(({ result }) => result !== 'kept').map(({ subject }) => subject)).toEqual(['ruleset']);
    expect(second.changed).toBe(false);
    expect(ns.snapshot()).toBe(made);
    expect(ns.sh('nft list table inet weir')).toContain('chain two');
    expect(ns.sh('nft list table inet weir')).not.toContain('chain one');

    const down = await removeHost(ns.options);
    expectOutcome(down, 'removed');
    // The uplink and the guests' ports were brought up; that is all that may stay.
    const up = /"lasting": \[[^\]]*\]/g;
    expect(ns.snapshot().replaceAll(up, '')).toBe(before.replaceAll(up, ''));
    expect(readdirSync(ns.directory)).toEqual([]);
    const again = await removeHost(ns.options);
    expectOutcome(again, 'removed');
    expect(again.changed).toBe(false);
  }),
);

test(
  'a network that is gone from the topology goes from the host',
  inNamespace(async (ns) => {
    makePorts(ns);
    const both = host([servedNetwork(), network('b', { ports: [] })]);
    expectOutcome(await applyHost({ topology: both, ruleset: ruleset() }, ns.options), 'applied');
    const report = await applyHost(
      { topology: host([network('b', { ports: [port('vnet0')] })]), ruleset: ruleset() },
      ns.options,
    );
    expectOutcome(report, 'applied');
    const links = ns.sh('ip -br link');
    expect(links).not.toContain('br-lan');
    expect(ns.sh('ip link show vnet0')).toContain('master br-b');
    expect(ns.sh('cat /proc/sys/net/ipv4/ip_forward').trim()).toBe('0');
    expect(report.actions.filter((action) => action.result === 'removed').map((action) => action.text)).toEqual([
      'bridge br-lan down',
      'port vnet1 out of bridge br-lan',
      'port vnet0 out of bridge br-lan',
      'dnsmasq of network lan stopped',
      'bridge br-lan deleted',
      'net/ipv4/ip_forward back to 0',
    ]);
  }),
);

test(
  'a host that cannot be is refused with every reason and without a change',
  inNamespace(async (ns) => {
    ns.sh(
      'ip link add docker0 type bridge; ip link add vnet0 type veth peer name g0; ip link set vnet0 master docker0',
    );
    const before = ns.snapshot();
    const bad = network('bad', { bridge: { uplinks: [{ device: 'nope0' }] }, ports: [port('vnet0')] });
    const missing = network('odd', { sysctls: [{ key: 'net.ipv4.no_such_thing', value: '1', why: 'x' }] });
    const report = await applyHost({ topology: host([bad, missing]), ruleset: badRuleset() }, ns.options);
    expectOutcome(report, 'refused');
    expect(report.problems.map((problem) => problem.code)).toEqual([
      'runtime/missing-uplink',
      'runtime/device-in-use',
      'runtime/missing-sysctl',
      'runtime/ruleset-refused',
    ]);
    expect(ns.snapshot()).toBe(before);
    expect(readdirSync(ns.directory)).toEqual([]);
  }),
);

test(
  'what dnsmasq refuses is found before anything is made',
  inNamespace(async (ns) => {
    const before = ns.snapshot();
    const lan = servedNetwork();
    const wide = { family: 'ipv6', address: '2001:db8:5::1', length: 56 } as const;
    const bridge = { ...lan.topology.bridge, addresses: [wide] };
    const topology = host([{ ...lan, topology: { ...lan.topology, bridge } }]);
    const report = await applyHost({ topology, ruleset: ruleset() }, ns.options);
    expectOutcome(report, 'refused');
    expect(report.problems.map((problem) => problem.code)).toEqual(['runtime/service-refused']);
    expect(report.problems[0]?.detail).toContain('prefix');
    expect(ns.snapshot()).toBe(before);
  }),
);

test(
  'a device that cannot be changed makes the whole run be taken back',
  inNamespace(async (ns) => {
    makePorts(ns);
    const before = ns.snapshot();
    // The kernel takes no loopback device into a bridge; by then its mtu has been changed.
    const bad = network('bad', { bridge: { mtu: 60_000 }, ports: [port('lo')] });
    const report = await applyHost({ topology: host([bad, servedNetwork()]), ruleset: ruleset() }, ns.options);
    expectOutcome(report, 'undone');
    expect(report.problems[0]?.code).toBe('runtime/step-failed');
    expect(report.actions.some((action) => action.result === 'undone')).toBe(true);
    expect(ns.snapshot()).toBe(before);
    expect(readdirSync(ns.directory)).toEqual([]);
  }),
);

test(
  'a dnsmasq that cannot bind makes the whole run be taken back, to the ruleset that stood before',
  inNamespace(async (ns) => {
    const plain = {
      topology: host([network('lan', { bridge: servedNetwork().topology.bridge })]),
      ruleset: ruleset('before'),
    };
    expectOutcome(await applyHost(plain, ns.options), 'applied');
    const before = ns.snapshot();
    const script =
      'import socket,time;s=socket.socket(socket.AF_INET,socket.SOCK_DGRAM);s.bind(("192.0.2.1",53));time.sleep(60)';
    ns.sh(
      `python3 -c '${script}' >/dev/null 2>&1 & for i in $(seq 100); do grep -q :0035 /proc/net/udp && break; sleep 0.05; done`,
    );
    const report = await applyHost({ topology: host([servedNetwork()]), ruleset: ruleset('after') }, ns.options);
    expectOutcome(report, 'undone');
    expect(report.problems[0]?.detail).toContain('192.0.2.1');
    expect(ns.snapshot()).toBe(before);
    expect(ns.sh('nft list table inet weir')).toContain('chain before');
    expect(ns.sh('nft list table inet weir')).not.toContain('chain after');
    expectOutcome(await removeHost(ns.options), 'removed');
  }),
);

test(
  'a setting that somebody changed since is left, and told',
  inNamespace(async (ns) => {
    const request = { topology: host([], [{ key: 'net.ipv4.ip_forward', value: '1', why: 'x' }]), ruleset: ruleset() };
    ns.sh('echo 0 > /proc/sys/net/ipv4/tcp_sack');
    expectOutcome(await applyHost(request, ns.options), 'applied');
    ns.sh('echo 0 > /proc/sys/net/ipv4/ip_forward');
    const sack = { key: 'net.ipv4.tcp_sack', value: '1', why: 'y' };
    expectOutcome(await applyHost({ ...request, topology: host([], [sack]) }, ns.options), 'applied');
    expect(ns.sh('cat /proc/sys/net/ipv4/tcp_sack').trim()).toBe('1');
    expectOutcome(await removeHost(ns.options), 'removed');
    expect(ns.sh('cat /proc/sys/net/ipv4/tcp_sack').trim()).toBe('0');
  }),
);

test(
  'down works without its record, by names and aliases, and leaves the bridges of others',
  inNamespace(async (ns) => {
    ns.sh('ip link add docker0 type bridge; ip link set docker0 alias mine');
    const before = ns.snapshot();
    expectOutcome(await applyHost({ topology: host([network('a')]), ruleset: ruleset() }, ns.options), 'applied');
    const [instance = ''] = readdirSync(ns.directory);
    writeFileSync(join(ns.directory, instance, 'state.json'), 'not json');
    const report = await removeHost(ns.options);
    expect(report.problems.map((problem) => problem.code)).toEqual(['runtime/bad-state']);
    expect(ns.snapshot()).toBe(before);
  }),
);

test(
  'two runs at once: the second is refused',
  inNamespace(async (ns) => {
    const request = { topology: host([network('a')]), ruleset: ruleset() };
    const reports = await Promise.all([applyHost(request, ns.options), applyHost(request, ns.options)]);
    expect(reports.map((report) => report.outcome).toSorted()).toEqual(['applied', 'refused']);
    expect(reports.flatMap((report) => report.problems.map((problem) => problem.code))).toEqual(['runtime/busy']);
  }),
);

test(
  'settings of devices with dots in their names are written and put back',
  inNamespace(async (ns) => {
    ns.sh('ip link add eth0.9 type bridge; echo 0 > /proc/sys/net/ipv4/conf/eth0.9/forwarding');
    const sysctls = [{ key: 'net/ipv4/conf/eth0.9/forwarding', value: '1', why: 'x' }];
    expectOutcome(await applyHost({ topology: host([], sysctls), ruleset: ruleset() }, ns.options), 'applied');
    expect(ns.sh('cat /proc/sys/net/ipv4/conf/eth0.9/forwarding').trim()).toBe('1');
    expectOutcome(await removeHost(ns.options), 'removed');
    expect(ns.sh('cat /proc/sys/net/ipv4/conf/eth0.9/forwarding').trim()).toBe('0');
  }),
);

test(
  'nothing of the machine itself changes',
  inNamespace(async (ns) => {
    const forward = readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8');
    const sysctl = { key: 'net.ipv4.ip_forward', value: forward.trim() === '1' ? '0' : '1', why: 'the other way' };
    ns.sh(`echo ${forward.trim()} > /proc/sys/net/ipv4/ip_forward`);
    expectOutcome(
      await applyHost({ topology: host([network('a', { sysctls: [sysctl] })]), ruleset: ruleset() }, ns.options),
      'applied',
    );
    expect(readFileSync('/proc/sys/net/ipv4/ip_forward', 'utf8')).toBe(forward);
    expect(existsSync('/sys/class/net/br-a')).toBe(false);
  }),
);

test(
  'a VLAN of an uplink is made, kept and deleted',
  inNamespace(async (ns, context) => {
    ns.sh('ip link add eth0 type veth peer name far');
    if (ns.sh('ip link add link far name far.1 type vlan id 1 2>&1 || true') !== '')
      context.skip('kernel without 802.1Q devices');
    const tagged = network('up', { bridge: { uplinks: [{ device: 'eth0', vlan: 7 }] } });
    const request = { topology: host([tagged]), ruleset: ruleset() };
    expectOutcome(await applyHost(request, ns.options), 'applied');
    expect(ns.sh('ip -d link show eth0.7')).toMatch(/master br-up.*vlan protocol 802.1Q id 7/s);
    expect((await applyHost(request, ns.options)).changed).toBe(false);
    expectOutcome(await removeHost(ns.options), 'removed');
    expect(ns.sh('ip -br link')).not.toContain('eth0.7');
  }),
);

test(
  'a record of a namespace that is gone says nothing about the next one with its number',
  inNamespace(async (ns) => {
    const request = { topology: host([], [{ key: 'net.ipv4.ip_forward', value: '1', why: 'x' }]), ruleset: ruleset() };
    const options = { ...ns.options, instance: 'same' };
    expectOutcome(await applyHost(request, options), 'applied');
    ns.sh('nft delete table inet weir; nft delete table bridge weir');
    const report = await removeHost(options);
    expectOutcome(report, 'removed');
    expect(report.changed).toBe(false);
    expect(ns.sh('cat /proc/sys/net/ipv4/ip_forward').trim()).toBe('1');
    expect(readdirSync(ns.directory)).toEqual([]);
  }),
);
