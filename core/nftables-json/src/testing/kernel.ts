/** Whether nft and the rights to use it are here, and how tests run it: each call in a network namespace of its own. */
import { spawnSync } from 'node:child_process';

/** What one run of a command gave. */
export interface Run {
  readonly ok: boolean;
  readonly stdout: string;
  readonly stderr: string;
}

/** Runs a shell script in a fresh network namespace, with `input` on its standard input. */
export function inNamespace(script: string, input = ''): Run {
  const result = spawnSync('unshare', ['-n', 'sh', '-c', script], { input, encoding: 'utf8', maxBuffer: 2 ** 28 });
  return { ok: result.status === 0 && result.stderr === '', stdout: result.stdout ?? '', stderr: result.stderr ?? '' };
}

function whyNot(): string | undefined {
  if (process.getuid?.() !== 0) return 'not root';
  const probe = inNamespace('nft -j list ruleset');
  return probe.ok ? undefined : `nft does not run in a namespace: ${probe.stderr.trim()}`;
}

/** The reason why kernel tests are skipped; undefined when they run. With WEIR_REQUIRE_KERNEL=1 a reason is an error. */
export const kernelSkipReason: string | undefined = whyNot();
if (kernelSkipReason !== undefined && process.env['WEIR_REQUIRE_KERNEL'] === '1') {
  throw new Error(`kernel tests are required but cannot run: ${kernelSkipReason}`);
}
if (kernelSkipReason !== undefined) process.stderr.write(`kernel tests are skipped: ${kernelSkipReason}\n`);
