import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { fileTree } from '../testing/file-tree.ts';
import { runWeir } from '../testing/run-weir.ts';

test('the first project is made, checked and compiled without a word to add', async () => {
  const cwd = fileTree();
  const made = await runWeir(['init', 'site'], { cwd });
  expect(made.code).toBe(0);
  expect(made.stdout).toMatchInlineSnapshot(`
    "made a project in site:
      weir.config.json
      site.weir
      README.md
      .gitignore
      .github/workflows/weir.yml
    next: weir check site
    "
  `);
  expect(await runWeir(['check', 'site'], { cwd })).toEqual({
    code: 0,
    stdout: 'checked 1 file for debian-12\n',
    stderr: '',
  });
  const compiled = await runWeir(['compile', 'site'], { cwd });
  expect(compiled.stderr).toBe('');
  expect(JSON.parse(compiled.stdout)).toHaveProperty('nftables');
});

test('files that are there already are not touched without --force', async () => {
  const cwd = fileTree({ 'site.weir': '# mine\n' });
  const refused = await runWeir(['init'], { cwd });
  expect(refused).toEqual({
    code: 2,
    stdout: '',
    stderr: 'weir: `.` has `site.weir` already\n  help: replace them with `--force`\n',
  });
  expect(readFileSync(join(cwd, 'site.weir'), 'utf8')).toBe('# mine\n');
  expect((await runWeir(['init', '--force'], { cwd })).code).toBe(0);
  expect(readFileSync(join(cwd, 'site.weir'), 'utf8')).toContain('filter web');
});

test('a place where no project can be is refused in clear words', async () => {
  const cwd = fileTree({ file: '' });
  expect((await runWeir(['init', 'file/site'], { cwd })).stderr).toContain('cannot make a project in `file/site`');
});
