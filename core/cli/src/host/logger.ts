/**
 * The log: pino on stderr, pretty on a terminal, JSON lines otherwise.
 *
 * Guaranteed: a log line is written before the call returns, and nothing of it goes to stdout.
 */
import { pino, type Logger } from 'pino';
import pretty from 'pino-pretty';
import { wantsColour, type CliIo } from './io.ts';

/** Levels of `--log-level`, loudest last. */
export const LOG_LEVELS = ['silent', 'error', 'warn', 'info', 'debug', 'trace'] as const;
/** One of {@link LOG_LEVELS}. */
export type LogLevel = (typeof LOG_LEVELS)[number];

/** A logger of the given level on `io.stderr`. */
export function createLogger(io: CliIo, level: LogLevel): Logger {
  const options = { level, base: null, timestamp: pino.stdTimeFunctions.isoTime };
  if (!io.stderr.isTTY) return pino(options, { write: (line) => io.stderr.write(line) });
  const format = pretty.prettyFactory({ colorize: wantsColour(io.stderr, io.env), translateTime: 'SYS:HH:MM:ss' });
  return pino(options, { write: (line) => io.stderr.write(format(line)) });
}
