// What a guard must let through, since a guest with an address of its own sends it in ordinary life: resolution, detection of duplicates,
// configuration, group membership, and data from its own addresses.
import {
  ALL_ROUTERS,
  arp,
  arpProbe,
  ascii,
  BROADCAST,
  dhcp,
  dhcpv6,
  gratuitousArp,
  icmpv6,
  ipv4Bytes,
  ipv6Bytes,
  join,
  multicastReport,
  neighbourSolicitation,
  PROTOCOL,
  rarp,
  ROUTER_ALERT,
  solicitedNode,
  udp,
  u32,
} from '../../kernel/frames.ts';
import { type Actors, discovery, EVERYONE, in4, in6 } from './actors.ts';
import { type CatalogueEntry, either, pass } from './entry.ts';
import { messages } from './neighbour.ts';

import { data } from './genuine-data.ts';

const NOBODY = '0.0.0.0';
const EVERYBODY = '255.255.255.255';
const UNSPECIFIED = '::';

function resolution(a: Actors): readonly CatalogueEntry[] {
  const asked = { src: a.own.mac, senderIp: a.own.ipv4, targetIp: a.witness.ipv4 };
  const resolves = pass('RFC 826');
  const announces = pass('RFC 5227 2.3, 2.4');
  const request = arp({ ...asked, operation: 'request' });
  return [
    resolves('ARP request', request),
    resolves('ARP request for the gateway', arp({ ...asked, operation: 'request', targetIp: a.gateway.ipv4 })),
    resolves('ARP request to one station', arp({ ...asked, operation: 'request', dst: a.witness.mac })),
    resolves('ARP request filled up to 60 bytes', join(request, new Uint8Array(18))),
    resolves('ARP reply', arp({ ...asked, operation: 'reply', dst: a.witness.mac, targetMac: a.witness.mac })),
    resolves(
      'ARP reply filled up to 60 bytes',
      join(arp({ ...asked, operation: 'reply', dst: a.witness.mac, targetMac: a.witness.mac }), new Uint8Array(18)),
    ),
    pass('RFC 5227 2.1.1')('ARP probe of the own address', arpProbe(a.own.mac, a.own.ipv4)),
    announces('ARP announcement of the own address', gratuitousArp(a.own.mac, a.own.ipv4)),
    announces(
      'ARP defence of the own address',
      arp({ ...asked, operation: 'reply', targetMac: BROADCAST, targetIp: a.own.ipv4 }),
    ),
    either('a hypervisor says where a guest is after migration')('RARP announcement', rarp(a.own.mac)),
  ];
}

function neighbours(a: Actors): readonly CatalogueEntry[] {
  const { na, ns, rs } = messages(a);
  const resolves = pass('RFC 4861 7.2');
  const reachable = pass('RFC 4861 7.3');
  const unique = pass('RFC 4862 5.4.2');
  const answers = pass('RFC 4861 7.2.4');
  const own = a.own.linkLocal;
  const solicited = 0x60000000;
  const nonce = join([14, 1], ascii('weir'), [1, 2]);
  const ends = { src: UNSPECIFIED, dst: solicitedNode(a.own.ipv6) };
  const enhanced = icmpv6(ends, { type: 135, rest: join(u32(0), ipv6Bytes(a.own.ipv6), nonce) });
  const unicast = { src: own, dst: a.gateway.linkLocal };
  return [
    resolves('neighbour solicitation', ns(a.own.ipv6, a.witness.ipv6)),
    resolves('neighbour solicitation from the link-local address', ns(own, a.gateway.linkLocal)),
    reachable('neighbour solicitation to one station', ns(a.own.ipv6, a.witness.ipv6, undefined, a.witness.ipv6)),
    reachable(
      'neighbour solicitation to one station without option',
      discovery(a, { ...unicast, message: neighbourSolicitation(unicast, a.gateway.linkLocal, []) }),
    ),
    unique('duplicate address detection', ns(UNSPECIFIED, a.own.ipv6, [])),
    unique('duplicate address detection of the link-local address', ns(UNSPECIFIED, own, [])),
    pass('RFC 7527 4.1')('duplicate address detection with a nonce', discovery(a, { ...ends, message: enhanced })),
    answers('neighbour advertisement in answer', na(a.own.ipv6, a.own.ipv6, undefined, solicited, a.witness.ipv6)),
    answers(
      'neighbour advertisement in answer without option',
      na(a.own.ipv6, a.own.ipv6, [], solicited, a.witness.ipv6),
    ),
    answers(
      'neighbour advertisement of the link-local address',
      na(own, own, undefined, solicited, a.witness.linkLocal),
    ),
    answers('neighbour advertisement in answer to a duplicate', na(own, a.own.ipv6, undefined, 0x20000000, EVERYONE)),
    pass('RFC 4861 7.2.6')(
      'neighbour advertisement, unsolicited, without override',
      na(a.own.ipv6, a.own.ipv6, undefined, 0),
    ),
    pass('RFC 4861 6.3.7')('router solicitation', rs(own)),
    pass('RFC 4861 6.3.7')('router solicitation without option', rs(own, [])),
    pass('RFC 4861 6.3.7')('router solicitation without an address', rs(UNSPECIFIED, [])),
  ];
}

function groups(a: Actors): readonly CatalogueEntry[] {
  const lists = pass('RFC 3810 5.2');
  const old = pass('RFC 2710 3');
  const igmp = pass('RFC 2236, RFC 3376');
  const own = a.own.linkLocal;
  const mld = (src: string, dst: string, payload: Uint8Array): Uint8Array =>
    in6(a, {
      src,
      dst,
      nextHeader: PROTOCOL.icmpv6,
      hopLimit: 1,
      payload,
      extensions: [{ kind: 'hop-by-hop', options: ROUTER_ALERT }],
    });
  const report = (src: string): Uint8Array =>
    mld(src, 'ff02::16', multicastReport({ src, dst: 'ff02::16' }, [solicitedNode(a.own.ipv6)]));
  const single = (type: 131 | 132, dst: string, src = own): Uint8Array =>
    mld(src, dst, icmpv6({ src, dst }, { type, rest: join(u32(0), ipv6Bytes('ff02::fb')) }));
  const group = ipv4Bytes('239.1.2.3');
  const say = (dst: string, message: Uint8Array): Uint8Array =>
    in4(a, {
      dst,
      ttl: 1,
      tos: 0xc0,
      protocol: PROTOCOL.igmp,
      payload: message,
      options: new Uint8Array([148, 4, 0, 0]),
    });
  return [
    lists('MLDv2 report without an address', report(UNSPECIFIED)),
    lists('MLDv2 report', report(own)),
    old('MLDv1 report', single(131, 'ff02::fb')),
    old('MLDv1 report without an address', single(131, 'ff02::fb', UNSPECIFIED)),
    old('MLDv1 done', single(132, ALL_ROUTERS)),
    igmp('IGMPv1 report', say('239.1.2.3', join([0x12, 0, 0xfd, 0xfa], group))),
    igmp('IGMPv2 report', say('239.1.2.3', join([0x16, 0, 0xf9, 0xfa], group))),
    igmp('IGMPv2 leave', say('224.0.0.2', join([0x17, 0, 0xf8, 0xfa], group))),
    igmp('IGMPv3 report', say('224.0.0.22', join([0x22, 0, 0xe9, 0xf9, 0, 0, 0, 1, 4, 0, 0, 0], group))),
  ];
}

function configuration(a: Actors): readonly CatalogueEntry[] {
  const leases = pass('RFC 2131 4.4');
  const renews = pass('RFC 2131 4.4.5');
  const configures = pass('RFC 8415 18.2');
  const client = (
    type: 'discover' | 'request' | 'decline' | 'inform' | 'release',
    src: string,
    dst: string,
  ): Uint8Array => {
    const asked = type === 'request' && src === NOBODY ? { requested: a.own.ipv4, server: a.gateway.ipv4 } : {};
    const held = src === NOBODY ? {} : { ciaddr: a.own.ipv4 };
    const payload = udp(
      { src, dst },
      { sport: 68, dport: 67, payload: dhcp({ type, mac: a.own.mac, ...asked, ...held }) },
    );
    return in4(a, { src, dst, protocol: PROTOCOL.udp, payload });
  };
  const ends = { src: a.own.linkLocal, dst: 'ff02::1:2' };
  const client6 = (type: number): Uint8Array => {
    const message = dhcpv6({ type: 'solicit', clientMac: a.own.mac });
    const payload = udp(ends, { sport: 546, dport: 547, payload: join([type], message.slice(1)) });
    return in6(a, { ...ends, nextHeader: PROTOCOL.udp, payload });
  };
  return [
    leases('DHCP discover', client('discover', NOBODY, EVERYBODY)),
    leases('DHCP request', client('request', NOBODY, EVERYBODY)),
    leases('DHCP decline', client('decline', NOBODY, EVERYBODY)),
    leases('DHCP inform', client('inform', a.own.ipv4, EVERYBODY)),
    renews('DHCP renewal', client('request', a.own.ipv4, a.gateway.ipv4)),
    renews('DHCP rebinding', client('request', a.own.ipv4, EVERYBODY)),
    renews('DHCP release', client('release', a.own.ipv4, a.gateway.ipv4)),
    ...(
      [
        ['solicit', 1],
        ['request', 3],
        ['confirm', 4],
        ['renew', 5],
        ['rebind', 6],
        ['release', 8],
        ['information request', 11],
      ] as const
    ).map(([name, type]) => configures(`DHCPv6 ${name}`, client6(type))),
  ];
}

/** Every genuine frame, and those about which guards may differ. */
export const genuine = (a: Actors): readonly CatalogueEntry[] =>
  [resolution, neighbours, groups, configuration, data].flatMap((group) => group(a));
