/**
 * Diagnostics as values, and how one is declared.
 *
 * A diagnostic is declared once, beside the check that raises it, with a permanent code. Guaranteed: rendering (text,
 * JSON, editor) needs nothing but the value and the files' texts.
 */
import type { Span } from './span.ts';

export type Severity = 'error' | 'warning' | 'info';

/** A secondary place with a word on what it is. */
export interface Label {
  readonly span: Span;
  readonly text: string;
}

/** Replacing `span` by `text` mends the problem. */
export interface Edit {
  readonly span: Span;
  readonly text: string;
}

export interface Diagnostic {
  /** `area/kebab-name`; permanent, never reused. A plugin's codes start with its own name. */
  readonly code: string;
  readonly severity: Severity;
  /** What is wrong: lower case, one line, no final period, user text in backticks. */
  readonly message: string;
  /** Where. Absent only for problems that have no place in a file (a missing package, a wrong option). */
  readonly span?: Span;
  readonly labels?: readonly Label[];
  /** What to do instead. */
  readonly help?: string;
  readonly fix?: readonly Edit[];
}

/** What is known of a diagnostic before it is raised: one line of the list of all codes. */
export interface DiagnosticHead {
  readonly code: string;
  readonly severity: Severity;
  /** What the code is about, as a few words that do not depend on the case: `a rule that no packet can match`. */
  readonly title?: string;
}

/** What a definition says for given parameters. */
export interface DiagnosticText {
  readonly message: string;
  readonly labels?: readonly Label[];
  readonly help?: string;
  readonly fix?: readonly Edit[];
}

/** A declared diagnostic: call it with a place and its parameters to get the value. */
export interface DiagnosticDefinition<P> extends DiagnosticHead {
  (span: Span | undefined, params: P): Diagnostic;
}

/** Declares a diagnostic. `say` must be pure. */
export function defineDiagnostic<P>(head: DiagnosticHead, say: (params: P) => DiagnosticText): DiagnosticDefinition<P> {
  const make = (span: Span | undefined, params: P): Diagnostic => ({
    code: head.code,
    severity: head.severity,
    ...say(params),
    ...(span && { span }),
  });
  const { code, severity, title } = head;
  return Object.assign(make, { code, severity, ...(title !== undefined && { title }) });
}
