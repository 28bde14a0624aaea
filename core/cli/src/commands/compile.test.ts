import { existsSync, readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import schema from '../../schema/compile-result.schema.json' with { type: 'json' };
import { fileTree } from '../testing/file-tree.ts';
import { schemaComplaints } from '../testing/json-schema.ts';
import { runWeir } from '../testing/run-weir.ts';

async function project(): Promise<string> {
  const cwd = fileTree();
  await runWeir(['init', 'site'], { cwd });
  return cwd;
}

function filesBelow(directory: string): readonly string[] {
  return (readdirSync(directory, { recursive: true, encoding: 'utf8' }) as readonly string[])
    .filter((path) => path.endsWith('.json'))
    .toSorted();
}

test('without -o stdout holds the ruleset and nothing else', async () => {
  const cwd = await project();
  const ran = await runWeir(['compile', 'site'], { cwd, isTTY: true, env: { NO_COLOR: '1' } });
  expect(ran.code).toBe(0);
  expect(Object.keys(JSON.parse(ran.stdout) as object)).toEqual(['nftables']);
});

test('with -o all documents are written, and stdout says what was made', async () => {
  const cwd = await project();
  const ran = await runWeir(['compile', 'site', '-o', 'out'], { cwd });
  expect(ran).toMatchObject({ code: 0, stderr: '' });
  expect(ran.stdout).toMatch(
    /networks {3}1: default \(nat\)\ninterfaces 1, sharing 1 profile\nruleset {4}\d+ rules? in/,
  );
  const files = filesBelow(join(cwd, 'out'));
  expect(files.filter((path) => !path.startsWith('profiles/'))).toEqual([
    'host.json',
    'interfaces/vnet0.json',
    'manifest.json',
    'ruleset.json',
    'topology.json',
  ]);
  expect(files.filter((path) => path.startsWith('profiles/'))).toHaveLength(1);
});

test('the same rules give the same bytes, from any directory, over an earlier output, and on stdout', async () => {
  const cwd = await project();
  await runWeir(['compile', 'site', '-o', 'one'], { cwd });
  await runWeir(['compile', '.', '-o', '../two'], { cwd: join(cwd, 'site') });
  await runWeir(['compile', 'site', '-o', 'two'], { cwd });
  const read = (name: string): readonly string[] =>
    filesBelow(join(cwd, name)).map((path) => `${path}\n${readFileSync(join(cwd, name, path), 'utf8')}`);
  expect(read('two')).toEqual(read('one'));
  const printed = await runWeir(['compile', 'site'], { cwd });
  expect(printed.stdout).toBe(readFileSync(join(cwd, 'one/ruleset.json'), 'utf8'));
});

test('no document holds a path of this machine', async () => {
  const cwd = await project();
  await runWeir(['compile', join(cwd, 'site'), '-o', 'out'], { cwd });
  const texts = filesBelow(join(cwd, 'out')).map((path) => readFileSync(join(cwd, 'out', path), 'utf8'));
  expect(texts.filter((text) => text.includes(cwd) || text.includes(process.cwd()))).toEqual([]);
});

test('one interface is printed on demand, and one that no guest has is refused', async () => {
  const cwd = await project();
  const one = await runWeir(['compile', 'site', '--interface', 'vnet0'], { cwd });
  expect(one.code).toBe(0);
  expect(JSON.parse(one.stdout)).toHaveProperty('nftables');
  const none = await runWeir(['compile', 'site', '--interface', 'vnet1'], { cwd });
  expect(none).toEqual({
    code: 2,
    stdout: '',
    stderr: 'weir: no guest has an interface `vnet1`\n  help: did you mean `vnet0`?\n',
  });
});

test('the result as JSON follows the published schema, written or not', async () => {
  const cwd = await project();
  const ran = await runWeir(['compile', 'site', '-o', 'out', '--format', 'json'], { cwd });
  const result = JSON.parse(ran.stdout) as { readonly files: readonly { readonly path: string }[] };
  expect(schemaComplaints(schema, result)).toEqual([]);
  expect(result).toMatchObject({ target: 'debian-12', directory: 'out', counts: { interfaces: 1, networks: 1 } });
  expect(result.files.map((file) => file.path).toSorted()).toEqual(filesBelow(join(cwd, 'out')));
  const broken = await runWeir(['compile', '.', '-o', 'bad', '--format', 'json'], { cwd: fileTree({ 'a.weir': 'x' }) });
  expect(broken.code).toBe(1);
  expect(schemaComplaints(schema, JSON.parse(broken.stdout))).toEqual([]);
  expect(JSON.parse(broken.stdout)).toMatchObject({ errors: 1, directory: null, counts: null, files: [] });
});

test('on any error nothing is written and nothing is printed as a result', async () => {
  const cwd = await project();
  await runWeir(['compile', 'site', '-o', 'out'], { cwd });
  const before = readFileSync(join(cwd, 'out/ruleset.json'), 'utf8');
  const broken = fileTree({ 'a.weir': 'filter web {\n' });
  const toStdout = await runWeir(['compile', broken], { cwd });
  expect(toStdout).toMatchObject({ code: 1, stdout: '' });
  expect(toStdout.stderr).toMatch(/^error\[/);
  expect((await runWeir(['compile', broken, '-o', 'out'], { cwd })).code).toBe(1);
  expect(readFileSync(join(cwd, 'out/ruleset.json'), 'utf8')).toBe(before);
  expect((await runWeir(['compile', broken, '-o', 'new'], { cwd })).code).toBe(1);
  expect(existsSync(join(cwd, 'new'))).toBe(false);
  expect(readdirSync(cwd).toSorted()).toEqual(['out', 'site']);
});
