// Frames between a guest and the rest of its link, by what an operator calls them. In: who the guest is. Out: frames. Guarantees: pure; toward the
// guest and from it are built alike, so that a test says the direction once.
import * as f from '../kernel/frames.ts';

/** A station. */
export interface Me {
  readonly mac: string;
  readonly ip4: string;
  readonly ip6: string;
}

export const GATEWAY: Me = { mac: '52:54:00:00:00:fe', ip4: '10.20.0.1', ip6: 'fd00:20::1' };
export const NEIGHBOUR: Me = { mac: '52:54:00:00:00:fd', ip4: '10.20.0.9', ip6: 'fd00:20::9' };

/** What may be unlike the honest frame. */
export interface Lies {
  readonly mac?: string;
  readonly ip4?: string;
  readonly ip6?: string;
  readonly dstMac?: string;
  readonly dst4?: string;
  readonly dst6?: string;
  readonly hopLimit?: number;
  readonly sport?: number;
  readonly dport?: number;
}

const frame = (src: string, dst: string, type: number, payload: Uint8Array): Uint8Array =>
  f.ethernet({ src, dst, type, payload });

/** UDP over IPv4, from the first to the second. */
export function udp4(from: Me, to: Me, lies: Lies = {}): Uint8Array {
  const ends = { src: lies.ip4 ?? from.ip4, dst: lies.dst4 ?? to.ip4 };
  const payload = f.udp(ends, { sport: lies.sport ?? 40000, dport: lies.dport ?? 4000 });
  return frame(lies.mac ?? from.mac, lies.dstMac ?? to.mac, 0x0800, f.ipv4({ ...ends, protocol: 17, payload }));
}

/** UDP over IPv6. */
export function udp6(from: Me, to: Me, lies: Lies = {}): Uint8Array {
  const ends = { src: lies.ip6 ?? from.ip6, dst: lies.dst6 ?? to.ip6 };
  const payload = f.udp(ends, { sport: lies.sport ?? 40000, dport: lies.dport ?? 4000 });
  return frame(lies.mac ?? from.mac, lies.dstMac ?? to.mac, 0x86dd, f.ipv6({ ...ends, nextHeader: 17, payload }));
}

/** TCP over IPv4; a SYN unless flags are given. */
export function tcp4(from: Me, to: Me, dport: number, flags?: number): Uint8Array {
  const ends = { src: from.ip4, dst: to.ip4 };
  const payload = f.tcp(ends, { sport: 40000, dport, ...(flags !== undefined && { flags }) });
  return frame(from.mac, to.mac, 0x0800, f.ipv4({ ...ends, protocol: 6, payload }));
}

/** A ping over IPv4. */
export function ping4(from: Me, to: Me): Uint8Array {
  const payload = f.icmp({ type: 8, rest: f.ascii('ping') });
  return frame(from.mac, to.mac, 0x0800, f.ipv4({ src: from.ip4, dst: to.ip4, protocol: 1, payload }));
}

/** "Port unreachable" about a UDP packet that `about` was sent by `to`. */
export function error4(from: Me, to: Me, about: Me): Uint8Array {
  const quoted = udp4(to, about).slice(14);
  const payload = f.icmp({ type: 3, code: 3, rest: f.join(f.u32(0), quoted) });
  return frame(from.mac, to.mac, 0x0800, f.ipv4({ src: from.ip4, dst: to.ip4, protocol: 1, payload }));
}

/** The same in IPv6. */
export function error6(from: Me, to: Me, about: Me): Uint8Array {
  const ends = { src: from.ip6, dst: to.ip6 };
  const payload = f.icmpv6(ends, { type: 1, code: 4, rest: f.join(f.u32(0), udp6(to, about).slice(14)) });
  return frame(from.mac, to.mac, 0x86dd, f.ipv6({ ...ends, nextHeader: 58, payload }));
}

/** An ICMPv6 message of any kind. */
function icmpv6Frame(from: Me, to: Lies & { readonly payload: (ends: f.Ends) => Uint8Array }, dst: string): Uint8Array {
  const ends = { src: to.ip6 ?? from.ip6, dst: to.dst6 ?? dst };
  const packet = f.ipv6({ ...ends, nextHeader: 58, payload: to.payload(ends), hopLimit: to.hopLimit ?? 255 });
  return frame(to.mac ?? from.mac, to.dstMac ?? f.multicastMac(dst), 0x86dd, packet);
}

/** Who has `target`? With the sender's hardware address unless another is told. */
export const solicitation = (from: Me, target: string, lies: Lies = {}, told = from.mac): Uint8Array =>
  icmpv6Frame(
    from,
    { ...lies, payload: (ends) => f.neighbourSolicitation(ends, target, [{ kind: 'source-link-layer', mac: told }]) },
    f.solicitedNode(target),
  );

/** Is `target` free? (RFC 4862 5.4.2) */
export const addressProbe6 = (from: Me, target: string): Uint8Array =>
  icmpv6Frame(from, { ip6: '::', payload: (ends) => f.neighbourSolicitation(ends, target) }, f.solicitedNode(target));

/** I have `target`. */
export const advertisement = (from: Me, target: string, lies: Lies = {}, told = from.mac): Uint8Array =>
  icmpv6Frame(
    from,
    { ...lies, payload: (ends) => f.neighbourAdvertisement(ends, target, [{ kind: 'target-link-layer', mac: told }]) },
    f.ALL_NODES,
  );

export const routerSolicitation = (from: Me, lies: Lies = {}): Uint8Array =>
  icmpv6Frame(from, { ...lies, payload: (ends) => f.routerSolicitation(ends) }, f.ALL_ROUTERS);

export const routerAdvertisement = (from: Me, lies: Lies = {}): Uint8Array =>
  icmpv6Frame(from, { ...lies, payload: (ends) => f.routerAdvertisement(ends) }, f.ALL_NODES);

/** An ARP message of a station, honest unless told otherwise. */
export const arpOf = (from: Me, fields: Partial<f.ArpFields> = {}): Uint8Array =>
  f.arp({ operation: 'reply', src: from.mac, senderIp: from.ip4, targetIp: GATEWAY.ip4, ...fields });

export const rarpOf = (from: Me): Uint8Array => f.rarp(from.mac);

const DHCP4: Me = { mac: f.BROADCAST, ip4: '255.255.255.255', ip6: '::' };
const DHCP6: Me = { mac: '33:33:00:01:00:02', ip4: '0.0.0.0', ip6: 'ff02::1:2' };

/** A DHCP client's request by broadcast. */
export const dhcpRequest = (from: Me, ip4 = '0.0.0.0'): Uint8Array => udp4(from, DHCP4, { ip4, sport: 68, dport: 67 });
/** A DHCP server's answer to a client. */
export const dhcpAnswer = (from: Me, to: Me): Uint8Array => udp4(from, to, { sport: 67, dport: 68 });
/** A DHCPv6 client's request to all servers. */
export const dhcpv6Request = (from: Me, ip6 = f.linkLocalOf(from.mac)): Uint8Array =>
  udp6(from, DHCP6, { ip6, sport: 546, dport: 547 });
/** A DHCPv6 server's answer. */
export const dhcpv6Answer = (from: Me, to: Me): Uint8Array =>
  udp6(from, to, { ip6: f.linkLocalOf(from.mac), sport: 547, dport: 546 });

/** A frame of an EtherType that is no IP. */
export const linkFrame = (from: Me, type: number, to = f.BROADCAST): Uint8Array =>
  frame(from.mac, to, type, f.ascii('a frame of the link............'));

/** Any frame behind a VLAN tag. */
export const taggedFrame = (inner: Uint8Array): Uint8Array => f.tagged(inner, [{ vid: 5 }]);

export const linkLocal = (me: Me): string => f.linkLocalOf(me.mac);
export const groupMac = (group: string): string => f.multicastMac(group);
export const BROADCAST = f.BROADCAST;
