/**
 * The corpus of broken input: files of entries, each a title, rule files, and what Weir says to them.
 *
 * In: the text of a file of `corpus/`. Out: its entries, and the text with today's reports. Guaranteed: writing what was
 * read changes nothing but reports.
 */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { DEFAULT_TARGET } from '@weir/compiler';
import { compileTexts, targetNamed, type Outcome, type Texts } from '../compile/compile-case.ts';
import { GENERATED } from './generated.ts';

/** One broken input. */
export interface Entry {
  readonly title: string;
  /** Rule files by name; the first is `input.weir`. */
  readonly texts: Texts;
  readonly target: string;
  /** Everything above the report, as it stands in the file. */
  readonly head: string;
}

/** The directory of the corpus. */
export const CORPUS_DIRECTORY = join(import.meta.dirname, 'corpus');

/** Networks and guests that entries marked `[site]` stand in. */
const SITE = readFileSync(join(CORPUS_DIRECTORY, 'site.weir'), 'utf8');

const ENTRY = /^=== .*\n/m;
const REPORT = '\n>>>\n';

/** What stands before the first entry, and the entries. Throws on a text of another form. */
export function readCorpus(text: string): { readonly intro: string; readonly entries: readonly Entry[] } {
  const starts = [...text.matchAll(new RegExp(ENTRY, 'gm'))].map(({ index }) => index);
  const entries = starts.map((start, at) => readEntry(text.slice(start, starts[at + 1] ?? text.length)));
  return { intro: text.slice(0, starts[0] ?? text.length), entries };
}

function readEntry(text: string): Entry {
  const [, heading = '', words = ''] = /^=== ([^[\n]*?)(?: \[(.*)\])?$/m.exec(text) ?? [];
  if (heading === '') throw new Error(`an entry without a title: ${text.slice(0, 80)}`);
  const end = text.indexOf(REPORT);
  const head = end === -1 ? text.trimEnd() : text.slice(0, end);
  const options = words === '' ? [] : words.split(', ');
  return {
    title: heading,
    head,
    texts: textsOf(head.split('\n').slice(1), options),
    target: valueOf(options, 'target') ?? DEFAULT_TARGET,
  };
}

const valueOf = (options: readonly string[], key: string): string | undefined =>
  options.find((option) => option.startsWith(`${key}=`))?.slice(key.length + 1);

function textsOf(lines: readonly string[], options: readonly string[]): Texts {
  const generated = valueOf(options, 'generated');
  if (generated !== undefined) {
    const make = GENERATED.get(generated);
    if (make === undefined) throw new Error(`nothing makes \`${generated}\``);
    return new Map([['input.weir', make()]]);
  }
  const texts = new Map<string, string>();
  let name = 'input.weir';
  texts.set(name, '');
  for (const line of lines) {
    const next = /^--- (\S+)$/.exec(line)?.[1];
    if (next === undefined) texts.set(name, `${texts.get(name) ?? ''}${line}\n`);
    else texts.set((name = next), '');
  }
  if (options.includes('escaped')) for (const [file, text] of texts) texts.set(file, unescaped(text));
  if (options.includes('site')) texts.set('site.weir', SITE);
  return texts;
}

/** `\r`, `\t` and `\u{…}` stand for characters that a reader of the corpus could not see; `\z` at the end for no last line break. */
function unescaped(text: string): string {
  return text
    .replaceAll(/\\u\{([0-9A-Fa-f]+)\}/g, (_, point: string) => String.fromCodePoint(Number.parseInt(point, 16)))
    .replaceAll('\\r', '\r')
    .replaceAll('\\t', '\t')
    .replace(/\\z\n$/, '');
}

/** Compiles an entry. */
export function compileEntry({ texts, target }: Entry): Outcome {
  return compileTexts(texts, targetNamed(target));
}

/** An entry with its report of today. What a terminal would not show is shown as nothing else would. */
export function withReport({ head }: Entry, report: string): string {
  return `${head}${REPORT}${report.trimEnd()}\n\n`;
}
