// What each of the guards that bear libvirt's names means, frame by frame, in both simulators.
import { expect, test } from 'vitest';
import * as of from './frames-of.ts';
import { GATEWAY, type Me, NEIGHBOUR } from './frames-of.ts';
import { guardBench, type Probe } from './guard-bench.ts';

const OTHER = '52:54:00:00:00:77';
const out4 = (me: Me): Uint8Array => of.udp4(me, GATEWAY);
const out6 = (me: Me): Uint8Array => of.udp6(me, GATEWAY);
const in4 = (me: Me): Uint8Array => of.udp4(GATEWAY, me);
const in6 = (me: Me): Uint8Array => of.udp6(GATEWAY, me);
const toGroup4 = (me: Me): Uint8Array => of.udp4(me, { mac: of.groupMac('239.1.2.3'), ip4: '239.1.2.3', ip6: '::' });
const toGroup6 = (me: Me): Uint8Array => of.udp6(me, { mac: of.groupMac('ff02::fb'), ip4: '0.0.0.0', ip6: 'ff02::fb' });
const fromGroup4 = (): Uint8Array => of.udp4(NEIGHBOUR, { mac: of.groupMac('239.1.2.3'), ip4: '239.1.2.3', ip6: '::' });
const toAll4 = (me: Me): Uint8Array => of.udp4(me, { mac: of.BROADCAST, ip4: '10.20.0.255', ip6: '::' });
const solicit = (me: Me): Uint8Array => of.solicitation(me, GATEWAY.ip6);

/** How a port names the guard, and what becomes of frames; what is passed on and is no IP is delivered. */
const GUARDS: Readonly<Record<string, readonly Probe[]>> = {
  'no-mac-spoofing': [
    ['out', 'its own MAC', 'pass', out4],
    ['out', 'another MAC', 'drop', (me) => of.udp4(me, GATEWAY, { mac: OTHER })],
    ['out', 'another MAC on ARP', 'drop', (me) => of.arpOf(me, { src: OTHER, senderMac: me.mac })],
    ['out', 'another MAC on a tagged frame', 'drop', (me) => of.taggedFrame(of.udp4(me, GATEWAY, { mac: OTHER }))],
    ['in', 'any MAC', 'pass', in4],
  ],
  'no-ip-spoofing': [
    ['out', 'its own address', 'pass', out4],
    ['out', 'another address', 'drop', (me) => of.udp4(me, GATEWAY, { ip4: '10.20.0.99' })],
    ['out', 'a DHCP request', 'pass', (me) => of.dhcpRequest(me)],
    ['out', 'other UDP from 0.0.0.0', 'drop', (me) => of.udp4(me, GATEWAY, { ip4: '0.0.0.0' })],
    [
      'out',
      'a request from 0.0.0.0 to one server',
      'drop',
      (me) => of.udp4(me, GATEWAY, { ip4: '0.0.0.0', sport: 68, dport: 67 }),
    ],
    ['out', 'IPv6', 'pass', (me) => of.udp6(me, GATEWAY, { ip6: 'fd00:20::99' })],
    ['in', 'any address', 'pass', in4],
  ],
  'no-ipv6-spoofing': [
    ['out', 'its own address', 'pass', out6],
    ['out', 'its link-local address', 'pass', (me) => of.udp6(me, GATEWAY, { ip6: of.linkLocal(me) })],
    ['out', 'another link-local address', 'drop', (me) => of.udp6(me, GATEWAY, { ip6: 'fe80::1' })],
    ['out', 'another address', 'drop', (me) => of.udp6(me, GATEWAY, { ip6: 'fd00:20::99' })],
    ['out', 'UDP from ::', 'drop', (me) => of.udp6(me, GATEWAY, { ip6: '::' })],
    ['out', 'a solicitation', 'pass', solicit],
    ['out', 'detection of its own address', 'pass', (me) => of.addressProbe6(me, me.ip6)],
    ['out', "detection of another's address", 'drop', (me) => of.addressProbe6(me, 'fd00:20::99')],
    ['out', 'a router solicitation from ::', 'pass', (me) => of.routerSolicitation(me, { ip6: '::' })],
    ['out', 'IPv4', 'pass', (me) => of.udp4(me, GATEWAY, { ip4: '10.20.0.99' })],
    ['in', 'any address', 'pass', in6],
  ],
  'no-arp-mac-spoofing': [
    ['out', 'its own MAC', 'accept', (me) => of.arpOf(me)],
    ['out', 'another MAC', 'drop', (me) => of.arpOf(me, { senderMac: OTHER })],
    ['out', 'an ARP message that is cut off', 'drop', (me) => of.arpOf(me).slice(0, 24)],
    ['out', 'another address', 'accept', (me) => of.arpOf(me, { senderIp: '10.20.0.99' })],
    ['in', 'any MAC', 'accept', () => of.arpOf(NEIGHBOUR)],
  ],
  'no-arp-ip-spoofing': [
    ['out', 'its own address', 'accept', (me) => of.arpOf(me)],
    ['out', 'another address', 'drop', (me) => of.arpOf(me, { senderIp: '10.20.0.99' })],
    [
      'out',
      'a probe for its own address',
      'accept',
      (me) => of.arpOf(me, { operation: 'request', senderIp: '0.0.0.0', targetIp: me.ip4 }),
    ],
    [
      'out',
      'a probe for another address',
      'drop',
      (me) => of.arpOf(me, { operation: 'request', senderIp: '0.0.0.0', targetIp: '10.20.0.99' }),
    ],
    ['in', 'any address', 'accept', () => of.arpOf(NEIGHBOUR)],
  ],
  'no-arp-spoofing': [
    ['out', 'its own MAC and address', 'accept', (me) => of.arpOf(me)],
    ['out', 'another MAC', 'drop', (me) => of.arpOf(me, { senderMac: OTHER })],
    ['out', 'another address', 'drop', (me) => of.arpOf(me, { senderIp: '10.20.0.99' })],
    ['in', 'any', 'accept', () => of.arpOf(NEIGHBOUR)],
  ],
  'allow-arp': [
    ['out', 'ARP', 'accept', (me) => of.arpOf(me)],
    ['in', 'ARP', 'accept', () => of.arpOf(NEIGHBOUR)],
    ['out', 'IPv4', 'drop', out4],
    ['in', 'RARP', 'drop', () => of.rarpOf(NEIGHBOUR)],
  ],
  'allow-ipv4': [
    ['out', 'IPv4', 'pass', out4],
    ['in', 'IPv4', 'pass', in4],
    ['in', 'IPv6', 'drop', in6],
    ['out', 'ARP', 'drop', (me) => of.arpOf(me)],
    ['out', 'IPv4 behind a tag', 'drop', (me) => of.taggedFrame(out4(me))],
  ],
  'allow-ipv6': [
    ['out', 'IPv6', 'pass', out6],
    ['in', 'IPv6', 'pass', in6],
    ['in', 'IPv4', 'drop', in4],
  ],
  'allow-incoming-ipv4': [
    ['in', 'IPv4', 'pass', in4],
    ['out', 'IPv4', 'drop', out4],
    ['in', 'IPv6', 'drop', in6],
  ],
  'allow-incoming-ipv6': [
    ['in', 'IPv6', 'pass', in6],
    ['out', 'IPv6', 'drop', out6],
    ['in', 'IPv4', 'drop', in4],
  ],
  'allow-dhcp': [
    ['out', 'a request', 'accept', (me) => of.dhcpRequest(me)],
    ['out', 'a request from its own address', 'accept', (me) => of.dhcpRequest(me, me.ip4)],
    ['out', 'a request from another address', 'drop', (me) => of.dhcpRequest(me, '10.20.0.99')],
    ['in', 'an answer', 'accept', (me) => of.dhcpAnswer(NEIGHBOUR, me)],
    ['out', 'an answer', 'drop', (me) => of.dhcpAnswer(me, NEIGHBOUR)],
    ['in', 'other UDP', 'drop', in4],
  ],
  'allow-dhcp-server(10.20.0.1)': [
    ['out', 'a request', 'accept', (me) => of.dhcpRequest(me)],
    ['in', "the server's answer", 'accept', (me) => of.dhcpAnswer(GATEWAY, me)],
    ['in', "another's answer", 'drop', (me) => of.dhcpAnswer(NEIGHBOUR, me)],
    ['in', 'other UDP of the server', 'drop', in4],
  ],
  'allow-dhcpv6': [
    ['out', 'a request', 'accept', (me) => of.dhcpv6Request(me)],
    ['out', "a request from another's address", 'drop', (me) => of.dhcpv6Request(me, 'fe80::1')],
    ['in', 'an answer', 'accept', (me) => of.dhcpv6Answer(NEIGHBOUR, me)],
    ['out', 'an answer', 'drop', (me) => of.dhcpv6Answer(me, NEIGHBOUR)],
  ],
  [`allow-dhcpv6-server(${of.linkLocal(GATEWAY)})`]: [
    ['out', 'a request', 'accept', (me) => of.dhcpv6Request(me)],
    ['in', "the server's answer", 'accept', (me) => of.dhcpv6Answer(GATEWAY, me)],
    ['in', "another's answer", 'drop', (me) => of.dhcpv6Answer(NEIGHBOUR, me)],
  ],
  'no-ip-multicast': [
    ['out', 'to a group', 'drop', toGroup4],
    ['in', 'to a group', 'pass', fromGroup4],
    ['out', 'to one', 'pass', out4],
    ['out', 'to an IPv6 group', 'pass', toGroup6],
  ],
  'no-ipv6-multicast': [
    ['out', 'to a group', 'drop', toGroup6],
    ['out', 'a solicitation', 'pass', solicit],
    ['out', 'a router advertisement', 'drop', (me) => of.routerAdvertisement(me)],
    ['out', 'to one', 'pass', out6],
    ['in', 'a router advertisement', 'pass', () => of.routerAdvertisement(GATEWAY)],
  ],
  'no-mac-broadcast': [
    ['out', 'IPv4 to everyone', 'drop', toAll4],
    ['out', 'IPv4 to one', 'pass', out4],
    ['out', 'ARP to everyone', 'accept', (me) => of.arpOf(me)],
    ['in', 'IPv4 to everyone', 'pass', () => toAll4(NEIGHBOUR)],
  ],
  'no-other-l2-traffic': [
    ['out', 'anything', 'drop', out4],
    ['in', 'anything', 'drop', () => of.linkFrame(NEIGHBOUR, 0x88b5)],
  ],
  'no-other-rarp-traffic': [
    ['out', 'RARP', 'drop', (me) => of.rarpOf(me)],
    ['in', 'RARP', 'drop', () => of.rarpOf(NEIGHBOUR)],
    ['out', 'ARP', 'accept', (me) => of.arpOf(me)],
  ],
  'qemu-announce-self-rarp': [
    ['out', "the guest's announcement", 'accept', (me) => of.rarpOf(me)],
    ['out', "another's announcement", 'drop', () => of.rarpOf(NEIGHBOUR)],
    ['in', "a neighbour's announcement", 'accept', () => of.rarpOf(NEIGHBOUR)],
    ['out', 'IPv4', 'drop', out4],
  ],
  'qemu-announce-self': [
    ['out', "the guest's announcement", 'accept', (me) => of.rarpOf(me)],
    ['out', 'the EtherType 0x0835', 'accept', (me) => of.linkFrame(me, 0x0835)],
    ['out', "another's announcement", 'drop', () => of.rarpOf(NEIGHBOUR)],
    ['out', 'IPv4', 'drop', out4],
  ],
  'clean-traffic': [
    ['out', 'IPv4', 'pass', out4],
    ['out', 'IPv6', 'pass', out6],
    ['out', 'ARP', 'accept', (me) => of.arpOf(me)],
    ['out', 'another MAC', 'drop', (me) => of.udp4(me, GATEWAY, { mac: OTHER })],
    ['out', 'another address', 'drop', (me) => of.udp4(me, GATEWAY, { ip4: '10.20.0.99' })],
    ['out', 'another IPv6 address', 'drop', (me) => of.udp6(me, GATEWAY, { ip6: 'fd00:20::99' })],
    ['out', 'another ARP sender', 'drop', (me) => of.arpOf(me, { senderIp: '10.20.0.99' })],
    ['out', "another's neighbour advertisement", 'drop', (me) => of.advertisement(me, 'fd00:20::99')],
    ['out', 'a router advertisement', 'drop', (me) => of.routerAdvertisement(me, { ip6: of.linkLocal(me) })],
    ['out', 'a tagged frame', 'drop', (me) => of.taggedFrame(out4(me))],
    ['in', 'IPv4 for another station', 'drop', () => of.udp4(GATEWAY, NEIGHBOUR)],
    ['in', 'IPv4', 'pass', in4],
  ],
  [`clean-traffic-gateway(${GATEWAY.mac})`]: [
    ['out', 'IPv4 to the gateway', 'pass', out4],
    ['out', 'IPv6 to the gateway', 'pass', out6],
    ['out', 'IPv4 to a neighbour', 'drop', (me) => of.udp4(me, NEIGHBOUR)],
    ['out', 'IPv6 to a neighbour', 'drop', (me) => of.udp6(me, NEIGHBOUR)],
    ['in', 'IPv4 of the gateway', 'pass', in4],
    ['in', 'IPv6 of the gateway', 'pass', in6],
    ['in', 'IPv4 of a neighbour', 'drop', (me) => of.udp4(NEIGHBOUR, me)],
    ['in', 'IPv6 of a neighbour', 'drop', (me) => of.udp6(NEIGHBOUR, me)],
    ['out', 'ARP', 'accept', (me) => of.arpOf(me)],
    ['in', 'ARP', 'accept', () => of.arpOf(NEIGHBOUR)],
    ['out', 'a solicitation', 'accept', solicit],
    ['out', 'a DHCP request', 'accept', (me) => of.dhcpRequest(me)],
    ['out', 'a DHCPv6 request', 'accept', (me) => of.dhcpv6Request(me)],
    ['out', 'IPv4 to everyone', 'drop', toAll4],
    ['out', 'another address', 'drop', (me) => of.udp4(me, GATEWAY, { ip4: '10.20.0.99' })],
    ['in', 'an advertisement of the gateway', 'accept', () => of.routerAdvertisement(GATEWAY)],
  ],
};

const NAMES = Object.keys(GUARDS);
const bare = NAMES.map((name) => name.replace(/\(.*/, ''));
const bench = guardBench(`import { ${bare.join(', ')} } from "@weir/rules/libvirt"`, NAMES);

test('each of the 24 names has a guard', () => {
  expect(new Set(bare).size).toBe(24);
});

const ROWS = NAMES.flatMap((guard, index) =>
  (GUARDS[guard] ?? []).map(([direction, what, verdict, frame]) => ({ guard, index, direction, what, verdict, frame })),
);

test.for(ROWS)('$guard: $direction, $what: $verdict', ({ index, direction, verdict, frame }) => {
  expect(bench.verdict(index, direction, frame)).toBe(verdict);
});

test.for(NAMES)('%s lets something through and drops something', (guard) => {
  const verdicts = new Set((GUARDS[guard] ?? []).map(([, , verdict]) => (verdict === 'drop' ? 'drop' : 'through')));
  expect([...verdicts].toSorted()).toEqual(guard === 'no-other-l2-traffic' ? ['drop'] : ['drop', 'through']);
});
