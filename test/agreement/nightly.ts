// The agreement in memory until so many pairs are compared. In: a number of pairs, a first seed, a directory. Out: progress line by line, a summary, and a
// file for each disagreement. Guarantees: seed N alone gives again what seed N gave.
import { mkdirSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { FIELDS, type Match, type Policy, TARGETS } from '@weir/compiler';
import fc from 'fast-check';
import { compileSite } from './compiled-site.ts';
import { site } from './generate-site.ts';
import { rulesOf } from './hints.ts';
import { compare, loadEachWay, trialsOf } from './memory-agreement.ts';
import { smallest, tell } from './memory-report.ts';
import type { Trial } from './memory-trial.ts';

const PORTS = 16;
const FRAMES = 220;

export interface NightlyOptions {
  readonly pairs: number;
  readonly seed: number;
  /** Where disagreements are written. */
  readonly directory: string;
  say(line: string): void;
}

export interface Summary {
  readonly pairs: number;
  /** First and last. */
  readonly seeds: readonly [number, number];
  /** Constructs that compiled policies had, with the number of rules. */
  readonly constructs: ReadonlyMap<string, number>;
  /** Files written. */
  readonly disagreements: readonly string[];
}

/** Runs. One disagreement of each site and target is shrunk and written; the rest of them are counted in its file. */
export async function nightly({ pairs: wanted, seed: first, directory, say }: NightlyOptions): Promise<Summary> {
  const constructs = new Map<string, number>();
  const files: string[] = [];
  let [pairs, seed] = [0, first];
  for (; pairs < wanted; seed++) {
    const [made] = fc.sample(site(PORTS, { isStateful: seed % 2 === 0 }), { numRuns: 1, seed });
    if (made === undefined) throw new Error('nothing was generated');
    let trials: readonly Trial[] | undefined;
    for (const target of TARGETS) {
      const compiled = compileSite(made, target);
      note(compiled.policy, constructs);
      trials ??= trialsOf(compiled.policy, { seed, frames: FRAMES });
      const came = compare(compiled, target, loadEachWay(compiled, target, seed), trials);
      pairs += came.pairs;
      const [one] = came.disagreements;
      if (one === undefined) continue;
      const file = join(directory, `seed-${seed}-${target.name}.txt`);
      const told = tell(await smallest(compiled.site, target, one), target, one);
      mkdirSync(directory, { recursive: true });
      writeFileSync(file, `seed ${seed}, ${came.disagreements.length} disagreements, of which the first:\n${told}`);
      files.push(file);
      say(`seed ${seed}: ${file}`);
    }
    say(`seed ${seed}: ${pairs} of ${wanted} pairs, ${files.length} disagreements`);
  }
  return { pairs, seeds: [first, seed - 1], constructs, disagreements: files };
}

function note(policy: Policy, constructs: Map<string, number>): void {
  const add = (name: string): void => void constructs.set(name, (constructs.get(name) ?? 0) + 1);
  for (const { guard, filters } of policy.profiles) {
    for (const list of [...(guard === undefined ? [] : [guard]), ...filters].flatMap((one) => [one.in, one.out])) {
      for (const { match, verdict, options } of rulesOf(list)) {
        add(`verdict ${verdict.kind === 'reject' ? `reject with ${verdict.with}` : verdict.kind}`);
        for (const name of Object.keys(options)) add(`option ${name}`);
        for (const name of termsOf(match)) add(name);
      }
    }
  }
}

function termsOf(match: Match): readonly string[] {
  switch (match.kind) {
    case 'always':
      return [];
    case 'not':
      return ['not', ...termsOf(match.of)];
    case 'all':
    case 'any':
      return match.of.flatMap(termsOf);
    case 'test': {
      const field = typeof match.field === 'string' ? match.field : `payload ${match.field.base}`;
      return [`field ${field}`, `operand ${match.operand.kind}`, ...(match.mask === undefined ? [] : ['mask'])];
    }
    default:
      return match satisfies never;
  }
}

/** Fields of the language that no compiled rule tested. */
export const untested = ({ constructs }: Summary): readonly string[] =>
  [...FIELDS.keys()].filter((id) => !constructs.has(`field ${id}`));
