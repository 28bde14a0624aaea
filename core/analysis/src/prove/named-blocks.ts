/** Addresses that networks and the host name outside of rules of ports: what tells ports from each other besides sets. */
import type { Policy, ValueRange } from '@weir/compiler';
import { prefixBounds } from '@weir/plugin';
import type { Family } from '@weir/plugin';
import { addressOf, type ByFamily, rangesOf } from './match-words.ts';

export function blocksOf(policy: Policy): ByFamily<readonly ValueRange[]> {
  return { ipv4: blocksIn(policy, 'ipv4'), ipv6: blocksIn(policy, 'ipv6') };
}

function blocksIn(policy: Policy, family: Family): readonly ValueRange[] {
  return [
    ...policy.hostAddresses[family],
    ...policy.networks.flatMap(({ view, topology, rules }) => [
      ...view.subnets.filter((subnet) => subnet.family === family).flatMap((subnet) => prefixBounds(subnet) ?? []),
      ...topology.bridge.addresses
        .filter((own) => own.family === family)
        .flatMap((own) => [...addressOf(own.address), prefixBounds(own) ?? []].flat()),
      ...rules.flatMap(({ matches, action }) => [
        ...(action.kind === 'dnat' && action.family === family ? addressOf(action.address) : []),
        ...matches.flatMap((match) =>
          match.kind === 'address' && match.family === family ? rangesOf(match.blocks) : [],
        ),
      ]),
    ]),
  ];
}
