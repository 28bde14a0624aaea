// What comes to a guest: from others of its link, from the host, and what a bridge floods. In: who is who; the guest is `own`. Out: entries. Guarantees:
// pure. The guard keeps from a guest what is not for it and what is no ARP, IPv4 or IPv6; who sent it the sender's own port has looked at.
import {
  ALL_NODES,
  arp,
  arpProbe,
  ascii,
  BROADCAST,
  dhcp,
  dhcpv6,
  ETHERTYPE,
  gratuitousArp,
  icmp,
  icmpv6,
  ipv6Bytes,
  join,
  llcSnap,
  neighbourAdvertisement,
  neighbourSolicitation,
  PROTOCOL,
  rarp,
  ROUTER_ALERT,
  routerAdvertisement,
  solicitedNode,
  spanningTree,
  tagged,
  u32,
  udp,
} from '../../kernel/frames.ts';
import { type Actors, data4, data6, discovery, framed, in4, in6, macFor } from './actors.ts';
import { type CatalogueEntry, pass, stop } from './entry.ts';
import { STACKS } from './stacks.ts';

/** The actors as the sender sees them: `from` sends, and its unicast frames go to `to`. */
const speaking = (a: Actors, from: Actors['own'], to: Actors['own']): Actors => ({ ...a, own: from, witness: to });

function forOthers(a: Actors): readonly CatalogueEntry[] {
  const flooded = stop('mac', 'IEEE 802.1D 7.7: a bridge floods what it does not know; it is not for this guest');
  const link = stop('link', 'no rule reads what is inside');
  const s = speaking(a, a.witness, a.victim);
  const t = speaking(a, a.witness, a.own);
  const claim = { src: a.witness.linkLocal, dst: a.victim.linkLocal };
  return [
    flooded('IPv4 for another station', data4(s, a.witness.ipv4)),
    flooded('IPv6 for another station', data6(s, a.witness.ipv6)),
    flooded(
      'IPv4 for the own address in a frame for another station',
      framed(s, ETHERTYPE.ipv4, data4(t, a.witness.ipv4).slice(14)),
    ),
    flooded(
      'ARP reply for another station',
      arp({
        operation: 'reply',
        src: a.witness.mac,
        dst: a.victim.mac,
        senderIp: a.witness.ipv4,
        targetIp: a.victim.ipv4,
        targetMac: a.victim.mac,
      }),
    ),
    flooded(
      'neighbour advertisement for another station',
      discovery(s, { ...claim, message: neighbourAdvertisement(claim, a.witness.linkLocal, []) }),
    ),
    flooded('an unknown protocol for another station', framed(s, 0x88b5, ascii('weir'))),
    ...STACKS.map(([how, , wrap]) => link(`IPv4 in ${how} for the guest`, wrap(data4(t, a.witness.ipv4)))),
    link('spanning tree message from a bridge', spanningTree(a.gateway.mac)),
    link('LLDP from a switch', framed(t, 0x88cc, new Uint8Array(46), { dst: '01:80:c2:00:00:00' })),
    link('an unknown protocol for the guest', framed(t, 0x88b5, ascii('weir'))),
    link('an unknown protocol for everybody', framed(t, 0x88b5, ascii('weir'), { dst: BROADCAST })),
    link('PPPoE for the guest', framed(t, 0x8864, new Uint8Array(46))),
    link('MPLS for the guest', framed(t, 0x8847, new Uint8Array(46))),
    link(
      'SNAP for everybody',
      llcSnap({
        dst: BROADCAST,
        src: a.witness.mac,
        type: ETHERTYPE.ipv4,
        payload: data4(t, a.witness.ipv4).slice(14),
      }),
    ),
    link('a tagged frame for everybody', tagged(gratuitousArp(a.witness.mac, a.witness.ipv4), [{ vid: 0 }])),
  ];
}

function forTheGuest(a: Actors): readonly CatalogueEntry[] {
  const comes = pass('the guest lives on it');
  const t = speaking(a, a.witness, a.own);
  const g = speaking(a, a.gateway, a.own);
  const asked = { src: a.witness.linkLocal, dst: solicitedNode(a.own.ipv6) };
  const told = { src: a.witness.linkLocal, dst: a.own.linkLocal };
  const router = { src: a.gateway.linkLocal, dst: ALL_NODES };
  const served = { src: a.gateway.ipv4, dst: '255.255.255.255' };
  const served6 = { src: a.gateway.linkLocal, dst: a.own.linkLocal };
  const query = join(u32(0), ipv6Bytes('::'));
  return [
    comes(
      'ARP request for the guest',
      arp({ operation: 'request', src: a.witness.mac, senderIp: a.witness.ipv4, targetIp: a.own.ipv4 }),
    ),
    comes(
      'ARP reply for the guest',
      arp({
        operation: 'reply',
        src: a.gateway.mac,
        dst: a.own.mac,
        senderIp: a.gateway.ipv4,
        targetIp: a.own.ipv4,
        targetMac: a.own.mac,
      }),
    ),
    comes('ARP probe of others', arpProbe(a.witness.mac, a.witness.ipv4)),
    comes('ARP announcement of others', gratuitousArp(a.witness.mac, a.witness.ipv4)),
    comes('RARP announcement of others', rarp(a.witness.mac)),
    comes(
      'neighbour solicitation for the guest',
      discovery(t, { ...asked, message: neighbourSolicitation(asked, a.own.ipv6, []) }),
    ),
    comes(
      'neighbour advertisement for the guest',
      discovery(t, { ...told, message: neighbourAdvertisement(told, a.witness.linkLocal, []) }),
    ),
    comes('router advertisement from the gateway', discovery(g, { ...router, message: routerAdvertisement(router) })),
    comes(
      'MLD query from the gateway',
      in6(g, {
        ...router,
        nextHeader: PROTOCOL.icmpv6,
        hopLimit: 1,
        payload: icmpv6(router, { type: 130, rest: query }),
        extensions: [{ kind: 'hop-by-hop', options: ROUTER_ALERT }],
      }),
    ),
    comes(
      'IGMP query from the gateway',
      in4(g, {
        dst: '224.0.0.1',
        ttl: 1,
        protocol: PROTOCOL.igmp,
        payload: new Uint8Array([0x11, 100, 0xee, 0x9b, 0, 0, 0, 0]),
      }),
    ),
    comes(
      'DHCP offer from the gateway',
      in4(g, {
        ...served,
        protocol: PROTOCOL.udp,
        payload: udp(served, {
          sport: 67,
          dport: 68,
          payload: dhcp({ type: 'offer', mac: a.own.mac, yiaddr: a.own.ipv4, server: a.gateway.ipv4 }),
        }),
      }),
    ),
    comes(
      'DHCPv6 reply from the gateway',
      in6(g, {
        ...served6,
        nextHeader: PROTOCOL.udp,
        payload: udp(served6, {
          sport: 547,
          dport: 546,
          payload: dhcpv6({ type: 'reply', clientMac: a.own.mac, serverMac: a.gateway.mac }),
        }),
      }),
    ),
    comes('IPv4 for the guest', data4(t, a.witness.ipv4)),
    comes('IPv6 for the guest', data6(t, a.witness.ipv6)),
    comes('IPv4 from the world', data4(g, '203.0.113.77')),
    comes('IPv6 from the world', data6(g, '2001:db8:77::77')),
    comes('ping for the guest', in4(t, { protocol: PROTOCOL.icmp, payload: icmp({ type: 8, rest: ascii('weir') }) })),
    comes(
      'a datagram for everybody',
      framed(t, ETHERTYPE.ipv4, data4(t, a.witness.ipv4).slice(14), { dst: BROADCAST }),
    ),
    comes(
      'a datagram for a group',
      framed(t, ETHERTYPE.ipv4, data4(t, a.witness.ipv4).slice(14), { dst: macFor(a, '239.1.2.3') }),
    ),
  ];
}

/** Every entry. */
export const inward = (a: Actors): readonly CatalogueEntry[] => [...forOthers(a), ...forTheGuest(a)];
