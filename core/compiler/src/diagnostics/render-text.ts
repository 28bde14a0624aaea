/**
 * Diagnostics as text for people: heading, place, code frame, help, fix, and a closing count.
 *
 * In: diagnostics and the files' texts. Out: text that ends in a newline (or is empty). Guaranteed: deterministic; no
 * character of a file or message steers the terminal; colours only when asked for.
 */
import type { Diagnostic, Edit, Label } from '@weir/plugin';
import { gutterWidth, renderFrame, type Mark } from './render-frame.ts';
import { paintFor, type Paint } from './render-paint.ts';
import {
  countDiagnostics,
  placeOf,
  sortDiagnostics,
  viewSources,
  type DiagnosticSources,
  type SourceView,
} from './render-sources.ts';
import { makeLinesVisible, makeVisible } from './render-visible.ts';

/** How text is rendered. */
export interface TextOptions extends DiagnosticSources {
  readonly colour?: boolean;
}

/** Labels shown per diagnostic; the rest is counted. */
const MOST_LABELS = 12;

/** All diagnostics, each followed by an empty line. No summary: see {@link summarizeDiagnostics}. */
export function renderText(diagnostics: readonly Diagnostic[], options: TextOptions): string {
  const view = viewSources(options);
  const paint = paintFor(options.colour ?? false);
  return sortDiagnostics(diagnostics)
    .map((diagnostic) => `${renderOne(diagnostic, view, paint).join('\n')}\n\n`)
    .join('');
}

/** `2 errors, 1 warning`; the empty text when there is nothing to count. Infos count as notes. */
export function summarizeDiagnostics(diagnostics: readonly Diagnostic[]): string {
  const { error, warning, info } = countDiagnostics(diagnostics);
  return [
    ...(error > 0 ? [counted(error, 'error')] : []),
    ...(warning > 0 ? [counted(warning, 'warning')] : []),
    ...(info > 0 ? [counted(info, 'note')] : []),
  ].join(', ');
}

function counted(count: number, word: string): string {
  return `${count} ${word}${count === 1 ? '' : 's'}`;
}

function renderOne(diagnostic: Diagnostic, view: SourceView, paint: Paint): readonly string[] {
  const { severity, code, message, labels = [], help, fix = [] } = diagnostic;
  const heading = paint.heading(severity, `${severity}[${makeVisible(code)}]`);
  const marks = marksOf(diagnostic, labels.slice(0, MOST_LABELS));
  const gutter = gutterOf(marks, view);
  const notes: readonly (readonly [word: string, text: string])[] = [
    ...(labels.length > MOST_LABELS ? [['note', `and ${labels.length - MOST_LABELS} more places`] as const] : []),
    ...(help === undefined ? [] : [['help', makeLinesVisible(help)] as const]),
    ...fix.map((edit) => ['fix', describeEdit(edit, view)] as const),
  ];
  return [
    `${heading}${paint.strong(`: ${makeVisible(message)}`)}`,
    ...renderPlaces(marks, diagnostic.span?.file, gutter, view, paint),
    ...notes.flatMap(([word, text]) => note(word, text, gutter, paint)),
  ];
}

interface Placed extends Mark {
  readonly file: string;
}

function marksOf(diagnostic: Diagnostic, labels: readonly Label[]): readonly Placed[] {
  const primary = diagnostic.span ? [{ ...diagnostic.span, primary: true, text: '' }] : [];
  return [...primary, ...labels.map((label) => ({ ...label.span, primary: false, text: label.text }))];
}

function filesOf(marks: readonly Placed[]): readonly string[] {
  return [...new Set(marks.map((mark) => mark.file))].toSorted();
}

function gutterOf(marks: readonly Placed[], view: SourceView): number {
  const widths = filesOf(marks).map((file) => {
    const index = view.index(file);
    return index
      ? gutterWidth(
          index,
          marks.filter((mark) => mark.file === file),
        )
      : 1;
  });
  return Math.max(1, ...widths);
}

/** The primary's file first, the others by name. */
function renderPlaces(
  marks: readonly Placed[],
  main: string | undefined,
  gutter: number,
  view: SourceView,
  paint: Paint,
): readonly string[] {
  const others = filesOf(marks).filter((file) => file !== main);
  const files = main === undefined ? others : [main, ...others];
  return files.flatMap((file, at) => {
    const here = marks.filter((mark) => mark.file === file);
    return renderFile(file, here, at === 0 ? '-->' : ':::', gutter, view, paint);
  });
}

function renderFile(
  file: string,
  marks: readonly Placed[],
  arrow: string,
  gutter: number,
  view: SourceView,
  paint: Paint,
): readonly string[] {
  const index = view.index(file);
  const first = marks[0];
  const place = first && placeOf(view, first);
  const at = place?.start ? `:${place.start.line}:${place.start.column}` : '';
  const head = `${' '.repeat(gutter)}${paint.gutter(arrow)} ${makeVisible(view.path(file))}${at}`;
  if (!index)
    return [
      head,
      ...marks.flatMap((mark) => (mark.text === '' ? [] : note('note', makeVisible(mark.text), gutter, paint))),
    ];
  return [head, paint.gutter(`${' '.repeat(gutter)} |`), ...renderFrame(index, marks, gutter, paint)];
}

function note(word: string, text: string, gutter: number, paint: Paint): readonly string[] {
  const [first = '', ...rest] = text.split('\n');
  const indent = ' '.repeat(gutter + 1);
  return [`${indent}${paint.gutter('=')} ${paint.strong(word)}: ${first}`, ...rest.map((line) => `${indent}  ${line}`)];
}

function describeEdit(edit: Edit, view: SourceView): string {
  const place = placeOf(view, edit.span);
  const at = place.start ? ` at ${makeVisible(place.file)}:${place.start.line}:${place.start.column}` : '';
  const old = view.text(edit.span) ?? '';
  const [before, after] = [makeVisible(old), makeVisible(edit.text)];
  if (old === '') return `insert \`${after}\`${at}`;
  return edit.text === '' ? `remove \`${before}\`${at}` : `write \`${after}\` instead of \`${before}\`${at}`;
}
