// Routers and queriers that are none: advertisements, redirects, renumbering, and questions for group members. In: who is who. Out: entries.
// Guarantees: pure; all in the own name, so that no check of addresses catches them.
import {
  ALL_NODES,
  ETHERTYPE,
  type Extension,
  icmp,
  icmpv6,
  ipv4Bytes,
  ipv6,
  ipv6Bytes,
  ipv6Fragments,
  join,
  PROTOCOL,
  redirect,
  ROUTER_ALERT,
  routerAdvertisement,
  u16,
  u32,
} from '../../kernel/frames.ts';
import { type Actors, discovery, framed, in4, in6, patched } from './actors.ts';
import { type CatalogueEntry, stop } from './entry.ts';
import { chains } from './internet6.ts';

const GROUP_MAC = { dst: '33:33:00:00:00:01' };

/** Router advertisements, bare and hidden. */
export function advertisements(a: Actors): readonly CatalogueEntry[] {
  const rogue = stop('role', 'RFC 6104, RFC 6105: everybody would send through the guest');
  const evasion = (why: string) => stop('role', `RFC 7113, ${why}`);
  const ends = { src: a.own.linkLocal, dst: ALL_NODES };
  const message = routerAdvertisement(ends, [
    { kind: 'source-link-layer', mac: a.own.mac },
    { kind: 'prefix', prefix: '2001:db8:bad::', length: 64 },
  ]);
  const packet = { ...ends, nextHeader: PROTOCOL.icmpv6, hopLimit: 255, payload: message };
  const wrap = (payload: Uint8Array): Uint8Array => framed(a, ETHERTYPE.ipv6, payload, GROUP_MAC);
  const [head, tail] = ipv6Fragments(packet, 16);
  // The first fragment ends inside a chain of options, so that the ICMPv6 header stands in the second only.
  const options = [PROTOCOL.icmpv6, 0, 1, 4, 0, 0, 0, 0];
  const split = { ...ends, nextHeader: 60, hopLimit: 255, payload: join(options, message) };
  const [optionsOnly, hidden] = ipv6Fragments(split, 8);
  const piece = (
    next: number,
    offset: number,
    more: boolean,
    payload: Uint8Array,
    before: readonly Extension[] = [],
  ): Uint8Array =>
    wrap(
      ipv6({
        ...ends,
        nextHeader: next,
        hopLimit: 255,
        payload,
        extensions: [...before, { kind: 'fragment', offset, more }],
      }),
    );
  const far = { src: a.own.ipv6, dst: a.witness.ipv6 };
  return [
    rogue('router advertisement', wrap(ipv6(packet))),
    rogue('router advertisement to one station', discovery(a, { ...far, message: routerAdvertisement(far) })),
    rogue('router advertisement with hop limit 64', wrap(ipv6({ ...packet, hopLimit: 64 }))),
    rogue('router advertisement with code 1', patched(wrap(ipv6(packet)), 55, [1])),
    rogue('router advertisement with a wrong checksum', patched(wrap(ipv6(packet)), 56, [0, 0])),
    rogue('router advertisement of no lifetime', discovery(a, { ...ends, message: patched(message, 6, [0, 0]) })),
    rogue('router advertisement that ends after its header', wrap(ipv6({ ...packet, payload: message.slice(0, 4) }))),
    stop('address', 'RFC 6104')(
      'router advertisement from the gateway',
      discovery(a, { src: a.gateway.linkLocal, dst: ALL_NODES, message }),
    ),
    ...chains(a).map(([name, why, extensions]) =>
      evasion(why)(`router advertisement behind ${name}`, wrap(ipv6({ ...packet, extensions }))),
    ),
    evasion('2.2')('router advertisement, first fragment', wrap(head)),
    evasion('2.2')('router advertisement, second fragment', wrap(tail)),
    evasion('RFC 7112')('router advertisement, first fragment with extension headers only', wrap(optionsOnly)),
    evasion('CVE-2021-27862')('router advertisement, second fragment that hides the ICMPv6 header', wrap(hidden)),
    evasion('RFC 8200 4.5: only the first fragment says what it is')(
      'router advertisement, first fragment with options that say UDP',
      piece(60, 0, true, join([17, 0, 1, 4, 0, 0, 0, 0])),
    ),
    evasion('2.2')(
      'router advertisement, fragment behind a hop-by-hop header',
      piece(58, 0, true, message.slice(0, 16), [{ kind: 'hop-by-hop' }]),
    ),
    evasion('2.2')(
      'router advertisement, fragment of a fragment',
      piece(44, 0, true, join([58, 0, 0, 1, 0, 0, 0, 1], message.slice(0, 16))),
    ),
    evasion('RFC 5722')('router advertisement, fragment over the first one', piece(58, 8, false, message.slice(8))),
    evasion('RFC 8200 3')(
      'router advertisement whose length says that there is none',
      patched(wrap(ipv6(packet)), 18, [0, 0]),
    ),
  ];
}

/** Messages that change where others send. */
export function redirects(a: Actors): readonly CatalogueEntry[] {
  const rogue = stop('role', 'RFC 4861 8: others would send through the guest');
  const renumber = stop('role', 'RFC 2894: others would change their addresses');
  const old = stop('role', 'RFC 1256: others would send through the guest');
  const moved = stop('role', 'RFC 1122 3.2.2.2: others would send through the guest');
  const mobile = stop('role', 'RFC 6275 6.6: a guest would pose as a home agent');
  const mine = [{ kind: 'target-link-layer', mac: a.own.mac }] as const;
  const far = '2001:db8:ffff::1';
  const redirected = (src: string, extensions: readonly Extension[] = []): Uint8Array => {
    const ends = { src, dst: a.witness.linkLocal };
    return discovery(a, { ...ends, message: redirect(ends, a.own.linkLocal, far, mine), extensions });
  };
  const plain = (type: number, dst: string): Uint8Array => {
    const ends = { src: a.own.linkLocal, dst };
    return discovery(a, { ...ends, message: icmpv6(ends, { type, rest: new Uint8Array(28) }) });
  };
  const quoted = in4(a, {
    src: a.witness.ipv4,
    dst: '203.0.113.77',
    protocol: PROTOCOL.udp,
    payload: new Uint8Array(8),
  }).slice(14);
  const four = (type: number, rest: Uint8Array, dst = a.witness.ipv4): Uint8Array =>
    in4(a, { dst, protocol: PROTOCOL.icmp, payload: icmp({ type, code: type === 5 ? 1 : 0, rest }) });
  return [
    rogue('redirect in the own name', redirected(a.own.linkLocal)),
    rogue('redirect behind destination options', redirected(a.own.linkLocal, [{ kind: 'destination' }])),
    stop('address', 'RFC 4861 8')('redirect in the name of the gateway', redirected(a.gateway.linkLocal)),
    renumber('router renumbering', plain(138, ALL_NODES)),
    mobile('mobile prefix advertisement', plain(147, a.witness.linkLocal)),
    mobile('home agent address reply', plain(145, a.witness.linkLocal)),
    moved('ICMP redirect', four(5, join(ipv4Bytes(a.own.ipv4), quoted))),
    moved('ICMP redirect to a foreign address', four(5, join(ipv4Bytes(a.victim.ipv4), quoted))),
    old('ICMP router advertisement', four(9, join([1, 2], u16(1800), ipv4Bytes(a.own.ipv4), u32(0)), '224.0.0.1')),
    old(
      'ICMP router advertisement to everybody',
      four(9, join([1, 2], u16(1800), ipv4Bytes(a.own.ipv4), u32(0)), '255.255.255.255'),
    ),
  ];
}

/** Who asks for members of groups gets all groups' traffic from bridges that listen. */
export function queriers(a: Actors): readonly CatalogueEntry[] {
  const rogue = stop(
    'role',
    'RFC 4541 2.1.1, RFC 3810 7.6.2: bridges send all groups to the querier, and the lowest address is it',
  );
  const router = stop('role', 'RFC 4286: bridges send all groups to routers');
  const pieces = stop('shape', 'a fragment hides what an IGMP message is, and none is ever cut');
  const igmp = (
    dst: string,
    message: readonly number[],
    rest: { readonly ttl?: number; readonly moreFragments?: boolean; readonly fragmentOffset?: number } = {},
  ): Uint8Array =>
    in4(a, {
      dst,
      protocol: PROTOCOL.igmp,
      ttl: 1,
      payload: new Uint8Array(message),
      options: new Uint8Array([148, 4, 0, 0]),
      ...rest,
    });
  const mld = (type: number, dst: string, rest: Uint8Array): Uint8Array => {
    const ends = { src: a.own.linkLocal, dst };
    return in6(a, {
      ...ends,
      nextHeader: PROTOCOL.icmpv6,
      hopLimit: 1,
      payload: icmpv6(ends, { type, rest }),
      extensions: [{ kind: 'hop-by-hop', options: ROUTER_ALERT }],
    });
  };
  const query = join(u32(0), ipv6Bytes('::'));
  return [
    rogue('IGMP query', igmp('224.0.0.1', [0x11, 100, 0xee, 0x9b, 0, 0, 0, 0])),
    rogue('IGMPv1 query', igmp('224.0.0.1', [0x11, 0, 0xee, 0xff, 0, 0, 0, 0])),
    rogue('IGMPv3 query', igmp('224.0.0.1', [0x11, 100, 0xec, 0x1e, 0, 0, 0, 0, 2, 125, 0, 0])),
    rogue(
      'IGMP query to one station',
      in4(a, { protocol: PROTOCOL.igmp, payload: new Uint8Array([0x11, 100, 0xee, 0x9b, 0, 0, 0, 0]) }),
    ),
    rogue('MLD query', mld(130, ALL_NODES, query)),
    rogue('MLDv2 query', mld(130, ALL_NODES, join(query, [2, 125, 0, 0]))),
    rogue(
      'MLD query without a hop-by-hop header',
      in6(a, {
        src: a.own.linkLocal,
        dst: ALL_NODES,
        nextHeader: PROTOCOL.icmpv6,
        hopLimit: 1,
        payload: icmpv6({ src: a.own.linkLocal, dst: ALL_NODES }, { type: 130, rest: query }),
      }),
    ),
    router('multicast router advertisement, IPv4', igmp('224.0.0.106', [0x30, 20, 0xcf, 0xeb, 0, 0, 0, 0])),
    router('multicast router termination, IPv4', igmp('224.0.0.106', [0x32, 0, 0xcd, 0xff, 0, 0, 0, 0])),
    router('multicast router advertisement, IPv6', mld(151, 'ff02::6a', u32(0))),
    router('multicast router termination, IPv6', mld(153, 'ff02::6a', new Uint8Array())),
    pieces('IGMP, first fragment', igmp('224.0.0.1', [0x11, 100, 0, 0, 0, 0, 0, 0], { moreFragments: true })),
    pieces('IGMP, second fragment', igmp('224.0.0.1', [0x11, 100, 0xee, 0x9b, 0, 0, 0, 0], { fragmentOffset: 8 })),
    stop('address', 'RFC 2236')(
      'IGMP report from a foreign address',
      in4(a, {
        src: a.victim.ipv4,
        dst: '239.1.2.3',
        ttl: 1,
        protocol: PROTOCOL.igmp,
        payload: new Uint8Array([0x16, 0, 0xf9, 0xfa, 239, 1, 2, 3]),
      }),
    ),
    stop('address', 'RFC 3810')(
      'MLD report from a foreign address',
      in6(a, {
        src: a.victim.linkLocal,
        dst: 'ff02::16',
        hopLimit: 1,
        nextHeader: PROTOCOL.icmpv6,
        payload: icmpv6({ src: a.victim.linkLocal, dst: 'ff02::16' }, { type: 143, rest: u32(0) }),
        extensions: [{ kind: 'hop-by-hop', options: ROUTER_ALERT }],
      }),
    ),
  ];
}
