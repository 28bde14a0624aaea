/** Collects diagnostics of one run; the same finding at the same place counts once, however often a rule is instantiated. */
import type { Located } from '@weir/grammar';
import type { Diagnostic, Span } from '@weir/plugin';

export class Report {
  readonly #seen = new Map<string, Diagnostic>();

  add(diagnostic: Diagnostic): undefined {
    const { code, message, span } = diagnostic;
    const key = `${code}\n${message}\n${span?.file ?? ''}\n${span?.start ?? ''}\n${span?.end ?? ''}`;
    if (!this.#seen.has(key)) this.#seen.set(key, { ...diagnostic, message: shortened(message) });
    return undefined;
  }

  list(): readonly Diagnostic[] {
    return [...this.#seen.values()];
  }
}

const LONGEST_QUOTE = 130;

/** A message quotes what was written, which may be of any length; the place shows it whole. */
function shortened(message: string): string {
  if (message.length <= LONGEST_QUOTE) return message;
  return message.replaceAll(/`([^`]*)`/g, (all, quoted: string) =>
    quoted.length <= LONGEST_QUOTE ? all : `\`${quoted.slice(0, LONGEST_QUOTE - 30)}…\``,
  );
}

/** The place of a node in its file. */
export function spanOf(file: string, node: Located): Span {
  return { file, start: node.start, end: node.end };
}
