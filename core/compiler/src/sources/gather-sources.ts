/**
 * Reads and parses the named files and all that they import.
 *
 * In: ids and a reader. Out: the parsed set; syntax problems and imports that lead nowhere or in a circle as
 * diagnostics. Guaranteed: each file is read once; the result does not depend on the order of the ids.
 */
import { type FileTree, type ImportItem, parseFile, type SyntaxProblem } from '@weir/grammar';
import { defineDiagnostic, type Diagnostic, type Label } from '@weir/plugin';
import type { PassResult } from '../pass-result.ts';
import { importKey, type SourceReader, type SourceSet, STANDARD_RULES } from './source-set.ts';

export const unreadableFile = defineDiagnostic<{ file: string }>(
  { code: 'sources/unreadable-file', severity: 'error' },
  ({ file }) => ({ message: `cannot read \`${file}\`` }),
);
export const unknownImport = defineDiagnostic<{ specifier: string }>(
  { code: 'sources/unknown-import', severity: 'error' },
  ({ specifier }) => ({
    message: `nothing to import at \`${specifier}\``,
    help: specifier.startsWith('.')
      ? 'the path is relative to this file and ends in `.weir`'
      : 'a rule package must be installed, and its package.json must name its file as `"weir": { "rules": … }`',
  }),
);
export const circularImport = defineDiagnostic<{ path: readonly string[]; labels: readonly Label[] }>(
  { code: 'sources/circular-import', severity: 'error' },
  ({ path, labels }) => ({
    message: `files import each other in a circle: ${path.map((file) => `\`${file}\``).join(' → ')}`,
    labels,
    help: 'move what both need into a third file',
  }),
);

export const sourceDiagnostics = [unreadableFile, unknownImport, circularImport] as const;

/** A parser's problem as a diagnostic. */
function syntaxDiagnostic(file: string, problem: SyntaxProblem): Diagnostic {
  const { code, message, start, end, help } = problem;
  return { code, severity: 'error', message, span: { file, start, end }, ...(help !== undefined && { help }) };
}

const importsOf = (tree: FileTree): readonly ImportItem[] =>
  tree.items.filter((item): item is ImportItem => item.kind === 'import');

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
  for (let id = queue.shift(); id !== undefined; id = queue.shift()) {
    if (files.has(id)) continue;
    const text = reader.read(id);
    if (text === undefined) {
      diagnostics.push(unreadableFile(undefined, { file: id }));
      continue;
    }
    const { tree, problems } = parseFile(id, text);
    files.set(id, tree);
    diagnostics.push(...problems.map((problem) => syntaxDiagnostic(tree.file, problem)));
    for (const item of importsOf(tree)) {
      const target = reader.resolveImport(item.from.value, id);
      if (target === undefined || (!files.has(target) && reader.read(target) === undefined)) {
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
  return { value, diagnostics: [...diagnostics, ...circles(value)] };
}

/** Each circle of imports once, reported at the import that closes it. */
function circles(sources: SourceSet): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const done = new Set<string>();
  const visit = (file: string, path: readonly string[]): void => {
    const tree = sources.files.get(file);
    if (tree === undefined || done.has(file)) return;
    for (const item of importsOf(tree)) {
      const target = sources.imports.get(importKey(file, item.from.value));
      if (target === undefined) continue;
      const at = [...path, file].indexOf(target);
      if (at === -1) visit(target, [...path, file]);
      else {
        const span = { file, start: item.from.start, end: item.from.end };
        found.push(circularImport(span, { path: [...[...path, file].slice(at), target], labels: [] }));
      }
    }
    done.add(file);
  };
  for (const file of sources.files.keys()) visit(file, []);
  return found;
}
