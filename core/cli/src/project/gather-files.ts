/**
 * The rule files that paths stand for.
 *
 * In: files and directories as the user named them. Out: absolute paths of `.weir` files, sorted, each once, and what
 * could not be read. Guaranteed: the order of arguments and of directory entries does not matter; symbolic links are
 * followed but never in a circle; `node_modules` and names that start with a dot are not entered.
 */
import { join, resolve } from 'node:path';
import type { PassResult } from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import { UsageError } from '../exit-code.ts';
import { describeFailure, type Disk } from '../host/disk.ts';
import { unreadableDirectory, unreadableFile } from './diagnostics.ts';

/** How a path is written in diagnostics. */
export type PathId = (absolute: string) => string;

const EXTENSION = '.weir';

interface Walk {
  readonly disk: Disk;
  readonly idOf: PathId;
  /** By real path, so that a file with two names is read once. */
  readonly files: Map<string, string>;
  readonly entered: Set<string>;
  readonly found: Diagnostic[];
}

/** Collects the files; a path without any rule file is a usage error. */
export function gatherFiles(
  disk: Disk,
  cwd: string,
  paths: readonly string[],
  idOf: PathId,
): PassResult<readonly string[]> {
  const files = new Map<string, string>();
  const found: Diagnostic[] = [];
  for (const path of [...new Set(paths)].toSorted()) {
    const walk: Walk = { disk, idOf, files: new Map(), entered: new Set(), found: [] };
    const absolute = resolve(cwd, path);
    if (disk.kind(absolute) === 'directory') enter(walk, absolute);
    else addNamed(walk, absolute, path);
    if (walk.files.size === 0 && walk.found.length === 0) {
      throw new UsageError(`there are no \`.weir\` files in \`${path}\``, 'make a first project with `weir init`');
    }
    for (const [real, file] of walk.files) files.set(real, smaller(files.get(real), file));
    found.push(...walk.found);
  }
  return { value: [...files.values()].toSorted(), diagnostics: found };
}

function smaller(known: string | undefined, path: string): string {
  return known !== undefined && known < path ? known : path;
}

function addNamed(walk: Walk, absolute: string, path: string): void {
  if (!absolute.endsWith(EXTENSION)) throw new UsageError(`\`${path}\` is not a \`.weir\` file`);
  add(walk, absolute);
}

function add(walk: Walk, absolute: string): void {
  const real = walk.disk.realPath(absolute);
  walk.files.set(real, smaller(walk.files.get(real), absolute));
}

function enter(walk: Walk, directory: string): void {
  let names: readonly string[];
  try {
    const real = walk.disk.realPath(directory);
    if (walk.entered.has(real)) return;
    walk.entered.add(real);
    names = walk.disk.list(directory);
  } catch (error) {
    walk.found.push(unreadableDirectory(undefined, { path: walk.idOf(directory), why: describeFailure(error) }));
    return;
  }
  for (const name of names.toSorted()) {
    if (!name.startsWith('.') && name !== 'node_modules') visit(walk, join(directory, name), name);
  }
}

function visit(walk: Walk, path: string, name: string): void {
  const refuse = (why: string): void => {
    // Only names that ask to be rule files are worth a word.
    const place = { file: walk.idOf(path), start: 0, end: 0 };
    if (name.endsWith(EXTENSION)) walk.found.push(unreadableFile(place, { why }));
  };
  try {
    const kind = walk.disk.kind(path);
    if (kind === 'directory') enter(walk, path);
    else if (kind === undefined) refuse('it is a symbolic link to nothing');
    else if (kind === 'other') refuse('it is not a regular file');
    else if (name.endsWith(EXTENSION)) add(walk, path);
  } catch (error) {
    refuse(describeFailure(error));
  }
}
