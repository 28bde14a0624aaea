/**
 * Mode `routed`: the host routes between the network and the outside, and nothing is translated.
 *
 * Guaranteed: only the network's own addresses leave it, only packets to them enter it, and the topology lists the
 * routes that routers elsewhere need.
 */
import {
  bridgeSysctls,
  defineDiagnostic,
  defineMode,
  defineSettings,
  familiesOf,
  forwardingSysctls,
  hostServiceChecks,
  hostServices,
  hostServiceSettings,
  inSubnet,
  ownAddresses,
  refuseLeaving,
  servedBridge,
  throughDevice,
  uplinkCheck,
  type Diagnostic,
  type NetworkMatch,
  type NetworkRule,
  type NetworkTopology,
  type NetworkView,
} from '@weir/plugin';

const settings = defineSettings({
  uplink: {
    doc: 'the host devices to route through',
    default: 'every device that is not the bridge of a network',
    type: { kind: 'interface' },
    repeat: 'values',
  },
  'next-hop': {
    doc: "this host's addresses as external routers see them, one a family: where their routes to the subnets lead",
    type: { kind: 'address' },
    repeat: 'entries',
  },
  ...hostServiceSettings,
});

type RoutedNetwork = NetworkView<typeof settings>;

const nextHopFamily = defineDiagnostic<{ address: string; network: string }>(
  { code: 'routed/next-hop-family', severity: 'error', title: 'a next hop of a family that the network lacks' },
  ({ address, network }) => ({
    message: `network \`${network}\` has no subnet of the family of \`${address}\``,
    help: 'the routes of a family lead to a next hop of that family',
  }),
);
const nextHopTwice = defineDiagnostic<{ address: string }>(
  { code: 'routed/next-hop-twice', severity: 'error', title: 'two next hops of one family' },
  ({ address }) => ({ message: `\`${address}\` is a second next hop of its family`, help: 'write one a family' }),
);
const nextHopInside = defineDiagnostic<{ address: string; network: string }>(
  { code: 'routed/next-hop-inside', severity: 'error', title: 'a next hop inside the network itself' },
  ({ address, network }) => ({
    message: `the next hop \`${address}\` lies inside network \`${network}\` itself`,
    help: "write this host's address on the side of the external routers",
  }),
);

const checkServices = hostServiceChecks('routed');
const checkUplinks = uplinkCheck('routed');

export const routedMode = defineMode({
  name: 'routed',
  doc: 'guests reach the outside, and are reached, by their own addresses',
  attachment: 'bridge-port',
  subnets: 'required',
  settings,
  hooks: ['forward-from', 'forward-to'],
  check: (network) => [
    ...checkUplinks(network, network.settings.uplink),
    ...checkNextHops(network),
    ...checkServices(network),
  ],
  topology: (network): NetworkTopology => ({
    bridge: servedBridge(network),
    sysctls: [
      ...forwardingSysctls(
        network,
        network.settings.uplink.map(({ value }) => value),
      ),
      ...bridgeSysctls(network.bridge, familiesOf(network).includes('ipv6')),
    ],
    ...hostServices(network),
    elsewhere: network.subnets.map(({ family, address, length }) => ({
      family,
      prefix: `${address}/${length}`,
      ...viaOf(network, family),
    })),
  }),
  rules: (network) => [...fromRules(network), ...toRules(network)],
  // WHY: what a routed network lets through is the guests' policy alone, so no claim holds whatever that is.
  guarantees: () => [],
});

function viaOf(network: RoutedNetwork, family: string): { readonly via?: string } {
  const hop = network.settings['next-hop'].find(({ value }) => value.family === family);
  return hop ? { via: hop.value.address } : {};
}

function checkNextHops(network: RoutedNetwork): readonly Diagnostic[] {
  const hops = network.settings['next-hop'];
  return hops.flatMap(({ value: { family, address }, span }, index) => [
    ...(familiesOf(network).includes(family) ? [] : [nextHopFamily(span, { address, network: network.name })]),
    ...(hops.slice(0, index).some(({ value }) => value.family === family) ? [nextHopTwice(span, { address })] : []),
    ...(network.subnets.some((subnet) => inSubnet(subnet, address))
      ? [nextHopInside(span, { address, network: network.name })]
      : []),
  ]);
}

/** Each of the named uplinks, or nothing to ask when none is named. */
function uplinkMatches({ settings: { uplink } }: RoutedNetwork, side: 'in' | 'out'): readonly NetworkMatch[][] {
  return uplink.length === 0 ? [[]] : uplink.map(({ value }) => [throughDevice(side, value)]);
}

function fromRules(network: RoutedNetwork): readonly NetworkRule[] {
  return [
    ...familiesOf(network).flatMap((family) =>
      uplinkMatches(network, 'out').map((uplink): NetworkRule => ({
        hook: 'forward-from',
        matches: [ownAddresses(network, 'source', family), ...uplink],
        action: { kind: 'accept' },
        purpose: 'own addresses leave the network',
      })),
    ),
    ...refuseLeaving(network, 'nothing else leaves the network'),
  ];
}

function toRules(network: RoutedNetwork): readonly NetworkRule[] {
  return [
    ...familiesOf(network).flatMap((family) =>
      uplinkMatches(network, 'in').map((uplink): NetworkRule => ({
        hook: 'forward-to',
        matches: [ownAddresses(network, 'destination', family), ...uplink],
        action: { kind: 'accept' },
        purpose: 'packets to own addresses enter the network',
      })),
    ),
    { hook: 'forward-to', matches: [], action: { kind: 'drop' }, purpose: 'nothing else enters the network' },
  ];
}

/** Every diagnostic declared here. */
export const routedDiagnostics = [nextHopFamily, nextHopTwice, nextHopInside] as const;
