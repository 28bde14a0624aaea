import { join } from 'node:path';
import { expect, test } from 'vitest';
import { machineDisk } from '../host/disk.ts';
import { fileTree } from '../testing/file-tree.ts';
import { createReader, type DiskReader } from './source-reader.ts';

const PACKAGE = { 'node_modules/@acme/rules/package.json': '{ "weir": { "rules": "./src/index.weir" } }' };

function reader(root: string, ownDirectory = '/'): DiskReader {
  return createReader({ disk: machineDisk, root, ownDirectory });
}

test('ids are posix paths relative to the root, and imports are relative to the importing file', () => {
  const root = fileTree({ 'site/a.weir': 'A', 'lib/b.weir': 'B' });
  const files = reader(root);
  expect(files.idOf(join(root, 'site/a.weir'))).toBe('site/a.weir');
  expect(files.resolveImport('../lib/b.weir', 'site/a.weir')).toBe('lib/b.weir');
  expect(files.read('lib/b.weir')).toBe('B');
  expect(files.resolveImport('./gone.weir', 'site/a.weir')).toBeUndefined();
});

test('files of packages are known by the name of the package, never by a path of this machine', () => {
  const root = fileTree({
    ...PACKAGE,
    'node_modules/@acme/rules/src/index.weir': 'I',
    'node_modules/@acme/rules/src/more.weir': 'M',
  });
  const files = reader(root);
  const index = files.resolveImport('@acme/rules', 'a.weir');
  expect(index).toBe('@acme/rules/src/index.weir');
  expect(files.read('@acme/rules/src/index.weir')).toBe('I');
  expect(files.resolveImport('./more.weir', '@acme/rules/src/index.weir')).toBe('@acme/rules/src/more.weir');
  expect(files.read('@acme/rules/src/more.weir')).toBe('M');
});

test('an import can name a part of a package', () => {
  const manifest = '{ "weir": { "rules": { ".": "src/index.weir", "./web": "src/web.weir" } } }';
  const root = fileTree({
    'node_modules/@acme/rules/package.json': manifest,
    'node_modules/@acme/rules/src/web.weir': 'W',
  });
  const files = reader(root);
  expect(files.resolveImport('@acme/rules/web', 'a.weir')).toBe('@acme/rules/src/web.weir');
  expect(files.resolveImport('@acme/rules/mail', 'a.weir')).toBeUndefined();
});

test('a package cannot name files outside of itself', () => {
  const root = fileTree({
    'secret.weir': 'S',
    'node_modules/@acme/rules/package.json': '{ "weir": { "rules": "../../../secret.weir" } }',
    'node_modules/plain/package.json': '{ "weir": { "rules": "index.weir" } }',
    'node_modules/plain/index.weir': 'P',
  });
  const files = reader(root);
  expect(files.resolveImport('@acme/rules', 'a.weir')).toBeUndefined();
  expect(files.resolveImport('plain', 'a.weir')).toBe('npm:plain/index.weir');
  expect(files.resolveImport('../../secret.weir', 'npm:plain/index.weir')).toBeUndefined();
});

test('a directory of the project that looks like a package is not taken for one', () => {
  const root = fileTree({
    ...PACKAGE,
    'node_modules/@acme/rules/src/index.weir': 'package',
    '@acme/rules/src/index.weir': 'own',
  });
  const files = reader(root);
  const own = files.idOf(join(root, '@acme/rules/src/index.weir'));
  expect(files.read(files.resolveImport('@acme/rules', own) ?? '')).toBe('package');
  expect(files.read(own)).toBe('own');
});

test('the rule package that comes with the command serves projects that have not installed it', () => {
  const root = fileTree({ 'a.weir': '' });
  const own = fileTree({ ...PACKAGE, 'node_modules/@acme/rules/src/index.weir': 'I' });
  expect(reader(root, own).resolveImport('@acme/rules', 'a.weir')).toBe('@acme/rules/src/index.weir');
  expect(reader(root).resolveImport('@acme/rules', 'a.weir')).toBeUndefined();
});

test('names that lead out of node_modules are no packages', () => {
  const files = reader(fileTree({ 'a.weir': '' }), fileTree());
  const specs = ['/etc/passwd', '@a/../../b', '..', 'a/b/c', 'A', '', '@', 'file:///etc/passwd'];
  expect(specs.filter((spec) => files.resolveImport(spec, 'a.weir') !== undefined)).toEqual([]);
});

test('bytes that are not UTF-8 are an error at their place, and reading goes on', () => {
  const root = fileTree({ 'a.weir': new Uint8Array([0x61, 0x0a, 0xe9, 0x62]) });
  const files = reader(root);
  expect(files.read('a.weir')).toBe('a\n\ufffdb');
  expect(files.diagnostics).toMatchObject([{ code: 'project/not-utf8', span: { file: 'a.weir', start: 2, end: 3 } }]);
});

test('a file that may not be read is an error', () => {
  const root = fileTree({ 'a.weir': '' });
  const disk = {
    ...machineDisk,
    read: (): never => {
      throw Object.assign(new Error('no'), { code: 'EACCES' });
    },
  };
  const files = createReader({ disk, root, ownDirectory: '/' });
  expect(files.read('a.weir')).toBe('');
  expect(files.diagnostics).toMatchObject([{ message: 'the file cannot be read: permission denied' }]);
});

test('a file is read once, however often it is asked for', () => {
  const root = fileTree({ 'a.weir': 'A' });
  let reads = 0;
  const disk = {
    ...machineDisk,
    read: (path: string) => {
      reads += 1;
      return machineDisk.read(path);
    },
  };
  const files = createReader({ disk, root, ownDirectory: '/' });
  files.read('a.weir');
  files.read('a.weir');
  expect(reads).toBe(1);
});
