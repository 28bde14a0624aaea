// A Linux bridge in memory. In: a frame at a port, or from the host's stack. Out: where it goes. Guarantees: the hooks of the bridge in the kernel's
// order; with br_netfilter the IP stack's hooks in between, with the bridge as both devices.
// Not modelled: learning, flooding of unknown addresses, VLAN filtering, STP, multicast snooping, fragments that br_netfilter puts together.
import { askBridge, askInet, conntrackOf, type Host, track, type Travelling, type Word } from './hooks.ts';
import { destinationMac, sourceMac, tupleOf, withMacs } from './packet.ts';
import { type Bridge, type BridgePort, isGroup, portWith, routeOf } from './plan.ts';
import { ended, type Fate, type Step } from './step.ts';

/** Stands for every station outside on a segment. */
export const STATION_MAC = 0x02fe_0001_0000n;
const GROUP_BIT = 1n << 40n;
/** WHY: br_netfilter calls the stack's prerouting from the bridge's at this priority (kernel: NF_BR_PRI_BRNF). */
const NETFILTER = 0;

const stop = (word: Exclude<Word, 'accept'>, at: string): Fate => ended(at, word);

/** A frame comes in by a port. */
export function intoBridge(host: Host, packet: Travelling, bridge: Bridge, port: string): Step {
  const devices = { iifname: port, ibrname: bridge.name };
  if (!host.isBridgeNetfilter) {
    track(host, packet);
    const word = askBridge(host, packet, 'prerouting', devices);
    return word === 'accept' ? byAddress(host, packet, bridge, port) : stop(word, `${port} out`);
  }
  const first = askBridge(host, packet, 'prerouting', devices, { below: NETFILTER });
  if (first !== 'accept') return stop(first, `${port} out`);
  const before = tupleOf(packet.frame)?.destination.address;
  const second = askInet(host, packet, 'prerouting', { iifname: bridge.name });
  if (second !== 'accept') return stop(second, `${port} br_netfilter`);
  const word = askBridge(host, packet, 'prerouting', devices, { from: NETFILTER });
  if (word !== 'accept') return stop(word, `${port} out`);
  redirect(host, packet, bridge, before);
  return byAddress(host, packet, bridge, port);
}

/** WHY: a packet whose destination was translated goes to the new one's station on this bridge, or to the host (br_nf_pre_routing_finish). */
function redirect({ plan }: Host, packet: Travelling, bridge: Bridge, before: bigint | undefined): void {
  const tuple = tupleOf(packet.frame);
  if (tuple === undefined || tuple.destination.address === before) return;
  const { family, destination } = tuple;
  const isHere = routeOf(plan, family, destination.address) === bridge;
  const mac = isHere ? portWith(bridge, family, destination.address)?.mac : undefined;
  packet.frame = withMacs(packet.frame, sourceMac(packet.frame), mac ?? bridge.mac);
}

function byAddress(host: Host, packet: Travelling, bridge: Bridge, from: string): Step {
  const mac = destinationMac(packet.frame);
  if ((mac & GROUP_BIT) !== 0n) return flood(host, packet, bridge, from);
  if (mac === bridge.mac) return { kind: 'into-stack', device: bridge.name, isSeen: host.isBridgeNetfilter };
  const to = bridge.ports.find((port) => port.mac === mac)?.ifname ?? (mac === STATION_MAC ? bridge.uplink : undefined);
  return to === undefined ? ended('nobody') : forward(host, packet, bridge, from, to);
}

function forward(host: Host, packet: Travelling, bridge: Bridge, from: string, to: string): Step {
  if (from === to) return ended('same port');
  const isIsolated = (name: string): boolean =>
    bridge.ports.some(({ ifname, isolated }) => ifname === name && isolated);
  if (isIsolated(from) && isIsolated(to)) return ended('isolated ports');
  if (host.isBridgeNetfilter) {
    const word = askInet(host, packet, 'forward', { iifname: bridge.name, oifname: bridge.name });
    if (word !== 'accept') return stop(word, `${to} br_netfilter forward`);
  }
  return outByPort(host, packet, bridge, to, host.isBridgeNetfilter);
}

function outByPort(host: Host, packet: Travelling, bridge: Bridge, to: string, isShown: boolean): Step {
  const word = askBridge(host, packet, 'postrouting', { oifname: to, obrname: bridge.name });
  if (word !== 'accept') return stop(word, `${to} in`);
  const last = isShown ? askInet(host, packet, 'postrouting', { oifname: bridge.name }) : 'accept';
  if (last !== 'accept') return stop(last, `${to} br_netfilter postrouting`);
  const { tracking } = packet;
  if (tracking !== undefined && typeof tracking !== 'string') conntrackOf(host, packet).confirm(tracking.entry);
  if (to === bridge.uplink) return { kind: 'outside', bridge };
  return { kind: 'delivered', to: { kind: 'guest', ifname: to }, frame: packet.frame };
}

function flood(host: Host, packet: Travelling, bridge: Bridge, from: string): Fate {
  const isIsolated = ({ isolated }: BridgePort): boolean => isolated;
  const sender = bridge.ports.find(({ ifname }) => ifname === from);
  const offered = bridge.ports.filter(
    (port) => port !== sender && !(sender !== undefined && isIsolated(sender) && isIsolated(port)),
  );
  const got = offered.map(({ ifname }) => {
    const copy = { ...packet };
    const { kind } = outByPort(host, copy, bridge, ifname, host.isBridgeNetfilter);
    return [ifname, kind === 'delivered' ? 'accept' : 'drop'] as const;
  });
  return { kind: 'flooded', ports: new Map(got) };
}

/** The host's stack sends a packet to whoever has the address on a bridge. */
export function outByBridge(host: Host, packet: Travelling, bridge: Bridge): Step {
  const tuple = tupleOf(packet.frame);
  if (tuple === undefined || isGroup(tuple.family, tuple.destination.address)) return ended('no single station');
  const port = portWith(bridge, tuple.family, tuple.destination.address);
  const to = port?.ifname ?? bridge.uplink;
  if (to === undefined) return ended('nobody');
  packet.frame = withMacs(packet.frame, bridge.mac, port?.mac ?? STATION_MAC);
  const word = askBridge(host, packet, 'output', { oifname: to, obrname: bridge.name });
  return word === 'accept' ? outByPort(host, packet, bridge, to, false) : stop(word, `${to} bridge output`);
}
