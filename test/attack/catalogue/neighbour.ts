// Neighbour discovery in a foreign name: targets, link-layer options, and messages that hide either. In: who is who. Out: entries. Guarantees: pure.
import {
  ALL_ROUTERS,
  type Extension,
  icmpv6,
  ipv6,
  ETHERTYPE,
  ipv6Bytes,
  ipv6Fragments,
  join,
  macBytes,
  type NeighbourOption,
  neighbourAdvertisement,
  neighbourSolicitation,
  PROTOCOL,
  routerSolicitation,
  solicitedNode,
  u32,
} from '../../kernel/frames.ts';
import { type Actors, discovery, EVERYONE, framed } from './actors.ts';
import { type CatalogueEntry, either, stop } from './entry.ts';
import { chains } from './internet6.ts';

type Rest = { readonly extensions?: readonly Extension[]; readonly hopLimit?: number };

/** Messages between the actors; every part can be chosen. */
export function messages(a: Actors) {
  const tlla = (mac: string): NeighbourOption => ({ kind: 'target-link-layer', mac });
  const slla = (mac: string): NeighbourOption => ({ kind: 'source-link-layer', mac });
  const na = (
    src: string,
    target: string,
    options: readonly NeighbourOption[] = [tlla(a.own.mac)],
    flags = 0x20000000,
    dst = EVERYONE,
    rest: Rest = {},
  ): Uint8Array =>
    discovery(a, { src, dst, message: neighbourAdvertisement({ src, dst }, target, options, flags), ...rest });
  const ns = (
    src: string,
    target: string,
    options: readonly NeighbourOption[] = [slla(a.own.mac)],
    dst = solicitedNode(target),
    rest: Rest = {},
  ): Uint8Array => discovery(a, { src, dst, message: neighbourSolicitation({ src, dst }, target, options), ...rest });
  const rs = (src: string, options: readonly NeighbourOption[] = [slla(a.own.mac)], rest: Rest = {}): Uint8Array =>
    discovery(a, { src, dst: ALL_ROUTERS, message: routerSolicitation({ src, dst: ALL_ROUTERS }, options), ...rest });
  /** Type 135 or 136 with options as bytes. */
  const raw = (
    type: number,
    target: string,
    options: Uint8Array | readonly number[],
    src = a.own.linkLocal,
    dst = EVERYONE,
  ): Uint8Array =>
    discovery(a, {
      src,
      dst,
      message: icmpv6(
        { src, dst },
        { type, rest: join(u32(type === 136 ? 0x20000000 : 0), ipv6Bytes(target), options) },
      ),
    });
  return { tlla, slla, na, ns, rs, raw };
}

/** Whose address a message is about, and from whom it is. */
export function neighbourTargets(a: Actors): readonly CatalogueEntry[] {
  const { na, ns, rs } = messages(a);
  const own = a.own.linkLocal;
  const target = stop('address', 'RFC 4861 7.2.5: who hears it sends the traffic of the target here');
  const source = stop('address', 'RFC 4861 7.2.3: who hears it sends the traffic of the source here');
  const free = stop('address', 'RFC 4862 5.4.3: the owner would give its address up');
  const odd = stop('address', 'RFC 4861 7.1: a target is never a group');
  const solicited = 0x60000000;
  return [
    target('neighbour advertisement of a foreign target', na(own, a.victim.ipv6)),
    target('neighbour advertisement of a foreign link-local target', na(own, a.victim.linkLocal)),
    target('neighbour advertisement of the gateway', na(own, a.gateway.linkLocal)),
    target('neighbour advertisement of the gateway as a router', na(own, a.gateway.linkLocal, undefined, 0xa0000000)),
    target('neighbour advertisement of a foreign target without override', na(own, a.victim.ipv6, undefined, 0)),
    target(
      'neighbour advertisement of a foreign target in answer',
      na(own, a.victim.ipv6, undefined, solicited, a.witness.linkLocal),
    ),
    target(
      'neighbour advertisement of a foreign target without option',
      na(own, a.victim.ipv6, [], solicited, a.witness.linkLocal),
    ),
    target('neighbour advertisement of a foreign target from the own global address', na(a.own.ipv6, a.victim.ipv6)),
    target('neighbour advertisement of the unspecified address', na(own, '::')),
    source('neighbour advertisement from a foreign address', na(a.victim.linkLocal, a.victim.linkLocal)),
    source('neighbour advertisement of the own target from a foreign address', na(a.victim.linkLocal, a.own.ipv6)),
    source('neighbour advertisement from no address', na('::', a.own.ipv6)),
    odd('neighbour advertisement of a group', na(own, 'ff02::1')),
    source('neighbour solicitation from a foreign address', ns(a.victim.ipv6, a.witness.ipv6)),
    source('neighbour solicitation from a foreign link-local address', ns(a.victim.linkLocal, a.witness.ipv6)),
    source('neighbour solicitation from the gateway', ns(a.gateway.linkLocal, a.witness.ipv6)),
    source(
      'neighbour solicitation from a foreign address to one station',
      ns(a.victim.ipv6, a.witness.ipv6, undefined, a.witness.ipv6),
    ),
    source('neighbour solicitation from a foreign address without option', ns(a.victim.ipv6, a.witness.ipv6, [])),
    free('duplicate address detection of a foreign address', ns('::', a.victim.ipv6, [])),
    free('duplicate address detection of a foreign link-local address', ns('::', a.victim.linkLocal, [])),
    free('duplicate address detection of the gateway', ns('::', a.gateway.linkLocal, [])),
    source('router solicitation from a foreign address', rs(a.victim.linkLocal)),
    source('router solicitation from the gateway', rs(a.gateway.linkLocal)),
  ];
}

/** The link-layer option, in every place where it can stand. */
export function neighbourOptions(a: Actors): readonly CatalogueEntry[] {
  const { na, ns, rs, raw, slla, tlla } = messages(a);
  const own = a.own.linkLocal;
  const { mac } = a.own;
  const foreign = stop('mac', 'RFC 4861 4.6.1: who hears it sends the traffic of the address there');
  const second = stop('mac', 'RFC 4861 4.6: some readers take the first option, some the last');
  const hidden = stop('mac', 'RFC 4861 4.6: an option where no rule looks');
  const broken = stop('shape', 'RFC 4861 4.6: a length of zero, or beyond the end; some reader takes it all the same');
  const theirs = [...macBytes(a.victim.mac)];
  const ours = [...macBytes(mac)];
  const wide = [1, 2, ...theirs, 0, 0, 0, 0, 0, 0, 0, 0];
  return [
    foreign('neighbour advertisement with a foreign link-layer option', na(own, a.own.ipv6, [tlla(a.victim.mac)])),
    foreign(
      'neighbour advertisement with the link-layer option of the gateway',
      na(own, a.own.ipv6, [tlla(a.gateway.mac)]),
    ),
    foreign('neighbour advertisement with a foreign source option', na(own, a.own.ipv6, [slla(a.victim.mac)])),
    foreign(
      'neighbour advertisement with the broadcast link-layer option',
      na(own, a.own.ipv6, [tlla('ff:ff:ff:ff:ff:ff')]),
    ),
    foreign('neighbour advertisement with a group link-layer option', na(own, a.own.ipv6, [tlla('33:33:00:00:00:01')])),
    foreign(
      'neighbour solicitation with a foreign link-layer option',
      ns(a.own.ipv6, a.witness.ipv6, [slla(a.victim.mac)]),
    ),
    foreign(
      'neighbour solicitation with a foreign target option',
      ns(a.own.ipv6, a.witness.ipv6, [tlla(a.victim.mac)]),
    ),
    foreign(
      'neighbour solicitation to one station with a foreign link-layer option',
      ns(a.own.ipv6, a.witness.ipv6, [slla(a.victim.mac)], a.witness.ipv6),
    ),
    foreign('duplicate address detection with a foreign link-layer option', ns('::', a.own.ipv6, [slla(a.victim.mac)])),
    foreign('router solicitation with a foreign link-layer option', rs(own, [slla(a.victim.mac)])),
    foreign('router solicitation with a foreign target option', rs(own, [tlla(a.victim.mac)])),
    foreign('router solicitation without an address with a foreign link-layer option', rs('::', [slla(a.victim.mac)])),
    second(
      'neighbour advertisement with the own option, then a foreign one',
      na(own, a.own.ipv6, [tlla(mac), tlla(a.victim.mac)]),
    ),
    second(
      'neighbour advertisement with a foreign option, then the own one',
      na(own, a.own.ipv6, [tlla(a.victim.mac), tlla(mac)]),
    ),
    second(
      'neighbour solicitation with the own option, then a foreign one',
      ns(own, a.witness.ipv6, [slla(mac), slla(a.victim.mac)]),
    ),
    second('router solicitation with the own option, then a foreign one', rs(own, [slla(mac), slla(a.victim.mac)])),
    hidden(
      'neighbour advertisement with a foreign option behind an MTU',
      na(own, a.own.ipv6, [{ kind: 'mtu', mtu: 1500 }, tlla(a.victim.mac)]),
    ),
    hidden(
      'neighbour solicitation with a foreign option behind a prefix',
      ns(own, a.witness.ipv6, [{ kind: 'prefix', prefix: 'fd77::', length: 64 }, slla(a.victim.mac)]),
    ),
    hidden(
      'router solicitation with a foreign option behind an MTU',
      rs(own, [{ kind: 'mtu', mtu: 1500 }, slla(a.victim.mac)]),
    ),
    hidden('neighbour advertisement with a foreign option of two units', raw(136, a.own.ipv6, [2, ...wide.slice(1)])),
    hidden(
      'neighbour solicitation with a foreign option of two units',
      raw(135, a.witness.ipv6, wide, own, solicitedNode(a.witness.ipv6)),
    ),
    hidden(
      'neighbour advertisement with a foreign option behind unknown ones',
      raw(136, a.own.ipv6, [253, 1, 0, 0, 0, 0, 0, 0, 2, 1, ...theirs]),
    ),
    broken(
      'neighbour advertisement with a foreign option that is not aligned',
      raw(136, a.own.ipv6, [0, 0, 0, 0, 2, 1, ...theirs, 0, 0, 0, 0]),
    ),
    broken(
      'neighbour advertisement with an option of no length, then a foreign one',
      raw(136, a.own.ipv6, [2, 0, ...ours, 2, 1, ...theirs]),
    ),
    broken('neighbour advertisement with a foreign option of no length', raw(136, a.own.ipv6, [2, 0, ...theirs])),
    hidden('neighbour advertisement with a foreign option longer than it is', raw(136, a.own.ipv6, [2, 9, ...theirs])),
    broken(
      'neighbour advertisement that ends in its target',
      discovery(a, {
        src: own,
        dst: EVERYONE,
        message: icmpv6(
          { src: own, dst: EVERYONE },
          { type: 136, rest: join(u32(0), ipv6Bytes(a.own.ipv6).slice(0, 12)) },
        ),
      }),
    ),
    broken(
      'neighbour advertisement without a target',
      discovery(a, {
        src: own,
        dst: EVERYONE,
        message: icmpv6({ src: own, dst: EVERYONE }, { type: 136, rest: u32(0) }),
      }),
    ),
    foreign('inverse neighbour solicitation with a foreign option', inverse(a, 141)),
    foreign('inverse neighbour advertisement with a foreign option', inverse(a, 142)),
  ];
}

/** RFC 3122: which addresses has this MAC address? */
function inverse(a: Actors, type: number): Uint8Array {
  const ends = { src: a.own.linkLocal, dst: EVERYONE };
  const rest = join(u32(0), [1, 1], macBytes(a.victim.mac), [2, 1], macBytes(a.own.mac));
  return discovery(a, { ...ends, message: icmpv6(ends, { type, rest }) });
}

/** Messages that are hidden: from a hop further off, behind extension headers, in fragments. */
export function neighbourShapes(a: Actors): readonly CatalogueEntry[] {
  const { na, ns, rs, tlla } = messages(a);
  const own = a.own.linkLocal;
  const far = stop('shape', 'RFC 4861 7.1: a hop limit below 255 comes from another link');
  const pieces = stop('shape', 'RFC 6980: neighbour discovery is never fragmented');
  const address = (why: string) => stop('address', `RFC 4861 7.2.5, ${why}`);
  const ends = { src: own, dst: EVERYONE };
  const claim = {
    ...ends,
    nextHeader: PROTOCOL.icmpv6,
    hopLimit: 255,
    payload: neighbourAdvertisement(ends, a.victim.ipv6, [tlla(a.own.mac)]),
  };
  const honest = { ...claim, payload: neighbourAdvertisement(ends, a.own.ipv6, [tlla(a.own.mac)]) };
  const wrap = (payload: Uint8Array): Uint8Array => framed(a, ETHERTYPE.ipv6, payload, { dst: '33:33:00:00:00:01' });
  const [first, second] = ipv6Fragments(claim, 16);
  const [mine, rest] = ipv6Fragments(honest, 24);
  const isPlain = (chain: readonly Extension[]): boolean => chain.every(({ kind }) => kind !== 'fragment');
  return [
    far(
      'neighbour advertisement of the own address with hop limit 254',
      na(own, a.own.ipv6, undefined, undefined, undefined, { hopLimit: 254 }),
    ),
    far('neighbour solicitation with hop limit 64', ns(own, a.witness.ipv6, undefined, undefined, { hopLimit: 64 })),
    far('router solicitation with hop limit 0', rs(own, undefined, { hopLimit: 0 })),
    ...chains(a).map(([name, why, extensions]) =>
      (isPlain(extensions) ? address(why) : pieces)(
        `neighbour advertisement of a foreign target behind ${name}`,
        na(own, a.victim.ipv6, undefined, undefined, undefined, { extensions }),
      ),
    ),
    ...chains(a).map(([name, why, extensions]) =>
      (isPlain(extensions) ? stop('mac', `RFC 4861 4.6.1, ${why}`) : pieces)(
        `neighbour solicitation with a foreign link-layer option behind ${name}`,
        ns(own, a.witness.ipv6, [{ kind: 'source-link-layer', mac: a.victim.mac }], undefined, { extensions }),
      ),
    ),
    pieces('neighbour advertisement of a foreign target, first fragment', wrap(first)),
    pieces('neighbour advertisement of a foreign target, second fragment', wrap(second)),
    pieces('neighbour advertisement of the own address, first fragment', wrap(mine)),
    pieces('neighbour advertisement of the own address, second fragment', wrap(rest)),
    pieces(
      'router solicitation in an atomic fragment',
      rs(own, undefined, { extensions: [{ kind: 'fragment', offset: 0, more: false }] }),
    ),
    either('true, but neighbour discovery needs no such header')(
      'neighbour solicitation behind destination options',
      ns(own, a.witness.ipv6, undefined, undefined, { extensions: [{ kind: 'destination' }] }),
    ),
    either('RFC 4861 7.1.1: a receiver drops it')(
      'duplicate address detection with the own link-layer option',
      ns('::', a.own.ipv6, [{ kind: 'source-link-layer', mac: a.own.mac }]),
    ),
    either('RFC 4861 7.1.1: a receiver drops it')(
      'neighbour solicitation of a group',
      ns(own, 'ff02::1', undefined, EVERYONE),
    ),
    stop('shape', 'only the type tells what it is')(
      'neighbour advertisement in the type of ARP',
      framed(a, ETHERTYPE.arp, ipv6(claim)),
    ),
  ];
}
