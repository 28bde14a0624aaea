// DHCP (RFC 2131) and DHCPv6 (RFC 8415) messages. In: who speaks, what is said. Out: the bytes that go into a UDP datagram.
import { ipv4Bytes, ipv6Bytes, macBytes } from './addresses.ts';
import { join, padded, u8, u16, u32 } from './bytes.ts';

/** Message types of option 53. */
export const DHCP_TYPE = {
  discover: 1,
  offer: 2,
  request: 3,
  decline: 4,
  ack: 5,
  nak: 6,
  release: 7,
  inform: 8,
} as const;

/** A message. Fields that are not given are zero; the message type is the first option, as common servers and clients write it. */
export interface DhcpMessage {
  readonly type: keyof typeof DHCP_TYPE;
  readonly mac: string;
  readonly transaction?: number;
  readonly ciaddr?: string;
  readonly yiaddr?: string;
  readonly requested?: string;
  readonly server?: string;
  readonly router?: string;
  readonly lease?: number;
}

const option = (code: number, value: Uint8Array): Uint8Array => join(u8(code), u8(value.length), value);

/** A DHCPv4 message, as the client's or the server's type wants it (offer, ack and nak are a server's). */
export function dhcp(message: DhcpMessage): Uint8Array {
  const fromServer = ['offer', 'ack', 'nak'].includes(message.type);
  const zero = '0.0.0.0';
  const body = join(
    [fromServer ? 2 : 1, 1, 6, 0],
    u32(message.transaction ?? 0x77656972),
    u16(0),
    u16(0x8000),
    ipv4Bytes(message.ciaddr ?? zero),
    ipv4Bytes(message.yiaddr ?? zero),
    ipv4Bytes(fromServer ? (message.server ?? zero) : zero),
    ipv4Bytes(zero),
    padded(macBytes(message.mac), 16),
    new Uint8Array(192),
    [0x63, 0x82, 0x53, 0x63],
    option(53, u8(DHCP_TYPE[message.type])),
    message.requested === undefined ? [] : option(50, ipv4Bytes(message.requested)),
    message.server === undefined ? [] : option(54, ipv4Bytes(message.server)),
    fromServer ? join(option(51, u32(message.lease ?? 3600)), option(1, ipv4Bytes('255.255.255.0'))) : [],
    message.router === undefined ? [] : option(3, ipv4Bytes(message.router)),
    [255],
  );
  return padded(body, 300);
}

/** Message types of DHCPv6. */
export const DHCPV6_TYPE = { solicit: 1, advertise: 2, request: 3, reply: 7 } as const;

const option6 = (code: number, value: Uint8Array): Uint8Array => join(u16(code), u16(value.length), value);

const linkLayerId = (mac: string): Uint8Array => join(u16(3), u16(1), macBytes(mac));

/** A DHCPv6 message with an identity association; `address` fills it, `serverMac` names the server. */
export function dhcpv6(message: {
  readonly type: keyof typeof DHCPV6_TYPE;
  readonly clientMac: string;
  readonly serverMac?: string;
  readonly address?: string;
  readonly transaction?: number;
}): Uint8Array {
  const address =
    message.address === undefined ? [] : option6(5, join(ipv6Bytes(message.address), u32(3600), u32(7200)));
  return join(
    u8(DHCPV6_TYPE[message.type]),
    u32(message.transaction ?? 0x776569).slice(1),
    option6(1, linkLayerId(message.clientMac)),
    message.serverMac === undefined ? [] : option6(2, linkLayerId(message.serverMac)),
    option6(3, join(u32(1), u32(0), u32(0), address)),
  );
}
