/**
 * Git, as far as reading an older state of rule files needs it. In: a directory. Out: where its repository is, what a revision
 * holds, and a disk that shows the revision in place of the work tree. Guaranteed: nothing is written, neither to the work tree
 * nor to the repository.
 */
import { spawnSync } from 'node:child_process';
import { relative, resolve, sep } from 'node:path';
import { UsageError } from '../exit-code.ts';
import type { Disk } from './disk.ts';

const MOST_BYTES = 1 << 28;

function git(
  directory: string,
  args: readonly string[],
): { readonly status: number; readonly stdout: Buffer; readonly stderr: string } {
  const done = spawnSync('git', ['-C', directory, ...args], {
    maxBuffer: MOST_BYTES,
    // WHY: a look at the past takes no locks, asks nobody for a password and fetches nothing.
    env: { ...process.env, GIT_OPTIONAL_LOCKS: '0', GIT_TERMINAL_PROMPT: '0', GIT_NO_LAZY_FETCH: '1' },
  });
  if (done.error !== undefined) throw new UsageError('`git` cannot be run', 'name two directories instead');
  return { status: done.status ?? 1, stdout: done.stdout, stderr: done.stderr.toString('utf8').trim() };
}

/** A revision of the repository that a directory is in. */
export interface Revision {
  /** Absolute path of the repository's work tree. */
  readonly root: string;
  /** The commit, in full. */
  readonly commit: string;
}

/** Finds a revision; what is none is a usage error. */
export function findRevision(cwd: string, name: string): Revision {
  const root = git(cwd, ['rev-parse', '--show-toplevel']);
  if (root.status !== 0)
    throw new UsageError(`\`${name}\` cannot be looked up: this directory is in no git repository`);
  // WHY: `--end-of-options` keeps a name that starts with `-` from being an option.
  const found = git(cwd, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${name}^{commit}`]);
  if (found.status !== 0) throw new UsageError(`\`${name}\` is neither a path nor a revision of this repository`);
  return { root: root.stdout.toString('utf8').replace(/\r?\n$/, ''), commit: found.stdout.toString('utf8').trim() };
}

/** The disk as it was at a revision; what git does not keep (`node_modules`, everything outside) is the machine's. */
export function diskAt({ root, commit }: Revision, machine: Disk): Disk {
  const listed = git(root, ['ls-tree', '-r', '-z', '--full-tree', commit]);
  if (listed.status !== 0) throw new UsageError(`the files of \`${commit}\` cannot be listed: ${listed.stderr}`);
  const files = new Map<string, string>();
  const directories = new Map<string, Set<string>>([['', new Set()]]);
  for (const line of listed.stdout.toString('utf8').split('\0')) {
    const [, mode, kind, id, path] = /^(\d+) (\w+) ([0-9a-f]+)\t([\s\S]+)$/.exec(line) ?? [];
    // Links and submodules are no rule files.
    if (path === undefined || id === undefined || kind !== 'blob' || mode === '120000') continue;
    files.set(path, id);
    noteDirectories(directories, path);
  }
  const inside = (path: string): string | undefined => {
    const name = relative(root, path).split(sep).join('/');
    return name.startsWith('../') || name === '..' || name.split('/').includes('node_modules') ? undefined : name;
  };
  return {
    ...machine,
    kind(path) {
      const name = inside(path);
      if (name === undefined) return machine.kind(path);
      return files.has(name) ? 'file' : directories.has(name) ? 'directory' : undefined;
    },
    read(path) {
      const name = inside(path);
      if (name === undefined) return machine.read(path);
      const id = files.get(name);
      const blob = id === undefined ? undefined : git(root, ['cat-file', 'blob', id]);
      if (blob === undefined || blob.status !== 0) throw Object.assign(new Error(`no ${name}`), { code: 'ENOENT' });
      return blob.stdout;
    },
    list(path) {
      const name = inside(path);
      return name === undefined ? machine.list(path) : [...(directories.get(name) ?? [])];
    },
    realPath: (path) => (inside(path) === undefined ? machine.realPath(path) : resolve(path)),
  };
}

function noteDirectories(directories: Map<string, Set<string>>, path: string): void {
  const parts = path.split('/');
  for (let at = parts.length - 1; at >= 0; at -= 1) {
    const directory = parts.slice(0, at).join('/');
    const names = directories.get(directory) ?? new Set<string>();
    names.add(parts[at] ?? '');
    directories.set(directory, names);
  }
}
