/** The example site of the rule package, in memory. Files are named as in its directory. */
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import type { Texts } from './compile-case.ts';

const DIRECTORY = join(import.meta.dirname, '../../rules/examples/site');

/** Its rule files by name. */
export const SITE: Texts = new Map(
  readdirSync(DIRECTORY)
    .filter((file) => file.endsWith('.weir'))
    .toSorted()
    .map((file) => [file, readFileSync(join(DIRECTORY, file), 'utf8')]),
);
