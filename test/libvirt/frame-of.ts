// Frames from named values, independent of the field table that the rules are compiled with. In: the kind of frame and values that differ from its
// usual ones. Out: bytes. Guarantees: pure; lengths and checksums are right.
import * as f from '../kernel/frames.ts';

/** Values by name; addresses and hardware addresses as text. */
export type Values = Readonly<Record<string, string | number>>;

/** What a frame carries, told from the outside in. */
export type FrameKind = 'bare' | 'vlan' | 'stp' | 'arp' | 'rarp' | 'ipv4' | 'ipv6';

const USUAL: Values = {
  srcMac: '52:54:00:00:00:01',
  dstMac: '52:54:00:00:00:02',
  etherType: 0x88b5,
  vlanId: 7,
  vlanType: 0x0800,
  stpType: 0,
  stpFlags: 0,
  rootPriority: 0x8000,
  rootMac: '02:00:00:00:00:11',
  rootCost: 4,
  bridgePriority: 0x8000,
  bridgeMac: '02:00:00:00:00:12',
  port: 0x8001,
  messageAge: 0x100,
  maxAge: 0x1400,
  helloTime: 0x200,
  forwardDelay: 0xf00,
  hardwareType: 1,
  protocolType: 0x0800,
  operation: 1,
  senderMac: '52:54:00:00:00:01',
  senderIp: '10.9.0.1',
  targetMac: '52:54:00:00:00:02',
  targetIp: '10.9.0.2',
  protocol: 17,
  dscp: 0,
  source: 40000,
  destination: 4000,
  type: 8,
  code: 0,
  flags: 2,
  option: 2,
};

/** Where packets of either family are from and go to, unless a test says otherwise. */
const ENDS = { ipv4: { src: '10.9.0.1', dst: '10.9.0.2' }, ipv6: { src: 'fd09::1', dst: 'fd09::2' } } as const;

/** The frame. */
export function frameOf(kind: FrameKind, changed: Values = {}): Uint8Array {
  const values = { ...USUAL, ...changed };
  const text = (name: string): string => String(values[name]);
  const number = (name: string): number => Number(values[name]);
  const address = { dst: text('dstMac'), src: text('srcMac') };
  switch (kind) {
    case 'bare':
      return f.ethernet({ ...address, type: number('etherType'), payload: f.ascii('thirty bytes of a bare frame..') });
    case 'vlan':
      return f.ethernet({
        ...address,
        type: number('vlanType'),
        payload: f.ipv4({ ...ENDS.ipv4, protocol: 59, payload: f.ascii('inner') }),
        tags: [{ vid: number('vlanId') }],
      });
    case 'stp':
      return bpdu(text, number);
    case 'arp':
    case 'rarp':
      return f.ethernet({ ...address, type: kind === 'arp' ? 0x0806 : 0x8035, payload: arpBody(text, number) });
    case 'ipv4':
    case 'ipv6': {
      const ends = { src: ENDS[kind].src, dst: ENDS[kind].dst, ...changed } as { src: string; dst: string };
      return f.ethernet({ ...address, type: kind === 'ipv4' ? 0x0800 : 0x86dd, payload: packet(kind, ends, number) });
    }
    default:
      return kind satisfies never;
  }
}

type Text = (name: string) => string;
type Number_ = (name: string) => number;

/** A configuration message (IEEE 802.1D 9.3.1) behind its LLC header. */
function bpdu(text: Text, number: Number_): Uint8Array {
  const body = f.join(
    [0x42, 0x42, 0x03, 0, 0, 0],
    f.u8(number('stpType')),
    f.u8(number('stpFlags')),
    f.u16(number('rootPriority')),
    f.macBytes(text('rootMac')),
    f.u32(number('rootCost')),
    f.u16(number('bridgePriority')),
    f.macBytes(text('bridgeMac')),
    ...['port', 'messageAge', 'maxAge', 'helloTime', 'forwardDelay'].map((name) => f.u16(number(name))),
  );
  return f.ethernet802({ dst: '01:80:c2:00:00:00', src: text('srcMac'), payload: body });
}

function arpBody(text: Text, number: Number_): Uint8Array {
  return f.join(
    f.u16(number('hardwareType')),
    f.u16(number('protocolType')),
    [6, 4],
    f.u16(number('operation')),
    f.macBytes(text('senderMac')),
    f.ipv4Bytes(text('senderIp')),
    f.macBytes(text('targetMac')),
    f.ipv4Bytes(text('targetIp')),
  );
}

function packet(family: 'ipv4' | 'ipv6', ends: f.Ends, number: Number_): Uint8Array {
  const protocol = number('protocol');
  const payload = upper(protocol, ends, number);
  if (family === 'ipv4') return f.ipv4({ ...ends, protocol, payload, tos: number('dscp') << 2 });
  const bytes = f.ipv6({ ...ends, nextHeader: protocol, payload });
  // The code point is in the last four bits of the first byte and the first two of the second (RFC 8200 3).
  bytes[0] = 0x60 | (number('dscp') >> 2);
  bytes[1] = (number('dscp') & 3) << 6;
  return bytes;
}

function upper(protocol: number, ends: f.Ends, number: Number_): Uint8Array {
  const ports = { sport: number('source'), dport: number('destination') };
  switch (protocol) {
    case 1:
      return f.icmp({ type: number('type'), code: number('code'), rest: f.ascii('echo....') });
    case 58:
      return f.icmpv6(ends, { type: number('type'), code: number('code'), rest: f.ascii('echo....') });
    case 6:
      return withOption(f.tcp(ends, { ...ports, flags: number('flags') }), number('option'));
    case 17:
      return f.udp(ends, ports);
    default:
      return f.join(f.u16(ports.sport), f.u16(ports.dport), new Uint8Array(16));
  }
}

/** The segment with one option of four bytes; checksums are not looked at by rules. */
function withOption(segment: Uint8Array, kind: number): Uint8Array {
  const out = f.join(segment.slice(0, 20), [kind, 4, 5, 0xb4], segment.slice(20));
  out[12] = 0x60;
  return out;
}
