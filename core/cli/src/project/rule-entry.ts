/**
 * What an import of a rule package means: `@weir/rules`, or a part of it, `@weir/rules/libvirt`.
 *
 * In: an import, a package's manifest. Out: the package's name and the file. Guaranteed: a file inside the package.
 */
import { posix } from 'node:path';
import { type InstalledPackage, isRecord } from './find-package.ts';

/** An import of a package, taken apart. */
export interface PackageImport {
  readonly name: string;
  /** `.` for the package itself, else `./` and the rest, as keys of package.json say it. */
  readonly part: string;
}

/** Takes an import apart; what names no package is found out when it is looked for. */
export function packageImport(specifier: string): PackageImport {
  const words = specifier.split('/');
  const length = specifier.startsWith('@') ? 2 : 1;
  const rest = words.slice(length);
  return { name: words.slice(0, length).join('/'), part: ['.', ...rest].join('/') };
}

/**
 * The file that a part of a package is, relative to the package: `"weir": { "rules": "src/index.weir" }`, or
 * `"rules": { ".": "src/index.weir", "./libvirt": "src/libvirt.weir" }` for a package of several parts.
 */
export function ruleEntry({ manifest }: InstalledPackage, part: string): string | undefined {
  const section = manifest['weir'];
  const rules = isRecord(section) ? section['rules'] : undefined;
  const entry = isRecord(rules)
    ? Object.hasOwn(rules, part)
      ? rules[part]
      : undefined
    : part === '.'
      ? rules
      : undefined;
  if (typeof entry !== 'string') return undefined;
  const normal = posix.normalize(entry);
  return normal.startsWith('..') || posix.isAbsolute(normal) ? undefined : normal;
}
