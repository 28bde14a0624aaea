/**
 * Which networks, guests and `host` items there are, by name, before anything in them is read.
 *
 * In: all files. Out: the readable items and all declared names. Guaranteed: one item a name (the first one; the others
 * are reported); what is broken is left out but its name stays; of a rule package only networks count, exported ones
 * that an interface uses, and the project's network of the same name goes before.
 */
import type { BlockItem, Name } from '@weir/grammar';
import { defineDiagnostic, type Span } from '@weir/plugin';
import { importKey, type SourceSet, STANDARD_RULES } from '../../sources/source-set.ts';
import { spanOf } from '../../settings/scope.ts';
import type { Findings } from './findings.ts';

/** The network of an interface that names none. */
export const DEFAULT_NETWORK = 'default';

/** Words that mean something else where a guest or network is named. */
const RESERVED: ReadonlySet<string> = new Set([DEFAULT_NETWORK, 'any', 'gateway', 'host', 'none', 'self', 'world']);

export const declaredTwice = defineDiagnostic<{ of: string; name: string; first: Span }>(
  { code: 'inventory/declared-twice', severity: 'error', title: 'two guests or networks of one name' },
  ({ of, name, first }) => ({
    message: `there are two ${of}s \`${name}\``,
    labels: [{ span: first, text: 'the first one' }],
    help: `names of ${of}s hold for all files: rename one of the two`,
  }),
);
export const reservedName = defineDiagnostic<{ of: string; name: string }>(
  { code: 'inventory/reserved-name', severity: 'error', title: 'a guest or network with a name that rules need' },
  ({ of, name }) => ({
    message: `a ${of} cannot be called \`${name}\`: the word has a meaning of its own in rules`,
    help: 'choose another name',
  }),
);
export const ignoredInPackage = defineDiagnostic<{ of: string }>(
  { code: 'inventory/ignored-in-package', severity: 'warning', title: 'a guest in a rule package' },
  ({ of }) => ({
    message: `a \`${of}\` item of a rule package is ignored`,
    help: 'packages bring rules, sets and networks; the machines of a host stand in its own files',
  }),
);

/** An item with a name, and its file. */
export interface Declared {
  readonly file: string;
  readonly item: BlockItem;
  readonly name: Name;
}

export interface Declarations {
  /** Readable ones, in the order of the files. */
  readonly networks: readonly Declared[];
  readonly guests: readonly Declared[];
  readonly hosts: readonly { readonly file: string; readonly item: BlockItem }[];
  /** Broken ones too. */
  readonly networkNames: ReadonlySet<string>;
  readonly guestNames: ReadonlySet<string>;
  /** Guests of which something could not be read. */
  readonly brokenGuests: ReadonlySet<string>;
}

export function collectDeclarations(sources: SourceSet, findings: Findings): Declarations {
  const networks = new Map<string, Declared>();
  const guests = new Map<string, Declared>();
  const hosts: { readonly file: string; readonly item: BlockItem }[] = [];
  const offered: Declared[] = [];
  for (const { file, item } of blocks(sources)) {
    if (isPackage(file)) {
      if (item.of !== 'network') findings.report(ignoredInPackage(spanOf(item, { file }), { of: item.of }));
      else if (item.exported && item.name) offered.push({ file, item, name: item.name });
    } else if (item.of === 'host') hosts.push({ file, item });
    else if (item.name) {
      declare(item.of === 'guest' ? guests : networks, { file, item, name: item.name }, findings);
    }
  }
  const used = offered.length === 0 ? new Set() : usedNetworks(guests.values());
  for (const network of standardFirst(offered, sources)) {
    const { text } = network.name;
    const own = networks.get(text);
    if (used.has(text) && (own === undefined || isPackage(own.file))) declare(networks, network, findings);
  }
  return {
    networks: [...networks.values()].filter(readable),
    guests: [...guests.values()].filter(readable),
    hosts: hosts.filter(readable),
    networkNames: new Set(networks.keys()),
    guestNames: new Set(guests.keys()),
    brokenGuests: new Set([...guests].filter(([, guest]) => !readable(guest)).map(([name]) => name)),
  };
}

function readable({ item }: { readonly item: BlockItem }): boolean {
  return item.broken !== true;
}

function isPackage(file: string): boolean {
  return file.startsWith('@');
}

function* blocks({ files }: SourceSet): Iterable<{ readonly file: string; readonly item: BlockItem }> {
  for (const [file, { items }] of files) for (const item of items) if (item.kind === 'block') yield { file, item };
}

function declare(known: Map<string, Declared>, declared: Declared, findings: Findings): void {
  const { file, item, name } = declared;
  const { of } = item;
  const first = known.get(name.text);
  if (!first) known.set(name.text, declared);
  const isReserved = RESERVED.has(name.text) && !(of === 'network' && name.text === DEFAULT_NETWORK);
  if (!first && !isReserved) return;
  const params = { of, name: name.text };
  const span = spanOf(name, { file });
  const finding = first
    ? declaredTwice(span, { ...params, first: spanOf(first.name, first) })
    : reservedName(span, params);
  findings.report(finding, of === 'network' ? name.text : undefined);
}

/** Every network that an interface names, read before anything is checked. */
function usedNetworks(guests: Iterable<Declared>): ReadonlySet<string> {
  const used = new Set<string>();
  for (const { item } of guests) {
    for (const { key, block } of item.block.entries) {
      if (key.text !== 'interface') continue;
      const named = block?.entries.find((entry) => entry.key.text === 'network')?.values[0];
      used.add(named?.kind === 'name-value' ? named.text : DEFAULT_NETWORK);
    }
  }
  return used;
}

/** The standard rules' networks go before those of other packages. */
function standardFirst(offered: readonly Declared[], sources: SourceSet): readonly Declared[] {
  const standard = sources.imports.get(importKey('', STANDARD_RULES));
  const isStandard = ({ file }: Declared): boolean => file === standard;
  // WHY: only the standard package's `default` may be used without being asked for.
  const rest = offered.filter((network) => !isStandard(network) && network.name.text !== DEFAULT_NETWORK);
  return [...offered.filter(isStandard), ...rest];
}
