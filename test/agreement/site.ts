// A generated site: parts that can be left out one by one. Out: the rule file. Guarantees: pure; a part in one line each, so that a diagnostic
// and a smaller site can be told by line.

/** A guard or filter: one rule, `use` or default a line. */
export interface List {
  readonly kind: 'guard' | 'filter';
  readonly name: string;
  /** Its parameters, with their defaults. */
  readonly params?: string;
  readonly lines: readonly string[];
}

/** A port of the bridge; all values as they stand in the file. */
export interface SitePort {
  readonly ifname: string;
  readonly mac: string;
  /** The value of the `address` setting. */
  readonly address: string;
  readonly network?: string;
  /** Names, with arguments in places. */
  readonly guard: string;
  readonly filters: readonly string[];
  /** Labels of its guest. */
  readonly labels?: string;
}

export interface Site {
  /** Sets and services, one a line. */
  readonly items: readonly string[];
  readonly lists: readonly List[];
  readonly ports: readonly SitePort[];
}

const NETWORKS = `network lan {
  mode isolated
  bridge br0
  subnet 10.9.0.0/16
  subnet fd09::/48
}
network dmz {
  mode isolated
  bridge br1
  subnet 10.10.0.0/24
  subnet fd10::/64
}`;

const portText = (port: SitePort): string => `guest g-${port.ifname} {
${port.labels === undefined ? '' : `  labels { ${port.labels} }\n`}  interface ${port.ifname} {
    network ${port.network ?? 'lan'}
    mac     ${port.mac}
    address ${port.address}
    guard   ${port.guard}
${port.filters.map((name) => `    filter  ${name}\n`).join('')}  }
}`;

const listText = (list: List): string =>
  `${list.kind} ${list.name}${list.params ?? ''} {\n${list.lines.map((line) => `  ${line}\n`).join('')}}`;

/** The rule file. */
export const siteText = (site: Site): string =>
  [
    'import { clean-traffic } from "@weir/rules"',
    ...site.items,
    NETWORKS,
    ...site.lists.map(listText),
    ...site.ports.map(portText),
  ].join('\n') + '\n';

/** The name in a value that may have arguments. */
const nameOf = (value: string): string => value.split('(')[0] ?? '';

/** The lists that a port asks, with those that they use. */
export function listsOf(site: Site, port: SitePort): readonly List[] {
  const wanted = new Set<string>();
  const visit = (value: string): void => {
    const list = site.lists.find((one) => one.name === nameOf(value));
    if (list === undefined || wanted.has(list.name)) return;
    wanted.add(list.name);
    for (const line of list.lines) visit(/^use (.+)$/.exec(line)?.[1] ?? '');
  };
  for (const value of [port.guard, ...port.filters]) visit(value);
  return site.lists.filter(({ name }) => wanted.has(name));
}

/** True when a list or port of the site names the item. */
export function namedIn(item: string, { lists, ports }: Pick<Site, 'lists' | 'ports'>): boolean {
  const name = item.split(' ')[1] ?? '';
  const texts = [
    ...lists.flatMap(({ lines, params = '' }) => [params, ...lines]),
    ...ports.flatMap((port) => port.filters),
  ];
  return texts.some((text) => text.includes(name));
}

/** The site without the lines of the rule file (counted from 1) that are rules. */
export function withoutLines(site: Site, wrong: ReadonlySet<number>): Site {
  const drop = new Set([...wrong].map((line) => siteText(site).split('\n')[line - 1]?.trim() ?? ''));
  return {
    ...site,
    lists: site.lists.map((list) => ({ ...list, lines: list.lines.filter((line) => !drop.has(line)) })),
  };
}
