// Whoever is not the host: how guests and stations outside send, and where a packet that leaves arrives. In: a packet and its sender. Out: the step into
// the host, or that it stayed outside. Guarantees: senders address their router or their neighbour as an honest station does; what they claim as
// source is theirs to choose.
import { STATION_MAC } from './bridge.ts';
import type { Travelling } from './hooks.ts';
import { type Family, tupleOf, withMacs } from './packet.ts';
import { type Bridge, isGroup, isHosts, isOnLink, isRouter, type Plan, portWith, routeOf } from './plan.ts';
import type { Step } from './step.ts';

/** Nobody's: where an address cannot be resolved, the frame shows what the port says of it all the same. */
const NOBODY_MAC = 0x02fe_0002_0000n;

export function sendFromGuest({ bridges }: Plan, packet: Travelling, ifname: string): Step {
  const bridge = bridges.find(({ ports }) => ports.some((port) => port.ifname === ifname));
  const port = bridge?.ports.find((one) => one.ifname === ifname);
  const tuple = tupleOf(packet.frame);
  if (bridge === undefined || port === undefined || tuple === undefined) throw new Error(`${ifname} cannot send this`);
  const mac = nextMac(bridge, tuple.family, tuple.destination.address);
  packet.frame = withMacs(packet.frame, port.mac, mac ?? NOBODY_MAC);
  return { kind: 'into-bridge', bridge, port: ifname };
}

/** The hardware address of the next station. */
function nextMac(bridge: Bridge, family: Family, address: bigint): bigint | undefined {
  const group = groupMac(bridge, family, address);
  if (group !== undefined) return group;
  const neighbour = portWith(bridge, family, address);
  if (neighbour !== undefined) return neighbour.mac;
  if (bridge.addresses.some((own) => own.family === family && own.address === address)) return bridge.mac;
  const station = bridge.uplink === undefined ? undefined : STATION_MAC;
  if (isOnLink(bridge, family, address)) return station;
  return isRouter(bridge, family) ? bridge.mac : station;
}

/** RFC 1112 6.4, RFC 2464 7, RFC 919. */
function groupMac({ subnets }: Bridge, family: Family, address: bigint): bigint | undefined {
  if (isGroup(family, address))
    return family === 'ipv6'
      ? 0x3333_0000_0000n | (address & 0xffff_ffffn)
      : 0x0100_5e00_0000n | (address & 0x7f_ffffn);
  const isBroadcast =
    family === 'ipv4' &&
    (address === 0xffff_ffffn ||
      subnets.some(({ block }) => block.family === family && block.high - block.low > 2n && block.high === address));
  return isBroadcast ? 0xffff_ffff_ffffn : undefined;
}

export function sendFromOutside(plan: Plan, packet: Travelling, network: string | undefined, isRouting: boolean): Step {
  packet.hasLeft = true;
  const tuple = tupleOf(packet.frame);
  if (tuple === undefined) throw new Error('only packets come from outside');
  const segment = plan.bridges.find((bridge) => bridge.network === network);
  if (segment === undefined) return arrive(plan, packet, undefined, isRouting);
  const { family, destination } = tuple;
  const isHere = portWith(segment, family, destination.address) ?? ownOf(segment, family, destination.address);
  if (isHere || isRouter(segment, family)) return overSegment(packet, segment, family, destination.address);
  return arrive(plan, packet, segment, isRouting);
}

const ownOf = ({ addresses, mac }: Bridge, family: Family, address: bigint): { readonly mac: bigint } | undefined =>
  addresses.some((own) => own.family === family && own.address === address) ? { mac } : undefined;

function overSegment(packet: Travelling, segment: Bridge, family: Family, address: bigint): Step {
  const to = portWith(segment, family, address)?.mac ?? segment.mac;
  packet.frame = withMacs(packet.frame, STATION_MAC, to);
  return { kind: 'into-bridge', bridge: segment, port: segment.uplink ?? '' };
}

/** A packet that has left. */
export function outside(plan: Plan, packet: Travelling, segment: Bridge | undefined, isRouting: boolean): Step {
  const tuple = tupleOf(packet.frame);
  const isOver =
    tuple === undefined || packet.hasLeft || (segment && isOnLink(segment, tuple.family, tuple.destination.address));
  if (isOver) return stays(packet, segment);
  packet.hasLeft = true;
  const step = arrive(plan, packet, segment ?? 'host', isRouting);
  if (step.kind === 'delivered') return step;
  // What comes in again is another packet to the host.
  packet.mark = 0;
  packet.tracking = undefined;
  packet.leg = packet.leg === 0 ? 1 : 0;
  return step;
}

const stays = (packet: Travelling, segment: Bridge | undefined): Step => ({
  kind: 'delivered',
  to: { kind: 'outside', ...(segment && { network: segment.network }) },
  frame: packet.frame,
});

/** Where routers outside bring it: to the segment that it belongs to, to the host, or to somebody else. */
function arrive(plan: Plan, packet: Travelling, from: Bridge | 'host' | undefined, isRouting: boolean): Step {
  const tuple = tupleOf(packet.frame);
  const here = from === 'host' ? undefined : from;
  if (tuple === undefined) return stays(packet, here);
  const { family, destination } = tuple;
  const segment = plan.bridges.find(
    (bridge) =>
      bridge.uplink !== undefined &&
      !isRouter(bridge, family) &&
      portWith(bridge, family, destination.address) !== undefined,
  );
  if (segment !== undefined)
    return isRouting ? overSegment(packet, segment, family, destination.address) : stays(packet, here);
  const isOurs = isHosts(plan, family, destination.address) || routeOf(plan, family, destination.address) !== undefined;
  if (!isOurs || from === 'host' || (here !== undefined && !isRouting)) return stays(packet, here);
  return { kind: 'into-stack', device: packet.device, isSeen: false };
}
