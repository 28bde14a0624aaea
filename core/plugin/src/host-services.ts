/**
 * The settings `dhcp` and `dns` of every mode whose networks the host serves, what they ask of the topology, and what
 * can be wrong with them.
 *
 * In: a network whose schema contains {@link hostServiceSettings}. Out: the services as topology data, and diagnostics
 * under the mode's own codes. Guaranteed: both services are on unless switched off, and never there without a subnet.
 */
import { inSubnet, parseAddress, prefixBounds, formatAddress } from './address.ts';
import { defineDiagnostic, type Diagnostic, type DiagnosticDefinition, type DiagnosticHead } from './diagnostic.ts';
import type { NetworkPort, NetworkView, Subnet } from './network.ts';
import { defineSettings, type AddressRange, type Placed } from './settings.ts';
import type { AddressService, DhcpHost, NameService, NetworkTopology } from './topology.ts';

/** Seconds of a lease where none is set: twelve hours. */
export const DEFAULT_LEASE = 43_200;

/** Put these two into the schema of a mode with served networks. */
export const hostServiceSettings = defineSettings({
  dhcp: {
    doc: 'addresses by DHCP, and IPv6 router advertisements, from the host',
    default: 'on, where the network has a subnet',
    type: {
      kind: 'switch-block',
      settings: defineSettings({
        range: {
          doc: 'addresses for guests without a fixed one',
          default: 'none: only the declared guests get theirs',
          type: { kind: 'address-range', family: 'ipv4' },
          repeat: 'entries',
        },
        lease: { doc: 'how long a lease lasts: 2m or more', default: '12h', type: { kind: 'duration' } },
      }),
    },
  },
  dns: {
    doc: 'names of the guests, and of the world, from the host',
    default: 'on, where the network has a subnet',
    type: {
      kind: 'switch-block',
      settings: defineSettings({
        domain: { doc: "domain of the guests' names", type: { kind: 'text' } },
        forwarder: {
          doc: 'servers to ask about all other names',
          default: "the host's own resolvers",
          type: { kind: 'address' },
          repeat: 'entries',
        },
      }),
    },
  },
});

/** A network whose mode took {@link hostServiceSettings} into its schema. */
export type ServedNetwork = Pick<NetworkView, 'name' | 'subnets' | 'ports'> & {
  readonly settings: Pick<NetworkView<typeof hostServiceSettings>['settings'], 'dhcp' | 'dns'>;
};

/** The part of a topology that the two settings decide. */
export type HostServices = Pick<NetworkTopology, 'addressService' | 'nameService'>;

/** The services that the network asks for; nothing of it where the network has no subnet. */
export function hostServices(network: ServedNetwork): HostServices {
  if (network.subnets.length === 0) return {};
  const addressService = addressServiceOf(network);
  const nameService = nameServiceOf(network);
  return { ...(addressService && { addressService }), ...(nameService && { nameService }) };
}

function addressServiceOf(network: ServedNetwork): AddressService | undefined {
  const dhcp = network.settings.dhcp?.value;
  if (dhcp === false) return undefined;
  const ipv4 = network.subnets.filter(({ family }) => family === 'ipv4');
  return {
    ranges: (dhcp?.range ?? []).flatMap(({ value }) => withoutGateways(value, ipv4)),
    lease: dhcp?.lease?.value ?? DEFAULT_LEASE,
    hosts: network.ports.flatMap((port) => fixedLease(port, network)),
    routerAdvertisements: network.subnets.some(({ family }) => family === 'ipv6'),
  };
}

function nameServiceOf(network: ServedNetwork): NameService | undefined {
  const dns = network.settings.dns?.value;
  if (dns === false) return undefined;
  const domain = dns?.domain?.value.toLowerCase();
  return {
    ...(domain !== undefined && { domain }),
    forwarders: dns?.forwarder.map(({ value }) => value.address) ?? [],
  };
}

/**
 * Every address of a subnet that a guest can have.
 * WHY: the first and the last one name the network and its broadcast (RFC 919 section 7), but for /31 (RFC 3021) and /32.
 */
function wholePool(subnet: Subnet): readonly AddressRange[] {
  const bounds = prefixBounds(subnet);
  if (!bounds) return [];
  const edge = subnet.length >= 31 ? 0n : 1n;
  return [rangeOf(bounds.low + edge, bounds.high - edge)];
}

function ipv4Text(value: bigint): string {
  return formatAddress({ family: 'ipv4', value });
}

function rangeOf(low: bigint, high: bigint): AddressRange {
  return { family: 'ipv4', low: ipv4Text(low), high: ipv4Text(high) };
}

/** A DHCP server must not lease the host's own addresses. */
function withoutGateways(pool: AddressRange, subnets: readonly Subnet[]): readonly { low: string; high: string }[] {
  let parts: readonly (readonly [bigint, bigint])[] = [[numberOf(pool.low), numberOf(pool.high)]];
  for (const gateway of subnets.map((subnet) => numberOf(subnet.gateway))) {
    parts = parts.flatMap(([low, high]): (readonly [bigint, bigint])[] =>
      gateway < low || gateway > high
        ? [[low, high]]
        : [[low, gateway - 1n] as const, [gateway + 1n, high] as const].filter(([from, to]) => from <= to),
    );
  }
  return parts.map(([low, high]) => rangeOf(low, high)).map(({ low, high }) => ({ low, high }));
}

function numberOf(address: string): bigint {
  return parseAddress(address)?.value ?? -1n;
}

/** The lease of a port: its first address of each family that lies in a subnet of this network. */
function fixedLease(port: NetworkPort, network: ServedNetwork): readonly DhcpHost[] {
  const served = port.addresses.filter(({ address }) => network.subnets.some((subnet) => inSubnet(subnet, address)));
  const addresses = (['ipv4', 'ipv6'] as const).flatMap((family) =>
    served.filter((entry) => entry.family === family).slice(0, 1),
  );
  return addresses.length === 0 ? [] : [{ mac: port.mac, name: hostName(port, network.ports), addresses }];
}

/** The guest's name; with the device's where the guest has several ports here, so that names stay apart. */
function hostName(port: NetworkPort, ports: readonly NetworkPort[]): string {
  const alone = ports.filter(({ guest }) => guest === port.guest).length === 1;
  return alone ? port.guest : `${port.guest}-${port.ifname}`;
}

interface HostServiceFindings {
  readonly outside: DiagnosticDefinition<{ range: string; network: string }>;
  readonly lease: DiagnosticDefinition<Record<never, never>>;
  readonly domain: DiagnosticDefinition<{ domain: string }>;
  readonly without: DiagnosticDefinition<{ setting: string; network: string }>;
}

function hostServiceFindings(plugin: string): HostServiceFindings {
  const outside = defineDiagnostic<{ range: string; network: string }>(
    { code: `${plugin}/dhcp-range-outside`, severity: 'error', title: 'a DHCP range outside the subnets' },
    ({ range, network }) => ({
      message: `the DHCP range \`${range}\` does not lie in one IPv4 subnet of network \`${network}\``,
      help: 'the first and the last address of a subnet cannot be leased either',
    }),
  );
  const lease = defineDiagnostic<Record<never, never>>(
    { code: `${plugin}/dhcp-lease`, severity: 'error', title: 'a DHCP lease too short or too long' },
    () => ({
      message: 'a lease lasts at least 2m and at most 4294967295 seconds',
    }),
  );
  const domain = defineDiagnostic<{ domain: string }>(
    { code: `${plugin}/dns-domain`, severity: 'error', title: 'a text that is no DNS domain' },
    (found) => ({
      message: `\`${found.domain}\` is not a DNS domain`,
      help: 'labels of letters, digits and hyphens, joined by dots: `lab.example.org`',
    }),
  );
  const without = defineDiagnostic<{ setting: string; network: string }>(
    { code: `${plugin}/service-without-subnet`, severity: 'error', title: 'DHCP or DNS on a network without a subnet' },
    ({ setting, network }) => ({
      message: `\`${setting}\` needs a subnet, and network \`${network}\` has none`,
      help: 'add a `subnet` to the network, or remove the setting',
    }),
  );
  return { outside, lease, domain, without };
}

/** What the checks of the two settings can find, for the list of the plugin's diagnostics. */
export function hostServiceDiagnostics(plugin: string): readonly DiagnosticHead[] {
  return Object.values(hostServiceFindings(plugin)) as readonly DiagnosticHead[];
}

/** The checks of the two settings, with codes that start with the mode's plugin name. */
export function hostServiceChecks(plugin: string): (network: ServedNetwork) => readonly Diagnostic[] {
  const { outside, lease, domain, without } = hostServiceFindings(plugin);
  return (network) => {
    const { dhcp, dns } = network.settings;
    const idle = network.subnets.length === 0;
    const ranges = dhcp?.value ? dhcp.value.range.filter((range) => !fits(range, network.subnets)) : [];
    const time = dhcp?.value ? dhcp.value.lease : undefined;
    const name = dns?.value ? dns.value.domain : undefined;
    return [
      ...(idle && dhcp?.value ? [without(dhcp.span, { setting: 'dhcp', network: network.name })] : []),
      ...(idle && dns?.value ? [without(dns.span, { setting: 'dns', network: network.name })] : []),
      ...ranges.map(({ value, span }) => outside(span, { range: `${value.low}-${value.high}`, network: network.name })),
      // WHY: dnsmasq takes no shorter lease (its manual, --dhcp-range), and the field has 32 bits (RFC 2132 section 9.2).
      ...(time && (time.value < 120 || time.value > 0xffff_ffff) ? [lease(time.span, {})] : []),
      ...(name && !isDomain(name.value) ? [domain(name.span, { domain: name.value })] : []),
    ];
  };
}

function fits({ value }: Placed<AddressRange>, subnets: readonly Subnet[]): boolean {
  const pools = subnets.filter(({ family }) => family === 'ipv4').flatMap(wholePool);
  return pools.some((pool) => numberOf(pool.low) <= numberOf(value.low) && numberOf(value.high) <= numberOf(pool.high));
}

/** WHY: RFC 1123 section 2.1 for the labels, RFC 1035 section 2.3.4 for the lengths. */
function isDomain(text: string): boolean {
  return text.length <= 253 && /^(?!-)[A-Za-z0-9-]{1,63}(?<!-)(\.(?!-)[A-Za-z0-9-]{1,63}(?<!-))*$/.test(text);
}
