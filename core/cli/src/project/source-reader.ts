/**
 * Rule files from disk, for the compiler's first pass.
 *
 * In: the project's root. Out: a reader of texts by id. Ids are what diagnostics and documents show: posix paths
 * relative to the root, or `@weir/rules/src/index.weir` for files of packages. Guaranteed: no id holds a path of this
 * machine; each file is read once; what cannot be read is a located diagnostic.
 */
import { isAbsolute, join, posix, relative, sep } from 'node:path';
import type { Diagnostic } from '@weir/plugin';
import type { SourceReader } from '@weir/compiler';
import { describeFailure, type Disk } from '../host/disk.ts';
import { decodeText } from './decode.ts';
import { notUtf8, unreadableFile } from './diagnostics.ts';
import { findPackage, type InstalledPackage } from './find-package.ts';
import { packageImport, ruleEntry } from './rule-entry.ts';

/** A reader that remembers what it read and what was wrong. */
export interface DiskReader extends SourceReader {
  /** By id, everything read so far. */
  readonly texts: ReadonlyMap<string, string>;
  readonly diagnostics: readonly Diagnostic[];
  /** Id of a file of the project. */
  idOf(absolute: string): string;
  /** Absolute path of a file of the project; `undefined` for files of packages. */
  projectPath(id: string): string | undefined;
}

/** What the reader works on. */
export interface ReaderOptions {
  readonly disk: Disk;
  /** Absolute path of the project. */
  readonly root: string;
  /** Where packages are looked for when the project has not installed them itself. */
  readonly ownDirectory: string;
}

/** Creates a reader. */
export function createReader(options: ReaderOptions): DiskReader {
  const { disk, root } = options;
  const texts = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  /** By the start of their files' ids. */
  const packages = new Map<string, InstalledPackage | undefined>();

  const installed = (name: string): InstalledPackage | undefined => {
    const prefix = prefixOf(name);
    if (!packages.has(prefix)) {
      packages.set(prefix, findPackage(disk, name, root) ?? findPackage(disk, name, options.ownDirectory));
    }
    return packages.get(prefix);
  };
  const pathOf = (id: string): string => {
    const owner = packageOf(id, packages);
    return owner ? join(owner.directory, id.slice(prefixOf(owner.name).length + 1)) : join(root, id);
  };

  return {
    texts,
    diagnostics,
    idOf: (absolute) => projectId(root, absolute),
    projectPath: (id) => (packageOf(id, packages) ? undefined : join(root, id)),
    read(id) {
      const known = texts.get(id);
      if (known !== undefined) return known;
      const path = pathOf(id);
      try {
        if (disk.kind(path) !== 'file') return undefined;
        const { text, invalid } = decodeText(disk.read(path));
        texts.set(id, text);
        if (invalid) diagnostics.push(notUtf8({ file: id, start: invalid.offset, end: invalid.offset + 1 }, invalid));
        return text;
      } catch (error) {
        diagnostics.push(unreadableFile({ file: id, start: 0, end: 0 }, { why: describeFailure(error) }));
        texts.set(id, '');
        return '';
      }
    },
    resolveImport(spec, fromId) {
      if (spec.startsWith('./') || spec.startsWith('../')) {
        const owner = packageOf(fromId, packages);
        const id = posix.normalize(posix.join(posix.dirname(fromId), spec));
        // INVARIANT: a package cannot name files outside of itself.
        if (owner) return id.startsWith(`${prefixOf(owner.name)}/`) ? existing(id) : undefined;
        return existing(ownId(id));
      }
      const { name, part } = packageImport(spec);
      const found = installed(name);
      if (!found) return undefined;
      const entry = ruleEntry(found, part);
      return entry === undefined ? undefined : existing(posix.join(prefixOf(found.name), entry));
    },
  };

  function existing(id: string): string | undefined {
    try {
      return disk.kind(pathOf(id)) === 'file' ? id : undefined;
    } catch {
      return id;
    }
  }
}

/** Start of the ids of a package's files; nothing in a project has an id like it. */
function prefixOf(name: string): string {
  return name.startsWith('@') ? name : `npm:${name}`;
}

function packageOf(
  id: string,
  packages: ReadonlyMap<string, InstalledPackage | undefined>,
): InstalledPackage | undefined {
  const parts = id.split('/');
  return packages.get(parts.slice(0, id.startsWith('@') ? 2 : 1).join('/'));
}

/** Ids of the project's own files never look like a package's. */
function ownId(path: string): string {
  return path.startsWith('@') || path.startsWith('npm:') ? `./${path}` : path;
}

/** Posix path relative to the root; `./@…` where it would look like a package. */
function projectId(root: string, absolute: string): string {
  const path = relative(root, absolute);
  // WHY: on systems with drives a file may have no relative path; its name alone must do.
  const id = isAbsolute(path) ? posix.basename(path) : path.split(sep).join('/');
  return ownId(id);
}
