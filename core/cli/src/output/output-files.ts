/**
 * The compiler's documents as files to write.
 *
 * In: documents. Out: relative posix paths with their text, in the compiler's order. Guaranteed: every path stays
 * inside the directory it will be written to.
 */
import { documentFiles, type DocumentFile, type Documents } from '@weir/compiler';

/** One file to write. */
export type OutputFile = DocumentFile;

/** Name of the file that marks a directory as Weir's output. */
export const MANIFEST_FILE = 'manifest.json';

// WHY: interface names may hold what the kernel allows (dev_valid_name, net/core/dev.c); a path only plain characters.
const SAFE = /^(?:(?:profiles|interfaces)\/)?(?!\.{1,2}\.json$)[A-Za-z0-9_.@+-]{1,200}\.json$/;

/** All files of a compilation, the manifest last. */
export function outputFiles(documents: Documents): readonly OutputFile[] {
  const files = [...documentFiles(documents)];
  const unsafe = files.find((file) => !SAFE.test(file.path));
  // INVARIANT: the compiler has refused such names long before; a path is the last place to be wrong about one.
  if (unsafe) throw new Error(`the compiler made a document with the unsafe name ${JSON.stringify(unsafe.path)}`);
  return files;
}
