import { expect, test } from 'vitest';
import { probe } from '@weir/nftables-json';
import type { ApplyReport, HostOptions, RemoveReport } from '@weir/runtime';
import applySchema from '../../schema/apply-report.schema.json' with { type: 'json' };
import downSchema from '../../schema/down-report.schema.json' with { type: 'json' };
import type { HostRuntime } from '../host/runtime.ts';
import { fileTree } from '../testing/file-tree.ts';
import { schemaComplaints } from '../testing/json-schema.ts';
import { runWeir } from '../testing/run-weir.ts';

const APPLIED: ApplyReport = {
  format: 1,
  outcome: 'applied',
  changed: true,
  actions: [
    { subject: 'bridge', name: 'weir0', network: 'default', result: 'done', text: 'bridge weir0' },
    { subject: 'port', name: 'vnet0', network: 'default', result: 'absent', text: 'vnet0 of web1 does not exist yet' },
  ],
  problems: [],
  elsewhere: [{ network: 'lab', route: { family: 'ipv4', prefix: '192.0.2.0/27', via: '198.51.100.2' } }],
};
const REFUSED: ApplyReport = {
  format: 1,
  outcome: 'refused',
  changed: false,
  actions: [],
  problems: [{ code: 'runtime/not-root', message: 'this needs root', help: 'use sudo' }],
  elsewhere: [],
};
const REMOVED: RemoveReport = { format: 1, outcome: 'removed', changed: true, actions: [], problems: [] };

interface Recorded extends HostRuntime {
  readonly calls: readonly (readonly [unknown, HostOptions | undefined])[];
}

function host(report: ApplyReport = APPLIED): Recorded {
  const calls: [unknown, HostOptions | undefined][] = [];
  return {
    calls,
    probe,
    applyHost: (request, options) => {
      calls.push([request, options]);
      options?.onProgress?.({ kind: 'phase', phase: 'devices' });
      return Promise.resolve(report);
    },
    removeHost: (options) => {
      calls.push([undefined, options]);
      return Promise.resolve(REMOVED);
    },
  };
}

async function compiled(): Promise<string> {
  const cwd = fileTree();
  await runWeir(['init', 'site'], { cwd });
  await runWeir(['compile', 'site', '-o', 'out'], { cwd });
  return cwd;
}

test('rule files are compiled and handed to the host, and the report is printed', async () => {
  const cwd = await compiled();
  const runtime = host();
  const ran = await runWeir(['apply', 'site', '--target', 'debian-12', '--netns', 'lab'], { cwd, runtime });
  expect(ran.code).toBe(0);
  expect(ran.stdout).toContain('bridge weir0');
  expect(ran.stdout).toContain('192.0.2.0/27');
  expect(runtime.calls).toMatchObject([[{ topology: { format: 1 } }, { netns: 'lab', takeDevices: false }]]);
});

test('a compiled directory is the same request as its rule files', async () => {
  const cwd = await compiled();
  const runtime = host();
  await runWeir(['apply', '--from', 'out'], { cwd, runtime });
  await runWeir(['apply', 'site', '--target', 'debian-12'], { cwd, runtime });
  expect(JSON.parse(JSON.stringify(runtime.calls[0]?.[0]))).toEqual(JSON.parse(JSON.stringify(runtime.calls[1]?.[0])));
});

test('rule files with errors never reach the host', async () => {
  const runtime = host();
  const ran = await runWeir(['apply', '.', '--target', 'debian-12'], { cwd: fileTree({ 'a.weir': 'x' }), runtime });
  expect(ran).toMatchObject({ code: 1, stdout: '' });
  expect(ran.stderr).toContain('error[');
  expect(runtime.calls).toEqual([]);
});

test('a refusal is said in words and ends with 1', async () => {
  const ran = await runWeir(['apply', '--from', 'out'], { cwd: await compiled(), runtime: host(REFUSED) });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain('this needs root');
});

test('reports as JSON follow the published schemas', async () => {
  const cwd = await compiled();
  const format = ['--format', 'json'];
  const applied = await runWeir(['apply', '--from', 'out', ...format], { cwd, runtime: host() });
  const refused = await runWeir(['apply', '--from', 'out', ...format], { cwd, runtime: host(REFUSED) });
  const removed = await runWeir(['down', ...format], { cwd, runtime: host() });
  expect(schemaComplaints(applySchema, JSON.parse(applied.stdout))).toEqual([]);
  expect(schemaComplaints(applySchema, JSON.parse(refused.stdout))).toEqual([]);
  expect(schemaComplaints(downSchema, JSON.parse(removed.stdout))).toEqual([]);
});

test('progress is shown on a terminal and wiped out after', async () => {
  const cwd = await compiled();
  const seen = await runWeir(['apply', '--from', 'out'], { cwd, runtime: host(), isTTY: true });
  expect(seen.stderr).toContain('making devices');
  expect(seen.stderr.endsWith('\r\u001b[2K')).toBe(true);
  expect((await runWeir(['apply', '--from', 'out'], { cwd, runtime: host() })).stderr).toBe('');
});

test('only directories that Weir wrote can be applied', async () => {
  const good = {
    'manifest.json': '{"format":1}',
    'topology.json': '{"format":1,"networks":[]}',
    'ruleset.json': '{"nftables":[]}',
  };
  const bad: readonly Record<string, string>[] = [
    { ...good, 'manifest.json': '{"format":2}' },
    { ...good, 'topology.json': '[]' },
    { ...good, 'ruleset.json': '{"nftables":{}}' },
    { ...good, 'ruleset.json': '{' },
  ];
  const codes = await Promise.all(
    bad.map(async (files) => (await runWeir(['apply', '--from', '.'], { cwd: fileTree(files), runtime: host() })).code),
  );
  expect(codes).toEqual([2, 2, 2, 2]);
});

test('down says what was taken away', async () => {
  const runtime = host();
  const ran = await runWeir(['down', '--netns', 'lab'], { cwd: '/', runtime });
  expect(ran).toMatchObject({ code: 0, stdout: 'removed\n' });
  expect(runtime.calls).toMatchObject([[undefined, { netns: 'lab' }]]);
});
