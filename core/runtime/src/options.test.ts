import { expect, test } from 'vitest';
import { settleOptions } from './options.ts';

test('a namespace that is not there, or cannot be, is a problem', () => {
  expect(settleOptions({ netns: 'weir-no-such-namespace' })).toMatchObject({ code: 'runtime/missing-namespace' });
  for (const netns of ['../net', 'a b', ''])
    expect(settleOptions({ netns })).toMatchObject({ code: 'runtime/bad-name' });
});

test('an instance is a name, and its record stands in a directory of that name', () => {
  expect(settleOptions({ instance: 'a/b' })).toMatchObject({ code: 'runtime/bad-name' });
  expect(settleOptions({ instance: 'lab', stateDirectory: '/run/weir' })).toMatchObject({ directory: '/run/weir/lab' });
});
