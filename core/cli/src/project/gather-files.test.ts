import { execFileSync } from 'node:child_process';
import { symlinkSync } from 'node:fs';
import { join, relative } from 'node:path';
import { expect, test } from 'vitest';
import { machineDisk, type Disk } from '../host/disk.ts';
import { fileTree } from '../testing/file-tree.ts';
import { gatherFiles } from './gather-files.ts';

function gather(
  root: string,
  paths: readonly string[],
  disk: Disk = machineDisk,
): { files: readonly string[]; found: readonly string[] } {
  const { value, diagnostics } = gatherFiles(disk, root, paths, (path) => relative(root, path));
  return {
    files: value.map((path) => relative(root, path)),
    found: diagnostics.map((diagnostic) => `${diagnostic.code} ${diagnostic.span?.file ?? ''} ${diagnostic.message}`),
  };
}

test('a directory stands for all rule files below it, sorted, whatever else lies there', () => {
  const root = fileTree({
    'b.weir': '',
    'a/z.weir': '',
    'a/notes.txt': '',
    'node_modules/x/x.weir': '',
    '.git/y.weir': '',
    '.hidden.weir': '',
    'empty/': '',
  });
  expect(gather(root, ['.'])).toEqual({ files: ['a/z.weir', 'b.weir'], found: [] });
});

test('a directory whose name ends like a rule file is entered', () => {
  const root = fileTree({ 'x.weir/inner.weir': '' });
  expect(gather(root, ['.']).files).toEqual(['x.weir/inner.weir']);
});

test('links that go round in a circle end, and a file with two names is read once', () => {
  const root = fileTree({ 'a/one.weir': '' });
  symlinkSync(root, join(root, 'a/up'));
  symlinkSync(join(root, 'a/one.weir'), join(root, 'b.weir'));
  symlinkSync('loop.weir', join(root, 'loop.weir'));
  const { files, found } = gather(root, ['.']);
  expect(files).toEqual(['a/one.weir']);
  expect(found).toEqual([
    'project/unreadable-file loop.weir the file cannot be read: its symbolic links go round in a circle',
  ]);
});

test('a link to nothing and a pipe are errors, never skipped and never waited for', () => {
  const root = fileTree({ 'ok.weir': '' });
  symlinkSync('gone', join(root, 'dangling.weir'));
  execFileSync('mkfifo', [join(root, 'pipe.weir')]);
  expect(gather(root, ['.']).found).toEqual([
    'project/unreadable-file dangling.weir the file cannot be read: it is a symbolic link to nothing',
    'project/unreadable-file pipe.weir the file cannot be read: it is not a regular file',
  ]);
});

test('a directory that may not be listed is an error', () => {
  const root = fileTree({ 'ok.weir': '', 'secret/x.weir': '' });
  const disk: Disk = {
    ...machineDisk,
    list(path) {
      if (path.endsWith('secret')) throw Object.assign(new Error('no'), { code: 'EACCES' });
      return machineDisk.list(path);
    },
  };
  expect(gather(root, ['.'], disk)).toEqual({
    files: ['ok.weir'],
    found: ['project/unreadable-directory  the directory `secret` cannot be read: permission denied'],
  });
});

test('a path without any rule file is wrong usage, also beside one that has some', () => {
  const root = fileTree({ 'empty/': '', 'full/a.weir': '', 'notes.txt': '' });
  expect(() => gather(root, ['full', 'empty'])).toThrow('there are no `.weir` files in `empty`');
  expect(() => gather(root, ['notes.txt'])).toThrow('`notes.txt` is not a `.weir` file');
});

test('naming a file and its directory, in any order and twice, gives it once', () => {
  const root = fileTree({ 'a/one.weir': '', 'a/two.weir': '' });
  const expected = ['a/one.weir', 'a/two.weir'];
  expect(gather(root, ['a', 'a/one.weir', 'a']).files).toEqual(expected);
  expect(gather(root, ['a/two.weir', 'a/one.weir']).files).toEqual(expected);
});
