/**
 * Reads and parses the named files and all that they import.
 *
 * In: ids and a reader. Out: the parsed set; syntax problems and imports that lead nowhere or in a circle as
 * diagnostics. Guaranteed: each file is read once; the result does not depend on the order of the ids.
 */
import { type FileTree, parseFile, type SyntaxProblem } from '@weir/grammar';
import { defineDiagnostic, type Diagnostic } from '@weir/plugin';
import type { PassResult } from '../pass-result.ts';
import { circularImport, importCircles } from './import-circles.ts';
import { importKey, importsOf, type SourceReader, type SourceSet, STANDARD_RULES } from './source-set.ts';

export const unreadableFile = defineDiagnostic<{ file: string }>(
  { code: 'sources/unreadable-file', severity: 'error', title: 'a rule file that cannot be read' },
  ({ file }) => ({ message: `cannot read \`${file}\`` }),
);
export const unknownImport = defineDiagnostic<{ specifier: string }>(
  { code: 'sources/unknown-import', severity: 'error', title: 'an import that leads nowhere' },
  ({ specifier }) => ({
    message: `nothing to import at \`${specifier}\``,
    help: specifier.startsWith('.')
      ? 'the path is relative to this file and ends in `.weir`'
      : 'a rule package must be installed, and its package.json must name its file as `"weir": { "rules": … }`',
  }),
);
export const sourceDiagnostics = [unreadableFile, unknownImport, circularImport] as const;

/** A parser's problem as a diagnostic. */
export function syntaxDiagnostic(file: string, problem: SyntaxProblem): Diagnostic {
  const { code, message, start, end, help } = problem;
  return { code, severity: 'error', message, span: { file, start, end }, ...(help !== undefined && { help }) };
}

export function gatherSources(ids: readonly string[], reader: SourceReader): PassResult<SourceSet> {
  const entries = [...new Set(ids)].sort();
  const files = new Map<string, FileTree>();
  const imports = new Map<string, string>();
  const diagnostics: Diagnostic[] = [];
  const queue = [...entries];
  const standard = reader.resolveImport(STANDARD_RULES, entries[0] ?? '');
  if (standard !== undefined) {
    imports.set(importKey('', STANDARD_RULES), standard);
    queue.push(standard);
  }
  const texts = new Map<string, string | undefined>();
  const textOf = (id: string): string | undefined => {
    if (!texts.has(id)) texts.set(id, reader.read(id));
    return texts.get(id);
  };
  // The queue grows while it is walked.
  for (const id of queue) {
    if (files.has(id)) continue;
    const text = textOf(id);
    if (text === undefined) {
      diagnostics.push(unreadableFile(undefined, { file: id }));
      continue;
    }
    const { tree, problems } = parseFile(id, text);
    files.set(id, tree);
    // WHY: a file can have more problems than a call can have arguments.
    for (const problem of problems) diagnostics.push(syntaxDiagnostic(tree.file, problem));
    for (const item of importsOf(tree)) {
      const target = reader.resolveImport(item.from.value, id);
      if (target === undefined || textOf(target) === undefined) {
        const span = { file: id, start: item.from.start, end: item.from.end };
        diagnostics.push(unknownImport(span, { specifier: item.from.value }));
        continue;
      }
      imports.set(importKey(id, item.from.value), target);
      queue.push(target);
    }
  }
  const sorted = new Map([...files].sort(([a], [b]) => (a < b ? -1 : 1)));
  const value: SourceSet = { files: sorted, entries, imports };
  return { value, diagnostics: [...diagnostics, ...importCircles(value)] };
}
