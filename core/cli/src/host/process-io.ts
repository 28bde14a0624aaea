/**
 * The real surroundings: this process.
 *
 * Guaranteed: output to a reader that went away (`weir compile … | head`) ends the process quietly.
 */
import process from 'node:process';
import type { CliIo, Output } from './io.ts';

function outputOf(stream: NodeJS.WriteStream): Output {
  stream.on('error', (error: NodeJS.ErrnoException) => {
    if (error.code === 'EPIPE') process.exit(process.exitCode ?? 0);
    throw error;
  });
  return { write: (text) => void stream.write(text), isTTY: stream.isTTY === true };
}

/** Streams, directory and environment of this process. */
export function processIo(): CliIo {
  return {
    stdout: outputOf(process.stdout),
    stderr: outputOf(process.stderr),
    cwd: process.cwd(),
    env: process.env,
  };
}
