/** All files of one run, parsed, with the files that their imports lead to. */
import type { FileTree, ImportItem } from '@weir/grammar';

export interface SourceSet {
  /** By id: a display path, relative to the project, with forward slashes; `@scope/package/…` for rule packages. */
  readonly files: ReadonlyMap<string, FileTree>;
  /** Ids of the files that were named, in code-unit order. */
  readonly entries: readonly string[];
  /** Where an import of a file leads: by {@link importKey}. */
  readonly imports: ReadonlyMap<string, string>;
  /** The day that `@expires` is held against, `2027-03-31`: an input like the files, so that the output depends on no clock. */
  readonly date?: string;
}

export function importKey(file: string, specifier: string): string {
  return `${file}\n${specifier}`;
}

/** The imports of a file, in its order. */
export function importsOf(tree: FileTree): readonly ImportItem[] {
  return tree.items.filter((item): item is ImportItem => item.kind === 'import');
}

/** How files are found and read; the only thing that the front of the compiler asks of its host. */
export interface SourceReader {
  /** The text of a file; undefined when there is none. */
  read(id: string): string | undefined;
  /** The id that an import leads to; undefined when nothing is there. */
  resolveImport(specifier: string, from: string): string | undefined;
}

/** The rule package that every project may use without importing it: default guard and default network. */
export const STANDARD_RULES = '@weir/rules';
