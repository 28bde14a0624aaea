/**
 * Output directories, all or nothing.
 *
 * In: files and the directory they shall make up. Out: that directory, complete. Guaranteed: until everything is
 * written nothing of the old directory changes; files are written into a sibling directory that takes the old one's
 * place by rename; whatever fails, the old directory is there again and the sibling is gone. What a killed run left is
 * cleared up by the next. A directory that is neither empty nor Weir's output is never replaced.
 */
import { basename, dirname, join } from 'node:path';
import process from 'node:process';
import { UsageError } from '../exit-code.ts';
import { describeFailure, type Disk } from '../host/disk.ts';
import { MANIFEST_FILE, type OutputFile } from './output-files.ts';

/** Writes `files` as the directory `asked` (an absolute path); `shown` names it in messages. */
export function writeDirectory(disk: Disk, asked: string, shown: string, files: readonly OutputFile[]): void {
  // WHY: rename(2) would replace a symbolic link itself and not what it leads to.
  const target = disk.kind(asked) === undefined ? asked : disk.realPath(asked);
  const parent = dirname(target);
  const fresh = join(parent, `.${basename(target)}.weir-new-${process.pid}`);
  const old = join(parent, `.${basename(target)}.weir-old-${process.pid}`);
  try {
    disk.makeDirectory(parent);
    clearLeftovers(disk, target);
    checkReplaceable(disk, target, shown);
    writeFiles(disk, fresh, files);
    swap(disk, fresh, target, old);
  } catch (error) {
    disk.remove(fresh);
    if (error instanceof UsageError) throw error;
    throw new UsageError(`cannot write \`${shown}\`: ${describeFailure(error)}`);
  }
  disk.remove(old);
}

function writeFiles(disk: Disk, directory: string, files: readonly OutputFile[]): void {
  const directories = new Set([directory, ...files.map((file) => dirname(join(directory, file.path)))]);
  for (const path of directories) disk.makeDirectory(path);
  for (const file of files) disk.write(join(directory, file.path), file.text);
}

/** WHY: no portable call replaces a directory that is not empty, so the old one steps aside for one rename. */
function swap(disk: Disk, fresh: string, target: string, old: string): void {
  const standing = disk.kind(target) !== undefined;
  if (standing) disk.rename(target, old);
  try {
    disk.rename(fresh, target);
  } catch (error) {
    if (standing) disk.rename(old, target);
    throw error;
  }
}

/** Refuses to replace what Weir did not make. */
export function checkReplaceable(disk: Disk, target: string, shown: string): void {
  const kind = disk.kind(target);
  if (kind === undefined) return;
  if (kind !== 'directory') throw new UsageError(`\`${shown}\` exists and is not a directory`);
  const names = disk.list(target);
  if (names.length === 0 || isOutput(disk, join(target, MANIFEST_FILE), names)) return;
  throw new UsageError(
    `\`${shown}\` holds other files than Weir's output and is left alone`,
    'name an empty or a new directory',
  );
}

const OUTPUT_NAMES: readonly string[] = [
  'ruleset.json',
  'host.json',
  'profiles',
  'interfaces',
  'topology.json',
  MANIFEST_FILE,
];

function isOutput(disk: Disk, manifest: string, names: readonly string[]): boolean {
  if (!names.every((name) => OUTPUT_NAMES.includes(name)) || !names.includes(MANIFEST_FILE)) return false;
  try {
    const value: unknown = JSON.parse(new TextDecoder().decode(disk.read(manifest)));
    return typeof value === 'object' && value !== null && 'format' in value;
  } catch {
    return false;
  }
}

/** Takes away what killed runs left beside `target`; an old directory whose place is empty goes back there. */
function clearLeftovers(disk: Disk, target: string): void {
  const parent = dirname(target);
  const start = `.${basename(target)}.weir-`;
  for (const name of disk.list(parent).toSorted()) {
    const [, which, pid] = name.startsWith(start) ? (/^(new|old)-(\d+)$/.exec(name.slice(start.length)) ?? []) : [];
    if (which === undefined || isAlive(Number(pid))) continue;
    const left = join(parent, name);
    if (which === 'old' && disk.kind(target) === undefined) disk.rename(left, target);
    else disk.remove(left);
  }
}

function isAlive(pid: number): boolean {
  if (pid === process.pid) return false;
  try {
    process.kill(pid, 0);
    return true;
  } catch (error) {
    // WHY: kill(2): EPERM means that the process exists and is someone else's.
    return error instanceof Error && 'code' in error && error.code === 'EPERM';
  }
}
