/**
 * Where the project is: the directory of the nearest `weir.config.json` above what was named.
 *
 * In: the working directory and the paths of the command. Out: the root and whether it has a project file. Guaranteed:
 * paths of two projects in one run are refused.
 */
import { dirname, join, resolve } from 'node:path';
import { UsageError } from '../exit-code.ts';
import type { Disk } from '../host/disk.ts';
import { CONFIG_FILE } from './config.ts';

/** A project's place. */
export interface ProjectRoot {
  /** Absolute path. */
  readonly directory: string;
  readonly hasConfig: boolean;
}

function nearestConfig(disk: Disk, from: string): string | undefined {
  for (let directory = from; ; directory = dirname(directory)) {
    if (disk.kind(join(directory, CONFIG_FILE)) === 'file') return directory;
    if (dirname(directory) === directory) return undefined;
  }
}

/** Finds the root; without a project file it is the working directory. A path that does not exist is a usage error. */
export function findRoot(disk: Disk, cwd: string, paths: readonly string[]): ProjectRoot {
  const roots = paths.map((path) => {
    const absolute = resolve(cwd, path);
    const kind = kindOf(disk, absolute, path);
    return { path, root: nearestConfig(disk, kind === 'directory' ? absolute : dirname(absolute)) };
  });
  const first = roots[0];
  const other = roots.find(({ root }) => root !== first?.root);
  if (first && other) {
    throw new UsageError(
      `\`${first.path}\` and \`${other.path}\` belong to different projects`,
      'name the paths of one project at a time',
    );
  }
  return first?.root === undefined ? { directory: cwd, hasConfig: false } : { directory: first.root, hasConfig: true };
}

function kindOf(disk: Disk, absolute: string, path: string): 'file' | 'directory' {
  let kind;
  try {
    kind = disk.kind(absolute);
  } catch {
    kind = undefined;
  }
  if (kind === undefined) throw new UsageError(`there is no file or directory \`${path}\``);
  if (kind === 'other') throw new UsageError(`\`${path}\` is neither a file nor a directory`);
  return kind;
}
