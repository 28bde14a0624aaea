// The smallest site that still shows something. In: a site and a question about sites. Out: a site from which no port, filter, line, clause or item can
// be taken without losing it. Guarantees: the question is asked about sites only that are made by leaving things out.
import { type List, listsOf, namedIn, type Site, type SitePort } from './site.ts';

/** Whether a site still shows it. */
export type Shows = (site: Site) => boolean | Promise<boolean>;

/** Shrinks; the site itself when it does not show it. `ifname` is the port that stays. */
export async function shrinkSite(whole: Site, ifname: string, shows: Shows): Promise<Site> {
  const alone = tidy({ ...whole, ports: whole.ports.filter((port) => port.ifname === ifname) });
  let best = (await shows(alone)) ? alone : tidy(whole);
  if (best !== alone && !(await shows(best))) return whole;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const smaller of smallerSites(best, ifname)) {
      if (!(await shows(smaller))) continue;
      best = smaller;
      isSmaller = true;
      break;
    }
  }
  return best;
}

function* smallerSites(site: Site, ifname: string): Generator<Site> {
  const { ports, lists, items } = site;
  for (const port of ports) {
    if (port.ifname !== ifname) yield tidy({ ...site, ports: ports.filter((one) => one !== port) });
  }
  for (const [at, port] of ports.entries()) {
    for (const smaller of smallerPorts(port)) yield tidy({ ...site, ports: ports.with(at, smaller) });
  }
  for (const [at, list] of lists.entries()) {
    for (const smaller of smallerLists(list)) yield tidy({ ...site, lists: lists.with(at, smaller) });
  }
  for (const item of items) yield { ...site, items: items.filter((one) => one !== item) };
}

function* smallerPorts(port: SitePort): Generator<SitePort> {
  if (port.guard !== 'none') yield { ...port, guard: 'none' };
  for (const name of port.filters) yield { ...port, filters: port.filters.filter((one) => one !== name) };
}

/** WHY: what stands in parentheses stays whole; the compiler refuses what does not. */
const CLAUSES =
  / (where .*?(?= (count|log|limit|quota|mark|dscp|stateless|connections)\b|$)|from \S+|to \S+|(count|log|limit|quota|mark|dscp|connections) .*?(?= stateless$|$))/g;

function* smallerLists(list: List): Generator<List> {
  for (const line of list.lines) yield { ...list, lines: list.lines.filter((one) => one !== line) };
  for (const [at, line] of list.lines.entries()) {
    for (const { 0: clause, index } of line.matchAll(CLAUSES)) {
      yield { ...list, lines: list.lines.with(at, line.slice(0, index) + line.slice(index + clause.length)) };
    }
  }
}

/** The site without the lists that no port asks and the items that no line names. */
export function tidy(site: Site): Site {
  const kept = new Set(site.ports.flatMap((port) => listsOf(site, port).map(({ name }) => name)));
  const lists = site.lists.filter(({ name }) => kept.has(name));
  return { ...site, lists, items: site.items.filter((item) => namedIn(item, { ...site, lists })) };
}
