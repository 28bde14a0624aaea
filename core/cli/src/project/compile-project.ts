/**
 * A project compiled: the compiler's passes on what was read, and the proof that their product does what is written.
 *
 * In: a project. Out: its documents, and all diagnostics of reading, compiling and validating. Guaranteed: no documents when
 * anything is wrong, in reading, in compiling or in what was compiled.
 */
import { lintPolicy, validateRuleset, validationDiagnostics } from '@weir/analysis';
import { compilePolicy, hasErrors, readPolicy, type Documents, type PassResult, type Target } from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import type { Project } from './load-project.ts';

/** Compiles, with `lint` as a linter too. Runs the passes even after errors of reading, so that all errors of a run are reported. */
export function compileProject(
  project: Project,
  { lint = false }: { readonly lint?: boolean } = {},
): PassResult<Documents | undefined> {
  if (!project.target) return { value: undefined, diagnostics: project.diagnostics };
  const compiled = compileValidated(project, project.target, lint);
  const diagnostics = withoutRepeats([...project.diagnostics, ...compiled.diagnostics]);
  return { value: hasErrors(diagnostics) ? undefined : compiled.value, diagnostics };
}

/** The passes, and then the ruleset against the policy that it was made of. */
function compileValidated(
  { sources, registry }: Project,
  target: Target,
  lint: boolean,
): PassResult<Documents | undefined> {
  const { value: policy, diagnostics: found } = readPolicy(sources, registry);
  if (policy === undefined) return { value: undefined, diagnostics: found };
  const texts = new Map([...sources.files].map(([file, tree]) => [file, tree.text]));
  const { attachments } = registry;
  const compiled = compilePolicy(policy, { target, attachments, texts });
  const failures = compiled.value ? validateRuleset({ policy, target, attachments }, compiled.value.ruleset) : [];
  const linted = lint ? lintPolicy({ policy, target, attachments }) : [];
  return {
    value: compiled.value,
    diagnostics: [...found, ...compiled.diagnostics, ...validationDiagnostics(policy, failures), ...linted],
  };
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
