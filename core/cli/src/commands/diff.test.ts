import { execFileSync } from 'node:child_process';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import schema from '../../schema/diff-result.schema.json' with { type: 'json' };
import { fileTree } from '../testing/file-tree.ts';
import { schemaComplaints } from '../testing/json-schema.ts';
import { runWeir } from '../testing/run-weir.ts';

const SITE = `network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }
addresses office = { 198.51.100.0/24, 2001:db8:10::/48 }
filter web {
  in  accept tcp port 443
  in  accept tcp port 22 from office
  out accept udp port 53 to gateway
}
guest web1 { interface vnet0 { network lan; mac 52:54:00:00:00:01; address 10.20.0.11, fd00:20::11; filter web } }
guest web2 { interface vnet1 { network lan; mac 52:54:00:00:00:02; address 10.20.0.12, fd00:20::12; filter web } }
guest db1  { interface vnet2 { network lan; mac 52:54:00:00:00:03; address 10.20.0.13, fd00:20::13 } }
`;
const HTTP = SITE.replace('port 443', 'port { 80, 443 }');

const weirDiff = async (old: string, now: string, ...argv: readonly string[]) =>
  runWeir(['diff', 'old', 'new', ...argv], { cwd: fileTree({ 'old/a.weir': old, 'new/a.weir': now }) });

test('the same rules make no difference, wherever they stand', async () => {
  const { code, stdout } = await weirDiff(SITE, `# moved\n\n${SITE}`);
  expect({ code, stdout }).toEqual({ code: 0, stdout: 'no packet fares otherwise\n' });
});

test('a flow is told once for all guests that change alike, with both deciders and a packet', async () => {
  const { code, stdout } = await weirDiff(SITE, HTTP);
  expect(code).toBe(0);
  expect(stdout).toBe(`newly allowed
  web1, web2 in: tcp port 80
      drop → accept
      was  old/a.weir:3:8  the default of filter web, which no file writes
      now  new/a.weir:4:3  in  accept tcp port { 80, 443 }
      e.g. tcp 2001:db8::7 port 40000 -> fd00:20::11 port 80

1 flow newly allowed, 0 newly refused, 0 otherwise changed
`);
});

test('a set whose members change is told as packets', async () => {
  const { stdout } = await weirDiff(SITE, SITE.replace('198.51.100.0/24', '198.51.100.0/25'));
  expect(stdout).toContain('newly refused\n  web1, web2 in: tcp from 198.51.100.128/25 port 22\n');
});

test('addresses, ports that come and go, and networks are told as such', async () => {
  const now = SITE.replace('10.20.0.13', '10.20.0.33')
    .replace('guest web2', 'guest web3')
    .replace('vnet1', 'vnet9')
    .replace('subnet fd00:20::/64', 'subnet fd00:20::/64; isolate-ports on');
  const { stdout } = await weirDiff(SITE, now);
  expect(stdout).toContain('added: web3 (vnet9)\n');
  expect(stdout).toContain('removed: web2 (vnet1)\n');
  expect(stdout).toContain('the IPv4 addresses of db1 (vnet2) change from 10.20.0.13 to 10.20.0.33\n');
  expect(stdout).toContain('network lan: changed isolate-ports from off to on\n');
});

test('the report as JSON follows the published schema', async () => {
  const limited = HTTP.replace('from office', 'limit 5/second log "ssh"').replace('web2', 'web9');
  for (const now of [SITE, HTTP, limited]) {
    const { stdout } = await weirDiff(SITE, now, '--format', 'json');
    expect(schemaComplaints(schema, JSON.parse(stdout))).toEqual([]);
  }
  const { stdout } = await weirDiff(SITE, HTTP, '--format', 'json', '--no-new-access');
  expect(JSON.parse(stdout)).toMatchObject({
    passed: false,
    flows: [
      {
        kind: 'allowed',
        ports: [{ guest: 'web1' }, { guest: 'web2' }],
        parts: { protocol: 'tcp', port: '80', from: null },
        rules: { before: { kind: 'default' }, after: { file: 'new/a.weir', line: 4 } },
        refused: true,
      },
    ],
  });
});

test('changes inside the allowed flows pass, and others do not', async () => {
  const flows = [
    'tcp world -> web1 port 80',
    'tcp world -> web2 port 80',
    'tcp db1 -> web1 port 80',
    'tcp db1 -> web2 port 80',
  ];
  const wider = ['tcp 0.0.0.1 -> web1 port 80'];
  expect((await weirDiff(SITE, HTTP, '--allow', ...wider)).code).toBe(1);
  const partly = await weirDiff(SITE, HTTP, '--allow', ...flows);
  // The other addresses of the network may reach the port as well, and no flow speaks of them.
  expect(partly.code).toBe(1);
  expect(partly.stdout).toMatch(
    /\n {2}web1, web2 in: tcp from .*world.* port 80\n|\n {2}web1, web2 in: tcp .*port 80\n/,
  );
  expect(partly.stdout).toMatch(/\n! web1, web2 in: tcp .*from .* port 80\n/);
  const office = SITE.replace('from office', 'from { office, 203.0.113.5 }');
  expect((await weirDiff(SITE, office, '--allow', 'tcp 203.0.113.5 -> web1 port 22')).code).toBe(1);
  const both = ['tcp 203.0.113.5 -> web1 port 22', 'tcp 203.0.113.5 -> web2 port 22'];
  expect((await weirDiff(SITE, office, '--allow', ...both)).code).toBe(0);
});

test('no new access means none: refusals pass, openings do not, unless they are allowed', async () => {
  expect((await weirDiff(HTTP, SITE, '--no-new-access')).code).toBe(0);
  expect((await weirDiff(SITE, HTTP, '--no-new-access')).code).toBe(1);
  expect((await weirDiff(SITE, SITE.replace('guest db1', 'guest db9'), '--no-new-access')).code).toBe(1);
});

test('changes stand beside the new lines in a pull request', async () => {
  const { stdout } = await weirDiff(SITE, HTTP, '--format', 'github', '--no-new-access');
  expect(stdout).toMatch(/^::error file=new\/a\.weir,line=4,.*diff\/newly-allowed/);
  const sarif = await weirDiff(HTTP, SITE, '--format', 'sarif');
  expect(sarif.stdout).toContain('diff/newly-refused');
  const others = SITE.replace('port 22 from office', 'port 22 from office log "ssh"')
    .replace('guest web2', 'guest web3')
    .replace('subnet fd00:20::/64', 'subnet fd00:20::/64; isolate-ports on');
  const told = (await weirDiff(SITE, others, '--format', 'sarif')).stdout;
  for (const code of ['diff/otherwise-changed', 'diff/port-changed', 'diff/network-changed'])
    expect(told).toContain(code);
});

function git(cwd: string, ...args: readonly string[]): void {
  execFileSync('git', ['-c', 'user.name=t', '-c', 'user.email=t@example.org', ...args], { cwd, stdio: 'ignore' });
}

test('a side may be a git revision, and the work tree stays as it is', async () => {
  const cwd = fileTree({ 'site/a.weir': SITE, 'site/b/c.weir': 'addresses more = { 192.0.2.1 }\n' });
  git(cwd, 'init', '-q');
  git(cwd, 'add', '.');
  git(cwd, 'commit', '-qm', 'one');
  writeFileSync(join(cwd, 'site/a.weir'), HTTP);
  for (const old of ['HEAD:site', 'git:HEAD', 'HEAD:./site']) {
    const { code, stdout } = await runWeir(['diff', old, 'site'], { cwd });
    expect(code).toBe(0);
    expect(stdout).toContain('web1, web2 in: tcp port 80\n');
    expect(stdout).toContain('was  HEAD:site/a.weir:3:8  the default of filter web');
  }
  const back = await runWeir(['diff', 'site', 'git:HEAD', '--no-new-access'], { cwd });
  expect(back.code).toBe(0);
  expect(back.stdout).toContain('newly refused\n');
});

test('a side that is neither a path nor a revision is wrong usage', async () => {
  const cwd = fileTree({ 'a.weir': SITE });
  expect(await runWeir(['diff', 'gone', 'a.weir'], { cwd })).toMatchObject({ code: 2 });
  git(cwd, 'init', '-q');
  const { code, stderr } = await runWeir(['diff', 'nothing:a.weir', 'a.weir'], { cwd });
  expect({ code, stderr }).toEqual({
    code: 2,
    stderr: 'weir: `nothing` is neither a path nor a revision of this repository\n',
  });
});

test('wrong rule files and wrong flows are findings', async () => {
  const broken = await weirDiff(SITE, `${SITE}filter f {\n  in accept tcp prt 22\n}\n`);
  expect(broken.code).toBe(1);
  expect(broken.stdout).toMatch(/^error\[/);
  const flow = await weirDiff(SITE, HTTP, '--allow', 'tcp world -> web7 port 80');
  expect(flow.code).toBe(1);
  expect(flow.stderr).toContain('web7');
});
