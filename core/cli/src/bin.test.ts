import { execFileSync, spawnSync } from 'node:child_process';
import { cpSync, existsSync } from 'node:fs';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';
import { expect, test } from 'vitest';
import { fileTree } from './testing/file-tree.ts';
import { VERSION } from './version.ts';

const BIN = fileURLToPath(new URL('../bin/weir.js', import.meta.url));
const isBuilt = existsSync(new URL('../dist/index.js', import.meta.url));

test('a checkout that is not built says so', () => {
  const root = fileTree({ 'package.json': '{ "type": "module" }' });
  cpSync(BIN, join(root, 'bin/weir.js'));
  const ran = spawnSync(process.execPath, [join(root, 'bin/weir.js'), '--version'], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 3, stdout: '' });
  expect(ran.stderr).toContain('not built yet');
});

test.skipIf(!isBuilt)('the built command runs, and a reader that goes away ends it quietly', () => {
  expect(execFileSync(BIN, ['--version'], { encoding: 'utf8' })).toBe(`${VERSION}\n`);
  const ran = spawnSync('sh', ['-c', '"$0" "$1" --help | true', process.execPath, BIN], { encoding: 'utf8' });
  expect(ran).toMatchObject({ status: 0, stderr: '' });
});
