// Stands in for vitest where tests run in the process that holds the mutants: `test` takes down, `expect` is vitest's own. In: test files that are
// imported. Out: a probe for each test. Only what those files use is here; whatever else they ask for is an error at once.
import { ASYMMETRIC_MATCHERS_OBJECT, JestAsymmetricMatchers, JestChaiExpect, JestExtend } from '@vitest/expect';
import * as chai from 'chai';
import type { Probe } from './probe.ts';

chai.use(JestExtend);
chai.use(JestChaiExpect);
chai.use(JestAsymmetricMatchers);

export const expect = Object.assign(
  (value: unknown, message?: string) => chai.expect(value, message),
  chai.expect,
  (globalThis as Record<symbol, object>)[ASYMMETRIC_MATCHERS_OBJECT as unknown as symbol],
);

type Body = (...given: readonly unknown[]) => unknown;

const taken: Probe[] = [];

function take(name: string, body: Body): void {
  taken.push({ name, run: async () => void (await body()) });
}

function each(cases: readonly unknown[]) {
  return (name: string, body: Body): void => {
    for (const [index, one] of cases.entries()) {
      take(`${name} (${index + 1})`, () => (Array.isArray(one) ? body(...(one as unknown[])) : body(one)));
    }
  };
}

export const test = Object.assign(take, { each });

/** The tests of all files imported so far. */
export const testsTaken = (): readonly Probe[] => [...taken];
