/**
 * Circles of imports.
 *
 * In: the files and where their imports lead. Out: one diagnostic a circle that a walk from file to file runs into, at
 * the import that closes it, with the other imports of the circle as labels. Guaranteed: no diagnostic exactly when
 * there is no circle; chains of any length are walked without recursion.
 */
import type { ImportItem } from '@weir/grammar';
import { defineDiagnostic, type Diagnostic, type Label } from '@weir/plugin';
import { importKey, importsOf, type SourceSet } from './source-set.ts';

export const circularImport = defineDiagnostic<{ path: readonly string[]; labels: readonly Label[] }>(
  { code: 'sources/circular-import', severity: 'error', title: 'files that import each other' },
  ({ path, labels }) => ({
    message: `files import each other in a circle: ${path.map((file) => `\`${file}\``).join(' → ')}`,
    labels,
    help: 'move what both need into a third file',
  }),
);

/** A file on the way from the start of the walk, with its imports that are still to be followed. */
interface Step {
  readonly file: string;
  readonly rest: Iterator<ImportItem>;
  /** The import that the walk left the file by. */
  left?: ImportItem;
}

export function importCircles(sources: SourceSet): readonly Diagnostic[] {
  const found: Diagnostic[] = [];
  const done = new Set<string>();
  for (const start of sources.files.keys()) {
    const path: Step[] = [];
    const depths = new Map<string, number>();
    const enter = (file: string): void => {
      const tree = sources.files.get(file);
      if (tree === undefined || done.has(file)) return;
      depths.set(file, path.length);
      path.push({ file, rest: importsOf(tree).values() });
    };
    enter(start);
    for (let step = path.at(-1); step !== undefined; step = path.at(-1)) {
      const next = step.rest.next();
      if (next.done === true) {
        done.add(step.file);
        depths.delete(step.file);
        path.pop();
        continue;
      }
      step.left = next.value;
      const target = sources.imports.get(importKey(step.file, next.value.from.value));
      if (target === undefined) continue;
      const depth = depths.get(target);
      if (depth === undefined) enter(target);
      else found.push(circleOf(path.slice(depth)));
    }
  }
  return found;
}

/** INVARIANT: every step was left by the import that leads to the next one, and the last one to the first. */
function circleOf(circle: readonly Step[]): Diagnostic {
  const places = circle.flatMap(({ file, left }) =>
    left === undefined ? [] : [{ file, start: left.from.start, end: left.from.end }],
  );
  const names = circle.map(({ file }) => file);
  const labels = places.slice(0, -1).map((span) => ({ span, text: 'imported here' }));
  return circularImport(places.at(-1), { path: [...names, ...names.slice(0, 1)], labels });
}
