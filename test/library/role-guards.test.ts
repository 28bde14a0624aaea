// What the guards for guests with a part to play mean, frame by frame, in both simulators.
import { expect, test } from 'vitest';
import * as of from './frames-of.ts';
import { GATEWAY, type Me, NEIGHBOUR } from './frames-of.ts';
import { guardBench, type Probe } from './guard-bench.ts';

const OTHER = '52:54:00:00:00:77';
const VIRTUAL = '00:00:5e:00:01:07';
const SHARED4 = '10.20.0.8';
const SHARED6 = 'fd00:20::8';
const out4 = (me: Me): Uint8Array => of.udp4(me, GATEWAY);
const in4 = (me: Me): Uint8Array => of.udp4(GATEWAY, me);
const advertised = (me: Me): Uint8Array => of.routerAdvertisement(me, { ip6: of.linkLocal(me) });

const GUARDS: Readonly<Record<string, readonly Probe[]>> = {
  'no-router-advertisements': [
    ['out', 'an advertisement', 'drop', advertised],
    ['out', 'a solicitation', 'pass', (me) => of.routerSolicitation(me)],
    ['in', 'an advertisement', 'pass', () => advertised(GATEWAY)],
  ],
  'no-dhcp-server': [
    ['out', 'a DHCP answer', 'drop', (me) => of.dhcpAnswer(me, NEIGHBOUR)],
    ['out', 'a DHCPv6 answer', 'drop', (me) => of.dhcpv6Answer(me, NEIGHBOUR)],
    ['out', 'a DHCP request', 'pass', (me) => of.dhcpRequest(me)],
    ['in', 'a DHCP answer', 'pass', (me) => of.dhcpAnswer(NEIGHBOUR, me)],
  ],
  'no-nd-spoofing': [
    ['out', 'its own address', 'pass', (me) => of.advertisement(me, me.ip6)],
    ['out', "another's address", 'drop', (me) => of.advertisement(me, 'fd00:20::99')],
    ['out', "another's hardware address", 'drop', (me) => of.advertisement(me, me.ip6, {}, OTHER)],
    ['out', "another's hardware address in a question", 'drop', (me) => of.solicitation(me, GATEWAY.ip6, {}, OTHER)],
    ['out', 'a question', 'pass', (me) => of.solicitation(me, GATEWAY.ip6)],
    ['out', 'a question from beyond the link', 'drop', (me) => of.solicitation(me, GATEWAY.ip6, { hopLimit: 64 })],
    ['out', 'detection of its own address', 'pass', (me) => of.addressProbe6(me, me.ip6)],
    ['out', "detection of another's address", 'drop', (me) => of.addressProbe6(me, 'fd00:20::99')],
    ['in', "a neighbour's address", 'pass', () => of.advertisement(NEIGHBOUR, NEIGHBOUR.ip6)],
  ],
  'no-foreign-errors': [
    ['out', 'an error about a packet to it', 'pass', (me) => of.error4(me, GATEWAY, me)],
    ['out', 'an error about a packet to another', 'drop', (me) => of.error4(me, GATEWAY, NEIGHBOUR)],
    ['out', 'an IPv6 error about a packet to it', 'pass', (me) => of.error6(me, GATEWAY, me)],
    ['out', 'an IPv6 error about a packet to another', 'drop', (me) => of.error6(me, GATEWAY, NEIGHBOUR)],
    ['in', 'an error about anything', 'pass', (me) => of.error4(GATEWAY, me, NEIGHBOUR)],
  ],
  'dhcp-server': [
    ['out', 'a DHCP answer', 'accept', (me) => of.dhcpAnswer(me, NEIGHBOUR)],
    ['out', 'a DHCPv6 answer', 'accept', (me) => of.dhcpv6Answer(me, NEIGHBOUR)],
    [
      'out',
      "an answer from another's address",
      'drop',
      (me) => of.udp4(me, NEIGHBOUR, { ip4: '10.20.0.99', sport: 67, dport: 68 }),
    ],
    ['out', 'an answer from another MAC', 'drop', (me) => of.udp4(me, NEIGHBOUR, { mac: OTHER, sport: 67, dport: 68 })],
    ['in', 'a DHCP request', 'accept', () => of.dhcpRequest(NEIGHBOUR)],
    ['in', 'a DHCPv6 request', 'accept', () => of.dhcpv6Request(NEIGHBOUR)],
    ['out', 'a router advertisement', 'drop', advertised],
    ['out', 'ordinary packets', 'pass', out4],
    ['in', 'ordinary packets', 'pass', in4],
  ],
  router: [
    ['out', 'an advertisement', 'accept', advertised],
    ['out', "an advertisement from another's address", 'drop', (me) => of.routerAdvertisement(me, { ip6: 'fe80::1' })],
    [
      'out',
      'an advertisement from beyond the link',
      'drop',
      (me) => of.routerAdvertisement(me, { ip6: of.linkLocal(me), hopLimit: 64 }),
    ],
    [
      'out',
      'an advertisement from another MAC',
      'drop',
      (me) => of.routerAdvertisement(me, { ip6: of.linkLocal(me), mac: OTHER }),
    ],
    ['in', 'a router solicitation', 'accept', () => of.routerSolicitation(NEIGHBOUR)],
    ['out', 'an error about a packet to another', 'pass', (me) => of.error4(me, GATEWAY, NEIGHBOUR)],
    ['out', 'an IPv6 error about a packet to another', 'pass', (me) => of.error6(me, GATEWAY, NEIGHBOUR)],
    [
      'out',
      "an error from another's address",
      'drop',
      (me) => of.error4({ ...me, ip4: '10.20.0.99' }, GATEWAY, NEIGHBOUR),
    ],
    ['out', 'a DHCP answer', 'drop', (me) => of.dhcpAnswer(me, NEIGHBOUR)],
    ['out', 'ordinary packets', 'pass', out4],
    ['out', 'packets of another', 'drop', (me) => of.udp4(me, GATEWAY, { ip4: '10.20.0.99' })],
  ],
  [`allowed-address-pairs(shared = { ${SHARED4}, ${SHARED6} })`]: [
    ['out', 'ordinary packets', 'pass', out4],
    ['out', 'packets from the shared address', 'pass', (me) => of.udp4(me, GATEWAY, { ip4: SHARED4 })],
    [
      'out',
      'packets from the shared address and MAC',
      'pass',
      (me) => of.udp4(me, GATEWAY, { ip4: SHARED4, mac: VIRTUAL }),
    ],
    [
      'out',
      'packets from the shared IPv6 address and MAC',
      'pass',
      (me) => of.udp6(me, GATEWAY, { ip6: SHARED6, mac: VIRTUAL }),
    ],
    ['out', 'packets from another address', 'drop', (me) => of.udp4(me, GATEWAY, { ip4: '10.20.0.99' })],
    ['out', 'packets from another MAC', 'drop', (me) => of.udp4(me, GATEWAY, { ip4: SHARED4, mac: OTHER })],
    ['out', 'ARP about the shared address', 'accept', (me) => of.arpOf(me, { senderIp: SHARED4 })],
    [
      'out',
      'ARP about the shared address from the shared MAC',
      'accept',
      (me) => of.arpOf(me, { src: VIRTUAL, senderIp: SHARED4 }),
    ],
    ['out', 'ARP about its own address', 'accept', (me) => of.arpOf(me)],
    ['out', 'ARP about another address', 'drop', (me) => of.arpOf(me, { senderIp: '10.20.0.99' })],
    ['out', 'ARP with another MAC inside', 'drop', (me) => of.arpOf(me, { senderIp: SHARED4, senderMac: OTHER })],
    ['out', 'an advertisement of the shared address', 'accept', (me) => of.advertisement(me, SHARED6)],
    ['out', 'one with the shared MAC', 'accept', (me) => of.advertisement(me, SHARED6, { mac: VIRTUAL }, VIRTUAL)],
    ['out', 'one with another MAC', 'drop', (me) => of.advertisement(me, SHARED6, {}, OTHER)],
    ['out', 'an advertisement of another address', 'drop', (me) => of.advertisement(me, 'fd00:20::99')],
    ['out', 'detection of the shared address', 'accept', (me) => of.addressProbe6(me, SHARED6)],
    ['out', 'a router advertisement', 'drop', advertised],
    ['out', 'a DHCP request', 'accept', (me) => of.dhcpRequest(me)],
    ['in', 'packets to the shared MAC', 'pass', () => of.udp4(GATEWAY, NEIGHBOUR, { dst4: SHARED4, dstMac: VIRTUAL })],
    ['in', 'packets to another MAC', 'drop', () => of.udp4(GATEWAY, NEIGHBOUR, { dst4: SHARED4 })],
  ],
  [`allowed-address-pairs(shared = ${SHARED4}, hardware = 02:00:00:00:00:10)`]: [
    [
      'out',
      'packets from the shared address and MAC',
      'pass',
      (me) => of.udp4(me, GATEWAY, { ip4: SHARED4, mac: '02:00:00:00:00:10' }),
    ],
    ['out', "packets from VRRP's MAC", 'drop', (me) => of.udp4(me, GATEWAY, { ip4: SHARED4, mac: VIRTUAL })],
    ['out', 'an advertisement of its own address', 'accept', (me) => of.advertisement(me, me.ip6)],
  ],
};

const NAMES = Object.keys(GUARDS);
const bare = [...new Set(NAMES.map((name) => name.replace(/\(.*/, '')))];
const bench = guardBench(`import { ${bare.join(', ')} } from "@weir/rules/guards"`, NAMES);

const ROWS = NAMES.flatMap((guard, index) =>
  (GUARDS[guard] ?? []).map(([direction, what, verdict, frame]) => ({ guard, index, direction, what, verdict, frame })),
);

test.for(ROWS)('$guard: $direction, $what: $verdict', ({ index, direction, verdict, frame }) => {
  expect(bench.verdict(index, direction, frame)).toBe(verdict);
});
