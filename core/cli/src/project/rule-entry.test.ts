import { expect, test } from 'vitest';
import { packageImport, ruleEntry } from './rule-entry.ts';

const found = (rules: unknown) => ({ name: 'a', directory: '/a', manifest: { weir: { rules } } });
const PARTS = { '.': 'src/index.weir', './libvirt': 'src/libvirt.weir', './out': '../out.weir', './none': 7 };

test('an import names a package, or a part of one', () => {
  expect(packageImport('@weir/rules')).toEqual({ name: '@weir/rules', part: '.' });
  expect(packageImport('@weir/rules/libvirt')).toEqual({ name: '@weir/rules', part: './libvirt' });
  expect(packageImport('site-rules')).toEqual({ name: 'site-rules', part: '.' });
  expect(packageImport('site-rules/web/front')).toEqual({ name: 'site-rules', part: './web/front' });
});

test('a package of one file has no other parts', () => {
  expect(ruleEntry(found('src/index.weir'), '.')).toBe('src/index.weir');
  expect(ruleEntry(found('src/index.weir'), './libvirt')).toBeUndefined();
});

test('a package of several files says which part is which', () => {
  expect(ruleEntry(found(PARTS), '.')).toBe('src/index.weir');
  expect(ruleEntry(found(PARTS), './libvirt')).toBe('src/libvirt.weir');
});

test.each(['./out', './none', './toString', './unknown', './..', './libvirt/'])(
  '%s is no part of a package',
  (part) => {
    expect(ruleEntry(found(PARTS), part)).toBeUndefined();
  },
);

test.each([undefined, 7, [], '../index.weir', '/index.weir'])('%o names no file', (rules) => {
  expect(ruleEntry(found(rules), '.')).toBeUndefined();
});
