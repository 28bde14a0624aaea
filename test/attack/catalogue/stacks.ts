// Disguises of the link: VLAN tags in every order, priority tags, LLC/SNAP, and both together, around frames that would be stopped bare and around
// one that would pass. In: who is who. Out: entries. Guarantees: pure; every stack around every content.
import {
  ALL_NODES,
  gratuitousArp,
  join,
  macBytes,
  neighbourAdvertisement,
  routerAdvertisement,
  tagged,
  u16,
  type VlanTag,
} from '../../kernel/frames.ts';
import { type Actors, data4, data6, discovery } from './actors.ts';
import { type CatalogueEntry, stop } from './entry.ts';
import { offer } from './server.ts';

const C = 0x8100;
const S = 0x88a8;
const OLD = 0x9100;

const tags =
  (...list: readonly VlanTag[]) =>
  (frame: Uint8Array): Uint8Array =>
    tagged(frame, list);

const SNAP = [0xaa, 0xaa, 3, 0, 0, 0] as const;

/** What stands between the addresses and `rest` when it is carried by 802.3: a length, and a header in front of the type. */
const carried = (header: readonly number[], rest: Uint8Array, length = header.length + rest.length): Uint8Array =>
  join(u16(length), header, rest);

/** The part of a frame behind its addresses. */
const behind =
  (change: (rest: Uint8Array) => Uint8Array) =>
  (frame: Uint8Array): Uint8Array =>
    join(frame.slice(0, 12), change(frame.slice(12)));

const tag = (type: number, vid: number, rest: Uint8Array): Uint8Array => join(u16(type), u16(vid), rest);

const EVASION =
  'CVE-2021-27853, CVE-2021-27854, CVE-2021-27861, CVE-2021-27862: filters that look behind only some headers';
const HOPPING = 'VLAN hopping: a switch further on takes the outer tag off';

/** Every way to wrap a frame. */
export const STACKS: readonly (readonly [name: string, why: string, wrap: (frame: Uint8Array) => Uint8Array])[] = [
  ['a VLAN', HOPPING, tags({ vid: 5 })],
  ['VLAN 1', HOPPING, tags({ vid: 1 })],
  ['the reserved VLAN 4095', HOPPING, tags({ vid: 4095 })],
  ['a priority tag', EVASION, tags({ vid: 0, pcp: 7 })],
  ['two priority tags', EVASION, tags({ vid: 0 }, { vid: 0 })],
  ['a priority tag and a VLAN', EVASION, tags({ vid: 0 }, { vid: 5 })],
  ['QinQ 8100/8100', HOPPING, tags({ vid: 7 }, { vid: 5 })],
  ['QinQ 88a8/8100', HOPPING, tags({ vid: 7, tpid: S }, { vid: 5 })],
  ['QinQ 8100/88a8', HOPPING, tags({ vid: 7 }, { vid: 5, tpid: S })],
  ['QinQ 88a8/88a8', HOPPING, tags({ vid: 7, tpid: S }, { vid: 5, tpid: S })],
  ['a service VLAN alone', HOPPING, tags({ vid: 7, tpid: S })],
  ['a service priority tag', EVASION, tags({ vid: 0, tpid: S })],
  ['an old tag 9100', HOPPING, tags({ vid: 7, tpid: OLD })],
  ['tags 9100/8100', HOPPING, tags({ vid: 7, tpid: OLD }, { vid: 5 })],
  ['tags 8100/9100', HOPPING, tags({ vid: 7 }, { vid: 5, tpid: OLD })],
  ['an old tag 9200', HOPPING, tags({ vid: 7, tpid: 0x9200 })],
  ['three tags', EVASION, tags({ vid: 0, tpid: S }, { vid: 0 }, { vid: 5 })],
  ['LLC/SNAP', EVASION, behind((rest) => carried(SNAP, rest))],
  ['LLC/SNAP with length 0', EVASION, behind((rest) => carried(SNAP, rest, 0))],
  ['LLC/SNAP with a length that is too short', EVASION, behind((rest) => carried(SNAP, rest, 8))],
  ['LLC/SNAP with a length that is too long', EVASION, behind((rest) => carried(SNAP, rest, 1500))],
  ['LLC/SNAP of IEEE 802.1H', EVASION, behind((rest) => carried([0xaa, 0xaa, 3, 0, 0, 0xf8], rest))],
  ['LLC/SNAP twice', EVASION, behind((rest) => carried(SNAP, join(u16(0x05dc), SNAP, rest)))],
  ['LLC alone, IP', EVASION, behind((rest) => carried([6, 6, 3], rest.slice(2)))],
  ['a VLAN and LLC/SNAP', EVASION, behind((rest) => tag(C, 5, carried(SNAP, rest)))],
  ['a priority tag and LLC/SNAP', EVASION, behind((rest) => tag(C, 0, carried(SNAP, rest)))],
  ['two priority tags and LLC/SNAP', EVASION, behind((rest) => tag(C, 0, tag(C, 0, carried(SNAP, rest))))],
  ['LLC/SNAP and a VLAN', EVASION, behind((rest) => carried(SNAP, tag(C, 5, rest)))],
  ['LLC/SNAP and a priority tag', EVASION, behind((rest) => carried(SNAP, tag(C, 0, rest)))],
  ['a service tag and LLC/SNAP', EVASION, behind((rest) => tag(S, 7, carried(SNAP, rest)))],
];

/** What is wrapped. */
function contents(a: Actors): readonly (readonly [name: string, frame: Uint8Array])[] {
  const router = { src: a.own.linkLocal, dst: ALL_NODES };
  const claim = { src: a.own.linkLocal, dst: ALL_NODES };
  const option = [{ kind: 'target-link-layer', mac: a.own.mac }] as const;
  return [
    ['own IPv4', data4(a, a.own.ipv4)],
    ['spoofed IPv4', data4(a, a.victim.ipv4)],
    ['spoofed IPv6', data6(a, a.victim.ipv6)],
    ['gratuitous ARP of a foreign address', gratuitousArp(a.own.mac, a.victim.ipv4)],
    ['router advertisement', discovery(a, { ...router, message: routerAdvertisement(router) })],
    [
      'neighbour advertisement of a foreign target',
      discovery(a, { ...claim, message: neighbourAdvertisement(claim, a.victim.ipv6, option) }),
    ],
    ['DHCP offer', offer(a)],
  ];
}

/** Every stack around every content. */
export const stacks = (a: Actors): readonly CatalogueEntry[] =>
  contents(a).flatMap(([what, frame]) =>
    STACKS.map(([how, why, wrap]) => stop('link', why)(`${what} in ${how}`, wrap(frame))),
  );

/** Stacks that start with a foreign MAC address, and tags that are cut off. */
export function brokenStacks(a: Actors): readonly CatalogueEntry[] {
  const broken = stop('link', EVASION);
  const addresses = join(macBytes(a.witness.mac), macBytes(a.own.mac));
  return [
    stop('mac', EVASION)(
      'IPv4 in a priority tag from a foreign MAC address',
      tagged(data4(a, a.own.ipv4, a.victim.mac), [{ vid: 0 }]),
    ),
    broken('a VLAN tag that is cut off', join(addresses, [0x81, 0, 0]), 'bridge'),
    broken('a VLAN tag without a type', join(addresses, [0x81, 0, 0, 5]), 'bridge'),
    broken('a VLAN tag without content', join(addresses, [0x81, 0, 0, 5, 8, 0]), 'bridge'),
    broken('LLC/SNAP that is cut off', join(addresses, [0, 3, 0xaa, 0xaa, 3])),
  ];
}
