/**
 * Mode `bridged`: the network is the physical segment behind a host device, or one VLAN of it.
 *
 * Guaranteed: the host has no address on the bridge, serves nothing and routes nothing for it. Subnets, where written,
 * only say which addresses are the network's.
 */
import { bridgeSysctls, defineMode, defineSettings, type NetworkTopology } from '@weir/plugin';

const settings = defineSettings({
  uplink: {
    doc: 'the host device that joins the bridge',
    type: { kind: 'interface' },
    required: true,
  },
  vlan: {
    doc: 'the VLAN of the uplink that the network is; by default its untagged frames',
    // WHY: 0 means "priority only" and 4095 is reserved (IEEE 802.1Q-2018 table 9-2).
    type: { kind: 'integer', min: 1, max: 4094 },
  },
});

export const bridgedMode = defineMode({
  name: 'bridged',
  doc: 'guests stand on the physical segment behind a host device',
  attachment: 'bridge-port',
  subnets: 'optional',
  settings,
  hooks: ['forward-from', 'forward-to'],
  check: () => [],
  topology: ({ bridge, mtu, settings: { uplink, vlan } }): NetworkTopology => ({
    bridge: {
      name: bridge,
      ...(mtu !== undefined && { mtu }),
      addresses: [],
      uplinks: [{ device: uplink.value, ...(vlan && { vlan: vlan.value }) }],
    },
    sysctls: bridgeSysctls(bridge, false),
    elsewhere: [],
  }),
  // WHY: the host has no address here, so nothing honest asks it to route; a frame sent to the bridge's own MAC would.
  rules: () => [
    {
      hook: 'forward-from',
      matches: [],
      action: { kind: 'drop' },
      purpose: 'the host does not route a bridged network',
    },
    { hook: 'forward-to', matches: [], action: { kind: 'drop' }, purpose: 'the host does not route a bridged network' },
  ],
  guarantees: () => [],
});
