/**
 * One run of nft. In: arguments and the text for its standard input. Out: what it printed, or a coded failure.
 * Guaranteed: ends within the timeout, leaves no file and no process behind.
 */
import { spawn } from 'node:child_process';
import { closeSync, mkdtempSync, openSync, rmSync, writeSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { NftErrorCode } from './error.ts';
import { NftError } from './error.ts';

/** How nft is run. */
export interface NftOptions {
  /** The program; `nft` from the path by default. */
  readonly path?: string;
  /** A named network namespace, entered with `ip netns exec`. */
  readonly netns?: string;
  /** Milliseconds until nft is killed; 60,000 by default. */
  readonly timeout?: number;
  /** Runs nft in a fresh network namespace of its own. */
  readonly isPrivate?: boolean;
}

/** What a run printed. */
export interface NftOutput {
  readonly status: number;
  readonly stdout: string;
  readonly stderr: string;
}

/** The text of a document in pieces, or nothing. */
export type NftInput = Iterable<string> | undefined;

const DEFAULT_TIMEOUT = 60_000;

function commandLine(options: NftOptions, args: readonly string[]): readonly [string, readonly string[]] {
  const nft = [options.path ?? 'nft', ...args];
  if (options.isPrivate === true) return ['unshare', ['-n', '--', ...nft]];
  if (options.netns !== undefined) return ['ip', ['netns', 'exec', options.netns, ...nft]];
  return [nft[0] ?? 'nft', nft.slice(1)];
}

/**
 * Writes the input into a file that has no name any more, and gives its descriptor.
 * WHY: nft opens /dev/stdin anew, which fails on the sockets that Node gives to children.
 */
function inputFile(input: Iterable<string>): number {
  const directory = mkdtempSync(join(tmpdir(), 'nft-'));
  try {
    const file = join(directory, 'in.json');
    const writer = openSync(file, 'wx', 0o600);
    for (const piece of input) writeSync(writer, piece);
    closeSync(writer);
    return openSync(file, 'r');
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}

/** Runs nft to its end. Rejects with an `NftError` when it could not be run; its own refusals are in the output. */
export async function runNft(options: NftOptions, args: readonly string[], input?: NftInput): Promise<NftOutput> {
  const stdin = input === undefined ? undefined : inputFile(input);
  try {
    return await start(options, args, stdin);
  } finally {
    if (stdin !== undefined) closeSync(stdin);
  }
}

function start(options: NftOptions, args: readonly string[], stdin: number | undefined): Promise<NftOutput> {
  const [program, programArgs] = commandLine(options, args);
  return new Promise((resolve, reject) => {
    const child = spawn(program, programArgs, {
      stdio: [stdin ?? 'ignore', 'pipe', 'pipe'],
      timeout: options.timeout ?? DEFAULT_TIMEOUT,
      killSignal: 'SIGKILL',
      env: { ...process.env, LC_ALL: 'C' },
    });
    const stdout: Buffer[] = [];
    const stderr: Buffer[] = [];
    child.stdout?.on('data', (chunk: Buffer) => stdout.push(chunk));
    child.stderr?.on('data', (chunk: Buffer) => stderr.push(chunk));
    child.on('error', (error: NodeJS.ErrnoException) => reject(startFailure(error, program)));
    child.on('close', (status, signal) => {
      const output = {
        status: status ?? -1,
        stdout: Buffer.concat(stdout).toString(),
        stderr: Buffer.concat(stderr).toString(),
      };
      if (signal === null) resolve(output);
      else reject(signalFailure(signal, output.stderr));
    });
  });
}

function startFailure(error: NodeJS.ErrnoException, program: string): NftError {
  const code: NftErrorCode = error.code === 'EACCES' || error.code === 'EPERM' ? 'not-permitted' : 'nft-missing';
  const message =
    code === 'nft-missing'
      ? `\`${program}\` is not installed or not in the path`
      : `\`${program}\` may not be run by this user`;
  return new NftError({ code, message, stderr: error.message });
}

function signalFailure(signal: NodeJS.Signals, stderr: string): NftError {
  return signal === 'SIGKILL'
    ? new NftError({ code: 'timeout', message: 'nft did not end in time and was killed', stderr })
    : new NftError({ code: 'crashed', message: `nft ended by ${signal}`, stderr });
}

/** The failure that an output tells of; undefined when nft succeeded without complaint. */
export function failureOf(output: NftOutput, options: NftOptions): NftError | undefined {
  const stderr = output.stderr.trim();
  if (output.status === 0 && stderr === '') return undefined;
  if (output.status === 0) {
    // WHY: nft up to 1.1.3 reports an unknown log or nat flag on stderr, returns 0 and installs the rule without it.
    return new NftError({
      code: 'warned',
      message: `nft accepted the document but complained: ${firstLine(stderr)}`,
      stderr,
    });
  }
  if (/Operation not permitted|must be root|Permission denied/i.test(stderr)) {
    return new NftError({
      code: 'not-permitted',
      message: 'nft needs root (CAP_NET_ADMIN) in this network namespace',
      stderr,
    });
  }
  if (/Cannot open network namespace/.test(stderr)) {
    return new NftError({
      code: 'no-namespace',
      message: `there is no network namespace \`${options.netns ?? ''}\``,
      stderr,
    });
  }
  if (output.status === 127 || /failed to execute|exec of .* failed/.test(stderr)) {
    return new NftError({
      code: 'nft-missing',
      message: `\`${options.path ?? 'nft'}\` is not installed or not in the path`,
      stderr,
    });
  }
  if (output.status > 128)
    return new NftError({ code: 'crashed', message: `nft ended with status ${output.status}`, stderr });
  return new NftError({
    code: 'refused',
    message: firstLine(stderr) || `nft ended with status ${output.status}`,
    stderr,
  });
}

function firstLine(text: string): string {
  const line = text.split('\n')[0] ?? '';
  return line.replace(/^internal:[0-9:-]+:\s*/, '');
}
