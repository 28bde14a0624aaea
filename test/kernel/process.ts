// Runs one command to its end. In: an argument vector (no shell), input text, a time limit. Out: exit code and what was printed.
// Guarantees: never waits longer than the limit, and kills the command's whole process group when it is over.
import { spawn } from 'node:child_process';

/** What a command left behind. `code` is 124 when the time limit ended it, 127 when it could not be started. */
export interface CommandResult {
  readonly code: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** How to run a command. */
export interface CommandOptions {
  /** Text for standard input; without it standard input is empty. */
  readonly input?: string;
  /** Milliseconds until the command is killed; 20,000 unless given. */
  readonly timeoutMs?: number;
  /** Working directory; that of the test process unless given. */
  readonly cwd?: string;
  /** Variables added to those of the test process. */
  readonly env?: Readonly<Record<string, string>>;
}

/** Runs `argv` and resolves with its result, whatever the exit code. Never rejects. */
export function runCommand(argv: readonly string[], options: CommandOptions = {}): Promise<CommandResult> {
  const [program = '', ...args] = argv;
  return new Promise((resolve) => {
    const child = spawn(program, args, {
      cwd: options.cwd,
      env: { ...process.env, ...options.env },
      detached: true,
      stdio: ['pipe', 'pipe', 'pipe'],
    });
    let stdout = '';
    let stderr = '';
    let timedOut = false;
    const timer = setTimeout(() => {
      timedOut = true;
      killGroup(child.pid);
      child.stdout.destroy();
      child.stderr.destroy();
    }, options.timeoutMs ?? 20_000);
    child.stdout.setEncoding('utf8').on('data', (text: string) => (stdout += text));
    child.stderr.setEncoding('utf8').on('data', (text: string) => (stderr += text));
    child.on('error', (error) => {
      clearTimeout(timer);
      resolve({ code: 127, stdout, stderr: `${stderr}${error.message}` });
    });
    const finish = (code: number | null): void => {
      clearTimeout(timer);
      resolve({ code: timedOut ? 124 : (code ?? 128), stdout, stderr });
    };
    // WHY: a daemon that the command leaves behind (dnsmasq) may hold the pipes open, so that `close` never comes after `exit`.
    child.on('exit', (code) => setTimeout(finish, 300, code).unref());
    child.on('close', finish);
    child.stdin.on('error', () => undefined);
    child.stdin.end(options.input ?? '');
  });
}

/** Runs `argv` and returns what it printed; throws with everything it said when it fails. */
export async function mustRun(argv: readonly string[], options: CommandOptions = {}): Promise<string> {
  const result = await runCommand(argv, options);
  if (result.code !== 0) {
    throw new Error(`\`${argv.join(' ')}\` ended with ${result.code}\n${result.stderr}${result.stdout}`);
  }
  return result.stdout;
}

function killGroup(pid: number | undefined): void {
  if (pid === undefined) return;
  try {
    process.kill(-pid, 'SIGKILL');
  } catch {
    // The group has ended on its own between the timer and the signal.
  }
}
