import { expect, test } from 'vitest';
import { problems, withBody } from './testing.ts';

test('uses that nest deeper than any kernel can follow are refused, not followed', () => {
  const chain = Array.from({ length: 2_000 }, (_, at) => `filter f${at} { use f${at + 1} }\n`).join('');
  const found = problems(withBody('use f0', `${chain}filter f2000 { in accept }\n`));
  expect(found.length).toBeGreaterThan(0);
  expect(found.every((problem) => problem.startsWith('resolve/uses-too-deep'))).toBe(true);
});

test('a circle of uses is told once, from its first member', () => {
  const circle = 'filter p { use q }\nfilter q { use r }\nfilter r { use p }\n';
  expect(problems(withBody('in accept', circle))).toHaveLength(1);
});

test('filters that double at every level end in a diagnostic, not in a hang', () => {
  const levels = Array.from({ length: 40 }, (_, i) => `filter f${i} { use f${i + 1}; use f${i + 1} }`);
  const found = problems([...levels, 'filter f40 { in accept }'].join('\n'));
  expect(found.length).toBeGreaterThan(0);
  expect(new Set(found.map((problem) => problem.split(' ')[0]))).toEqual(new Set(['resolve/uses-too-many']));
});
