/**
 * What the readers of values share: whose setting it is, how to point at it, and where problems go.
 *
 * In: the context of a settings block. Out: a scope per setting. Guaranteed: `report` only appends.
 */
import type { Located, NameValue, Value } from '@weir/grammar';
import type { Diagnostic, Edit, Span } from '@weir/plugin';
import { suggest } from '../diagnostics/suggest.ts';
import type { SettingsContext } from './settings-context.ts';

export interface Scope {
  readonly context: SettingsContext;
  /** The setting's key. */
  readonly key: string;
  /** What the setting takes, in words that follow "takes": `an address`. */
  readonly wants: string;
  /** What the setting is for. */
  readonly doc: string;
  report(diagnostic: Diagnostic): void;
}

/** The place of a node. */
export function spanOf(node: Located, { file }: Pick<SettingsContext, 'file'>): Span {
  return { file, start: node.start, end: node.end };
}

/**
 * What the word probably was meant to be, and the rest that messages about an unknown word show. `others` may have been
 * meant too, but are not listed.
 */
export function sought(
  word: string,
  known: readonly string[],
  span: Span,
  others: readonly string[] = [],
): { readonly word: string; readonly known: readonly string[]; readonly near?: Edit } {
  const text = suggest(word, [...known, ...others]);
  return { word, known, ...(text !== undefined && { near: { span, text } }) };
}

/** A name of one part, or undefined. */
export function simpleName(value: Value): NameValue | undefined {
  return value.kind === 'name-value' && value.parts.length === 1 ? value : undefined;
}
