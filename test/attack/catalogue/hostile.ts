// What an anti-spoofing guard must stop, in chapters. In: who is who. Out: entries, among them some about which guards may differ because they do
// no harm. Guarantees: pure.
import type { Actors } from './actors.ts';
import { arpClaims, arpShapes } from './arp.ts';
import type { CatalogueEntry } from './entry.ts';
import { errors } from './errors.ts';
import { foreignMacs, linkProtocols } from './ethernet.ts';
import { foreign4, shapes4 } from './internet4.ts';
import { foreign6, shapes6 } from './internet6.ts';
import { neighbourOptions, neighbourShapes, neighbourTargets } from './neighbour.ts';
import { advertisements, queriers, redirects } from './router.ts';
import { dhcpServers, dhcpv6Servers } from './server.ts';
import { brokenStacks, stacks } from './stacks.ts';
import { truncated } from './truncated.ts';

/** By what is attacked. */
export const CHAPTERS: Readonly<Record<string, readonly ((a: Actors) => readonly CatalogueEntry[])[]>> = {
  'link addresses': [foreignMacs],
  'link protocols': [linkProtocols],
  'tags and encapsulations': [stacks, brokenStacks],
  ARP: [arpClaims, arpShapes],
  IPv4: [foreign4, shapes4],
  IPv6: [foreign6, shapes6],
  'neighbour discovery': [neighbourTargets, neighbourOptions, neighbourShapes],
  'routers and queriers': [advertisements, redirects, queriers],
  servers: [dhcpServers, dhcpv6Servers],
  'errors about others': [errors],
  'cut off and too long': [truncated],
};

/** Every hostile frame. */
export const hostile = (a: Actors): readonly CatalogueEntry[] =>
  Object.values(CHAPTERS).flatMap((groups) => groups.flatMap((group) => group(a)));
