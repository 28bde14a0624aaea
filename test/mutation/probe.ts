// What may notice a mutant: something that runs in this process and tells what it saw.

/**
 * How much a difference says. `witness`: a verdict, an answer or a mark of a frame, a promise of a test. `recorded`: only what is told about it
 * (the order of asking, counters, the bytes of a document); a comparison with what was written before notices it, no frame does.
 */
export type Level = 'witness' | 'recorded';

/**
 * Takes down what was seen, in the same order every time. True: as without a mutant; false: otherwise, or not yet known. Ends the probe by an error
 * when a witness has seen something else.
 */
export type See = (level: Level, seen: string) => boolean;

export interface Probe {
  readonly name: string;
  /** Rejects or throws where something is wrong by itself, as tests do. */
  readonly run: (see: See) => void | Promise<void>;
}
