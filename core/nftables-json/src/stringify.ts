/**
 * Deterministic text of a document. In: a document. Out: JSON with one command per line, so that two of them can be read side by side.
 * Keys stand in the order of the objects, which the builders fix.
 */
import type { NftDocument } from './types/command.ts';

/** The text of a document, ending in a newline. Equal documents give equal bytes. */
export function stringifyDocument(document: NftDocument): string {
  if (document.nftables.length === 0) return '{"nftables":[]}\n';
  return `${[...documentLines(document)].join('')}`;
}

/** The same text in pieces, for documents that are larger than the longest string (about 512 MB). */
export function* documentLines(document: NftDocument): Generator<string, void, undefined> {
  yield '{"nftables":[\n';
  const last = document.nftables.length - 1;
  for (const [index, command] of document.nftables.entries()) {
    yield `${JSON.stringify(command)}${index === last ? '' : ','}\n`;
  }
  yield ']}\n';
}
