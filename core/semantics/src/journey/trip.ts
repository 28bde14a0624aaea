/**
 * One packet on its way: ports, bridges, the host's hooks, the outside, until somebody decides or nobody is left to ask.
 *
 * In: a site, the frame as its sender makes it, and what is known of its connection. Out: the hops. Guaranteed: the
 * order of the emitted ruleset (guests' ports on the bridge, translation, routing, the network that is left, the network
 * that is entered, source translation); ends for every packet, because the outside is crossed at most once.
 */
import type { Direction, NetworkPolicy, Port } from '@weir/compiler';
import type { Family, NetworkHook } from '@weir/plugin';
import { decide } from '../decide.ts';
import { withinLimits, type Oracle } from '../decision.ts';
import { readFrame } from '../frame.ts';
import type { ConnectionState } from '../subject.ts';
import type { Hop, Journey, NetworkHop, PlaceHop, PlaceReason, PortHop, Translation } from './journey.ts';
import { askNetwork, askNetworks, type HostPacket, type NetworkAnswer } from './network-rules.ts';
import { isIn } from './ranges.ts';
import { endsOf, macsOf, type PacketEnds, routed, withEnd, withMacs } from './rewrite.ts';
import { bridgeAddresses, isOnLink, isSegment, isServed, routeTo, type Site, standInMac } from './site.ts';
import { translatedDestination, translatedSource } from './translate.ts';

/** Where a packet starts. */
export type Start =
  /** `nextHop` false: nobody on the network answers for the way to the destination. */
  | { readonly kind: 'port'; readonly port: Port; readonly nextHop?: false }
  | { readonly kind: 'host' }
  /** `network`: a station on the segment of that network. */
  | { readonly kind: 'outside'; readonly network?: NetworkPolicy };

export interface TripFacts {
  /** Undefined: nobody tracks connections. */
  readonly state?: ConnectionState;
  readonly mark?: number;
  readonly oracle?: Oracle;
  /** The host's device to the outside; empty: one that no rule names. */
  readonly device: string;
  /** The packet answers one whose connection was translated so. */
  readonly answers?: readonly Translation[];
}

const GROUP_BIT = 1n << 40n;

/** A frame under way. Use once: {@link Trip.go}. */
export class Trip {
  readonly #site: Site;
  readonly #facts: TripFacts;
  readonly #hops: Hop[] = [];
  readonly #translations: Translation[] = [];
  #deliveries: PortHop[] | undefined;
  #bytes: Uint8Array;
  #hasLeft = false;

  constructor(site: Site, bytes: Uint8Array, facts: TripFacts) {
    this.#site = site;
    this.#bytes = bytes;
    this.#facts = facts;
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
    if (start.kind === 'host') this.#place('host', 'accept', 'sent', network);
    if (start.kind === 'outside') this.#place('outside', 'accept', 'arrived', network);
    if (to === 'nobody') this.#place('bridge', 'drop', 'nobody', network);
    else if (to === 'host') this.#place('host', 'accept', 'received', network);
    else if (to === 'outside') this.#place('outside', 'accept', 'left', network);
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
    else this.#place(start.kind, 'drop', 'nobody', undefined);
    return this.#journey();
  }

  #journey(): Journey {
    const last = this.#hops.at(-1);
    if (last === undefined) throw new Error('a packet that nobody looked at');
    return {
      verdict: last.verdict,
      ...(last.rejectWith !== undefined && { rejectWith: last.rejectWith }),
      hops: this.#hops,
      translations: this.#translations,
      ...(this.#deliveries && { deliveries: this.#deliveries }),
    };
  }

  // ---- ports and bridges

  #fromPort({ port, nextHop }: Extract<Start, { kind: 'port' }>): void {
    if (!this.#ask(port, 'out')) return;
    const network = this.#networkOf(port);
    const group = ((macsOf(this.#bytes)?.destination ?? 0n) & GROUP_BIT) !== 0n;
    if (nextHop === false) this.#place('bridge', 'drop', 'nobody', network);
    else if (group) this.#toGroup(network, port);
    else this.#byMac(network, port);
  }

  /** A bridge looks at the hardware address alone. */
  #byMac(network: NetworkPolicy, from: Port): void {
    const mac = macsOf(this.#bytes)?.destination;
    const to = this.#site.policy.ports.find((port) => port.network === network.view.name && port.mac === mac);
    if (to !== undefined) return this.#toPort(network, from, to);
    const isHosts = mac === standInMac(this.#site, 'bridge', network);
    const hasHost = network.topology.bridge.addresses.length > 0;
    if (isHosts || (hasHost && !isSegment(network))) return this.#atHost(network.view.bridge);
    if (isSegment(network)) return this.#leave(network);
    return this.#place('bridge', 'drop', 'no-way-out', network);
  }

  #toPort(network: NetworkPolicy, from: Port | undefined, to: Port): void {
    if (from === to) return this.#place('bridge', 'drop', 'same-port', network);
    if (from && network.view.isolatePorts) return this.#place('bridge', 'drop', 'isolated-ports', network);
    this.#place('bridge', 'accept', 'delivered', network);
    this.#ask(to, 'in');
    return undefined;
  }

  #toGroup(network: NetworkPolicy, from: Port): void {
    this.#place('bridge', 'accept', 'to-group', network);
    const others = this.#site.policy.ports.filter((port) => port.network === network.view.name && port !== from);
    const offered = network.view.isolatePorts ? [] : others;
    this.#deliveries = offered.map((port) => this.#hopAt(port, 'in'));
  }

  #hopAt(port: Port, direction: Direction): PortHop {
    const { state, mark, oracle = withinLimits } = this.#facts;
    const options = { oracle, explain: true, ...(mark !== undefined && { mark }) };
    const decision = decide(this.#site.policy, port, direction, readFrame(this.#bytes), state, options);
    const { ifname, guest, network } = port;
    return { kind: 'port', ifname, guest, network, direction, frame: this.#bytes, ...decision };
  }

  #ask(port: Port, direction: Direction): boolean {
    const hop = this.#hopAt(port, direction);
    this.#hops.push(hop);
    return hop.verdict === 'accept';
  }

  #networkOf(port: Port): NetworkPolicy {
    const network = this.#site.networks.get(port.network);
    if (network === undefined) throw new Error(`no network ${JSON.stringify(port.network)} in this policy`);
    return network;
  }

  // ---- the host

  #atHost(inDevice: string): void {
    const ends = this.#ends();
    // What is not IP is not routed: the host has it.
    if (ends === undefined) return this.#place('host', 'accept', 'received', undefined, inDevice);
    if (!this.#translateDestination('dstnat', { inDevice })) return;
    const { family, destination } = this.#ends() ?? ends;
    if (isIn(this.#site.host[family], destination.address)) return this.#received(inDevice);
    return this.#forward(inDevice);
  }

  #received(inDevice: string): void {
    const network = this.#behind(inDevice);
    if (network && !this.#askHook(network, 'input', { inDevice })) return;
    this.#undoDestination();
    this.#place('host', 'accept', 'received', network, inDevice);
  }

  #forward(inDevice: string): void {
    const onward = routed(this.#bytes);
    if (onward === undefined) return this.#place('host', 'drop', 'hop-limit', undefined, inDevice);
    const to = this.#route();
    const outDevice = to?.view.bridge ?? this.#facts.device;
    this.#place('host', 'accept', 'forwarded', to, outDevice);
    this.#bytes = onward;
    const devices = { inDevice, outDevice };
    const from = this.#behind(inDevice);
    if (from && !this.#askHook(from, 'forward-from', devices)) return;
    if (to && !this.#askHook(to, 'forward-to', devices)) return;
    return this.#send(to, devices);
  }

  #fromHost(): void {
    this.#place('host', 'accept', 'sent', undefined);
    const to = this.#route();
    if (!this.#translateDestination('dstnat-local', { outDevice: to?.view.bridge ?? this.#facts.device })) return;
    const ends = this.#ends();
    if (ends && isIn(this.#site.host[ends.family], ends.destination.address)) {
      return this.#place('host', 'accept', 'received', undefined);
    }
    const now = this.#route();
    const outDevice = now?.view.bridge ?? this.#facts.device;
    if (now && !this.#askHook(now, 'output', { outDevice })) return;
    return this.#send(now, { outDevice });
  }

  /** Source translation, and out by the device. */
  #send(to: NetworkPolicy | undefined, devices: Devices): void {
    this.#translateSource(to, devices);
    const ends = this.#ends();
    if (to === undefined || ends === undefined) return this.#leave(undefined);
    const owner = this.#site.ownerOf(ends.family, ends.destination.address);
    if (owner?.network === to.view.name) {
      this.#bytes = withMacs(this.#bytes, standInMac(this.#site, 'bridge', to), owner.mac);
      return this.#toPort(to, undefined, owner);
    }
    return isSegment(to) ? this.#leave(to) : this.#place('bridge', 'drop', 'nobody', to);
  }

  /** The network whose bridge a device is. */
  #behind(device: string): NetworkPolicy | undefined {
    return this.#site.policy.networks.find(({ view }) => view.bridge === device);
  }

  #route(): NetworkPolicy | undefined {
    const ends = this.#ends();
    return ends && routeTo(this.#site, ends.family, ends.destination.address);
  }

  #ends(): PacketEnds | undefined {
    return endsOf(this.#bytes);
  }

  // ---- the outside

  /** Out of the host or its segments. What has a way back in goes on; the outside is taken to route everything. */
  #leave(segment: NetworkPolicy | undefined): void {
    this.#place('outside', 'accept', 'left', segment, segment ? undefined : this.#facts.device);
    const ends = this.#ends();
    if (ends === undefined || this.#hasLeft) return;
    this.#hasLeft = true;
    const { family, destination } = ends;
    if (segment && isOnLink(segment, family, destination.address)) return;
    this.#enter(family, destination.address, segment === undefined);
  }

  #fromOutside(segment: NetworkPolicy | undefined): void {
    const ends = this.#ends();
    if (ends === undefined) throw new Error('only packets come from outside by their address');
    this.#hasLeft = true;
    const { family, destination } = ends;
    if (segment !== undefined) {
      const owner = this.#site.ownerOf(family, destination.address);
      if (owner?.network === segment.view.name) return this.#overSegment(segment, owner);
      const isHosts = bridgeAddresses(segment, family).includes(destination.address);
      if (isHosts || isServed(segment, family)) {
        this.#place('outside', 'accept', 'arrived', segment);
        return this.#atHost(segment.view.bridge);
      }
    }
    if (!this.#enter(family, destination.address, false)) this.#place('outside', 'accept', 'left', segment);
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
    this.#place('outside', 'accept', 'arrived', undefined, this.#facts.device);
    this.#atHost(this.#facts.device);
    return true;
  }

  #overSegment(network: NetworkPolicy, to: Port): void {
    this.#place('outside', 'accept', 'arrived', network);
    this.#bytes = withMacs(this.#bytes, standInMac(this.#site, 'station', network), to.mac);
    this.#toPort(network, undefined, to);
  }

  // ---- hooks and translation

  #packet(devices: Devices): HostPacket | undefined {
    const ends = this.#ends();
    const known = [...this.#translations, ...(this.#facts.answers ?? [])];
    const isDestinationTranslated = known.some(({ side }) => side === 'destination');
    return ends && { ends, state: this.#facts.state, isDestinationTranslated, ...devices };
  }

  /** False when the packet ends here. */
  #askHook(network: NetworkPolicy, hook: NetworkHook, devices: Devices): boolean {
    const packet = this.#packet(devices);
    if (packet === undefined) return true;
    const answer = askNetwork(this.#site, network, hook, packet);
    if (answer.asked.length === 0) return true;
    return this.#note(hook, answer, network);
  }

  #note(hook: NetworkHook, answer: NetworkAnswer, network?: NetworkPolicy, translation?: Translation): boolean {
    const { by, action, asked } = answer;
    const verdict = action?.kind === 'drop' || action?.kind === 'reject' ? action.kind : 'accept';
    const hop: NetworkHop = {
      kind: 'network',
      hook,
      verdict,
      ...(verdict === 'reject' && { rejectWith: 'admin-prohibited' }),
      frame: this.#bytes,
      ...(network && { network: network.view.name }),
      ...(by && { by }),
      asked,
      ...(translation && { translation }),
    };
    this.#hops.push(hop);
    return verdict === 'accept';
  }

  /** WHY: only packets of a tracked connection are translated (nf_nat_inet_fn), and all of one connection alike. */
  get #isTranslatable(): boolean {
    const { state, answers } = this.#facts;
    return answers === undefined && state !== undefined && state !== 'invalid' && state !== 'untracked';
  }

  #translateDestination(hook: 'dstnat' | 'dstnat-local', devices: Devices): boolean {
    this.#undo('source', hook);
    const packet = this.#packet(devices);
    if (!this.#isTranslatable || packet === undefined) return true;
    const answer = askNetworks(this.#site, hook, packet);
    if (answer.asked.length === 0) return true;
    const after = translatedDestination(answer, packet.ends, this.#site);
    const translation = after && { side: 'destination' as const, before: packet.ends.destination, after };
    const goesOn = this.#note(hook, answer, undefined, translation);
    if (translation) this.#rewrite(translation);
    return goesOn;
  }

  #translateSource(to: NetworkPolicy | undefined, devices: Devices): void {
    this.#undo('destination', 'srcnat');
    const packet = this.#packet(devices);
    if (!this.#isTranslatable || packet === undefined) return;
    const answer = askNetworks(this.#site, 'srcnat', packet);
    if (answer.asked.length === 0) return;
    const after = translatedSource(answer, packet.ends, to, this.#site);
    const translation = after && { side: 'source' as const, before: packet.ends.source, after };
    this.#note('srcnat', answer, undefined, translation);
    if (translation) this.#rewrite(translation);
  }

  #undoDestination(): void {
    this.#undo('destination', 'input');
  }

  /** An answer is translated back: what the asking packet had as source is its destination, and the other way round. */
  #undo(side: Translation['side'], hook: NetworkHook): void {
    const made = this.#facts.answers?.find((translation) => translation.side === side);
    const ends = this.#ends();
    if (made === undefined || ends === undefined) return;
    const back = side === 'source' ? 'destination' : 'source';
    if (ends[back].address !== made.after.address || ends[back].port !== made.after.port) return;
    const translation: Translation = { side: back, before: made.after, after: made.before };
    this.#note(hook, { asked: [] }, undefined, translation);
    this.#rewrite(translation);
  }

  #rewrite(translation: Translation): void {
    this.#translations.push(translation);
    this.#bytes = withEnd(this.#bytes, translation.side, translation.after);
  }

  #place(
    kind: PlaceHop['kind'],
    verdict: 'accept' | 'drop',
    why: PlaceReason,
    network: NetworkPolicy | undefined,
    device?: string,
  ): void {
    this.#hops.push({
      kind,
      verdict,
      why,
      frame: this.#bytes,
      ...(network && { network: network.view.name }),
      ...(device !== undefined && device !== '' && { device }),
    });
  }
}

interface Devices {
  readonly inDevice?: string;
  readonly outDevice?: string;
}
