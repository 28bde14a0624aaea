/**
 * What names mean in each file: its own sets, services, guards and filters, and what it imports.
 *
 * Guests and networks are facts of one host and known everywhere; their names may be imported, which changes nothing.
 */
import type { Item, Name, PolicyItem, ServiceItem, SetItem } from '@weir/grammar';
import { suggest } from '../diagnostics/suggest.ts';
import { importKey, type SourceSet, STANDARD_RULES } from '../sources/source-set.ts';
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
  /** Names that the standard rule package exports. */
  readonly standard: Scope;
}

type Named = SetItem | ServiceItem | PolicyItem;

const isNamed = (item: Item): item is Named => item.kind === 'set' || item.kind === 'service' || item.kind === 'policy';

export function buildScopes(sources: SourceSet, report: Report): Scopes {
  const own = new Map<string, Map<string, Definition>>();
  for (const [file, tree] of sources.files) {
    const scope = new Map<string, Definition>();
    for (const item of tree.items.filter(isNamed)) {
      const { text } = item.name;
      const first = scope.get(text);
      if (first !== undefined) {
        const labels = [{ span: spanOf(file, first.item.name), text: 'first declared here' }];
        report.add(declaredTwice(spanOf(file, item.name), { name: text, labels }));
      } else scope.set(text, { file, item });
    }
    own.set(file, scope);
  }
  const full = new Map([...own].map(([file, scope]) => [file, withImports(sources, own, file, scope, report)]));
  const standardFile = sources.imports.get(importKey('', STANDARD_RULES));
  const standard = new Map(
    [...(own.get(standardFile ?? '') ?? [])].filter(([, definition]) => definition.item.exported),
  );
  return {
    of: (file) => full.get(file) ?? new Map(),
    definitions: [...own.values()].flatMap((scope) => [...scope.values()]),
    standard,
  };
}

function withImports(
  sources: SourceSet,
  own: ReadonlyMap<string, Scope>,
  file: string,
  scope: Scope,
  report: Report,
): Scope {
  const all = new Map(scope);
  for (const item of sources.files.get(file)?.items ?? []) {
    if (item.kind !== 'import') continue;
    const target = sources.imports.get(importKey(file, item.from.value));
    const tree = target === undefined ? undefined : sources.files.get(target);
    if (target === undefined || tree === undefined) continue;
    for (const { name, alias } of item.names) {
      if (tree.items.some((i) => i.kind === 'block' && i.name?.text === name.text)) continue;
      const found = own.get(target)?.get(name.text);
      const local = alias ?? name;
      if (found === undefined) missing(file, name, own.get(target) ?? new Map(), report);
      else if (!found.item.exported) {
        const labels = [{ span: spanOf(target, found.item.name), text: 'declared here' }];
        report.add(notExported(spanOf(file, name), { name: name.text, file: target, labels }));
      } else if (all.has(local.text) && all.get(local.text) !== found) {
        const first = all.get(local.text);
        const labels = first ? [{ span: spanOf(first.file, first.item.name), text: 'also this' }] : [];
        report.add(declaredTwice(spanOf(file, local), { name: local.text, labels }));
      }
      if (found !== undefined && !all.has(local.text)) all.set(local.text, found);
    }
  }
  return all;
}

function missing(file: string, name: Name, scope: Scope, report: Report): void {
  const exported = [...scope.values()].filter((d) => d.item.exported).map((d) => d.item.name.text);
  report.add(
    unknownName(spanOf(file, name), {
      name: name.text,
      what: 'name',
      near: suggest(name.text, exported),
    }),
  );
}
