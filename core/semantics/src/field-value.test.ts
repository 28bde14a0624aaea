import { FIELDS, tcpOptionKind } from '@weir/compiler';
import { expect, test } from 'vitest';
import { PLACES } from './field-place.ts';
import { fieldValue } from './field-value.ts';
import { readFrame } from './frame.ts';
import { bytes, ETHERNET, ethernet, ipv4, ipv6, subject } from './testing/sample.ts';

const value = (hex: string, field: string): bigint | undefined => fieldValue(subject(hex), field);
const PORTS = '0016 0050 00000001 00000000';
const TCP = `${PORTS} 5012 ffff 0000 0000`;
const hexByte = (value: number): string => value.toString(16).padStart(2, '0');
const ND = '8700 0000 00000000 fd09000000000000 0000000000000007';

const READ: readonly (readonly [field: string, frame: string, value: bigint])[] = [
  ['ether.destination', ETHERNET, 0x525400000002n],
  ['ether.source', ETHERNET, 0x525400000001n],
  ['ether.type', ethernet('88b5', ''), 0x88b5n],
  ['vlan.dei', ethernet('8100', '7005 0800'), 1n],
  ['vlan.dei', ethernet('8100', '6005 0800'), 0n],
  ['vlan.id', ethernet('8100', '6005 0800'), 5n],
  ['vlan.priority', ethernet('8100', '6005 0800'), 3n],
  ['vlan.type', ethernet('8100', '6005 0800'), 0x0800n],
  ['arp.hardware-type', ethernet('0806', '0001 0800 0604 0002'), 1n],
  ['arp.protocol-type', ethernet('0806', '0001 0800 0604 0002'), 0x0800n],
  ['arp.operation', ethernet('8035', '0001 0800 0604 0003'), 3n],
  ['arp.hardware-length', ethernet('0806', '0001 0800 0604 0002'), 6n],
  ['arp.protocol-length', ethernet('0806', '0001 0800 0604 0002'), 4n],
  ['arp.gratuitous', ethernet('0806', '0001 0800 0604 0001 525400000001 0a090101 000000000000 0a090101'), 1n],
  ['arp.gratuitous', ethernet('8035', '0001 0800 0604 0003 525400000001 0a090101 000000000000 0a090102'), 0n],
  ['arp.sender-mac', ethernet('0806', '0001 0800 0604 0002 525400000001 0a090101'), 0x525400000001n],
  ['arp.sender-ip', ethernet('0806', '0001 0800 0604 0002 525400000001 0a090101'), 0x0a090101n],
  [
    'arp.target-mac',
    ethernet('0806', '0001 0800 0604 0002 525400000001 0a090101 020000000009 0a090102'),
    0x020000000009n,
  ],
  ['arp.target-ip', ethernet('0806', '0001 0800 0604 0002 525400000001 0a090101 020000000009 0a090102'), 0x0a090102n],
  ['ip.source', ipv4(6, TCP), 0x0a090101n],
  ['ip.destination', ipv4(6, TCP), 0xc6336407n],
  ['ip.protocol', ipv4(6, TCP), 6n],
  ['ip.dscp', ipv4(6, TCP), 46n],
  ['ip.ecn', ipv4(6, TCP), 2n],
  ['ip.ttl', ipv4(6, TCP), 64n],
  ['ip.header-length', ipv4(6, TCP), 5n],
  ['ip.id', ipv4(6, TCP), 1n],
  ['ip.dont-fragment', ipv4(6, TCP, '4000'), 1n],
  ['ip.dont-fragment', ipv4(6, TCP, '2000'), 0n],
  ['ip.length', ipv4(6, TCP), 40n],
  ['ip.fragment', ipv4(6, TCP), 0n],
  ['ip.fragment', ipv4(6, TCP, '2000'), 1n],
  ['ip.fragment', ipv4(6, TCP, '4000'), 0n],
  ['ip6.source', ipv6(6, TCP), (0xfd09n << 112n) | 1n],
  ['ip6.destination', ipv6(6, TCP), (0xfd09n << 112n) | 2n],
  ['ip6.protocol', ipv6(6, TCP), 6n],
  ['ip6.dscp', ipv6(6, TCP), 46n],
  ['ip6.ecn', ipv6(6, TCP), 2n],
  ['ip6.flow-label', ipv6(6, TCP), 0x12345n],
  ['ip6.hop-limit', ipv6(6, TCP), 255n],
  ['ip6.length', ipv6(6, TCP), 20n],
  ['ip6.fragment', ipv6(44, `0600 0000 00000000 ${TCP}`), 1n],
  ['ip6.fragment', ipv6(51, `2c04 ${'00'.repeat(22)} 0600 0000 00000000`), 1n],
  ['ip6.hop-by-hop', ipv6(0, `0600 0104 00000000 ${TCP}`), 1n],
  ['ip6.hop-by-hop', ipv6(6, TCP), 0n],
  ['ip6.routing', ipv6(0, `2b00 0104 00000000 0600 0400 00000000 ${TCP}`), 1n],
  ['ip6.routing', ipv6(44, `2b00 0008 00000000 0600 0400 00000000 ${TCP}`), 0n],
  ['ip6.routing-type', ipv6(0, `2b00 0104 00000000 0600 0400 00000000 ${TCP}`), 4n],
  ['ip6.destination-options', ipv6(60, `0600 0104 00000000 ${TCP}`), 1n],
  ['packet.protocol', ipv6(0, `3c00 0104 00000000 0600 0104 00000000 ${TCP}`), 6n],
  ['packet.protocol', ipv6(51, `0604 ${'00'.repeat(22)} ${TCP}`), 51n],
  ['tcp.source', ipv4(6, TCP), 22n],
  ['tcp.destination', ipv6(0, `0600 0104 00000000 ${TCP}`), 80n],
  ['tcp.flags', ipv4(6, TCP), 0x12n],
  ...[...FIELDS.keys()]
    .filter((id) => id.startsWith('tcp.option.'))
    .map((id) => [id, ipv4(6, `${PORTS} 6012 ffff 0000 0000 ${hexByte(tcpOptionKind(id) ?? 0)}02 0101`), 1n] as const),
  ['tcp.option.mss', ipv4(6, `${PORTS} 6012 ffff 0000 0000 0101 0204`), 0n],
  ['tcp.option.mss', ipv4(6, TCP), 0n],
  ['tcp.option.77', ipv4(6, `${PORTS} 6012 ffff 0000 0000 4d04 0000`), 1n],
  ...(['udp', 'udplite', 'sctp', 'dccp'] as const).flatMap((name) => {
    const number = { udp: 17, udplite: 136, sctp: 132, dccp: 33 }[name];
    return [
      [`${name}.source`, ipv4(number, '0035 1234 0008 0000'), 53n],
      [`${name}.destination`, ipv4(number, '0035 1234 0008 0000'), 0x1234n],
    ] as const;
  }),
  ['icmp.type', ipv4(1, '0301 0000'), 3n],
  ['icmp.code', ipv4(1, '0301 0000'), 1n],
  ['icmpv6.type', ipv6(58, ND), 135n],
  ['icmpv6.code', ipv6(58, '0103 0000'), 3n],
  ['icmpv6.target', ipv6(58, ND), (0xfd09n << 112n) | 7n],
  ['icmpv6.link-address', ipv6(58, `${ND} 0101 020000000009`), 0x020000000009n],
  ['icmpv6.link-address', ipv6(58, `8500 0000 00000000 0101 020000000009`), 0x020000000009n],
  ['icmpv6.group', ipv6(58, '8300 0000 00000000 ff02000000000000 0000000000000007'), (0xff02n << 112n) | 7n],
  ['igmp.type', ipv4(2, '1600 0000 e0000001'), 0x16n],
  ['igmp.group', ipv4(2, '1600 0000 e0000001'), 0xe0000001n],
  ['esp.spi', ipv4(50, '00000201 00000001'), 0x201n],
  ['ah.spi', ipv6(51, `0604 0000 00000202 ${'00'.repeat(16)} ${TCP}`), 0x202n],
  ['gre.protocol', ipv4(47, '0000 6558'), 0x6558n],
  ['stp.protocol', ethernet('0026', '424203 0000'), 0n],
  ['stp.version', ethernet('0026', '424203 0000 02'), 2n],
  ['stp.type', ethernet('0026', '424203 0000 02 80'), 0x80n],
  ['stp.flags', ethernet('0026', '424203 0000 02 80 7f'), 0x7fn],
  ...STP_REST().map(([name, wanted]) => [`stp.${name}`, BPDU(), wanted] as const),
  ['packet.mark', ETHERNET, 0n],
  ['packet.type', ethernet('88b5', ''), 3n],
  ['packet.length', ethernet('88b5', '0000 0000'), 4n],
  ['packet.length', ethernet('8100', '0005 0800 4500'), 2n],
  ['connection.state', ETHERNET, 8n],
  ['connection.direction', ETHERNET, 1n],
  ['connection.mark', ETHERNET, 7n],
];

function BPDU(): string {
  return ethernet('0026', '424203 0000 00 00 00 8001 020000000001 00000004 8002 020000000002 8003 0100 1400 0200 0f00');
}

function STP_REST(): readonly (readonly [string, bigint])[] {
  return [
    ['root-priority', 0x8001n],
    ['root-mac', 0x020000000001n],
    ['root-cost', 4n],
    ['bridge-priority', 0x8002n],
    ['bridge-mac', 0x020000000002n],
    ['port', 0x8003n],
    ['message-age', 0x100n],
    ['max-age', 0x1400n],
    ['hello-time', 0x200n],
    ['forward-delay', 0xf00n],
  ];
}

test.each(READ)('%s is read', (field, frame, wanted) => {
  expect(value(frame, field)).toBe(wanted);
});

test('every field of the language is read by some case', () => {
  expect([...FIELDS.keys()].filter((id) => !READ.some(([field]) => field === id))).toEqual([]);
});

test('every place belongs to a field', () => {
  expect([...PLACES.keys()].filter((id) => !FIELDS.has(id))).toEqual([]);
});

test.each([
  ['a tagged frame', ethernet('8100', `0005 ${ipv4(6, TCP).slice(24)}`), 'ip.source'],
  ['a later IPv4 fragment', ipv4(6, TCP, '0001'), 'tcp.destination'],
  ['a later IPv6 fragment', ipv6(44, `0600 0009 00000000 ${TCP}`), 'tcp.destination'],
  [
    'a later IPv6 fragment that starts with an extension header',
    ipv6(44, `3c00 0009 00000000 ${TCP}`),
    'packet.protocol',
  ],
  ['a packet longer than its frame', ipv4(6, TCP).slice(0, -2), 'packet.protocol'],
  ['a UDP packet', ipv4(17, TCP), 'tcp.destination'],
  ['ICMPv6 in IPv4', ipv4(58, ND), 'icmpv6.type'],
  ['an echo request', ipv6(58, ND.replace('8700', '8000')), 'icmpv6.target'],
  ['a cut-off ARP message', ethernet('0806', '0001 0800'), 'arp.operation'],
  ['an 802.3 frame that is no BPDU', ethernet('0026', 'aaaa03 0000'), 'stp.protocol'],
])('%s lacks what it hides', (_, frame, field) => {
  expect(value(frame, field)).toBeUndefined();
});

test('fragments know their protocol where the fragment header names it', () => {
  expect(value(ipv4(6, TCP, '0001'), 'packet.protocol')).toBe(6n);
  expect(value(ipv6(44, `0600 0009 00000000 ${TCP}`), 'packet.protocol')).toBe(6n);
});

test('raw bits are read from the three bases, those above the link in IP frames only', () => {
  const raw = (hex: string, base: 'link' | 'network' | 'transport', offset: number, bits: number): bigint | undefined =>
    fieldValue(subject(hex), { kind: 'payload', base, offset, bits });
  expect(raw(ETHERNET, 'link', 4, 8)).toBe(0x25n);
  expect(raw(ipv4(6, TCP), 'network', 0, 4)).toBe(4n);
  expect(raw(ipv4(6, TCP), 'transport', 8, 16)).toBe(0x1600n);
  expect(raw(ethernet('88b5', '12345678'), 'network', 0, 8)).toBeUndefined();
  expect(raw(ipv4(6, TCP), 'transport', 144, 32)).toBeUndefined();
});

test('no bytes at all are a frame without anything', () => {
  expect(readFrame(bytes(''))).toEqual({ bytes: bytes(''), etherType: undefined });
});
