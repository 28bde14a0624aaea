// The host's IP stack in memory. In: a packet that comes in by a device, or that the host sends. Out: where it goes. Guarantees: the order of hooks,
// translation and routing of Linux: a packet is routed by what prerouting made of it, and what the host itself sends once more after output.
// Not modelled: reverse path and martian checks, MTU, multicast routing, ICMP errors of the host, the time it takes to resolve an address.
import { askInet, conntrackOf, type Host, type Travelling, type Word } from './hooks.ts';
import { hopped, tupleOf } from './packet.ts';
import { addressType, type Bridge, routeOf } from './plan.ts';
import { ended, type Fate, type Step } from './step.ts';

const LOOPBACK = 'lo';

/** The way of a packet by its destination as it is now. */
type Route = { readonly device: string; readonly bridge?: Bridge; readonly isLocal: boolean };

function routeNow({ plan }: Host, packet: Travelling, isOwn = false): Route {
  const tuple = tupleOf(packet.frame);
  if (tuple === undefined) return { device: LOOPBACK, isLocal: true };
  const { family, destination } = tuple;
  const type = addressType(plan, family, destination.address);
  if (type === 'multicast' && isOwn) return { device: packet.device, isLocal: false };
  if (type !== 'unicast') return { device: LOOPBACK, isLocal: true };
  const bridge = routeOf(plan, family, destination.address);
  return { device: bridge?.name ?? packet.device, ...(bridge && { bridge }), isLocal: false };
}

const stop = (word: Exclude<Word, 'accept'>, at: string): Fate => ended(at, word);

/** A packet for the host's MAC: taken in, or routed onward. */
export function intoStack(host: Host, packet: Travelling, device: string, isSeen: boolean): Step {
  const arrived = isSeen ? 'accept' : askInet(host, packet, 'prerouting', { iifname: device });
  if (arrived !== 'accept') return stop(arrived, 'prerouting');
  const route = routeNow(host, packet);
  if (route.isLocal) return received(host, packet, device);
  const onward = hopped(packet.frame);
  if (onward === undefined) return ended('hop limit');
  packet.frame = onward;
  const word = askInet(host, packet, 'forward', { iifname: device, oifname: route.device });
  return word === 'accept' ? send(host, packet, route) : stop(word, 'forward');
}

function received(host: Host, packet: Travelling, device: string): Fate {
  const word = askInet(host, packet, 'input', { iifname: device });
  if (word !== 'accept') return stop(word, 'input');
  confirm(host, packet);
  return { kind: 'delivered', to: { kind: 'host' }, frame: packet.frame };
}

/** A packet that the host makes. WHY: the hook's device is that of the first route, even when translation moves the packet elsewhere. */
export function fromStack(host: Host, packet: Travelling): Step {
  const word = askInet(host, packet, 'output', { oifname: routeNow(host, packet, true).device });
  if (word !== 'accept') return stop(word, 'output');
  const route = routeNow(host, packet, true);
  if (!route.isLocal) return send(host, packet, route);
  const last = askInet(host, packet, 'postrouting', { oifname: LOOPBACK });
  if (last !== 'accept') return stop(last, 'postrouting');
  return { kind: 'into-stack', device: LOOPBACK, isSeen: false };
}

function send(host: Host, packet: Travelling, { device, bridge }: Route): Step {
  const word = askInet(host, packet, 'postrouting', { oifname: device });
  if (word !== 'accept') return stop(word, 'postrouting');
  confirm(host, packet);
  return bridge === undefined ? { kind: 'outside' } : { kind: 'out-by-bridge', bridge };
}

function confirm(host: Host, packet: Travelling): void {
  const { tracking } = packet;
  if (tracking !== undefined && typeof tracking !== 'string') conntrackOf(host, packet).confirm(tracking.entry);
}
