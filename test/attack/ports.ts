// The ports from which the catalogue of frames is sent: each mode, each kind of address list, with and without a filter. Out: the rule file and
// the lab. Guarantees: pure; no two ports share a MAC address or an IP address.
import type { Actors, Identity } from './catalogue.ts';
import { linkLocalOf } from '../kernel/frames.ts';
import type { LabSpec } from '../kernel/lab.ts';

/** The networks: one of each mode. */
export const NETWORKS = ['natted', 'routed', 'closed', 'wire'] as const;
export type NetworkName = (typeof NETWORKS)[number];

const MODES = { natted: 'nat', routed: 'routed', closed: 'isolated', wire: 'bridged; uplink up0' } as const;

/** What a port's `address` setting lists. */
export const KINDS = ['one address', 'several addresses', 'a prefix', 'any address', 'IPv4 only', 'IPv6 only'] as const;
export type AddressKind = (typeof KINDS)[number];

/** What stands behind the guard: nothing, a filter that follows connections, or one that does not. All of them accept everything. */
export const FILTERS = ['unfiltered', 'open', 'stateless'] as const;
export type FilterKind = (typeof FILTERS)[number];

/** A port of the attacking station. */
export interface Port {
  readonly network: NetworkName;
  readonly kind: AddressKind;
  readonly filter: FilterKind;
  /** The guest's side, in the station `attacker`; `hostDevice` is in the bridge. */
  readonly device: string;
  readonly hostDevice: string;
  readonly mac: string;
  /** The value of the `address` setting. */
  readonly address: string;
  /** Who the port is and whom it attacks; one entry for each of its own addresses that is tried. */
  readonly actors: readonly Actors[];
}

const octet = (value: number): string => value.toString(16).padStart(2, '0');

function identity(net: number, mac: string, host: number): Identity {
  return {
    mac,
    ipv4: `10.77.${net}.${host}`,
    ipv6: `fd77:${net}::${host.toString(16)}`,
    linkLocal: linkLocalOf(mac),
  };
}

const macOf = (net: number, host: number): string => `52:54:00:00:${octet(net)}:${octet(host)}`;

const WITNESS = 4;

function actorsOf(net: number, index: number, own: number, victim: number): Actors {
  return {
    gateway: identity(net, macOf(net, 1), 1),
    own: identity(net, macOf(net, 16 + index), own),
    victim: identity(net, macOf(net, 48 + index), victim),
    witness: identity(net, macOf(net, WITNESS), WITNESS),
  };
}

/** The own addresses (last parts), the `address` setting of a port, and the nearest address that it does not own. */
function addressing(
  net: number,
  kind: AddressKind,
  index: number,
): { own: readonly number[]; victim: number; address: string } {
  const base = 16 + index * 4;
  const four = (host: number): string => `10.77.${net}.${host}`;
  const six = (host: number): string => `fd77:${net}::${host.toString(16)}`;
  const both = (host: number): string => `${four(host)}, ${six(host)}`;
  const next = { own: [base], victim: base + 1 };
  switch (kind) {
    case 'one address':
      return { ...next, address: both(base) };
    case 'several addresses':
      return { own: [base, base + 2], victim: base + 1, address: `${both(base)}, ${both(base + 2)}` };
    case 'a prefix': {
      const low = 128 + (index % FILTERS.length) * 8;
      return { own: [low, low + 7], victim: low + 8, address: `${four(low)}/29, ${six(low)}/125` };
    }
    case 'any address':
      return { ...next, address: 'any' };
    case 'IPv4 only':
      return { ...next, address: four(base) };
    case 'IPv6 only':
      return { ...next, address: six(base) };
    default:
      return kind satisfies never;
  }
}

function portOf(network: NetworkName, kind: AddressKind, filter: FilterKind): Port {
  const net = NETWORKS.indexOf(network);
  const index = KINDS.indexOf(kind) * FILTERS.length + FILTERS.indexOf(filter);
  const { own, victim, address } = addressing(net, kind, index);
  return {
    network,
    kind,
    filter,
    device: `p${net}x${index}`,
    hostDevice: `vnet${net}x${index}`,
    mac: macOf(net, 16 + index),
    address,
    actors: own.map((host) => actorsOf(net, index, host, victim)),
  };
}

/** Every kind of port in every mode. */
export const ALL_PORTS: readonly Port[] = NETWORKS.flatMap((network) =>
  KINDS.flatMap((kind) => FILTERS.map((filter) => portOf(network, kind, filter))),
);

/** The ports of the lab: every mode, every kind of address list where the host has a part in the network and where it has none. */
export const PORTS: readonly Port[] = ALL_PORTS.filter(
  ({ network, kind, filter }) =>
    filter !== 'stateless' && (kind === 'one address' || network === 'natted' || network === 'wire'),
);

/** The bridge of a network. */
export const bridgeOf = (network: NetworkName): string => `br-${network}`;

/** The device in the station `witness` that is in this network; its port has neither guard nor filter. */
export const witnessDevice = (network: NetworkName): string => `w-${network}`;

const FILTER_LINE: Readonly<Record<FilterKind, string>> = {
  unfiltered: '',
  open: 'filter open',
  stateless: 'filter stateless-open',
};

const FILTER_TEXT = `filter open {
  in accept
  out accept
}
filter stateless-open {
  in accept stateless
  out accept stateless
}
`;

/** The rule file. */
export function attackSite(ports: readonly Port[] = PORTS): string {
  const networks = NETWORKS.map(
    (name, net) => `network ${name} {
  mode ${MODES[name]}
  bridge ${bridgeOf(name)}
  subnet 10.77.${net}.0/24
  subnet fd77:${net}::/64
}
guest witness-${name} {
  interface wit-${name} {
    network ${name}
    mac ${macOf(net, WITNESS)}
    address 10.77.${net}.${WITNESS}, fd77:${net}::${WITNESS}
    guard none
  }
}
`,
  );
  const guests = ports.map(
    (port) => `guest ${port.device} {
  interface ${port.hostDevice} {
    network ${port.network}
    mac ${port.mac}
    address ${port.address}
    ${FILTER_LINE[port.filter]}
  }
}
`,
  );
  return [FILTER_TEXT, ...networks, ...guests].join('\n');
}

/** The namespaces: the ports' other ends in `attacker`, the witnesses' in `witness`, and `street` behind the bridged network's uplink. */
export function attackLab(): LabSpec {
  const link = (hostDevice: string, station: string, device: string, mac: string) =>
    [
      { station: 'host', device: hostDevice, silent: true },
      { station, device, silent: true, mac },
    ] as const;
  return {
    stations: [{ name: 'attacker' }, { name: 'witness' }],
    outside: [{ name: 'street', uplink: 'up0' }],
    links: [
      ...PORTS.map((port) => link(port.hostDevice, 'attacker', port.device, port.mac)),
      ...NETWORKS.map((name, net) => link(`wit-${name}`, 'witness', witnessDevice(name), macOf(net, WITNESS))),
    ],
  };
}
