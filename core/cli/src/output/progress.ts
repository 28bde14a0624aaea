/**
 * Progress of a run on the host, for a person at a terminal.
 *
 * In: events. Out: one line on stderr that is written over. Guaranteed: nothing is written when stderr is no terminal,
 * and the line is gone at the end.
 */
import type { Phase, Progress } from '@weir/runtime';
import type { Output } from '../host/io.ts';

const WORDS: Readonly<Record<Phase, string>> = {
  check: 'checking the host',
  devices: 'making devices',
  ruleset: 'loading the ruleset',
  settings: 'setting addresses and sysctls',
  services: 'starting services',
  retire: 'taking away what is no longer wanted',
  undo: 'taking everything back',
};

/** A progress display and how to end it. */
export interface ProgressLine {
  readonly onProgress: Progress;
  finish(): void;
}

// WHY: ECMA-48 EL: erase the line the cursor is in.
const ERASE = '\r\u001b[2K';

/** Creates a display on `output`. */
export function createProgress(output: Output): ProgressLine {
  if (!output.isTTY) return { onProgress: () => {}, finish: () => {} };
  let steps = 0;
  let phase = '';
  return {
    onProgress(event) {
      if (event.kind === 'phase') phase = WORDS[event.phase];
      else steps += 1;
      output.write(`${ERASE}${phase} … ${steps} steps`);
    },
    finish: () => output.write(ERASE),
  };
}
