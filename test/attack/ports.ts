// The ports from which the catalogue of frames is sent: each mode, each kind of address list, with and without a filter. Out: the rule file, the
// lab, and what a guard owes each frame of a port. Guarantees: pure; no two ports share a MAC address or an IP address.
import type { Actors, CatalogueEntry, Identity } from './catalogue.ts';
import { linkLocalOf } from '../kernel/frames.ts';
import type { LabSpec } from '../kernel/lab.ts';

/** The networks: one of each mode. */
const NETWORKS = ['natted', 'routed', 'closed', 'wire'] as const;
export type NetworkName = (typeof NETWORKS)[number];

const MODES = { natted: 'nat', routed: 'routed', closed: 'isolated', wire: 'bridged; uplink up0' } as const;

/** What a port's `address` setting lists. */
export type AddressKind = 'one address' | 'several addresses' | 'a prefix' | 'any address' | 'IPv4 only';

/** A port of the attacking station. */
export interface Port {
  readonly network: NetworkName;
  readonly kind: AddressKind;
  readonly filter: 'unfiltered' | 'open';
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
  const base = 64 + index * 4;
  const both = (host: number): string => `10.77.${net}.${host}, fd77:${net}::${host.toString(16)}`;
  switch (kind) {
    case 'one address':
      return { own: [base], victim: base + 1, address: both(base) };
    case 'several addresses':
      return { own: [base, base + 2], victim: base + 1, address: `${both(base)}, ${both(base + 2)}` };
    case 'a prefix': {
      const low = 128 + index * 8;
      return {
        own: [low, low + 7],
        victim: low + 8,
        address: `10.77.${net}.${low}/29, fd77:${net}::${low.toString(16)}/125`,
      };
    }
    case 'any address':
      return { own: [base], victim: base + 1, address: 'any' };
    case 'IPv4 only':
      return { own: [base], victim: base + 1, address: `10.77.${net}.${base}` };
  }
}

const KINDS = ['one address', 'several addresses', 'a prefix', 'any address', 'IPv4 only'] as const;

function portsOf(network: NetworkName, net: number): readonly Port[] {
  const kinds = network === 'natted' || network === 'wire' ? KINDS : KINDS.slice(0, 1);
  const pairs = kinds.flatMap((kind) => (['unfiltered', 'open'] as const).map((filter) => ({ kind, filter })));
  return pairs.map(({ kind, filter }, index) => {
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
  });
}

/** Every port that attacks. */
export const PORTS: readonly Port[] = NETWORKS.flatMap((network, net) => portsOf(network, net));

/** The bridge of a network. */
export const bridgeOf = (network: NetworkName): string => `br-${network}`;

/** The device in the station `witness` that is in this network; its port has neither guard nor filter. */
export const witnessDevice = (network: NetworkName): string => `w-${network}`;

/** The rule file. */
export function attackSite(): string {
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
  const guests = PORTS.map(
    (port) => `guest ${port.device} {
  interface ${port.hostDevice} {
    network ${port.network}
    mac ${port.mac}
    address ${port.address}
    ${port.filter === 'open' ? 'filter open' : ''}
  }
}
`,
  );
  return ['filter open {\n  in accept\n  out accept\n}\n', ...networks, ...guests].join('\n');
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

/** Entries whose only fault is the IP address that they claim: a port that may use any address may send them. */
const CLAIMS_AN_ADDRESS =
  /^(IPv[46] from (a foreign (link-local )?address|the gateway|an address)|ARP .* foreign sender IP|ARP probe of|duplicate address detection of a foreign|router solicitation from a foreign address|ARP reply that claims|gratuitous ARP|neighbour (advertisement|solicitation) (of|from) |spoofed IPv[46](, (first|second) fragment| with options))/;

const UNADDRESSED = /without an address$/;
const IPV6_TYPE = '86dd';

/** What the guard owes a frame from a port of this kind: `either` where a guard may decide as it likes. */
export function verdictOn(kind: AddressKind, entry: CatalogueEntry): CatalogueEntry['guard'] {
  if (kind === 'any address' && entry.guard === 'stop' && CLAIMS_AN_ADDRESS.test(entry.name)) return 'either';
  if (
    kind === 'IPv4 only' &&
    entry.guard === 'pass' &&
    Buffer.from(entry.frame.slice(12, 14)).toString('hex') === IPV6_TYPE
  )
    return UNADDRESSED.test(entry.name) ? 'either' : 'stop';
  return entry.guard;
}
