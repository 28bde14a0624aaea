/**
 * Mode `bridged`: the network is the physical segment behind a host device, or one VLAN of it.
 *
 * Guaranteed: the host serves nothing and routes nothing for it, and has no address on the bridge but the ones that
 * `host-address` gives. Subnets, where written, only say which addresses are the network's; their gateway is a router on
 * the segment, never this host.
 */
import {
  bridgeSysctls,
  defineMode,
  defineSettings,
  inSubnet,
  quietArpSysctl,
  uplinkCheck,
  type BridgeAddress,
  type NetworkTopology,
  type NetworkView,
} from '@weir/plugin';
import { checkHostAddresses } from './host-address.ts';
import { checkVlanName } from './vlan-name.ts';

const settings = defineSettings({
  uplink: {
    doc: 'the host device that becomes a port of the bridge',
    type: { kind: 'interface' },
    required: true,
  },
  vlan: {
    doc: 'the VLAN (802.1Q) of the uplink that the network is',
    default: 'the untagged frames of the uplink',
    // WHY: 0 means "priority only" and 4095 is reserved (IEEE 802.1Q-2018 table 9-2).
    type: { kind: 'integer', min: 1, max: 4094 },
  },
  'host-address': {
    doc: "the host's own addresses on the segment, each inside a `subnet` of the network",
    default: 'none: the host is not on the segment',
    type: { kind: 'address' },
    repeat: 'entries',
  },
});

export type BridgedNetwork = NetworkView<typeof settings>;

const checkUplink = uplinkCheck('bridged');

export const bridgedMode = defineMode({
  name: 'bridged',
  doc: 'guests stand on the physical segment behind a host device',
  attachment: 'bridge-port',
  subnets: 'optional',
  settings,
  hooks: ['forward-from', 'forward-to'],
  check: (network) => [
    ...checkUplink(network, [network.settings.uplink]),
    ...checkVlanName(network.settings.uplink.value, network.settings.vlan),
    ...checkHostAddresses(network, network.settings['host-address']),
  ],
  topology,
  // WHY: honest stations send nothing to the bridge's own MAC that is to be routed; one that does gets no way through.
  rules: () => [
    {
      hook: 'forward-from',
      matches: [],
      action: { kind: 'drop' },
      purpose: 'the host does not route a bridged network',
    },
    { hook: 'forward-to', matches: [], action: { kind: 'drop' }, purpose: 'the host does not route a bridged network' },
  ],
  // WHY: what passes between guests and segment is decided by the guests' policy alone, so no claim holds whatever that is.
  guarantees: () => [],
});

function topology(network: BridgedNetwork): NetworkTopology {
  const { bridge, mtu, settings: own } = network;
  const addresses = hostAddresses(network);
  return {
    bridge: {
      name: bridge,
      ...(mtu !== undefined && { mtu }),
      addresses,
      uplinks: [{ device: own.uplink.value, ...(own.vlan && { vlan: own.vlan.value }) }],
    },
    sysctls: [
      quietArpSysctl(bridge),
      ...bridgeSysctls(
        bridge,
        addresses.some(({ family }) => family === 'ipv6'),
      ),
    ],
    elsewhere: [],
  };
}

/** Each with the length of its subnet. */
function hostAddresses({ subnets, settings: own }: BridgedNetwork): readonly BridgeAddress[] {
  return own['host-address'].flatMap(({ value: { family, address } }) => {
    const subnet = subnets.find((candidate) => inSubnet(candidate, address));
    return subnet ? [{ family, address, length: subnet.length }] : [];
  });
}
