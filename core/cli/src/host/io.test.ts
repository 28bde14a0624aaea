import { expect, test } from 'vitest';
import { createLogger } from './logger.ts';
import { wantsColour, type CliIo } from './io.ts';

const quiet = { write: () => {}, isTTY: false };

function colour(isTTY: boolean, env: CliIo['env']): boolean {
  return wantsColour({ ...quiet, isTTY }, env);
}

test('colour is for terminals, unless the environment says otherwise', () => {
  expect(colour(true, {})).toBe(true);
  expect(colour(false, {})).toBe(false);
  expect(colour(true, { TERM: 'dumb' })).toBe(false);
  expect(colour(true, { NO_COLOR: '1' })).toBe(false);
  expect(colour(true, { NO_COLOR: '' })).toBe(true);
  expect(colour(false, { FORCE_COLOR: '1', NO_COLOR: '1' })).toBe(true);
  expect(colour(true, { FORCE_COLOR: '0' })).toBe(false);
});

function logged(isTTY: boolean, env: CliIo['env'] = {}): string {
  let text = '';
  const stderr = { isTTY, write: (piece: string) => void (text += piece) };
  createLogger({ stdout: quiet, stderr, cwd: '/', env }, 'info').info({ files: 3 }, 'read');
  return text;
}

test('the log is JSON lines where nobody looks, and words on a terminal', () => {
  expect(JSON.parse(logged(false))).toMatchObject({ level: 30, files: 3, msg: 'read' });
  expect(logged(true, { NO_COLOR: '1' })).toMatch(/^\[\d\d:\d\d:\d\d\] INFO: read\n {4}files: 3\n$/);
});
