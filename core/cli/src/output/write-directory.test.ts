import { lstatSync, readdirSync, readFileSync, symlinkSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machineDisk, type Disk } from '../host/disk.ts';
import { fileTree } from '../testing/file-tree.ts';
import type { OutputFile } from './output-files.ts';
import { writeDirectory } from './write-directory.ts';

/** Higher than any process id of Linux (kernel/pid: at most 2^22). */
const DEAD = 4_194_305;

function output(text: string): readonly OutputFile[] {
  return [
    { path: 'ruleset.json', text },
    { path: 'interfaces/vnet0.json', text },
    { path: 'manifest.json', text: '{"format":1}' },
  ];
}

function write(root: string, text: string, disk: Disk = machineDisk): void {
  writeDirectory(disk, join(root, 'out'), 'out', output(text));
}

function mark(root: string): string {
  return readFileSync(join(root, 'out/interfaces/vnet0.json'), 'utf8');
}

test('a new directory holds all files, and nothing is left beside it', () => {
  const root = fileTree();
  write(root, 'one');
  expect(readdirSync(join(root, 'out')).toSorted()).toEqual(['interfaces', 'manifest.json', 'ruleset.json']);
  expect(readdirSync(root)).toEqual(['out']);
});

test('an earlier output is replaced as a whole', () => {
  const root = fileTree();
  write(root, 'one');
  writeFileSync(join(root, 'out/interfaces/old.json'), '');
  write(root, 'two');
  expect(mark(root)).toBe('two');
  expect(readdirSync(join(root, 'out/interfaces'))).toEqual(['vnet0.json']);
  expect(readdirSync(root)).toEqual(['out']);
});

test('an empty directory is taken, one with other files or without our manifest is not', () => {
  const root = fileTree({ 'out/': '' });
  write(root, 'one');
  expect(mark(root)).toBe('one');
  for (const files of [
    { 'out/notes.txt': 'mine' },
    { 'out/manifest.json': '{"name":"x"}' },
    { 'out/manifest.json': '[' },
    { out: 'a file' },
  ]) {
    const other = fileTree(files as Record<string, string>);
    expect(() => write(other, 'two')).toThrow('`out`');
    expect(readdirSync(other)).toEqual(['out']);
  }
});

/** A disk whose `failing`th change fails. */
function failingDisk(failing: number): Disk {
  let calls = 0;
  const change = (): void => {
    calls += 1;
    if (calls === failing) throw Object.assign(new Error('no'), { code: 'ENOSPC' });
  };
  return {
    ...machineDisk,
    write: (...args) => (change(), machineDisk.write(...args)),
    makeDirectory: (path) => (change(), machineDisk.makeDirectory(path)),
    rename: (from, to) => (change(), machineDisk.rename(from, to)),
  };
}

/** What a second run leaves when its `failing`th change fails. */
function secondRun(failing: number): readonly [said: string, stands: string, beside: readonly string[]] {
  const root = fileTree();
  write(root, 'one');
  let said = '';
  try {
    write(root, 'two', failingDisk(failing));
  } catch (error) {
    said = String(error);
  }
  return [said, mark(root), readdirSync(root)];
}

test('wherever writing fails, the old output stands whole and nothing is left beside it', () => {
  // Three directories made, three files written, two renames.
  for (let failing = 1; failing <= 8; failing += 1) {
    expect(secondRun(failing)).toEqual(['UsageError: cannot write `out`: the disk is full', 'one', ['out']]);
  }
  expect(secondRun(9)).toEqual(['', 'two', ['out']]);
});

test('what a killed run left is cleared up, and an output that it had set aside comes back', () => {
  const root = fileTree({
    [`.out.weir-new-${DEAD}/ruleset.json`]: 'half',
    [`.out.weir-old-${DEAD}/notes.txt`]: 'mine',
  });
  expect(() => write(root, 'two')).toThrow('holds other files');
  expect(readdirSync(root)).toEqual(['out']);
});

test('a link to an output directory stays a link', () => {
  const root = fileTree({ 'real/': '' });
  symlinkSync('real', join(root, 'out'));
  write(root, 'one');
  write(root, 'two');
  expect(lstatSync(join(root, 'out')).isSymbolicLink()).toBe(true);
  expect(mark(root)).toBe('two');
  expect(readdirSync(root).toSorted()).toEqual(['out', 'real']);
});

test('another run that is still going is left alone', () => {
  const name = `.out.weir-new-${process.ppid}`;
  const root = fileTree({ [`${name}/ruleset.json`]: 'half' });
  write(root, 'one');
  expect(readdirSync(root).toSorted()).toEqual([name, 'out']);
});

test('ten thousand interface files are written in a few seconds', () => {
  const root = fileTree();
  const many = Array.from({ length: 10_000 }, (_, at) => ({
    path: `interfaces/vnet${at}.json`,
    text: '{"nftables":[]}\n',
  }));
  const start = performance.now();
  writeDirectory(machineDisk, join(root, 'out'), 'out', [...many, { path: 'manifest.json', text: '{"format":1}' }]);
  expect(performance.now() - start).toBeLessThan(10_000);
  expect(readdirSync(join(root, 'out/interfaces'))).toHaveLength(10_000);
});
