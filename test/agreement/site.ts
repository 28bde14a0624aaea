// A generated site: parts that can be left out one by one. Out: the rule file. Guarantees: pure; a part in one line each, so that a diagnostic
// and a smaller site can be told by line.

/** A guard or filter: one rule, `use` or default a line. */
export interface List {
  readonly kind: 'guard' | 'filter';
  readonly name: string;
  readonly lines: readonly string[];
}

/** A port of the bridge; all values as they stand in the file. */
export interface SitePort {
  readonly ifname: string;
  readonly mac: string;
  /** The value of the `address` setting. */
  readonly address: string;
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

const NETWORK = `network lan {
  mode isolated
  bridge br0
  subnet 10.9.0.0/16
  subnet fd09::/48
}`;

const portText = (port: SitePort): string => `guest g-${port.ifname} {
${port.labels === undefined ? '' : `  labels { ${port.labels} }\n`}  interface ${port.ifname} {
    network lan
    mac     ${port.mac}
    address ${port.address}
    guard   ${port.guard}
${port.filters.map((name) => `    filter  ${name}\n`).join('')}  }
}`;

const listText = (list: List): string =>
  `${list.kind} ${list.name} {\n${list.lines.map((line) => `  ${line}\n`).join('')}}`;

/** The rule file. */
export const siteText = (site: Site): string =>
  [
    'import { clean-traffic } from "@weir/rules"',
    ...site.items,
    NETWORK,
    ...site.lists.map(listText),
    ...site.ports.map(portText),
  ].join('\n') + '\n';

/** The lists that a port asks, with those that they use. */
export function listsOf(site: Site, port: SitePort): readonly List[] {
  const wanted = new Set<string>();
  const visit = (name: string): void => {
    const list = site.lists.find((one) => one.name === name);
    if (list === undefined || wanted.has(name)) return;
    wanted.add(name);
    for (const line of list.lines) visit(/^use (\S+)$/.exec(line)?.[1] ?? '');
  };
  for (const name of [port.guard, ...port.filters]) visit(name);
  return site.lists.filter(({ name }) => wanted.has(name));
}

/** The site with one port, its lists and the items that they name. */
export function siteOf(site: Site, ifname: string): Site {
  const ports = site.ports.filter((port) => port.ifname === ifname);
  const lists = ports.flatMap((port) => listsOf(site, port));
  const lines = lists.flatMap((list) => list.lines).join('\n');
  return { items: site.items.filter((item) => lines.includes(item.split(' ')[1] ?? '')), lists, ports };
}

/** The site without the lines of the rule file (counted from 1) that are rules. */
export function withoutLines(site: Site, wrong: ReadonlySet<number>): Site {
  const drop = new Set([...wrong].map((line) => siteText(site).split('\n')[line - 1]?.trim() ?? ''));
  return {
    ...site,
    lists: site.lists.map((list) => ({ ...list, lines: list.lines.filter((line) => !drop.has(line)) })),
  };
}
