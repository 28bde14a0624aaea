/** Flow ends as places and addresses. In: a site, an end, the end at the other side. Out: where it is and its address. */
import type { Flow, FlowEnd, NetworkPolicy, Port } from '@weir/compiler';
import type { Family } from '@weir/plugin';
import { isIn, numberOf } from './ranges.ts';
import { bridgeAddresses, hostAddressFor, isOnLink, isSegment, isServed, type Site, standInMac } from './site.ts';
import type { Start } from './trip.ts';

export interface PlacedEnd {
  readonly start: Start;
  readonly address: bigint;
}

/** The port at an end, by name or by its address. */
export function portAt(site: Site, end: FlowEnd): Port | undefined {
  if (end.kind === 'port') return site.ports.get(end.ifname);
  return end.kind === 'address' ? site.ownerOf(end.family, end.address) : undefined;
}

/** Undefined for a family that the end has no address of. */
export function placeEnd(site: Site, end: FlowEnd, other: FlowEnd, family: Family): PlacedEnd | undefined {
  switch (end.kind) {
    case 'port': {
      const port = site.ports.get(end.ifname);
      const address = port && site.addressOf(port, family);
      return port && address !== undefined ? { start: { kind: 'port', port }, address } : undefined;
    }
    case 'address':
      return end.family === family ? { start: placeOf(site, family, end.address), address: end.address } : undefined;
    case 'gateway': {
      const network = networkOf(site, site.ports.get(end.of));
      const subnet = network?.view.subnets.find((one) => one.family === family);
      const address = subnet && numberOf(subnet.gateway);
      return address === undefined ? undefined : { start: placeOf(site, family, address), address };
    }
    case 'host': {
      const network = networkOf(site, portAt(site, other));
      return { start: { kind: 'host' }, address: hostAddressFor(site, network, family) };
    }
    case 'world':
      return { start: { kind: 'outside' }, address: site.world[family] };
    default:
      return end satisfies never;
  }
}

/** The sender of a flow, with the address that it bears: its own, or one that it claims and need not have. */
export function placeSource(site: Site, flow: Flow, family: Family): PlacedEnd | undefined {
  const { source, destination, claimed } = flow;
  if (claimed === undefined) return placeEnd(site, source, destination, family);
  const address = placeEnd(site, claimed, source, family)?.address;
  const port = source.kind === 'port' ? site.ports.get(source.ifname) : undefined;
  const start: Start = port ? { kind: 'port', port } : { kind: 'outside' };
  return address === undefined ? undefined : { start, address };
}

export function networkOf(site: Site, port: Port | undefined): NetworkPolicy | undefined {
  return port && site.networks.get(port.network);
}

/** Whose an address is: a guest's, the host's, a station's on some segment, or somebody's outside. */
function placeOf(site: Site, family: Family, address: bigint): Start {
  const port = site.ownerOf(family, address);
  if (port !== undefined) return { kind: 'port', port };
  if (isIn(site.host[family], address)) return { kind: 'host' };
  const network = site.policy.networks.find((one) => isSegment(one) && isOnLink(one, family, address));
  return { kind: 'outside', ...(network && { network }) };
}

/** Where a guest's packet goes first: the hardware address; undefined when nobody answers for it. */
export function nextHop(site: Site, port: Port, family: Family, destination: bigint): bigint | undefined {
  const network = networkOf(site, port);
  if (network === undefined) return undefined;
  const group = groupMac(network, family, destination);
  if (group !== undefined) return group;
  const owner = site.ownerOf(family, destination);
  if (owner?.network === port.network) return owner.mac;
  const own = bridgeAddresses(network, family);
  const host = standInMac(site, 'bridge', network);
  const station = isSegment(network) ? standInMac(site, 'station', network) : undefined;
  if (own.includes(destination)) return host;
  if (isOnLink(network, family, destination)) return station;
  if (isServed(network, family)) return host;
  return station ?? (own.length > 0 ? host : undefined);
}

/** The hardware address of a group or a broadcast (RFC 1112 6.4, RFC 2464 7); undefined for a station's address. */
function groupMac(network: NetworkPolicy, family: Family, address: bigint): bigint | undefined {
  if (family === 'ipv6') return address >> 120n === 0xffn ? 0x3333_0000_0000n | (address & 0xffff_ffffn) : undefined;
  if (address >> 28n === 14n) return 0x0100_5e00_0000n | (address & 0x7f_ffffn);
  const isBroadcast = network.view.subnets.some(
    (subnet) =>
      subnet.family === 'ipv4' &&
      subnet.length < 31 &&
      address === (numberOf(subnet.address) | ((1n << BigInt(32 - subnet.length)) - 1n)),
  );
  return isBroadcast || address === 0xffff_ffffn ? 0xffff_ffff_ffffn : undefined;
}

/** The hardware address that a packet from there bears. */
export function sourceMac(site: Site, start: Start): bigint {
  if (start.kind === 'port') return start.port.mac;
  return standInMac(
    site,
    start.kind === 'host' ? 'bridge' : 'station',
    start.kind === 'host' ? undefined : start.network,
  );
}
