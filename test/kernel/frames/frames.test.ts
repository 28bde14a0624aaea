// Checksums and layouts of the builders, without a network. The expected bytes are written out by hand from the standards.
import fc from 'fast-check';
import { expect, test } from 'vitest';
import * as f from '../frames.ts';

/** Hexadecimal digits written in groups. */
const digits = (text: string): string => text.replaceAll(' ', '');

const ends4 = { src: '10.0.0.1', dst: '10.0.0.2' };
const ends6 = { src: 'fe80::1', dst: 'ff02::1' };

test('an IPv4 header has the checksum of a published example', () => {
  // The header that textbooks use: 4500 0073 0000 4000 4011 b861 c0a8 0001 c0a8 00c7.
  const packet = f.ipv4({
    src: '192.168.0.1',
    dst: '192.168.0.199',
    protocol: 17,
    payload: new Uint8Array(0x73 - 20),
    id: 0,
    dontFragment: true,
  });
  expect(f.hex(packet.slice(0, 20))).toBe(digits('45000073 00004000 4011b861 c0a80001 c0a800c7'));
});

test('IPv4 options are filled up to whole words and counted in the header length', () => {
  const packet = f.ipv4({ ...ends4, protocol: 1, payload: new Uint8Array(), options: new Uint8Array([7, 3, 4]) });
  expect(packet[0]).toBe(0x46);
  expect(f.hex(packet.slice(20))).toBe('07030400');
  expect(f.checksum(packet)).toBe(0);
});

test('two IPv4 fragments carry the payload between them and the offset in words of eight bytes', () => {
  const payload = new Uint8Array(24).map((_, at) => at);
  const [first, second] = f.ipv4Fragments({ ...ends4, protocol: 17, payload }, 16);
  expect(f.hex(first.slice(6, 8))).toBe('2000');
  expect(f.hex(second.slice(6, 8))).toBe('0002');
  expect([...first.slice(20), ...second.slice(20)]).toEqual([...payload]);
});

test('an IPv6 chain names each next header and counts its length without the first eight bytes', () => {
  const packet = f.ipv6({
    ...ends6,
    nextHeader: 58,
    payload: new Uint8Array([1]),
    extensions: [
      { kind: 'hop-by-hop', options: f.ROUTER_ALERT },
      { kind: 'fragment', offset: 8, more: true, id: 5 },
    ],
  });
  expect(packet[6]).toBe(0);
  expect(f.hex(packet.slice(4, 6))).toBe('0011');
  expect(f.hex(packet.slice(40))).toBe(digits('2c00050200000100 3a00000900000005 01'));
});

test('a routing header holds its addresses', () => {
  const routed = f.ipv6({
    ...ends6,
    nextHeader: 59,
    payload: new Uint8Array(),
    extensions: [{ kind: 'routing', type: 0, addresses: ['fe80::9'] }],
  });
  expect(f.hex(routed.slice(40, 48))).toBe('3b02000100000000');
  expect(f.hex(routed.slice(48))).toBe(f.hex(f.ipv6Bytes('fe80::9')));
});

test('tags stand between the addresses and the type, the outermost first', () => {
  const frame = f.ethernet({
    dst: f.BROADCAST,
    src: '52:54:00:00:00:01',
    type: f.ETHERTYPE.ipv4,
    payload: new Uint8Array([0xaa]),
    tags: [{ vid: 7, tpid: 0x88a8, pcp: 3 }, { vid: 0 }],
  });
  expect(f.hex(frame)).toBe(digits('ffffffffffff 525400000001 88a86007 81000000 0800 aa'));
});

test('tagging a finished frame is the same as building it with tags', () => {
  const frame = { dst: f.BROADCAST, src: '52:54:00:00:00:01', type: 0x0800, payload: new Uint8Array(4) };
  expect(f.tagged(f.ethernet(frame), [{ vid: 5 }])).toEqual(f.ethernet({ ...frame, tags: [{ vid: 5 }] }));
});

test('an LLC/SNAP frame has its length where the type would be', () => {
  const frame = f.llcSnap({ dst: f.BROADCAST, src: '52:54:00:00:00:01', type: 0x0800, payload: new Uint8Array(3) });
  expect(f.hex(frame.slice(12))).toBe(digits('000b aaaa03000000 0800 000000'));
});

test('an ARP probe has no sender address and an announcement has its own as target', () => {
  const probe = f.arpProbe('52:54:00:00:00:01', '10.0.0.1');
  expect(f.hex(probe.slice(14))).toBe(digits('0001080006040001 525400000001 00000000 000000000000 0a000001'));
  const announcement = f.gratuitousArp('52:54:00:00:00:01', '10.0.0.1');
  expect(f.hex(announcement.slice(28, 32))).toBe('0a000001');
  expect(f.hex(announcement.slice(38, 42))).toBe('0a000001');
});

test('a link-local address and a solicited-node group are derived as the standards say', () => {
  expect(f.linkLocalOf('52:54:00:12:34:56')).toBe('fe80::5054:ff:fe12:3456');
  expect(f.hex(f.ipv6Bytes(f.solicitedNode('fd00::12:3456')))).toBe('ff0200000000000000000001ff123456');
  expect(f.multicastMac('ff02::1:ff12:3456')).toBe('33:33:ff:12:34:56');
  expect(f.multicastMac('239.129.2.3')).toBe('01:00:5e:01:02:03');
});

test('IPv6 text becomes its sixteen bytes, also with a dotted tail', () => {
  expect(f.hex(f.ipv6Bytes('2001:db8::1:0:2'))).toBe('20010db8000000000000000100000002');
  expect(f.hex(f.ipv6Bytes('::ffff:192.0.2.1'))).toBe('00000000000000000000ffffc0000201');
  expect(f.hex(f.ipv6Bytes('::'))).toBe('0'.repeat(32));
});

test('text that is no address and numbers that do not fit throw', () => {
  expect(() => f.ipv4Bytes('10.0.0')).toThrow('not an IPv4 address');
  expect(() => f.ipv6Bytes('fe80::1%eth0')).toThrow('not an IPv6 address');
  expect(() => f.macBytes('52:54:00')).toThrow('not a MAC address');
  expect(() => f.u16(65536)).toThrow(RangeError);
});

test('DHCP messages have the cookie and the message type where filters look for it', () => {
  const message = f.dhcp({ type: 'ack', mac: '52:54:00:00:00:01', yiaddr: '10.0.0.9', server: '10.0.0.1' });
  expect(f.hex(message.slice(236, 243))).toBe(digits('63825363 350105'));
  expect(f.hex(message.slice(16, 20))).toBe('0a000009');
  expect(message.length).toBeGreaterThanOrEqual(300);
});

test('segments verify over their pseudo header whatever they carry', () => {
  const content = fc.uint8Array({ maxLength: 200 });
  const port = fc.nat(65535);
  fc.assert(
    fc.property(content, port, port, (payload, sport, dport) => {
      for (const ends of [ends4, ends6]) {
        expect(f.pseudoChecksum(ends, f.PROTOCOL.udp, f.udp(ends, { sport, dport, payload }))).toBe(0);
        expect(f.pseudoChecksum(ends, f.PROTOCOL.tcp, f.tcp(ends, { sport, dport, payload }))).toBe(0);
      }
      expect(f.pseudoChecksum(ends6, f.PROTOCOL.icmpv6, f.icmpv6(ends6, { type: 128, rest: payload }))).toBe(0);
      expect(f.checksum(f.icmp({ type: 8, rest: payload }))).toBe(0);
    }),
  );
});
