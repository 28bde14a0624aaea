import { expect, test } from 'vitest';
import schema from '../../schema/diagnostics.schema.json' with { type: 'json' };
import { fileTree } from '../testing/file-tree.ts';
import { schemaComplaints } from '../testing/json-schema.ts';
import { runWeir } from '../testing/run-weir.ts';

const BROKEN = 'filter web {\n  in accept tcp prt 22\n}\n';

test('an error is shown with its line, counted, and ends with 1', async () => {
  const cwd = fileTree({ 'site/a.weir': BROKEN });
  const ran = await runWeir(['check', 'site'], { cwd });
  expect(ran.code).toBe(1);
  expect(ran.stderr).toBe('');
  expect(ran.stdout).toMatch(/^error\[.+\]: .+\n +--> site\/a\.weir:2:\d+\n/);
  expect(ran.stdout).toContain('2 |   in accept tcp prt 22\n');
  expect(ran.stdout).toMatch(/\n1 error\n$/);
});

test('colours go to a terminal only', async () => {
  const cwd = fileTree({ 'a.weir': BROKEN });
  expect((await runWeir(['check', '.'], { cwd, isTTY: true })).stdout).toContain('\u001b[1;31merror');
  expect((await runWeir(['check', '.'], { cwd, isTTY: true, env: { NO_COLOR: '1' } })).stdout).not.toContain('\u001b');
});

test('JSON findings are one document that follows the published schema, with and without findings', async () => {
  const broken = await runWeir(['check', '.', '--format', 'json'], { cwd: fileTree({ 'a.weir': BROKEN }) });
  expect(broken.code).toBe(1);
  expect(schemaComplaints(schema, JSON.parse(broken.stdout))).toEqual([]);
  const fine = await runWeir(['check', '.', '--format', 'json'], { cwd: fileTree({ 'a.weir': '' }) });
  expect(fine.code).toBe(0);
  expect(JSON.parse(fine.stdout)).toEqual({ format: 1, errors: 0, warnings: 0, diagnostics: [] });
});

test('workflow commands name the file as it lies in the checkout', async () => {
  const cwd = fileTree({ 'rules/weir.config.json': '{}', 'rules/site/a.weir': BROKEN });
  const ran = await runWeir(['check', 'rules/site', '--format', 'github'], { cwd });
  expect(ran.stdout).toMatch(/^::error file=rules\/site\/a\.weir,line=2,/);
});

test('SARIF goes to stdout, whole', async () => {
  const ran = await runWeir(['check', '.', '--format', 'sarif'], { cwd: fileTree({ 'a.weir': BROKEN }) });
  expect(JSON.parse(ran.stdout)).toMatchObject({ version: '2.1.0' });
});

test('the project file is found above the paths, and its errors are shown like any other', async () => {
  const cwd = fileTree({ 'weir.config.json': '{\n  "targt": "debian-12"\n}\n', 'deep/down/a.weir': '' });
  const ran = await runWeir(['check', 'deep/down'], { cwd });
  expect(ran.stdout).toMatchInlineSnapshot(`
    "error[project/unknown-key]: unknown key \`targt\`
     --> weir.config.json:2:3
      |
    2 |   "targt": "debian-12"
      |   ^^^^^^^
      = help: did you mean \`target\`?

    1 error
    "
  `);
});

test('a target that does not exist is an error in the project file', async () => {
  const cwd = fileTree({ 'weir.config.json': '{ "target": "debian-21" }', 'a.weir': '' });
  const ran = await runWeir(['check', '.'], { cwd });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain(
    'error[project/unknown-target]: unknown target `debian-21`\n --> weir.config.json:1:13\n',
  );
});

test('mark bits that cannot be are an error where the project file chooses them', async () => {
  const cwd = fileTree({ 'weir.config.json': '{ "marks": { "stack": 3 } }', 'a.weir': '' });
  const ran = await runWeir(['check', '.'], { cwd });
  expect(ran.code).toBe(1);
  expect(ran.stdout).toContain(' --> weir.config.json:1:12\n');
});

test('paths of two projects are refused', async () => {
  const cwd = fileTree({ 'a/weir.config.json': '{}', 'a/a.weir': '', 'b/b.weir': '' });
  const ran = await runWeir(['check', 'a', 'b'], { cwd });
  expect(ran.code).toBe(2);
  expect(ran.stderr).toContain('`a` and `b` belong to different projects');
});

test('a file in another encoding, one with a byte order mark and one with carriage returns', async () => {
  const cwd = fileTree({
    'latin.weir': new Uint8Array([0x23, 0x20, 0xe9, 0x0a]),
    'mark.weir': '\ufeff# fine\n',
    'returns.weir': '# fine\r\nfilter web {\r\n  in accept\r\n}\r\n',
  });
  const ran = await runWeir(['check', '.'], { cwd });
  expect(ran.stdout).toContain(
    'error[project/not-utf8]: the file is not UTF-8 text: byte 2 does not fit\n --> latin.weir:1:3\n',
  );
  expect(ran.stdout).toMatch(/\n1 error/);
});

test('the day of a run is given to it, and decides what has expired', async () => {
  const rule = '@expires(2027-03-31)\nin accept tcp port 22';
  const text = `filter web {\n${rule}\n}\nnetwork lan { mode isolated; subnet 10.0.0.0/24 }\nguest a {\n  interface vnet0 { network lan; mac 52:54:00:00:00:01; address 10.0.0.2; filter web }\n}\n`;
  const cwd = fileTree({ 'a.weir': text });
  const on = async (...args: readonly string[]) => (await runWeir(['check', '.', ...args], { cwd })).stdout;
  expect(await on()).toContain('info[resolve/no-date]');
  expect(await on('--date', '2027-03-31')).not.toContain('expire');
  expect(await on('--date', '2027-04-01')).toContain('this rule has expired (today is 2027-04-01) and is left out');
  const wrong = await runWeir(['check', '.', '--date', '2027-02-29'], { cwd });
  expect(wrong.code).toBe(2);
  expect(wrong.stderr).toContain('`2027-02-29` is no date');
});
