/**
 * Mode `nat`: guests leave with an address of the host, and nobody outside reaches them but by declared forwardings.
 *
 * Guaranteed: with `ipv6 routed`, IPv6 leaves untranslated and the same holds for what enters.
 */
import {
  bridgeSysctls,
  defineMode,
  familiesOf,
  forwardingSysctls,
  hostServiceChecks,
  hostServices,
  servedBridge,
  uplinkCheck,
  type ElsewhereRoute,
  type NetworkTopology,
} from '@weir/plugin';
import { checkNat } from './checks.ts';
import { natGuarantees } from './guarantees.ts';
import { natRules } from './rules.ts';
import { natSettings, type NatNetwork } from './settings.ts';

const checkServices = hostServiceChecks('nat');
const checkUplinks = uplinkCheck('nat');

export const natMode = defineMode({
  name: 'nat',
  doc: "guests reach the outside by the host's addresses; declared forwardings lead in",
  attachment: 'bridge-port',
  subnets: 'required',
  settings: natSettings,
  hooks: ['forward-from', 'forward-to', 'dstnat', 'dstnat-local', 'srcnat'],
  check: (network) => [
    ...checkUplinks(network, network.settings.uplink),
    ...checkNat(network),
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
    elsewhere: routesElsewhere(network),
  }),
  rules: natRules,
  guarantees: natGuarantees,
});

/** Untranslated IPv6 needs its way back. */
function routesElsewhere({ settings, subnets }: NatNetwork): readonly ElsewhereRoute[] {
  if (settings.ipv6?.value !== 'routed') return [];
  return subnets
    .filter(({ family }) => family === 'ipv6')
    .map(({ family, address, length }) => ({ family, prefix: `${address}/${length}` }));
}
