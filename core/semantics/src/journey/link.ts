/** ARP and neighbour discovery: the message of one station of a link to another, or about it. */
import type { Flow, NetworkPolicy } from '@weir/compiler';
import { networkOf, type PlacedEnd, placeEnd, placeSource, portAt, sourceMac } from './ends.ts';
import type { TripFacts } from './flight.ts';
import type { Journey } from './journey.ts';
import { arpFrame, bytesOf, packetFrame } from './packet.ts';
import { bridgeAddresses, isSegment, type Site, standInMac } from './site.ts';
import { type Start, Trip } from './trip.ts';

const BROADCAST = 0xffff_ffff_ffffn;

/** What becomes of the message. The flow's subject is `arp` or `nd`. */
export function travelLink(site: Site, flow: Flow, facts: Omit<TripFacts, 'device'>): Journey {
  const family = flow.subject.kind === 'arp' ? 'ipv4' : 'ipv6';
  const source = placeSource(site, flow, family);
  const destination = placeEnd(site, flow.destination, flow.source, family);
  if (source === undefined || destination === undefined) throw new Error(`\`${flow.text}\` has no ${family} address`);
  const network = linkOf(site, flow, source.start);
  const to = network && stationOn(network, destination, family);
  const start = source.start;
  const from = linkMac(site, start, network);
  const toMac = to === undefined || typeof to === 'string' ? standInMac(site, 'bridge', network) : to.mac;
  const bytes =
    flow.subject.kind === 'arp'
      ? arp(flow.subject.operation, from, toMac, source.address, destination.address)
      : neighbour(flow, from, toMac, source.address, destination.address);
  const trip = new Trip(site, bytes, { ...facts, device: '' });
  if (network === undefined) return trip.goNowhere(start);
  return trip.goOverLink(start, network, isOnIt(network, start, family) ? (to ?? 'nobody') : 'nobody');
}

/** The network whose link it is: the guest's at either end. */
function linkOf(site: Site, flow: Flow, start: Start): NetworkPolicy | undefined {
  const port = start.kind === 'port' ? start.port : portAt(site, flow.destination);
  return networkOf(site, port);
}

function linkMac(site: Site, start: Start, network: NetworkPolicy | undefined): bigint {
  return start.kind === 'host' ? standInMac(site, 'bridge', network) : sourceMac(site, start);
}

/** The host is on a link where it has an address, the world where the link is its own segment. */
function isOnIt(network: NetworkPolicy, start: Start, family: 'ipv4' | 'ipv6'): boolean {
  if (start.kind === 'port') return true;
  return start.kind === 'host' ? bridgeAddresses(network, family).length > 0 : isSegment(network);
}

function stationOn(
  network: NetworkPolicy,
  { start, address }: PlacedEnd,
  family: 'ipv4' | 'ipv6',
): Extract<Start, { kind: 'port' }>['port'] | 'host' | 'outside' | 'nobody' {
  if (start.kind === 'port' && start.port.network === network.view.name) return start.port;
  if (bridgeAddresses(network, family).includes(address)) return 'host';
  return isSegment(network) ? 'outside' : 'nobody';
}

function arp(operation: 'request' | 'reply', from: bigint, to: bigint, sender: bigint, target: bigint): Uint8Array {
  const isRequest = operation === 'request';
  const targetMac = isRequest ? 0n : to;
  return arpFrame(
    { operation, senderMac: from, senderIp: sender, targetMac, targetIp: target },
    isRequest ? BROADCAST : to,
  );
}

const ND = { routerSolicitation: 133, routerAdvertisement: 134, solicitation: 135, advertisement: 136 } as const;
const ALL_NODES = (0xff02n << 112n) | 1n;
const ALL_ROUTERS = (0xff02n << 112n) | 2n;

/** RFC 4861 4.1–4.4, each with the sender's link-layer address. */
function neighbour({ subject }: Flow, from: bigint, to: bigint, sender: bigint, target: bigint): Uint8Array {
  const type = subject.kind === 'nd' ? subject.type : ND.solicitation;
  const option = [type === ND.advertisement ? 2 : 1, 1, ...bytesOf(from, 6)];
  const message = messageOf(type, sender, target);
  const destination = message.destination ?? target;
  const isGroup = destination >> 120n === 0xffn;
  const mac = isGroup ? 0x3333_0000_0000n | (destination & 0xffff_ffffn) : to;
  const body = [...message.body, ...option];
  const shape = { family: 'ipv6', source: sender, destination, protocol: 58, type, hopLimit: 255, body } as const;
  return packetFrame(shape, from, mac);
}

interface Message {
  /** Absent: the target's own address. */
  readonly destination?: bigint;
  readonly body: readonly number[];
}

function messageOf(type: number, sender: bigint, target: bigint): Message {
  switch (type) {
    case ND.routerSolicitation:
      return { destination: ALL_ROUTERS, body: [0, 0, 0, 0] };
    case ND.routerAdvertisement:
      // Hop limit 64, a lifetime of 1800 s, and times that are not said.
      return { destination: ALL_NODES, body: [64, 0, 7, 8, 0, 0, 0, 0, 0, 0, 0, 0] };
    case ND.advertisement:
      // Solicited, and overriding what was known.
      return { body: [0x60, 0, 0, 0, ...bytesOf(sender, 16)] };
    default:
      return {
        // WHY: the solicited-node group of the target (RFC 4291 2.7.1).
        destination: (0xff02n << 112n) | (1n << 32n) | 0xff00_0000n | (target & 0xff_ffffn),
        body: [0, 0, 0, 0, ...bytesOf(target, 16)],
      };
  }
}
