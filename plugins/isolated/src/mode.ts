/**
 * Mode `isolated`: guests reach each other and the host; no packet is routed into the network or out of it.
 *
 * Guaranteed: what a guest sends out is refused at once (it need not wait for a timeout); what arrives is dropped, so
 * that the network does not show itself.
 */
import {
  bridgeSysctls,
  defineMode,
  hostServiceChecks,
  hostServices,
  hostServiceSettings,
  refuseLeaving,
  servedBridge,
  type HostServices,
} from '@weir/plugin';

const checkServices = hostServiceChecks('isolated');

export const isolatedMode = defineMode({
  name: 'isolated',
  doc: 'guests and host among themselves; nothing in, nothing out',
  attachment: 'bridge-port',
  subnets: 'optional',
  settings: hostServiceSettings,
  hooks: ['forward-from', 'forward-to'],
  check: (network) => checkServices(network),
  topology: (network) => ({
    bridge: servedBridge(network),
    sysctls: bridgeSysctls(
      network.bridge,
      network.subnets.some(({ family }) => family === 'ipv6'),
    ),
    ...withoutWayOut(hostServices(network)),
    elsewhere: [],
  }),
  rules: (network) => [
    ...refuseLeaving(network, 'nothing leaves an isolated network'),
    { hook: 'forward-to', matches: [], action: { kind: 'drop' }, purpose: 'nothing enters an isolated network' },
  ],
  // WHY: `network(NAME)` stands for the subnets; without one there is nothing to claim anything about.
  guarantees: ({ name, subnets }) =>
    subnets.length === 0
      ? []
      : [
          { title: `nothing leaves the isolated network ${name}`, claim: `never from network(${name}) to world` },
          { title: `nothing enters the isolated network ${name}`, claim: `never from world to network(${name})` },
        ],
});

/**
 * The services of a network that leads nowhere: the host is no router to its guests, and it asks nobody else about
 * names, because questions to a server of the guest's choice are a way out. Written forwarders are the owner's choice.
 */
function withoutWayOut({ addressService, nameService }: HostServices): HostServices {
  return {
    ...(addressService && { addressService: { ...addressService, defaultRouter: false } }),
    ...(nameService && { nameService: { ...nameService, localOnly: nameService.forwarders.length === 0 } }),
  };
}
