// The areas whose mutants are tried, and their files.
import { readdirSync } from 'node:fs';
import { basename, join } from 'node:path';
import { fileURLToPath } from 'node:url';

export const ROOT = fileURLToPath(new URL('../..', import.meta.url)).replace(/\/$/, '');

const DIRECTORIES = {
  semantics: 'core/semantics/src',
  lower: 'core/compiler/src/lower',
  memory: 'core/nftables-json/src/memory',
};

/** WHY: these are tools for tests themselves, or hold names and words alone. */
const LEFT_OUT = /\.test\.ts$|\/testing\/|\/index\.ts$/;

const below = (directory) => readdirSync(join(ROOT, directory), { recursive: true }).map(String).toSorted();

/** The tests beside the sources of an area that need no kernel. */
export const testsOf = (area) =>
  below(DIRECTORIES[area])
    .filter((name) => name.endsWith('.test.ts') && !name.endsWith('.kernel.test.ts'))
    .map((name) => join(ROOT, DIRECTORIES[area], name));

/** Sources of an area, by path; only those whose path below the area ends in one of `only`, where given. None: no such area. */
export function filesOf(area, only) {
  const directory = Object.hasOwn(DIRECTORIES, area) ? DIRECTORIES[area] : undefined;
  if (directory === undefined) return [];
  return below(directory)
    .filter((name) => name.endsWith('.ts') && !LEFT_OUT.test(`/${name}`))
    .filter((name) => only === undefined || only.some((one) => name === one || basename(name, '.ts') === one))
    .map((name) => join(ROOT, directory, name));
}
