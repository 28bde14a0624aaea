/**
 * One packet on its way: ports, bridges, the host's hooks, the outside, until somebody decides or nobody is left to ask.
 *
 * In: a site, the frame as its sender makes it, and what is known of its connection. Out: the hops. Guaranteed: the
 * order of the emitted ruleset (guests' ports on the bridge, translation, routing, the network that is left, the network
 * that is entered, source translation); ends for every packet, because the outside is crossed at most once.
 */
import type { Direction, NetworkPolicy, Port } from '@weir/compiler';
import type { Family } from '@weir/plugin';
import { decide } from '../decide.ts';
import { withinLimits } from '../decision.ts';
import { readFrame } from '../frame.ts';
import { Flight, type TripFacts } from './flight.ts';
import { askHook, type Devices, translateDestination, translateSource, undo } from './hooks.ts';
import type { Journey, PortHop } from './journey.ts';
import { isIn } from './ranges.ts';
import { macsOf, routed, withMacs } from './rewrite.ts';
import { bridgeAddresses, isOnLink, isSegment, isServed, routeTo, type Site, standInMac } from './site.ts';

/** Where a packet starts. */
export type Start =
  /** `nextHop` false: nobody on the network answers for the way to the destination. */
  | { readonly kind: 'port'; readonly port: Port; readonly nextHop?: false }
  | { readonly kind: 'host' }
  /** `network`: a station on the segment of that network. */
  | { readonly kind: 'outside'; readonly network?: NetworkPolicy };

const GROUP_BIT = 1n << 40n;
const LOOPBACK = 'lo';

/** A frame under way. Use once: {@link Trip.go}. */
export class Trip {
  readonly #site: Site;
  readonly #flight: Flight;
  #deliveries: PortHop[] | undefined;
  #hasLeft = false;

  constructor(site: Site, bytes: Uint8Array, facts: TripFacts) {
    this.#site = site;
    this.#flight = new Flight(site, bytes, facts);
  }

  /** All the way from its start. */
  go(start: Start): Journey {
    switch (start.kind) {
      case 'port':
        this.#fromPort(start);
        break;
      case 'host':
        this.#fromHost();
        break;
      case 'outside':
        this.#fromOutside(start.network);
        break;
      default:
        start satisfies never;
    }
    return this.#journey();
  }

  /** Over one link, to a station that is known: what ARP and neighbour discovery do. */
  goOverLink(start: Start, network: NetworkPolicy, to: Port | 'host' | 'outside' | 'nobody'): Journey {
    const from = start.kind === 'port' ? start.port : undefined;
    if (from && !this.#ask(from, 'out')) return this.#journey();
    if (start.kind === 'host') this.#flight.place('host', 'accept', 'sent', network);
    if (start.kind === 'outside') this.#flight.place('outside', 'accept', 'arrived', network);
    if (to === 'nobody') this.#flight.place('bridge', 'drop', 'nobody', network);
    else if (to === 'host') this.#flight.place('host', 'accept', 'received', network);
    else if (to === 'outside') this.#flight.place('outside', 'accept', 'left', network);
    else this.#toPort(network, from, to);
    return this.#journey();
  }

  /** At one port alone. */
  goInto(port: Port): Journey {
    this.#ask(port, 'in');
    return this.#journey();
  }

  /** Of a message of the link between two ends that share none. */
  goNowhere(start: Start): Journey {
    if (start.kind === 'port') this.#fromPort({ ...start, nextHop: false });
    else this.#flight.place(start.kind, 'drop', 'nobody');
    return this.#journey();
  }

  #journey(): Journey {
    const last = this.#flight.hops.at(-1);
    if (last === undefined) throw new Error('a packet that nobody looked at');
    return {
      verdict: last.verdict,
      ...(last.rejectWith !== undefined && { rejectWith: last.rejectWith }),
      hops: this.#flight.hops,
      translations: this.#flight.translations,
      ...(this.#deliveries && { deliveries: this.#deliveries }),
    };
  }

  // ---- ports and bridges

  #fromPort({ port, nextHop }: Extract<Start, { kind: 'port' }>): void {
    if (!this.#ask(port, 'out')) return;
    const network = this.#networkOf(port);
    const group = ((macsOf(this.#flight.bytes)?.destination ?? 0n) & GROUP_BIT) !== 0n;
    if (nextHop === false) this.#flight.place('bridge', 'drop', 'nobody', network);
    else if (group) this.#toGroup(network, port);
    else this.#byMac(network, port);
  }

  /** A bridge looks at the hardware address alone. */
  #byMac(network: NetworkPolicy, from: Port): void {
    const mac = macsOf(this.#flight.bytes)?.destination;
    const to = this.#site.policy.ports.find((port) => port.network === network.view.name && port.mac === mac);
    if (to !== undefined) return this.#toPort(network, from, to);
    const isHosts = mac === standInMac(this.#site, 'bridge', network);
    const hasHost = network.topology.bridge.addresses.length > 0;
    if (isHosts || (hasHost && !isSegment(network))) return this.#atHost(network.view.bridge);
    if (isSegment(network)) return this.#leave(network);
    return this.#flight.place('bridge', 'drop', 'no-way-out', network);
  }

  #toPort(network: NetworkPolicy, from: Port | undefined, to: Port): void {
    if (from === to) return this.#flight.place('bridge', 'drop', 'same-port', network);
    if (from && network.view.isolatePorts) return this.#flight.place('bridge', 'drop', 'isolated-ports', network);
    this.#flight.place('bridge', 'accept', 'delivered', network);
    this.#ask(to, 'in');
    return undefined;
  }

  #toGroup(network: NetworkPolicy, from: Port): void {
    this.#flight.place('bridge', 'accept', 'to-group', network);
    const others = this.#site.policy.ports.filter((port) => port.network === network.view.name && port !== from);
    const offered = network.view.isolatePorts ? [] : others;
    this.#deliveries = offered.map((port) => this.#hopAt(port, 'in'));
  }

  #hopAt(port: Port, direction: Direction): PortHop {
    const { state, connectionDirection, mark, oracle = withinLimits, explain = true } = this.#flight.facts;
    const options = {
      oracle,
      explain,
      ...(mark !== undefined && { mark }),
      ...(connectionDirection && { connectionDirection }),
    };
    const decision = decide(this.#site.policy, port, direction, readFrame(this.#flight.bytes), state, options);
    const { ifname, guest, network } = port;
    return { kind: 'port', ifname, guest, network, direction, frame: this.#flight.bytes, ...decision };
  }

  #ask(port: Port, direction: Direction): boolean {
    const hop = this.#hopAt(port, direction);
    this.#flight.hops.push(hop);
    return hop.verdict === 'accept';
  }

  #networkOf(port: Port): NetworkPolicy {
    const network = this.#site.networks.get(port.network);
    if (network === undefined) throw new Error(`no network ${JSON.stringify(port.network)} in this policy`);
    return network;
  }

  // ---- the host

  #atHost(inDevice: string): void {
    const ends = this.#flight.ends();
    // What is not IP is not routed: the host has it.
    if (ends === undefined) return this.#flight.place('host', 'accept', 'received', undefined, inDevice);
    if (!translateDestination(this.#flight, 'dstnat', { inDevice })) return;
    const { family, destination } = this.#flight.ends() ?? ends;
    if (isIn(this.#site.host[family], destination.address)) return this.#received(inDevice);
    return this.#forward(inDevice);
  }

  #received(inDevice: string): void {
    const network = this.#behind(inDevice);
    if (network && !askHook(this.#flight, network, 'input', { inDevice })) return;
    undo(this.#flight, 'destination', 'input');
    this.#flight.place('host', 'accept', 'received', network, inDevice);
  }

  #forward(inDevice: string): void {
    const onward = routed(this.#flight.bytes);
    if (onward === undefined) return this.#flight.place('host', 'drop', 'hop-limit', undefined, inDevice);
    const to = this.#route();
    const outDevice = to?.view.bridge ?? this.#flight.facts.device;
    this.#flight.place('host', 'accept', 'forwarded', to, outDevice);
    this.#flight.bytes = onward;
    const devices = { inDevice, outDevice };
    const from = this.#behind(inDevice);
    if (from && !askHook(this.#flight, from, 'forward-from', devices)) return;
    if (to && !askHook(this.#flight, to, 'forward-to', devices)) return;
    return this.#send(to, devices);
  }

  #fromHost(): void {
    this.#flight.place('host', 'accept', 'sent');
    const to = this.#route();
    if (
      !translateDestination(this.#flight, 'dstnat-local', { outDevice: to?.view.bridge ?? this.#flight.facts.device })
    )
      return;
    const ends = this.#flight.ends();
    if (ends && isIn(this.#site.host[ends.family], ends.destination.address)) {
      // WHY: what the host sends to itself passes postrouting toward the loopback device, with its rules; masquerading
      // takes the address of another device there (Linux, tried on 6.18).
      if (!translateSource(this.#flight, undefined, { outDevice: LOOPBACK })) return;
      return this.#flight.place('host', 'accept', 'received');
    }
    const now = this.#route();
    const outDevice = now?.view.bridge ?? this.#flight.facts.device;
    if (now && !askHook(this.#flight, now, 'output', { outDevice })) return;
    return this.#send(now, { outDevice });
  }

  /** Source translation, and out by the device. */
  #send(to: NetworkPolicy | undefined, devices: Devices): void {
    if (!translateSource(this.#flight, to, devices)) return undefined;
    const ends = this.#flight.ends();
    if (to === undefined || ends === undefined) return this.#leave(undefined);
    const owner = this.#site.ownerOf(ends.family, ends.destination.address);
    if (owner?.network === to.view.name) {
      this.#flight.bytes = withMacs(this.#flight.bytes, standInMac(this.#site, 'bridge', to), owner.mac);
      return this.#toPort(to, undefined, owner);
    }
    return isSegment(to) ? this.#leave(to) : this.#flight.place('bridge', 'drop', 'nobody', to);
  }

  /** The network whose bridge a device is. */
  #behind(device: string): NetworkPolicy | undefined {
    return this.#site.policy.networks.find(({ view }) => view.bridge === device);
  }

  #route(): NetworkPolicy | undefined {
    const ends = this.#flight.ends();
    return ends && routeTo(this.#site, ends.family, ends.destination.address);
  }

  // ---- the outside

  /** Out of the host or its segments. What has a way back in goes on; the outside is taken to route everything. */
  #leave(segment: NetworkPolicy | undefined): void {
    this.#flight.place('outside', 'accept', 'left', segment, segment ? undefined : this.#flight.facts.device);
    const ends = this.#flight.ends();
    if (ends === undefined || this.#hasLeft) return;
    this.#hasLeft = true;
    const { family, destination } = ends;
    if (segment && isOnLink(segment, family, destination.address)) return;
    this.#enter(family, destination.address, segment === undefined);
  }

  #fromOutside(segment: NetworkPolicy | undefined): void {
    const ends = this.#flight.ends();
    if (ends === undefined) throw new Error('only packets come from outside by their address');
    this.#hasLeft = true;
    const { family, destination } = ends;
    if (segment !== undefined) {
      const owner = this.#site.ownerOf(family, destination.address);
      if (owner?.network === segment.view.name) return this.#overSegment(segment, owner);
      const isHosts = bridgeAddresses(segment, family).includes(destination.address);
      if (isHosts || isServed(segment, family)) {
        this.#flight.place('outside', 'accept', 'arrived', segment);
        return this.#atHost(segment.view.bridge);
      }
    }
    if (!this.#enter(family, destination.address, false)) this.#flight.place('outside', 'accept', 'left', segment);
  }

  /** By the way in that the address has: a segment, or the host. False where it stays outside. */
  #enter(family: Family, address: bigint, isFromHost: boolean): boolean {
    const owner = this.#site.ownerOf(family, address);
    const network = owner && this.#networkOf(owner);
    if (owner && network && isSegment(network) && !isServed(network, family)) {
      this.#overSegment(network, owner);
      return true;
    }
    const isOurs = isIn(this.#site.host[family], address) || routeTo(this.#site, family, address) !== undefined;
    if (!isOurs || isFromHost) return false;
    this.#flight.place('outside', 'accept', 'arrived', undefined, this.#flight.facts.device);
    this.#atHost(this.#flight.facts.device);
    return true;
  }

  #overSegment(network: NetworkPolicy, to: Port): void {
    this.#flight.place('outside', 'accept', 'arrived', network);
    this.#flight.bytes = withMacs(this.#flight.bytes, standInMac(this.#site, 'station', network), to.mac);
    this.#toPort(network, undefined, to);
  }
}
