/** Addresses of the host and of its networks, as far as the files tell. */
import type { Policy, ValueRange } from '@weir/compiler';
import { prefixBounds } from '@weir/plugin';
import type { Family } from '@weir/plugin';
import { normalRanges, otherRanges } from '../space/ranges.ts';
import { addressOf, type ByFamily, rangesOf } from './match-words.ts';

type Ranges = ByFamily<readonly ValueRange[]>;

export interface HostRanges {
  /** The host's for certain: declared, on bridges, translated to, and single ones that are translated from. */
  readonly known: Ranges;
  /** With those that it may have besides: where a family's are not declared, all outside the networks. */
  readonly possible: Ranges;
  /** The known ones, or of a family without any the possible ones. */
  readonly own: Ranges;
  /** Inside networks, or a guest's. */
  readonly inside: Ranges;
}

const BITS = { ipv4: 32, ipv6: 128 } as const;

const eachFamily = (make: (family: Family) => readonly ValueRange[]): Ranges => ({
  ipv4: normalRanges(make('ipv4')),
  ipv6: normalRanges(make('ipv6')),
});

export function hostRanges(policy: Policy): HostRanges {
  const known = eachFamily((family) => [
    ...policy.hostAddresses[family],
    ...policy.networks.flatMap(({ topology, rules }) => [
      ...topology.bridge.addresses.filter((own) => own.family === family).flatMap(({ address }) => addressOf(address)),
      ...rules.flatMap(({ hook, matches, action }) => {
        if (action.kind === 'snat' && action.family === family)
          return rangesOf([{ kind: 'range', low: action.low, high: action.high }]);
        if (hook !== 'dstnat' || action.kind !== 'dnat' || action.family !== family) return [];
        return matches.flatMap((match) =>
          match.kind === 'address' && match.side === 'destination' && !match.negated && match.family === family
            ? rangesOf(match.blocks).filter(({ low, high }) => low === high)
            : [],
        );
      }),
    ]),
  ]);
  const inside = eachFamily((family) => [
    ...policy.networks.flatMap(({ view }) =>
      view.subnets.filter((subnet) => subnet.family === family).flatMap((subnet) => prefixBounds(subnet) ?? []),
    ),
    ...policy.ports
      .flatMap((port) => port[family])
      .filter(({ low, high }) => high - low < 1n << BigInt(BITS[family] - 1)),
  ]);
  const possible = eachFamily((family) =>
    policy.hostAddresses[family].length > 0
      ? known[family]
      : [...known[family], ...otherRanges(inside[family], BITS[family])],
  );
  const own = eachFamily((family) => (known[family].length > 0 ? known[family] : possible[family]));
  return { known, possible, own, inside };
}
