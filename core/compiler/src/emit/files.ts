/**
 * Documents as files: names and bytes.
 *
 * In: documents. Out: relative posix paths with their text, and digests of texts. Guaranteed: bytes depend on the
 * documents alone; nft documents have one command a line, the others are indented by two spaces.
 */
import { hash } from 'node:crypto';
import { type NftDocument, stringifyDocument } from '@weir/nftables-json';
import type { Documents } from './documents.ts';

/** A file of the output directory. */
export interface DocumentFile {
  /** Relative to the output directory, with `/`. */
  readonly path: string;
  readonly text: string;
}

/** Texts made so far: each document is digested for the manifest and written once more as a file. */
const TEXTS = new WeakMap<NftDocument, string>();

/** The canonical text of a document. */
export function documentText(document: NftDocument): string {
  const known = TEXTS.get(document);
  if (known !== undefined) return known;
  const text = stringifyDocument(document);
  TEXTS.set(document, text);
  return text;
}

/** Every file of the output directory, the whole ruleset first and the manifest last. Texts are made when asked for. */
export function* documentFiles(documents: Documents): Generator<DocumentFile, void, undefined> {
  yield { path: 'ruleset.json', text: documentText(documents.ruleset) };
  yield { path: 'host.json', text: documentText(documents.host) };
  yield* several('profiles', documents.profiles);
  yield* several('interfaces', documents.interfaces);
  yield { path: 'topology.json', text: dataText(documents.topology) };
  yield { path: 'manifest.json', text: dataText(documents.manifest) };
}

function* several(
  directory: string,
  documents: ReadonlyMap<string, NftDocument>,
): Generator<DocumentFile, void, undefined> {
  for (const [name, document] of documents) {
    yield { path: `${directory}/${name}.json`, text: documentText(document) };
  }
}

/** The text of `topology.json` and `manifest.json`. */
export function dataText(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** SHA-256 of a text in UTF-8, lower-case hex. */
export function digestOf(text: string): string {
  return hash('sha256', text);
}
