/**
 * The whole policy of a host: ports, the profiles they share, the sets they look things up in, and the networks.
 *
 * This is the product that the reference interpreter, the lowering and the analysis all start from. Guaranteed: every
 * list is in a fixed order (by name in code units unless said otherwise), and nothing in it depends on how many files
 * the rules came from.
 */
import type { Guarantee, NetworkRule, NetworkTopology, NetworkView, Span } from '@weir/plugin';
import type { ValueRange } from './match.ts';
import type { Filter, Guard } from './rule.ts';

/** A guest's port: facts only. What it may do stands in its profile. */
export interface Port {
  readonly guest: string;
  readonly ifname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  /** 48 bits. */
  readonly mac: bigint;
  /** Addresses the port owns, sorted and disjoint per family; `0–max` for `address any`. The link-local address made
   *  from the MAC (RFC 4291 appendix A) is among them when the port has an IPv6 address and lists no fe80::/10 one. */
  readonly ipv4: readonly ValueRange[];
  readonly ipv6: readonly ValueRange[];
  /** Name of the profile in {@link Policy.profiles}. */
  readonly profile: string;
  readonly span: Span;
}

/**
 * A guard and filters with their arguments, shared by every port that has the same ones. Its name ends in a digest of
 * everything that decides packets (not of places in files), so it is stable under reordering and under new ports.
 */
export interface Profile {
  readonly name: string;
  /** Name of the attachment it is lowered for. */
  readonly attachment: string;
  /** Absent for `guard none`: every frame goes on to the filters. */
  readonly guard?: Guard;
  /** All must accept. Empty: whatever the guard passes is delivered. */
  readonly filters: readonly Filter[];
  /** Some filter is stateful: established and related packets are delivered and invalid ones dropped before filters. */
  readonly stateful: boolean;
  /** Which kinds of own addresses its ports have: single ones (hash lookup) and ranges or prefixes (interval lookup). */
  readonly own: {
    readonly ipv4: { readonly single: boolean; readonly ranges: boolean };
    readonly ipv6: { readonly single: boolean; readonly ranges: boolean };
  };
}

/** A set that several rules look up: declared by name, or made of guests' addresses. One family or kind each. */
export interface NamedSet {
  /** Unique; also the name in nftables, e.g. `office-ip4`, `guests-tier-db-ip6`. */
  readonly id: string;
  readonly type: 'ipv4' | 'ipv6' | 'mac' | 'port';
  /** What the files say: sorted, disjoint. */
  readonly ranges: readonly ValueRange[];
  /** What ports contribute (their own addresses), by interface name; disjoint from each other and from `ranges`. */
  readonly contributed: readonly { readonly ifname: string; readonly ranges: readonly ValueRange[] }[];
  /** The operator's words for it, e.g. `office` or `guests(tier = db)`. */
  readonly label: string;
  readonly span: Span;
}

/** A network with what its mode contributed, already checked. */
export interface NetworkPolicy {
  readonly view: NetworkView;
  readonly mode: string;
  /** Name of the plugin that provides the mode. */
  readonly plugin: string;
  readonly attachment: string;
  readonly topology: NetworkTopology;
  readonly rules: readonly NetworkRule[];
  readonly guarantees: readonly Guarantee[];
}

export interface Policy {
  /** Sorted by interface name. */
  readonly ports: readonly Port[];
  readonly profiles: readonly Profile[];
  readonly sets: readonly NamedSet[];
  readonly networks: readonly NetworkPolicy[];
  /** The host's own addresses besides those on its bridges, as the files give them: sorted and disjoint. */
  readonly hostAddresses: { readonly ipv4: readonly ValueRange[]; readonly ipv6: readonly ValueRange[] };
}
