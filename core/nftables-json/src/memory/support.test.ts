import { expect, test } from 'vitest';
import { statementSamples } from '../testing/statement-samples.ts';
import { expressionSamples } from '../testing/expression-samples.ts';
import { statementDocument } from '../testing/sample-document.ts';
import { EXPRESSION_KINDS, STATEMENT_KINDS } from '../types/kind.ts';
import { MEMORY_REASONS, MemoryNftError } from './error.ts';
import { createMemoryNft } from './memory-nft.ts';
import { READ_SUPPORT } from './read.ts';
import { STATEMENT_SUPPORT } from './statement.ts';

/** Expressions that are constants, sets, lookups or verdicts: parts of other things, not reads. */
const PARTS = new Set(['set', 'map', 'prefix', 'range', 'accept', 'drop', 'continue', 'return', 'jump', 'goto']);

test('every kind of statement and expression is either carried out or listed as unsupported', () => {
  expect(Object.keys(STATEMENT_SUPPORT).toSorted()).toEqual([...STATEMENT_KINDS].toSorted());
  expect([...Object.keys(READ_SUPPORT), ...PARTS].toSorted()).toEqual([...EXPRESSION_KINDS].toSorted());
});

for (const [table, samples] of Object.entries({ statement: statementSamples, expression: expressionSamples })) {
  for (const [kind, sample] of Object.entries(samples)) {
    test(`a rule with the ${table} \`${kind}\` is loaded, or refused with a reason of the list`, () => {
      const nft = createMemoryNft();
      try {
        nft.load(statementDocument(sample));
      } catch (error) {
        if (!(error instanceof MemoryNftError)) throw error;
        expect(MEMORY_REASONS).toContain(error.reason);
        // WHY: samples name objects that stand outside of them, and some are not for every release or family.
        expect(`${error.reason}: ${error.message}`).toMatch(
          /^(?:bad-document|unsupported|unknown-set|unknown-object):/,
        );
      }
      expect(nft).toBeDefined();
    });
  }
}
