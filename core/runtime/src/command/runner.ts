/**
 * The one place that starts programs. In: a program, arguments, text for its input. Out: exit code and what it printed.
 * Guaranteed: no shell, a time limit, the C locale, and, when asked for, another network namespace. Never throws for
 * what the program does.
 */
import { execFile } from 'node:child_process';

/** What a program left behind. `code` is undefined when it could not start or was stopped. */
export interface CommandResult {
  readonly code: number | undefined;
  readonly stdout: string;
  readonly stderr: string;
}

/** Starts programs on the host, or inside one network namespace of it. */
export interface Runner {
  readonly netns: string | undefined;
  run(program: string, args: readonly string[], input?: string): Promise<CommandResult>;
}

/** Bytes of output kept. `ip -j -d addr` prints about 1.5 kB for a device. */
const MAX_OUTPUT = 512 * 1024 * 1024;

/** Directories of system programs that a plain user's PATH may lack. */
const SYSTEM_DIRECTORIES = ['/usr/sbin', '/sbin', '/usr/bin', '/bin'];

/** The search path used for every program: the caller's own, then the system's. */
export function searchPath(): readonly string[] {
  const own = (process.env['PATH'] ?? '').split(':').filter((directory) => directory !== '');
  return [...new Set([...own, ...SYSTEM_DIRECTORIES])];
}

/** Makes a runner. `timeout` in milliseconds, for each program. */
export function createRunner(options: { readonly netns?: string | undefined; readonly timeout: number }): Runner {
  const { netns, timeout } = options;
  const env = { ...process.env, PATH: searchPath().join(':'), LC_ALL: 'C' };
  return {
    netns,
    run: (program, args, input) => {
      const [file, argv] = netns === undefined ? [program, args] : ['ip', ['netns', 'exec', netns, program, ...args]];
      return new Promise((resolve) => {
        const child = execFile(
          file,
          [...argv],
          { env, timeout, killSignal: 'SIGKILL', maxBuffer: MAX_OUTPUT, encoding: 'utf8' },
          (error, stdout, stderr) => {
            if (error === null) return resolve({ code: 0, stdout, stderr });
            const code = typeof error.code === 'number' ? error.code : undefined;
            const why = error.killed === true ? `stopped after ${timeout} ms` : error.message;
            resolve({ code, stdout, stderr: code === undefined ? `${stderr}${file}: ${why}` : stderr });
          },
        );
        // A program that ends before it has read its input breaks the pipe; its exit code tells the story.
        child.stdin?.on('error', () => {});
        child.stdin?.end(input ?? '');
      });
    },
  };
}
