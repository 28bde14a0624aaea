// Frames that end too early, at every place that a guard looks at, and frames that are too long. In: who is who. Out: entries. Guarantees: pure.
import {
  ETHERTYPE,
  join,
  neighbourAdvertisement,
  routerSolicitation,
  ALL_ROUTERS,
  gratuitousArp,
} from '../../kernel/frames.ts';
import { type Actors, data4, data6, discovery, EVERYONE, framed } from './actors.ts';
import { type CatalogueEntry, either, stop } from './entry.ts';

/** Lengths of headers in a frame: Ethernet, then up to and with the source address. */
const ETHERNET = 14;
const SOURCE4 = ETHERNET + 16;
const SOURCE6 = ETHERNET + 24;

/** Every entry. */
export function truncated(a: Actors): readonly CatalogueEntry[] {
  const cut = stop('shape', 'what is not there is nobody’s: a rule must not take it for the own');
  const foreign = stop('address', 'a foreign address is one also when nothing follows it');
  const harmless = either('the own address, and less than a receiver reads');
  const long = stop('address', 'length is no excuse');
  const own4 = data4(a, a.own.ipv4);
  const own6 = data6(a, a.own.ipv6);
  const theirs4 = data4(a, a.victim.ipv4);
  const theirs6 = data6(a, a.victim.ipv6);
  const ends = { src: a.own.linkLocal, dst: EVERYONE };
  const claim = discovery(a, {
    ...ends,
    message: neighbourAdvertisement(ends, a.victim.ipv6, [{ kind: 'target-link-layer', mac: a.own.mac }]),
  });
  const asked = { src: a.own.linkLocal, dst: ALL_ROUTERS };
  const solicitation = discovery(a, {
    ...asked,
    message: routerSolicitation(asked, [{ kind: 'source-link-layer', mac: a.victim.mac }]),
  });
  const types = [
    ['IPv4', ETHERTYPE.ipv4],
    ['IPv6', ETHERTYPE.ipv6],
    ['ARP', ETHERTYPE.arp],
    ['RARP', ETHERTYPE.rarp],
  ] as const;
  return [
    ...types.map(([name, type]) => cut(`nothing but the type of ${name}`, framed(a, type, new Uint8Array()))),
    ...types.map(([name, type]) =>
      cut(`one byte of ${name}`, framed(a, type, new Uint8Array([type === ETHERTYPE.ipv6 ? 0x60 : 0x45]))),
    ),
    ...[ETHERNET + 12, SOURCE4 - 3, SOURCE4 - 1].map((length) =>
      cut(`own IPv4 that ends after ${length - ETHERNET} bytes`, own4.slice(0, length)),
    ),
    ...[ETHERNET + 8, ETHERNET + 16, SOURCE6 - 1].map((length) =>
      cut(`own IPv6 that ends after ${length - ETHERNET} bytes`, own6.slice(0, length)),
    ),
    ...[SOURCE4, SOURCE4 + 2, SOURCE4 + 4].map((length) =>
      foreign(`foreign IPv4 that ends after ${length - ETHERNET} bytes`, theirs4.slice(0, length)),
    ),
    ...[SOURCE6, SOURCE6 + 8, SOURCE6 + 16].map((length) =>
      foreign(`foreign IPv6 that ends after ${length - ETHERNET} bytes`, theirs6.slice(0, length)),
    ),
    harmless('own IPv4 that ends before its destination', own4.slice(0, SOURCE4)),
    harmless('own IPv6 that ends before its destination', own6.slice(0, SOURCE6)),
    harmless('own IPv4 that ends in its ports', own4.slice(0, ETHERNET + 22), 'tracking'),
    ...[58, 62, 70, 77].map((length) =>
      either('its length contradicts the frame: a receiver drops it (RFC 8200 3)')(
        `neighbour advertisement of a foreign target that ends after ${length - ETHERNET} bytes`,
        claim.slice(0, length),
        'tracking',
      ),
    ),
    either('its length contradicts the frame: a receiver drops it (RFC 8200 3)')(
      'router solicitation with a foreign option that ends too early',
      solicitation.slice(0, solicitation.length - 1),
      'tracking',
    ),
    long('spoofed IPv4 with a long trailer', join(theirs4, new Uint8Array(1400 - theirs4.length))),
    long('spoofed IPv6 with a long trailer', join(theirs6, new Uint8Array(1400 - theirs6.length))),
    long(
      'gratuitous ARP of a foreign address, filled up to 60 bytes',
      join(gratuitousArp(a.own.mac, a.victim.ipv4), new Uint8Array(18)),
    ),
  ];
}
