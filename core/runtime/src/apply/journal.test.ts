import { expect, test } from 'vitest';
import { hostProblem, StepError } from '../problem.ts';
import { Journal } from './journal.ts';

test('everything is taken back in reverse, and a failure does not stop it', async () => {
  const journal = new Journal();
  const undone: string[] = [];
  const note = (what: string, fails = false): void =>
    journal.note(what, async () => {
      undone.push(what);
      if (fails) throw new StepError(hostProblem('runtime/step-failed', 'no'));
      return [];
    });
  note('first');
  note('second', true);
  note('third');
  const problems = await journal.undo();
  expect(undone).toEqual(['third', 'second', 'first']);
  expect(problems).toMatchObject([{ code: 'runtime/undo-failed', message: 'second cannot be taken back' }]);
  expect(await journal.undo()).toEqual([]);
});
