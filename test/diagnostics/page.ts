/**
 * A page of `docs/diagnostics`, read: its heading, its fenced blocks, its headings.
 *
 * In: the text of a page. Out: what the tests hold it to. Guaranteed: reading never fails; what is not there is empty.
 */
import { compileTexts, targetNamed, type Outcome, type Texts } from '../compile/compile-case.ts';
import { DEFAULT_TARGET } from '@weir/compiler';

/** Rule files that belong together, and the target that they are compiled for. */
export interface Example {
  readonly texts: Texts;
  readonly target: string;
}

/** One page. */
export interface Page {
  readonly text: string;
  /** What stands behind `# `. */
  readonly code: string;
  /** The line under it: `error: a title`. */
  readonly summary: string;
  /** What is wrong, from the blocks ```` ```weir example [FILE] [target=NAME] ````. */
  readonly example: Example | undefined;
  /** What to write instead, from the blocks ```` ```weir better [FILE] ````. */
  readonly better: Example | undefined;
  /** The report of the example as the page shows it. */
  readonly report: string;
  readonly headings: readonly string[];
}

const FENCE = /^```([^\n`]*)\n([\s\S]*?)^```$/gm;

/** Reads a page. */
export function readPage(text: string): Page {
  const lines = text.split('\n');
  const fences = [...text.matchAll(FENCE)].map(([, info = '', body = '']) => ({ info: info.trim(), body }));
  const of = (kind: string): Example | undefined => {
    const blocks = fences.filter(({ info }) => info.startsWith(`weir ${kind}`));
    if (blocks.length === 0) return undefined;
    const words = blocks.map(({ info, body }) => ({ words: info.split(' ').slice(2), body }));
    const targets = words.flatMap(({ words: all }) => all.filter((word) => word.startsWith('target=')));
    return {
      texts: new Map(
        words.map(({ words: all, body }) => [all.find((word) => word.endsWith('.weir')) ?? 'example.weir', body]),
      ),
      target: targets[0]?.slice('target='.length) ?? DEFAULT_TARGET,
    };
  };
  return {
    text,
    code: (lines[0] ?? '').replace(/^# /, ''),
    summary: lines[2] ?? '',
    example: of('example'),
    better: of('better'),
    report: fences.find(({ info }) => info === 'text')?.body ?? '',
    headings: lines.filter((line) => line.startsWith('## ')).map((line) => line.slice(3)),
  };
}

/** Compiles what a page shows. */
export function compileExample({ texts, target }: Example): Outcome {
  return compileTexts(texts, targetNamed(target));
}

/** The page with the report that the example gives today. */
export function withReport({ text }: Page, report: string): string {
  return text.replace(/^```text\n[\s\S]*?^```$/m, () => `\`\`\`text\n${report.trimEnd()}\n\`\`\``);
}
