// The end of namespaces: of a lab that closes, and of labs whose test process was killed before it could close them. In: names under /run/netns.
// Guarantees: touches only namespaces that a lab made, and only processes inside them.
import { spawnSync } from 'node:child_process';
import { readdirSync, readFileSync } from 'node:fs';

/** How the name of every lab's namespaces begins; the process id and a counter follow. */
export const PREFIX = 'weirlab';

/** Kills every process in these namespaces and removes them, in this call; what is gone already is left out of account. */
export function removeNamespaces(namespaces: readonly string[]): void {
  for (const namespace of namespaces) {
    const { stdout } = spawnSync('ip', ['netns', 'pids', namespace], { encoding: 'utf8', timeout: 10_000 });
    for (const pid of (stdout ?? '').split(/\s+/).filter((text) => /^\d+$/.test(text))) killProcess(Number(pid));
  }
  const input = namespaces.map((namespace) => `netns del ${namespace}\n`).join('');
  spawnSync('ip', ['-force', '-batch', '-'], { input, stdio: ['pipe', 'ignore', 'ignore'], timeout: 30_000 });
}

function killProcess(pid: number): void {
  try {
    process.kill(pid, 'SIGKILL');
  } catch {
    // It has ended since it was listed.
  }
}

/** Removes the namespaces of labs whose test process was killed before it could. */
export function removeStale(): void {
  let names: readonly string[] = [];
  try {
    names = readdirSync('/run/netns');
  } catch {
    return;
  }
  const stale = names.filter((name) => {
    const pid = new RegExp(`^${PREFIX}-(\\d+)-`).exec(name)?.[1];
    return pid !== undefined && Number(pid) !== process.pid && !isRunning(pid);
  });
  if (stale.length > 0) removeNamespaces(stale);
}

function isRunning(pid: string): boolean {
  try {
    return !/^State:\s+Z/m.test(readFileSync(`/proc/${pid}/status`, 'utf8'));
  } catch {
    return false;
  }
}
