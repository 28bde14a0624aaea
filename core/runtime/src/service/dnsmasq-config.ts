/**
 * The dnsmasq configuration of one network. In: what is served, and where files stand. Out: text. Pure; the same service
 * gives the same bytes, so a running dnsmasq is restarted only when something changed. The text must have passed
 * `checkServiceText`.
 */
import { BlockList } from 'node:net';
import type { BridgeAddress, DhcpHost } from '@weir/plugin';
import type { ServiceSpec } from '../plan/step.ts';
import { hostLabel } from './service-text.ts';

/** Where dnsmasq keeps its files, and which account it changes to. */
export interface ServiceFiles {
  readonly pid: string;
  readonly leases: string;
  readonly log: string;
  readonly user: string;
}

function subnetOf({ address, length, family }: BridgeAddress): BlockList {
  const subnet = new BlockList();
  subnet.addSubnet(address, length, family);
  return subnet;
}

function netmask(length: number): string {
  const bits = length === 0 ? 0 : (0xffffffff << (32 - length)) >>> 0;
  return [24, 16, 8, 0].map((shift) => (bits >>> shift) & 0xff).join('.');
}

function toNumber(address: string): number {
  return address.split('.').reduce((sum, part) => sum * 256 + Number(part), 0);
}

/** The addresses of a guest that lie in one of the subnets of the bridge; link-local ones need no service. */
function served(host: DhcpHost, spec: ServiceSpec, family: 'ipv4' | 'ipv6'): readonly string[] {
  const subnets = spec.addresses.filter((own) => own.family === family).map(subnetOf);
  return host.addresses
    .filter((entry) => entry.family === family && subnets.some((subnet) => subnet.check(entry.address, family)))
    .map((entry) => entry.address);
}

/** Pools of a subnet; a subnet without one answers only guests with a fixed address. */
function ipv4Ranges(spec: ServiceSpec, own: BridgeAddress): readonly string[] {
  const service = spec.addressService;
  if (service === undefined) return [];
  const mask = netmask(own.length);
  const subnet = subnetOf(own);
  const pools = service.ranges.filter(({ low, high }) => subnet.check(low, 'ipv4') && subnet.check(high, 'ipv4'));
  if (pools.length === 0) return [`dhcp-range=${own.address},static,${mask},${service.lease}`];
  return pools.map(({ low, high }) => `dhcp-range=${low},${high},${mask},${service.lease}`);
}

/**
 * How a subnet's guests get IPv6 addresses. Where a guest has a fixed one, all do by DHCPv6 and SLAAC is off, because a
 * guest may use only addresses it was given; else the guests make their own, where the subnet allows it.
 * WHY: SLAAC needs a /64 (RFC 4862 section 5.5.3 with RFC 2464 section 4), and dnsmasq refuses `ra-only` on others.
 */
function ipv6Ranges(spec: ServiceSpec, own: BridgeAddress): readonly string[] {
  const service = spec.addressService;
  if (service === undefined) return [];
  const subnet = subnetOf(own);
  const fixed = service.hosts.some((host) => served(host, spec, 'ipv6').some((entry) => subnet.check(entry, 'ipv6')));
  if (fixed || (service.routerAdvertisements && own.length !== 64)) {
    return [`dhcp-range=${own.address},static,${own.length},${service.lease}`];
  }
  return service.routerAdvertisements ? [`dhcp-range=${own.address},ra-only,${own.length},${service.lease}`] : [];
}

function dhcpHost(host: DhcpHost, spec: ServiceSpec): readonly string[] {
  // dnsmasq takes one IPv4 address a line; a guest leases its first.
  const ipv4 = served(host, spec, 'ipv4').slice(0, 1);
  const ipv6 = served(host, spec, 'ipv6').map((address) => `[${address}]`);
  const label = hostLabel(host.name);
  const addresses = [...ipv4, ...ipv6];
  if (addresses.length === 0) return [];
  return [`dhcp-host=${[host.mac.toLowerCase(), ...addresses, ...(label === undefined ? [] : [label])].join(',')}`];
}

function leaseLimit(spec: ServiceSpec): number {
  const service = spec.addressService;
  const pools = (service?.ranges ?? []).map(({ low, high }) => toNumber(high) - toNumber(low) + 1);
  const fixed = (service?.hosts ?? []).reduce((sum, host) => sum + host.addresses.length, 0);
  // WHY: the built-in limit is 1,000 leases. The bound keeps a /8 pool from letting guests fill the memory.
  return Math.min(Math.max(1000, fixed + pools.reduce((sum, size) => sum + size, 0)), 65_536);
}

function addressLines(spec: ServiceSpec): readonly string[] {
  const service = spec.addressService;
  if (service === undefined) return [];
  const v6 = spec.addresses.filter((own) => own.family === 'ipv6').flatMap((own) => ipv6Ranges(spec, own));
  const v4 = spec.addresses.filter((own) => own.family === 'ipv4').flatMap((own) => ipv4Ranges(spec, own));
  return [
    'dhcp-authoritative',
    // Names come from the rule files: a guest must not be able to call itself another's name.
    'dhcp-ignore-names',
    `dhcp-lease-max=${leaseLimit(spec)}`,
    ...v4,
    ...v6,
    ...(service.routerAdvertisements && v6.length > 0 ? ['enable-ra'] : []),
    ...(service.defaultRouter === false ? noRouterLines(spec.bridge) : []),
    ...service.hosts.flatMap((host) => dhcpHost(host, spec)),
  ];
}

/**
 * The host is no router here. WHY: dnsmasq names itself as router unless option 3 is set to nothing, and announces itself
 * as default router unless the lifetime is 0 (its manual, --dhcp-option and --ra-param; RFC 4861 section 4.2).
 */
function noRouterLines(bridge: string): readonly string[] {
  return ['dhcp-option=3', `ra-param=${bridge},0,0`];
}

function hostRecords(spec: ServiceSpec, domain: string | undefined): readonly string[] {
  const addresses = new Map<string, readonly string[]>();
  for (const host of spec.addressService?.hosts ?? []) {
    const label = hostLabel(host.name);
    if (label === undefined) continue;
    const own = [...served(host, spec, 'ipv4').slice(0, 1), ...served(host, spec, 'ipv6')];
    addresses.set(label, [...(addresses.get(label) ?? []), ...own]);
  }
  const names = (label: string): string => (domain === undefined ? label : `${label}.${domain},${label}`);
  return [...addresses].flatMap(([label, own]) => own.map((address) => `host-record=${names(label)},${address}`));
}

function nameLines(spec: ServiceSpec): readonly string[] {
  const service = spec.nameService;
  // Without a DNS server the guests are not told of one either.
  if (service === undefined) return ['port=0'];
  const { domain, forwarders } = service;
  const closed = service.localOnly === true || forwarders.length > 0;
  return [
    'domain-needed',
    ...(domain === undefined ? [] : [`domain=${domain}`, `local=/${domain}/`]),
    // Without a server and without the host's own resolvers every other name is refused.
    ...(closed ? ['no-resolv', ...forwarders.map((address) => `server=${address}`)] : []),
    ...hostRecords(spec, domain),
  ];
}

/** The text of the configuration file. */
export function dnsmasqConfig(spec: ServiceSpec, files: ServiceFiles): string {
  const lines = [
    `# Weir: network ${spec.network}. Written anew by every apply.`,
    `user=${files.user}`,
    `pid-file=${files.pid}`,
    `log-facility=${files.log}`,
    `dhcp-leasefile=${files.leases}`,
    `interface=${spec.bridge}`,
    'except-interface=lo',
    'bind-dynamic',
    'no-hosts',
    ...addressLines(spec),
    ...nameLines(spec),
  ];
  return `${lines.join('\n')}\n`;
}
