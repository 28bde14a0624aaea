/**
 * A project compiled: the compiler's passes on what was read.
 *
 * In: a project. Out: its documents, and all diagnostics of reading and compiling. Guaranteed: no documents when
 * anything is wrong, in reading or in compiling.
 */
import { compile, hasErrors, type Documents, type PassResult } from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import type { Project } from './load-project.ts';

/** Compiles. Runs the passes even after errors of reading, so that all errors of a run are reported. */
export function compileProject(project: Project): PassResult<Documents | undefined> {
  if (!project.target) return { value: undefined, diagnostics: project.diagnostics };
  const compiled = compile(project.sources, project.registry, project.target);
  const diagnostics = withoutRepeats([...project.diagnostics, ...compiled.diagnostics]);
  return { value: hasErrors(diagnostics) ? undefined : compiled.value, diagnostics };
}

/** The same words about the same place are said once, whichever passes found them. */
export function withoutRepeats(diagnostics: readonly Diagnostic[]): readonly Diagnostic[] {
  const seen = new Map<string, Diagnostic>();
  for (const diagnostic of diagnostics) {
    const { code, message, span } = diagnostic;
    const key = JSON.stringify([code, message, span?.file, span?.start, span?.end]);
    if (!seen.has(key)) seen.set(key, diagnostic);
  }
  return [...seen.values()];
}
