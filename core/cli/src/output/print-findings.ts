/**
 * Findings to the right stream, in the format asked for, with the closing count.
 *
 * In: diagnostics, the project they are about, the format. Out: the exit code they mean. Guaranteed: where a command's
 * result is a document on stdout, findings go to stderr and never mix with it.
 */
import { hasErrors, renderDiagnostics, summarizeDiagnostics, type DiagnosticFormat } from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import { shippedCodes } from '../codes/shipped-codes.ts';
import { EXIT, type ExitCode } from '../exit-code.ts';
import { wantsColour, type CliIo } from '../host/io.ts';
import { VERSION } from '../version.ts';

/** What rendering needs to know of a project. */
export interface FindingsContext {
  readonly texts: ReadonlyMap<string, string>;
  pathOf(id: string): string;
}

/** Where and how. */
export interface FindingsOptions {
  readonly format: DiagnosticFormat;
  readonly stream: 'stdout' | 'stderr';
  /** Said in text format when there is nothing to find; nothing is printed without it. */
  readonly fine?: string;
}

/** Prints, and says how the run ends on account of them. */
export function printFindings(
  io: CliIo,
  diagnostics: readonly Diagnostic[],
  context: FindingsContext,
  options: FindingsOptions,
): ExitCode {
  const output = io[options.stream];
  const { format } = options;
  const rendering = {
    format,
    colour: wantsColour(output, io.env),
    version: VERSION,
    titles: new Map(shippedCodes().map(({ code, title }) => [code, title])),
    texts: context.texts,
    pathOf: context.pathOf,
  };
  // INVARIANT: a machine format on stdout is always one whole document, even without findings.
  if (diagnostics.length > 0 || (format !== 'text' && options.stream === 'stdout')) {
    output.write(renderDiagnostics(diagnostics, rendering));
  }
  if (format === 'text') {
    const count = summarizeDiagnostics(diagnostics);
    const closing = [
      ...(count === '' ? [] : [count]),
      ...(options.fine !== undefined && !hasErrors(diagnostics) ? [options.fine] : []),
    ];
    if (closing.length > 0) output.write(`${closing.join('; ')}\n`);
  }
  return hasErrors(diagnostics) ? EXIT.findings : EXIT.fine;
}
