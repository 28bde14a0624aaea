/** Whatever is done to the tokens of a file, compiling it ends in documents or in an error with a place, and never throws. */
import fc from 'fast-check';
import { expect, test } from 'vitest';
import { compileTexts, readCases, targetNamed, type Texts } from './compile-case.ts';
import { SITE } from './site.ts';

const TARGET = targetNamed('debian-12');
const SEEDS: readonly Texts[] = [SITE, ...readCases().map(({ texts }) => texts)];
/** More with `WEIR_FUZZ_RUNS`; the default takes some seconds. */
const RUNS = Number(process.env['WEIR_FUZZ_RUNS'] ?? '120');
const TOKEN = /"[^"\n]*"|[A-Za-z0-9_.:/-]+|\s+|[^\s]/g;

interface Mutation {
  readonly kind: 'delete' | 'duplicate' | 'swap' | 'replace';
  readonly at: number;
  readonly other: number;
}

const mutation: fc.Arbitrary<Mutation> = fc.record({
  kind: fc.constantFrom('delete', 'duplicate', 'swap', 'replace'),
  at: fc.nat(),
  other: fc.nat(),
});

function mutate(text: string, mutations: readonly Mutation[]): string {
  const tokens = text.match(TOKEN) ?? [];
  for (const { kind, at, other } of mutations) {
    if (tokens.length === 0) break;
    const [here, there] = [at % tokens.length, other % tokens.length];
    const [one = '', two = ''] = [tokens[here], tokens[there]];
    if (kind === 'delete') tokens.splice(here, 1);
    else if (kind === 'duplicate') tokens.splice(here, 0, one);
    else tokens[here] = two;
    if (kind === 'swap') tokens[there] = one;
  }
  return tokens.join('');
}

test('mutated files compile or are refused at a place', () => {
  fc.assert(
    fc.property(fc.nat(), fc.nat(), fc.array(mutation, { minLength: 1, maxLength: 6 }), (seed, which, mutations) => {
      const texts = SEEDS[seed % SEEDS.length] ?? SITE;
      const file = [...texts.keys()][which % texts.size];
      const changed = new Map([...texts].map(([name, text]) => [name, name === file ? mutate(text, mutations) : text]));
      const { documents, diagnostics, report } = compileTexts(changed, TARGET);
      const errors = diagnostics.filter(({ severity }) => severity === 'error');
      expect(documents === undefined).toBe(errors.length > 0);
      expect(errors.filter(({ code }) => code.startsWith('emit/'))).toEqual([]);
      expect(
        errors.filter(({ span }) => !span || span.start > span.end || span.end > lengthOf(changed, span.file)),
      ).toEqual([]);
      expect(report.length > 0 || errors.length === 0).toBe(true);
    }),
    { numRuns: RUNS },
  );
});

const lengthOf = (texts: Texts, file: string): number => texts.get(file)?.length ?? Number.POSITIVE_INFINITY;
