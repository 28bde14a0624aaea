import { fc } from '@fast-check/vitest';
import { expect, test } from 'vitest';
import { suggest } from './suggest.ts';

test.each([
  ['upling', 'uplink'],
  ['brigde', 'bridge'],
  ['Subnet', 'subnet'],
  ['somethingelse', undefined],
  ['', undefined],
])('for `%s` it proposes %s', (word, expected) => {
  expect(suggest(word, ['uplink', 'bridge', 'subnet', 'mtu'])).toBe(expected);
});

test('the order of the candidates does not matter', () => {
  const names = fc.array(fc.string({ unit: fc.constantFrom('a', 'b', 'c'), minLength: 1, maxLength: 5 }), {
    minLength: 2,
  });
  fc.assert(
    fc.property(names, fc.string({ unit: fc.constantFrom('a', 'b', 'c'), maxLength: 5 }), (candidates, word) => {
      expect(suggest(word, candidates)).toBe(suggest(word, candidates.toReversed()));
    }),
  );
});

test('the word itself is never proposed', () => {
  expect(suggest('lab', ['lab'])).toBe(undefined);
});
