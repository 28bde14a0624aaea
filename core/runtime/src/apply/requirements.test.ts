import { expect, test } from 'vitest';
import { checkRequirements } from './requirements.ts';

test('every lack is told at once', () => {
  const problems = checkRequirements(['ip', 'nft', 'dnsmasq'], { uid: 1000, has: (program) => program === 'ip' });
  expect(problems.map((problem) => problem.code)).toEqual([
    'runtime/not-root',
    'runtime/missing-command',
    'runtime/missing-command',
  ]);
  expect(problems[2]?.help).toContain('dnsmasq-base');
});

test('root with its programs may go on', () => {
  expect(checkRequirements(['ip', 'nft'], { uid: 0, has: () => true })).toEqual([]);
});
