/**
 * A dnsmasq of ours as a process: found by its pid file, known by its command line, so that a recycled process id is
 * never taken for it.
 */
import { readFileSync } from 'node:fs';
import { basename } from 'node:path';
import { setTimeout as sleep } from 'node:timers/promises';
import { readIfThere } from '../state/state-file.ts';

function commandLine(pid: number): readonly string[] {
  try {
    return readFileSync(`/proc/${pid}/cmdline`, 'utf8').split('\0');
  } catch {
    return [];
  }
}

/** The argument by which our process is known. */
export function configArgument(config: string): string {
  return `--conf-file=${config}`;
}

/** The process id of the dnsmasq that runs with this configuration, if it does. */
export function findService(paths: { readonly pid: string; readonly config: string }): number | undefined {
  const text = readIfThere(paths.pid)?.trim() ?? '';
  if (!/^[1-9]\d*$/.test(text)) return undefined;
  const [program = '', ...args] = commandLine(Number(text));
  return basename(program) === 'dnsmasq' && args.includes(configArgument(paths.config)) ? Number(text) : undefined;
}

const STEP_MS = 20;

/** Waits until the condition holds; false when it does not within the time. */
export async function waitFor(condition: () => boolean, milliseconds: number): Promise<boolean> {
  for (let waited = 0; waited < milliseconds; waited += STEP_MS) {
    if (condition()) return true;
    await sleep(STEP_MS);
  }
  return condition();
}

/**
 * Whether the process has ended, its sockets included.
 * WHY: dnsmasq removes its pid file, and the kernel drops the command line (exit_mm), before sockets are closed
 * (exit_files); the zombie state comes after both (exit_notify).
 */
function hasEnded(pid: number): boolean {
  const stat = readIfThere(`/proc/${pid}/stat`);
  const state = stat?.slice(stat.lastIndexOf(')') + 2, stat.lastIndexOf(')') + 3);
  return state === undefined || state === 'Z' || state === 'X';
}

/** Ends the process: kindly, then, after three seconds, not. Returns whether it is gone. */
export async function stopService(paths: { readonly pid: string; readonly config: string }): Promise<boolean> {
  const pid = findService(paths);
  if (pid === undefined) return true;
  for (const signal of ['SIGTERM', 'SIGKILL'] as const) {
    try {
      process.kill(pid, signal);
    } catch {
      // It ended by itself in between, which is what was wanted.
    }
    if (await waitFor(() => hasEnded(pid), 3000)) return true;
  }
  return false;
}
