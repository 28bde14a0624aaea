/** The version that `weir --version` and machine-readable reports name: that of the package. */
import { readFileSync } from 'node:fs';

const manifest = JSON.parse(readFileSync(new URL('../package.json', import.meta.url), 'utf8')) as {
  readonly version: string;
};

/** Semantic version of `@weir/cli`. */
export const VERSION = manifest.version;
