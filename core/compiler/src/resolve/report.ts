/** Collects diagnostics of one run; the same finding at the same place counts once, however often a rule is instantiated. */
import type { Located } from '@weir/grammar';
import type { Diagnostic, Span } from '@weir/plugin';

export class Report {
  readonly #seen = new Map<string, Diagnostic>();

  add(diagnostic: Diagnostic): undefined {
    const { code, message, span } = diagnostic;
    const key = `${code}\n${message}\n${span?.file ?? ''}\n${span?.start ?? ''}\n${span?.end ?? ''}`;
    if (!this.#seen.has(key)) this.#seen.set(key, diagnostic);
    return undefined;
  }

  list(): readonly Diagnostic[] {
    return [...this.#seen.values()];
  }
}

/** The place of a node in its file. */
export function spanOf(file: string, node: Located): Span {
  return { file, start: node.start, end: node.end };
}
