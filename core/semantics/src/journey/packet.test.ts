import { PROTOCOLS } from '@weir/compiler';
import { expect, test } from 'vitest';
import { fieldValue } from '../field-value.ts';
import { readFrame } from '../frame.ts';
import { PORT } from '../testing/sample.ts';
import { crc32c, sealed } from './checksum.ts';
import { arpFrame, packetFrame, type PacketShape } from './packet.ts';
import { endsOf, macsOf, routed, withEnd, withMacs } from './rewrite.ts';

const hex = (bytes: Uint8Array): string => Buffer.from(bytes).toString('hex');
const V4 = { family: 'ipv4', source: 0x0a090101n, destination: 0xc6336407n } as const;
const V6 = { family: 'ipv6', source: (0xfd09n << 112n) | 1n, destination: (0xfd09n << 112n) | 2n } as const;
const frame = (shape: PacketShape): Uint8Array => packetFrame(shape, 0x525400000001n, 0x525400000002n);
const field = (bytes: Uint8Array, id: string): bigint | undefined =>
  fieldValue({ policy: { sets: [] }, port: PORT, frame: readFrame(bytes) }, id);

test.each(Object.entries(PROTOCOLS).flatMap(([name, protocol]) => [V4, V6].map((ends) => ({ name, protocol, ends }))))(
  'a packet of $name over $ends.family has the addresses and the protocol that were asked for',
  ({ protocol, ends }) => {
    const made = frame({ ...ends, protocol, sourcePort: 49152, destinationPort: 443 });
    expect(endsOf(made)).toMatchObject({
      family: ends.family,
      source: { address: ends.source },
      destination: { address: ends.destination },
      protocol,
    });
    expect(field(made, 'packet.protocol')).toBe(BigInt(protocol));
    expect(macsOf(made)).toEqual({ source: 0x525400000001n, destination: 0x525400000002n });
    expect(hex(sealed(made))).toBe(hex(made));
  },
);

test.each(['tcp', 'udp', 'udplite', 'sctp', 'dccp'] as const)('%s has its ports where rules read them', (name) => {
  const made = frame({ ...V4, protocol: PROTOCOLS[name], sourcePort: 49152, destinationPort: 443 });
  expect([field(made, `${name}.source`), field(made, `${name}.destination`)]).toEqual([49152n, 443n]);
});

test('flags, types, codes and hop limits are those that were asked for', () => {
  expect(field(frame({ ...V4, protocol: 6, flags: 0x12 }), 'tcp.flags')).toBe(0x12n);
  const error = frame({ ...V6, protocol: 58, type: 1, code: 4, hopLimit: 255 });
  expect(['icmpv6.type', 'icmpv6.code', 'ip6.hop-limit'].map((id) => field(error, id))).toEqual([1n, 4n, 255n]);
});

test('checksums are those of the RFCs', () => {
  const udp = frame({ ...V4, protocol: 17, sourcePort: 53, destinationPort: 53 });
  expect(wholeSum(udp.subarray(14, 34))).toBe(0xffff);
  expect(wholeSum(Uint8Array.from([...udp.subarray(26, 34), 0, 17, 0, 8, ...udp.subarray(34)]))).toBe(0xffff);
  // The check value of the polynomial (RFC 3720 appendix B.4 names the algorithm; "123456789" is the usual probe).
  expect(crc32c(new TextEncoder().encode('123456789'))).toBe(0xe3069283);
});

/** All sixteen-bit words added with carry: all ones for what carries its own sum (RFC 1071). */
function wholeSum(bytes: Uint8Array): number {
  let sum = 0;
  for (let at = 0; at < bytes.length; at += 2) sum += ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  return sum;
}

test('an end is rewritten with its port, and the checksum follows', () => {
  const made = withEnd(frame({ ...V4, protocol: 6, sourcePort: 1, destinationPort: 2 }), 'destination', {
    address: 0x0a010a0bn,
    port: 443,
  });
  expect(hex(made)).toBe(
    hex(frame({ ...V4, destination: 0x0a010a0bn, protocol: 6, sourcePort: 1, destinationPort: 443 })),
  );
  const echo = frame({ ...V6, protocol: 58, type: 128 });
  expect(endsOf(withEnd(echo, 'source', { address: 7n, port: 9 }))?.source).toEqual({ address: 7n });
});

test('a hop costs one of the hop limit, and the last one is not given away', () => {
  const next = routed(frame({ ...V4, protocol: 6, hopLimit: 2 }));
  expect(next && field(next, 'ip.ttl')).toBe(1n);
  expect(next && routed(next)).toBeUndefined();
  expect(routed(frame({ ...V6, protocol: 6, hopLimit: 0 }))).toBeUndefined();
});

test('what is cut off is neither read nor written', () => {
  const short = frame({ ...V4, protocol: 6 }).subarray(0, 30);
  expect(endsOf(short)).toBeUndefined();
  expect(hex(withEnd(short, 'source', { address: 1n }))).toBe(hex(short));
  expect(hex(withMacs(short.subarray(0, 11), 1n, 2n))).toBe(hex(short.subarray(0, 11)));
  expect(routed(Uint8Array.from([]))).toBeUndefined();
});

test('ARP says who asks about whom', () => {
  const made = arpFrame(
    { operation: 'request', senderMac: 1n, senderIp: 2n, targetMac: 0n, targetIp: 3n },
    0xffff_ffff_ffffn,
  );
  const read = ['arp.operation', 'arp.sender-mac', 'arp.sender-ip', 'arp.target-mac', 'arp.target-ip', 'ether.type'];
  expect(read.map((id) => field(made, id))).toEqual([1n, 1n, 2n, 0n, 3n, 0x0806n]);
});
