/**
 * The disk, as the few operations that the commands need.
 *
 * All calls are synchronous: a run reads its files once, computes, and writes once. They throw Node's errors, whose
 * `code` callers turn into diagnostics or usage errors.
 */
import {
  mkdirSync,
  readdirSync,
  readFileSync,
  realpathSync,
  renameSync,
  rmSync,
  statSync,
  writeFileSync,
} from 'node:fs';

/** What a path leads to, links followed. */
export type PathKind = 'file' | 'directory' | 'other';

/** File access; the tests put failures in its way. */
export interface Disk {
  /** `undefined` when nothing is there (a dangling link included); throws for any other reason. */
  kind(path: string): PathKind | undefined;
  read(path: string): Uint8Array;
  /** Names, unsorted. */
  list(path: string): readonly string[];
  realPath(path: string): string;
  /** Fails when the file exists, unless `replace`. */
  write(path: string, text: string, replace?: boolean): void;
  makeDirectory(path: string): void;
  rename(from: string, to: string): void;
  /** Everything below as well; nothing there is fine. */
  remove(path: string): void;
}

/** The machine's own disk. */
export const machineDisk: Disk = {
  kind(path) {
    const stats = statSync(path, { throwIfNoEntry: false });
    if (!stats) return undefined;
    if (stats.isFile()) return 'file';
    return stats.isDirectory() ? 'directory' : 'other';
  },
  read: (path) => readFileSync(path),
  list: (path) => readdirSync(path),
  realPath: (path) => realpathSync(path),
  write: (path, text, replace = false) => writeFileSync(path, text, { flag: replace ? 'w' : 'wx' }),
  makeDirectory: (path) => void mkdirSync(path, { recursive: true }),
  rename: (from, to) => renameSync(from, to),
  remove: (path) => rmSync(path, { recursive: true, force: true }),
};

/** The `code` of a Node system error (`ENOENT`, `EACCES`, …). */
export function errorCode(error: unknown): string | undefined {
  return error instanceof Error && 'code' in error && typeof error.code === 'string' ? error.code : undefined;
}

const REASONS: Readonly<Record<string, string>> = {
  EACCES: 'permission denied',
  EPERM: 'not permitted',
  ENOENT: 'there is no such file',
  EISDIR: 'it is a directory',
  ENOTDIR: 'a part of the path is not a directory',
  ELOOP: 'its symbolic links go round in a circle',
  ENAMETOOLONG: 'the name is too long',
  ENOSPC: 'the disk is full',
  EROFS: 'the file system is read-only',
  EEXIST: 'it exists already',
  EXDEV: 'it lies on another file system',
};

/** Why an operation failed, in a few words, without paths of the machine. */
export function describeFailure(error: unknown): string {
  const code = errorCode(error);
  return code === undefined ? String(error) : (REASONS[code] ?? code);
}
