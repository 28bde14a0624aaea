/**
 * The compiler's documents as files: names and bytes.
 *
 * In: documents. Out: relative posix paths with their text, in a fixed order. Guaranteed: every path stays inside the
 * directory it will be written to.
 */
import type { Documents } from '@weir/compiler';
import { stringifyDocument } from '@weir/nftables-json';

/** One file to write. */
export interface OutputFile {
  readonly path: string;
  readonly text: string;
}

/** Name of the file that marks a directory as Weir's output. */
export const MANIFEST_FILE = 'manifest.json';

/** All files of a compilation, the manifest last. */
export function outputFiles(documents: Documents): readonly OutputFile[] {
  return [
    { path: 'ruleset.json', text: stringifyDocument(documents.ruleset) },
    { path: 'host.json', text: stringifyDocument(documents.host) },
    ...several('profiles', documents.profiles),
    ...several('interfaces', documents.interfaces),
    { path: 'topology.json', text: prettyJson(documents.topology) },
    { path: MANIFEST_FILE, text: prettyJson(documents.manifest) },
  ];
}

function several(directory: string, members: Documents['profiles']): readonly OutputFile[] {
  return [...members].map(([name, document]) => ({
    path: `${directory}/${safeName(name)}.json`,
    text: stringifyDocument(document),
  }));
}

function prettyJson(value: unknown): string {
  return `${JSON.stringify(value, null, 2)}\n`;
}

/** INVARIANT: the compiler has refused such names long before; a file name is the last place to be wrong about it. */
function safeName(name: string): string {
  // oxlint-disable-next-line no-control-regex
  if (/^\.{1,2}$|[/\\\u0000-\u001f\u007f]/.test(name) || name === '' || name.length > 200) {
    throw new Error(`the compiler made a document with the unsafe name ${JSON.stringify(name)}`);
  }
  return name;
}
