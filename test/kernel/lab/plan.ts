// From the description of a lab to `ip` commands. In: a description. Out: a plan, and lines for `ip -batch`. Guarantees: pure and deterministic;
// MAC addresses that are not given depend only on the place in the description.
import { linkLocalOf } from '../frames/addresses.ts';
import type { EndSpec, GuestSpec, LabSpec, OutsideSpec, Route } from './spec.ts';

/** What a description comes to: every namespace, every veth pair, and what each station needs besides. */
export interface Plan {
  readonly names: readonly string[];
  readonly links: readonly (readonly [EndSpec, EndSpec])[];
  readonly routes: ReadonlyMap<string, readonly Route[]>;
  readonly forwarding: ReadonlySet<string>;
}

const defaults = (gateways: readonly string[] = []): readonly Route[] =>
  gateways.map((via) => ({ to: 'default', via, ...(via.startsWith('fe80') && { dev: 'eth0' }) }));

function guestLink(guest: GuestSpec): readonly [EndSpec, EndSpec] {
  const { name, interface: device, gateways: _gateways, routes: _routes, ...end } = guest;
  const mtu = guest.mtu === undefined ? {} : { mtu: guest.mtu };
  return [
    { station: 'host', device, silent: true, ...mtu },
    { ...end, station: name, device: 'eth0' },
  ];
}

function outsideLink(outside: OutsideSpec): readonly [EndSpec, EndSpec] {
  const mac = outside.mac === undefined ? {} : { mac: outside.mac };
  const hostMac = outside.hostMac === undefined ? {} : { mac: outside.hostMac };
  return [
    { station: 'host', device: outside.uplink, addresses: outside.hostAddresses ?? [], ...hostMac },
    { station: outside.name, device: 'eth0', addresses: outside.addresses ?? [], ...mac },
  ];
}

/** Gives each end that has addresses a MAC address of its own, locally administered, so that every run is the same. */
function withMacs([a, b]: readonly [EndSpec, EndSpec], link: number): readonly [EndSpec, EndSpec] {
  const mac = (side: number): string =>
    ['02', '77', '65', (link >> 8).toString(16), (link & 0xff).toString(16), `${side}`]
      .map((part) => part.padStart(2, '0'))
      .join(':');
  return [a.silent === true ? a : { mac: mac(1), ...a }, b.silent === true ? b : { mac: mac(2), ...b }];
}

/** Spells out a description. Throws when two stations have one name. */
export function planLab(spec: LabSpec): Plan {
  const guests = spec.guests ?? [];
  const outside = spec.outside ?? [];
  const more = spec.stations ?? [];
  const names = ['host', ...guests.map((g) => g.name), ...outside.map((o) => o.name), ...more.map((s) => s.name)];
  if (new Set(names).size !== names.length) throw new Error(`two stations of a lab have one name: ${names.join(' ')}`);
  return {
    names,
    links: [...guests.map(guestLink), ...outside.map(outsideLink), ...(spec.links ?? [])].map(withMacs),
    routes: new Map([
      ['host', spec.hostRoutes ?? []] as const,
      ...[...guests, ...outside].map((s) => [s.name, [...defaults(s.gateways), ...(s.routes ?? [])]] as const),
      ...more.map((s) => [s.name, s.routes ?? []] as const),
    ]),
    forwarding: new Set([...outside, ...more].filter((s) => s.forwarding === true).map((s) => s.name)),
  };
}

/** The `ip` commands that make all namespaces and all pairs; nothing of them is ever in the namespace of the test process. */
export function createLines(plan: Plan, namespaceOf: (station: string) => string): readonly string[] {
  const end = (spec: EndSpec): string =>
    [
      `name ${spec.device} netns ${namespaceOf(spec.station)}`,
      spec.mac === undefined ? '' : ` address ${spec.mac}`,
      spec.mtu === undefined ? '' : ` mtu ${spec.mtu}`,
    ].join('');
  return [
    ...plan.names.map((name) => `netns add ${namespaceOf(name)}`),
    ...plan.links.map(([a, b]) => `link add ${end(a)} type veth peer ${end(b)}`),
  ];
}

/**
 * The lines that bring up one end.
 * WHY: without `dad` the link-local address is set by hand, since the one that the kernel makes is tentative for over a second, and a kernel
 * without a settled link-local address sends no neighbour solicitations for packets that it forwards (Linux 6.18, ndisc_send_ns).
 */
function endLines(end: EndSpec): readonly string[] {
  const addresses = end.addresses ?? [];
  const generated = end.dad === true && end.silent !== true;
  const settled =
    generated || end.silent === true || end.mac === undefined || addresses.some((a) => a.startsWith('fe80'));
  const all = settled ? addresses : [...addresses, `${linkLocalOf(end.mac)}/64`];
  return [
    ...(generated ? [] : [`link set ${end.device} addrgenmode none`]),
    `link set ${end.device} up`,
    ...all.map((a) => `address add ${a} dev ${end.device}${a.includes(':') && end.dad !== true ? ' nodad' : ''}`),
  ];
}

function routeLine(route: Route): string {
  const via = route.via === undefined ? '' : ` via ${route.via}`;
  const dev = route.dev === undefined ? '' : ` dev ${route.dev}`;
  return `route add ${route.to}${via}${dev}`;
}

/** The `ip` commands, run inside a station's namespace, that bring up its devices, addresses and routes. */
export function stationLines(plan: Plan, station: string): readonly string[] {
  const ends = plan.links.flat().filter((end) => end.station === station);
  return ['link set lo up', ...ends.flatMap(endLines), ...(plan.routes.get(station) ?? []).map(routeLine)];
}
