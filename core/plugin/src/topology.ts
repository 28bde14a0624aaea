/**
 * What must exist for a network to work, as data: on the host, and beyond it.
 *
 * A mode only states it; the runtime makes it, a person or another tool may do so as well. Guaranteed: no commands, no
 * paths of this machine, stable order.
 */
import type { AddressSetting, Family } from './settings.ts';

/** An address of the host on the bridge. */
export interface BridgeAddress {
  readonly family: Family;
  readonly address: string;
  readonly length: number;
}

/** A host device that is made a port of the bridge; with `vlan`, the VLAN device `<device>.<vlan>` (802.1Q) is. */
export interface BridgeUplink {
  readonly device: string;
  /** 1–4094. */
  readonly vlan?: number;
}

export interface DhcpHost {
  readonly mac: string;
  readonly name: string;
  readonly addresses: readonly AddressSetting[];
}

/** DHCP and router advertisements served by the host on this network. */
export interface AddressService {
  /** IPv4 pools for guests without a fixed address. */
  readonly ranges: readonly { readonly low: string; readonly high: string }[];
  /** Seconds. */
  readonly lease: number;
  /** Fixed leases from the declared ports. */
  readonly hosts: readonly DhcpHost[];
  /** Announce the IPv6 subnets (router advertisements; addresses by SLAAC or DHCPv6). */
  readonly routerAdvertisements: boolean;
  /**
   * Whether guests are told to use this host as their default router (DHCP option 3, RFC 2132 3.5; router lifetime in
   * advertisements, RFC 4861 4.2). Absent means yes; `false` keeps a network without a way out from taking the default
   * route of a guest that has another network too.
   */
  readonly defaultRouter?: boolean;
}

export interface NameService {
  /** DNS domain of the network's guests, when set. */
  readonly domain?: string;
  /** Upstream servers; empty means the host's own resolver configuration. */
  readonly forwarders: readonly string[];
  /** Answer for the network's own names only and ask nobody else. Absent means no; with it `forwarders` is empty. */
  readonly localOnly?: boolean;
}

export interface Sysctl {
  /** Dotted key, e.g. `net.ipv4.ip_forward`; `net/ipv4/conf/eth0.100/…` form where a device name has dots. */
  readonly key: string;
  readonly value: string;
  /** Why, in a few words, for people. */
  readonly why: string;
}

/** Something that must be configured elsewhere: the external routers' route to a subnet. */
export interface ElsewhereRoute {
  readonly family: Family;
  readonly prefix: string;
  /** Address of this host to route through, when known. */
  readonly via?: string;
}

export interface NetworkTopology {
  readonly bridge: {
    readonly name: string;
    readonly mtu?: number;
    readonly addresses: readonly BridgeAddress[];
    readonly uplinks: readonly BridgeUplink[];
  };
  readonly sysctls: readonly Sysctl[];
  readonly addressService?: AddressService;
  readonly nameService?: NameService;
  readonly elsewhere: readonly ElsewhereRoute[];
}

/** A guest's device on its network's bridge. */
export interface TopologyPort {
  readonly ifname: string;
  readonly guest: string;
  /** Bridge port isolation (Linux 4.18+): no frames to other isolated ports. */
  readonly isolated: boolean;
}

/** Everything that must exist on one host and beyond it: the content of `topology.json`. */
export interface HostTopology {
  /** Version of this format. */
  readonly format: 1;
  /** What the way of carrying connection state needs, whatever the networks. */
  readonly sysctls: readonly Sysctl[];
  /** Sorted by name. */
  readonly networks: readonly {
    readonly name: string;
    readonly mode: string;
    readonly topology: NetworkTopology;
    /** Sorted by interface name. */
    readonly ports: readonly TopologyPort[];
  }[];
}
