/**
 * The instance's directory: the record, the last ruleset, and a lock. Guaranteed: files are replaced whole (written
 * beside, then renamed), and are readable by root alone where they need not be read by dnsmasq.
 */
import { mkdirSync, readdirSync, readFileSync, renameSync, rmdirSync, rmSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { hostProblem, StepError, type HostProblem } from '../problem.ts';
import { EMPTY_STATE, type HostState } from './state.ts';

/** Makes the directory. 0755, because dnsmasq gives up root before it reads some of its files. */
export function makeDirectory(directory: string): void {
  mkdirSync(directory, { recursive: true, mode: 0o755 });
}

/** Replaces a file whole. */
export function replaceFile(path: string, content: string, mode = 0o600): void {
  makeDirectory(dirname(path));
  writeFileSync(`${path}.new`, content, { mode });
  renameSync(`${path}.new`, path);
}

/** The content of a file, or undefined when there is none. */
export function readIfThere(path: string): string | undefined {
  try {
    return readFileSync(path, 'utf8');
  } catch (error) {
    const { code } = error as NodeJS.ErrnoException;
    // ESRCH: a file below /proc whose process ended while it was read.
    if (code === 'ENOENT' || code === 'ESRCH') return undefined;
    throw error;
  }
}

function isState(value: unknown): value is HostState {
  const state = value as Partial<HostState> | null;
  const lists = [state?.addresses, state?.ports, state?.sysctls, state?.services];
  return state?.format === 1 && lists.every((entry) => Array.isArray(entry));
}

/** The record, or the problem that it cannot be understood. Undefined when there is none. */
export function readState(directory: string): HostState | HostProblem | undefined {
  const path = join(directory, 'state.json');
  const content = readIfThere(path);
  if (content === undefined) return undefined;
  try {
    const value: unknown = JSON.parse(content);
    if (isState(value)) return value;
  } catch {
    // Falls through to the problem: text that is no JSON is as unreadable as JSON that is no record.
  }
  return hostProblem('runtime/bad-state', `\`${path}\` is not a record of this version of Weir`, {
    help: 'move it away if you know that nothing in it matters; devices made by Weir carry an alias `weir:…`',
  });
}

/** Writes the record; an empty one takes the file away. */
export function writeState(directory: string, state: HostState): void {
  const path = join(directory, 'state.json');
  const empty = JSON.stringify(state) === JSON.stringify(EMPTY_STATE);
  if (empty) rmSync(path, { force: true });
  else replaceFile(path, `${JSON.stringify(state, undefined, 2)}\n`);
}

/** Path of the ruleset that was loaded last. */
export function rulesetPath(directory: string): string {
  return join(directory, 'ruleset.json');
}

/** Takes the directory away if nothing is left in it. */
export function removeDirectoryIfEmpty(directory: string): void {
  try {
    if (readdirSync(directory).length === 0) rmdirSync(directory);
  } catch {
    // Somebody else's file came or the directory went in between: either way there is nothing to do.
  }
}

function holderOf(path: string): string | undefined {
  const pid = readIfThere(path)?.trim();
  if (pid === undefined || !/^\d+$/.test(pid)) return undefined;
  try {
    process.kill(Number(pid), 0);
    return pid;
  } catch {
    return undefined;
  }
}

/** Runs the work while no other run has the instance; a lock whose owner is gone does not count. */
export async function withLock<T>(directory: string, work: () => Promise<T>): Promise<T> {
  makeDirectory(directory);
  const path = join(directory, 'lock');
  const holder = holderOf(path);
  if (holder === undefined) rmSync(path, { force: true });
  try {
    writeFileSync(path, `${process.pid}\n`, { flag: 'wx', mode: 0o600 });
  } catch {
    const who = holder === undefined ? 'another run' : `process ${holder}`;
    throw new StepError(hostProblem('runtime/busy', `${who} is changing this host`, { help: 'wait for it to end' }));
  }
  try {
    return await work();
  } finally {
    rmSync(path, { force: true });
    removeDirectoryIfEmpty(directory);
  }
}
