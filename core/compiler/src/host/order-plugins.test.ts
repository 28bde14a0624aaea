import { fc } from '@fast-check/vitest';
import { definePlugin, type Plugin } from '@weir/plugin';
import { expect, test } from 'vitest';
import { orderPlugins } from './order-plugins.ts';

const plugin = (name: string, ...requires: string[]): Plugin =>
  definePlugin({ name, api: 1, requires, register: () => undefined });
const names = (plugins: readonly Plugin[]): string => plugins.map(({ name }) => name).join(' ');

test('whoever is required comes first, else the name decides', () => {
  const { ordered, circles } = orderPlugins([plugin('c'), plugin('a', 'z', 'b'), plugin('z'), plugin('b', 'c')]);
  expect(names(ordered)).toBe('c b z a');
  expect(circles).toEqual([]);
});

test.each([
  [[plugin('a', 'a')], ['a']],
  [
    [plugin('b', 'a'), plugin('a', 'b')],
    ['a', 'b'],
  ],
  [
    [plugin('c', 'a'), plugin('a', 'b'), plugin('b', 'c')],
    ['a', 'b', 'c'],
  ],
])('a circle is named once, and its members have no order', (plugins, circle) => {
  const { ordered, circles } = orderPlugins([...plugins, plugin('free')]);
  expect(circles).toEqual([circle]);
  expect(names(ordered)).toBe('free');
});

test('every order of the list gives the same order, with each after what it requires', () => {
  const all = [plugin('a', 'd'), plugin('b', 'a'), plugin('c'), plugin('d', 'c'), plugin('e', 'c', 'b')];
  fc.assert(
    fc.property(fc.shuffledSubarray(all, { minLength: all.length }), (shuffled) => {
      const { ordered } = orderPlugins(shuffled);
      expect(names(ordered)).toBe('c d a b e');
    }),
  );
});
