import { expect, test } from 'vitest';
import schema from '../../schema/test-result.schema.json' with { type: 'json' };
import { fileTree } from '../testing/file-tree.ts';
import { schemaComplaints } from '../testing/json-schema.ts';
import { runWeir } from '../testing/run-weir.ts';

const SITE = `network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }
filter web {
  in  accept tcp port 443
  in  accept tcp port 22 from 10.20.0.12
  out accept udp port 53 to gateway
}
guest web1 { interface vnet0 { network lan; mac 52:54:00:00:00:01; address 10.20.0.11; filter web } }
guest db1  { interface vnet1 { network lan; mac 52:54:00:00:00:02; address 10.20.0.12 } }
guest db2  { interface vnet2 { network lan; mac 52:54:00:00:00:03; address 10.20.0.13 } }
`;
const RIGHT = `test "the web is open" {
  accept tcp db1 -> web1 port 443
  drop   tcp db1 -> web1 port 80
}
`;
const WRONG = `test "administration & <names>" {
  accept tcp db2 -> web1 port 22
  accept udp web1 -> gateway port 53
}
`;

const weirTest = async (text: string, ...argv: readonly string[]) =>
  runWeir(['test', 'a.weir', ...argv], { cwd: fileTree({ 'a.weir': text }) });

test('tests that pass are listed and counted', async () => {
  const { code, stdout } = await weirTest(SITE + RIGHT);
  expect({ code, stdout }).toEqual({
    code: 0,
    stdout: 'ok    the web is open (2 flows)\n\n1 passed, 0 failed; 2 of 2 flows as expected\n',
  });
});

test('a flow that gets something else is shown with its place, each hop, and the line that decided', async () => {
  const { code, stdout } = await weirTest(SITE + RIGHT + WRONG);
  expect(code).toBe(1);
  expect(stdout).toContain('FAIL  administration & <names> (2 flows)  a.weir:14:1\n');
  expect(stdout).toContain('  a.weir:15:3  tcp db2 -> web1 port 22\n');
  expect(stdout).toContain('expected accept, got drop: tcp 10.20.0.13 port');
  expect(stdout).toMatch(/drop {4}web1 vnet0 in: the default of filter web, which no file writes\n/);
  expect(stdout).toContain(
    'a.weir:4:3  in  accept tcp port 22 from 10.20.0.12: ip.source is 10.20.0.13, not 10.20.0.12',
  );
  expect(stdout).toMatch(/\n1 passed, 1 failed; 3 of 4 flows as expected\n$/);
});

test('the report as JSON follows the published schema, with coverage and changes and without', async () => {
  for (const argv of [[], ['--coverage', '--mutate']]) {
    const { stdout } = await weirTest(SITE + RIGHT, '--format', 'json', ...argv);
    expect(schemaComplaints(schema, JSON.parse(stdout))).toEqual([]);
  }
  const failing = await weirTest(SITE + WRONG, '--format', 'json', '--mutate');
  expect(schemaComplaints(schema, JSON.parse(failing.stdout))).toEqual([]);
  expect(JSON.parse(failing.stdout)).toMatchObject({ passed: 0, failed: 1, mutants: null });
});

test('rules that decided nothing are listed, and fail the run below the wanted part', async () => {
  const { code, stdout } = await weirTest(SITE + RIGHT, '--coverage');
  expect(code).toBe(0);
  expect(stdout).toContain('coverage: 2 of 5 rules and defaults decided some flow (40.0 %)\n');
  expect(stdout).toContain('never decided  a.weir:4:3  in  accept tcp port 22 from 10.20.0.12\n');
  expect(stdout).toContain('never asked    a.weir:5:3  out accept udp port 53 to gateway\n');
  expect((await weirTest(SITE + RIGHT, '--min-coverage', '40')).code).toBe(0);
  expect((await weirTest(SITE + RIGHT, '--min-coverage', '41')).code).toBe(1);
});

test('changes that no test notices are listed; those that some test notices are not', async () => {
  const { code, stdout } = await weirTest(SITE + RIGHT, '--mutate');
  expect(code).toBe(0);
  expect(stdout).toMatch(/changes: \d+ of \d+ are noticed by some test/);
  // The port of the first rule is tested on both sides; the second rule's source is not.
  expect(stdout).not.toMatch(/a\.weir:3:3/);
  expect(stdout).toContain('a.weir:4:3  the in rule does not ask for ip.source == 10.20.0.12');
  expect((await weirTest(SITE + RIGHT, '--min-noticed', '90')).code).toBe(1);
});

test('changes are not tried while tests fail', async () => {
  const { code, stdout } = await weirTest(SITE + WRONG, '--mutate');
  expect(code).toBe(1);
  expect(stdout).toContain('no change was tried: the tests must pass first\n');
});

test('JUnit has a suite for each test and a case for each flow, with names escaped', async () => {
  const { code, stdout } = await weirTest(SITE + RIGHT + WRONG, '--format', 'junit');
  expect(code).toBe(1);
  expect(stdout).toContain('<testsuites name="weir" tests="4" failures="1" errors="0">\n');
  expect(stdout).toContain('<testsuite name="administration &amp; &lt;names&gt;" file="a.weir" tests="2" failures="1"');
  expect(stdout).toContain('<testcase name="accept tcp db2 -&gt; web1 port 22" classname="a.weir" line="15">');
  expect(stdout).toContain('<failure message="expected accept, got drop" type="unexpected-verdict">');
});

test('failures stand beside their lines in a pull request, with the line that decided as a second place', async () => {
  const { stdout } = await weirTest(SITE + WRONG, '--format', 'github');
  expect(stdout).toMatch(/^::error file=a\.weir,line=11,.*test\/unexpected-verdict/);
  const sarif = JSON.parse((await weirTest(SITE + WRONG, '--format', 'sarif')).stdout) as { readonly version: string };
  expect(sarif.version).toBe('2.1.0');
});

test('files without a test are not fine', async () => {
  const { code, stdout } = await weirTest(SITE);
  expect(code).toBe(1);
  expect(stdout).toContain('nothing was tested');
  expect((await weirTest(SITE, '--format', 'sarif')).stdout).toContain('test/nothing-tested');
});

test('wrong rule files are shown as `check` does, and JUnit never gets half a document', async () => {
  const broken = 'filter f {\n  in accept tcp prt 22\n}\n';
  const text = await weirTest(broken);
  expect(text.code).toBe(1);
  expect(text.stdout).toMatch(/^error\[/);
  const junit = await weirTest(broken, '--format', 'junit');
  expect({ code: junit.code, stdout: junit.stdout }).toEqual({ code: 1, stdout: '' });
  expect(junit.stderr).toMatch(/^error\[/);
});

test('the first project of `weir init` passes its tests', async () => {
  const cwd = fileTree();
  await runWeir(['init', '.'], { cwd });
  expect((await runWeir(['test', '.'], { cwd })).stdout).toContain('1 passed, 0 failed');
});
