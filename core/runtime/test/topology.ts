// Topologies for the tests of this package. In: what a test wants different. Out: whole topologies.
import type { AddressService, HostTopology, NameService, NetworkTopology, TopologyPort } from '@weir/plugin';

export type Network = HostTopology['networks'][number];

/** A network with a bridge `br-NAME`; nothing else unless said. */
export function network(
  name: string,
  some: {
    readonly bridge?: Partial<NetworkTopology['bridge']>;
    readonly sysctls?: NetworkTopology['sysctls'];
    readonly addressService?: AddressService;
    readonly nameService?: NameService;
    readonly ports?: readonly TopologyPort[];
  } = {},
): Network {
  const { bridge, sysctls = [], ports = [], ...services } = some;
  return {
    name,
    mode: 'test',
    topology: {
      bridge: { name: `br-${name}`, addresses: [], uplinks: [], ...bridge },
      sysctls,
      ...services,
      elsewhere: [],
    },
    ports,
  };
}

/** A host with these networks. */
export function host(networks: readonly Network[], sysctls: HostTopology['sysctls'] = []): HostTopology {
  return { format: 1, sysctls, networks };
}

/** A guest's port. */
export function port(ifname: string, isolated = false): TopologyPort {
  return { ifname, guest: `guest-${ifname}`, isolated };
}

/** DHCP without pools and guests. */
export const DHCP: AddressService = { ranges: [], lease: 3600, hosts: [], routerAdvertisements: false };

/** The usual served network: dual stack, a pool, a guest with fixed addresses, DNS with a domain. */
export function servedNetwork(name = 'lan'): Network {
  return network(name, {
    bridge: {
      addresses: [
        { family: 'ipv4', address: '192.0.2.1', length: 24 },
        { family: 'ipv6', address: '2001:db8:5::1', length: 64 },
      ],
    },
    sysctls: [{ key: 'net.ipv4.ip_forward', value: '1', why: 'the host routes for the network' }],
    addressService: {
      ranges: [{ low: '192.0.2.100', high: '192.0.2.150' }],
      lease: 3600,
      hosts: [
        {
          mac: '02:00:00:00:00:0A',
          name: 'web_1',
          addresses: [
            { family: 'ipv4', address: '192.0.2.10' },
            { family: 'ipv6', address: '2001:db8:5::10' },
            { family: 'ipv6', address: 'fe80::10' },
          ],
        },
      ],
      routerAdvertisements: true,
    },
    nameService: { domain: 'vm.example', forwarders: [] },
    ports: [port('vnet0'), port('vnet1', true)],
  });
}
