import { expect, test } from 'vitest';
import { targetVersion } from './version.ts';

test('the target is the newest known release that is not newer, and never one with fixes that this nft lacks', () => {
  const targets = [
    '1.0.5',
    '1.0.6',
    'v1.0.6',
    '1.0.6.1',
    '1.0.7',
    '1.0.9',
    '1.1.0',
    '1.1.3',
    '1.1.5',
    '1.1.6',
    '1.2.0',
    'x',
  ].map(targetVersion);
  expect(targets).toEqual([
    undefined,
    '1.0.6',
    '1.0.6',
    '1.0.6.1',
    '1.0.6',
    '1.0.6',
    '1.0.6',
    '1.1.3',
    '1.1.3',
    '1.1.6',
    '1.1.6',
    undefined,
  ]);
});
