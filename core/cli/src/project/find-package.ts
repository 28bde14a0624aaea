/**
 * Installed packages: where they lie and what their package.json says.
 *
 * In: a package name and a directory. Out: the package's directory and manifest, looked up through `node_modules` of
 * that directory and those above it, as Node does. Guaranteed: a name cannot lead out of `node_modules`.
 */
import { dirname, join } from 'node:path';
import type { Disk } from '../host/disk.ts';

/** An installed package. */
export interface InstalledPackage {
  readonly name: string;
  /** Absolute path. */
  readonly directory: string;
  readonly manifest: Readonly<Record<string, unknown>>;
}

const NAME = /^(?:@[a-z0-9~-][a-z0-9._~-]*\/)?[a-z0-9~-][a-z0-9._~-]*$/;

/** True for names that npm would accept. */
export function isPackageName(name: string): boolean {
  return name.length <= 214 && NAME.test(name) && name !== 'node_modules';
}

/** Finds a package from `from` upwards; a manifest that is no JSON object counts as not found. */
export function findPackage(disk: Disk, name: string, from: string): InstalledPackage | undefined {
  if (!isPackageName(name)) return undefined;
  for (let directory = from; ; directory = dirname(directory)) {
    const found = readPackage(disk, name, join(directory, 'node_modules', name));
    if (found) return found;
    if (dirname(directory) === directory) return undefined;
  }
}

function readPackage(disk: Disk, name: string, directory: string): InstalledPackage | undefined {
  try {
    const text = new TextDecoder().decode(disk.read(join(directory, 'package.json')));
    const manifest: unknown = JSON.parse(text);
    return isRecord(manifest) ? { name, directory, manifest } : undefined;
  } catch {
    return undefined;
  }
}

/** A JSON object. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

const CONDITIONS = ['node', 'import', 'module-sync', 'default'];

/** The file that `import 'name'` means: the `.` export for Node, else `main`, else `index.js`. Relative to the package. */
export function entryOf(found: InstalledPackage): string | undefined {
  const { exports: exported, main } = found.manifest;
  if (exported !== undefined && exported !== null) {
    const root = isRecord(exported) && '.' in exported ? exported['.'] : exported;
    return pick(root);
  }
  return typeof main === 'string' ? main : 'index.js';
}

function pick(target: unknown): string | undefined {
  if (typeof target === 'string') return target;
  if (Array.isArray(target)) return target.map(pick).find((found) => found !== undefined);
  if (!isRecord(target)) return undefined;
  // WHY: Node takes the first key, in the order written, that is an active condition.
  for (const [condition, inner] of Object.entries(target)) {
    const found = CONDITIONS.includes(condition) ? pick(inner) : undefined;
    if (found !== undefined) return found;
  }
  return undefined;
}
