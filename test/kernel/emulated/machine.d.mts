// The types of machine.mjs, which is plain JavaScript so that Node 20 runs it as it stands.

/** What to run; the fields are explained in machine.mjs. */
export interface Job {
  readonly command: readonly string[];
  readonly directory: string;
  readonly env?: Readonly<Record<string, string>>;
  readonly modules?: readonly string[];
  readonly timeoutMs?: number;
  readonly memory?: number;
  readonly share?: string;
  readonly output?: (text: string) => void;
}

/** How it ended. `code` is the command's exit code, 124 when the time was over, 125 when the machine ended without a word. */
export interface Outcome {
  readonly code: number;
  readonly output: string;
  readonly bootMs: number;
  readonly totalMs: number;
}

/** Boots the kernel, runs the job, and ends the machine. */
export function runEmulated(job: Job): Promise<Outcome>;
