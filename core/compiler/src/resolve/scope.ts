/**
 * What names mean in each file: its own sets, services, guards and filters, and what it imports.
 *
 * Guests and networks are facts of one host and known everywhere; their names may be imported, which changes nothing.
 */
import type { FileTree, ImportItem, ImportedName, Item, PolicyItem, ServiceItem, SetItem } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import { importKey, importsOf, type SourceSet, STANDARD_RULES } from '../sources/source-set.ts';
import { declaredTwice, notExported, unknownName } from './findings.ts';
import { type Report, spanOf } from './report.ts';

/** A declaration and the file it stands in. */
export interface Definition {
  readonly file: string;
  readonly item: SetItem | ServiceItem | PolicyItem;
}

export type Scope = ReadonlyMap<string, Definition>;

export interface Scopes {
  readonly of: (file: string) => Scope;
  /** Declarations of all files, in file order. */
  readonly definitions: readonly Definition[];
  /** Whether a name is missing in a file for a reason that has been reported: it stood in text that cannot be read. */
  readonly isHole: (file: string, name: string) => boolean;
  /** Names that the standard rule package exports. */
  readonly standard: Scope;
}

type Named = SetItem | ServiceItem | PolicyItem;

const isNamed = (item: Item): item is Named => item.kind === 'set' || item.kind === 'service' || item.kind === 'policy';

export function buildScopes(sources: SourceSet, report: Report): Scopes {
  const own = new Map([...sources.files].map(([file, tree]) => [file, ownScope(file, tree, report)] as const));
  const holes = new Map<string, Set<string>>();
  const full = new Map<string, Scope>();
  for (const [file, tree] of sources.files) {
    const importer: Importer = { file, scope: new Map(own.get(file)), holes: new Set(), report };
    for (const item of importsOf(tree)) importNames(item, sources, own, importer);
    full.set(file, importer.scope);
    holes.set(file, importer.holes);
  }
  const standardFile = sources.imports.get(importKey('', STANDARD_RULES));
  const standard = new Map(
    [...(own.get(standardFile ?? '') ?? [])].filter(([, definition]) => definition.item.exported),
  );
  return {
    of: (file) => full.get(file) ?? new Map(),
    definitions: [...own.values()].flatMap((scope) => [...scope.values()]),
    isHole: (file, name) => holes.get(file)?.has(name) === true || mayHold(sources.files.get(file), name),
    standard,
  };
}

/** What a file declares itself. */
function ownScope(file: string, tree: FileTree, report: Report): Scope {
  const scope = new Map<string, Definition>();
  for (const item of tree.items.filter(isNamed)) {
    const { text } = item.name;
    const first = scope.get(text);
    if (first !== undefined) {
      const labels = [{ span: spanOf(file, first.item.name), text: 'first declared here' }];
      report.add(declaredTwice(spanOf(file, item.name), { name: text, labels }));
    } else scope.set(text, { file, item });
  }
  return scope;
}

/** A file whose imports are being bound. */
interface Importer {
  readonly file: string;
  readonly scope: Map<string, Definition>;
  readonly holes: Set<string>;
  readonly report: Report;
}

function importNames(item: ImportItem, sources: SourceSet, own: ReadonlyMap<string, Scope>, importer: Importer): void {
  const target = sources.imports.get(importKey(importer.file, item.from.value));
  const tree = target === undefined ? undefined : sources.files.get(target);
  for (const imported of item.names) {
    const local = imported.alias ?? imported.name;
    if (target === undefined || tree === undefined) importer.holes.add(local.text);
    else if (!tree.items.some((i) => i.kind === 'block' && i.name?.text === imported.name.text)) {
      const found = own.get(target)?.get(imported.name.text);
      if (found !== undefined) bindImport(imported, found, importer);
      else {
        importer.holes.add(local.text);
        if (!mayHold(tree, imported.name.text)) missing(imported, own.get(target) ?? new Map(), importer);
      }
    }
  }
}

function bindImport({ name, alias }: ImportedName, found: Definition, { file, scope, report }: Importer): void {
  const local = alias ?? name;
  const first = scope.get(local.text);
  if (!found.item.exported) {
    const labels = [{ span: spanOf(found.file, found.item.name), text: 'declared here' }];
    report.add(notExported(spanOf(file, name), { name: name.text, file: found.file, labels }));
  } else if (first !== undefined && first !== found) {
    const labels = [{ span: spanOf(first.file, first.item.name), text: 'also this' }];
    report.add(declaredTwice(spanOf(file, local), { name: local.text, labels }));
  }
  if (first === undefined) scope.set(local.text, found);
}

function missing({ name }: ImportedName, scope: Scope, { file, report }: Importer): void {
  const exported = [...scope.values()].filter((d) => d.item.exported).map((d) => d.item.name.text);
  report.add(unknownName(spanOf(file, name), { name: name.text, what: 'name', near: suggest(name.text, exported) }));
}

/** Whether text of the file that could not be read has the word in it, and so may declare it. */
function mayHold(tree: FileTree | undefined, word: string): boolean {
  return (
    tree?.items.some(
      (item) =>
        (item.kind === 'error-item' || (item.kind === 'import' && item.broken === true)) &&
        tree.text
          .slice(item.start, item.end)
          .split(/[^A-Za-z0-9_-]+/)
          .includes(word),
    ) === true
  );
}
