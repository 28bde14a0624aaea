import { parseFile } from '@weir/grammar';
import { expect, test } from 'vitest';
import { firstProject } from './first-project.ts';

test('the first project has no syntax errors', () => {
  const site = firstProject('1.0.0', 'debian-12').find((file) => file.path === 'site.weir');
  const { problems } = parseFile('site.weir', site?.text ?? '');
  expect(problems).toEqual([]);
});
