/**
 * The inventory: networks, guests and their ports as declared, checked against each other, before any policy.
 */
import type { CallValue, NameValue } from '@weir/grammar';
import type { Guarantee, NetworkRule, NetworkTopology, NetworkView, Span } from '@weir/plugin';
import type { ValueRange } from '../policy/match.ts';

/** A guard or filter as an interface names it; bound and instantiated later. */
export interface PolicyUse {
  /** Whose imports the name is looked up in. */
  readonly file: string;
  readonly value: NameValue | CallValue;
}

export interface PortDeclaration {
  readonly guest: string;
  readonly ifname: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly network: string;
  readonly mac: bigint;
  /** Sorted and disjoint; everything for `address any`. With the made link-local address where it belongs. */
  readonly ipv4: readonly ValueRange[];
  readonly ipv6: readonly ValueRange[];
  /** `none`: no guard. Absent: the default one. */
  readonly guard?: PolicyUse | 'none';
  readonly filters: readonly PolicyUse[];
  /** The interface's place; `file` of it is where its settings stand. */
  readonly span: Span;
}

export interface NetworkDeclaration {
  readonly view: NetworkView;
  readonly mode: string;
  readonly plugin: string;
  readonly attachment: string;
  readonly topology: NetworkTopology;
  readonly rules: readonly NetworkRule[];
  readonly guarantees: readonly Guarantee[];
}

export interface Inventory {
  /** Sorted by name. */
  readonly networks: readonly NetworkDeclaration[];
  /** Sorted by interface name. */
  readonly ports: readonly PortDeclaration[];
  /** Names of all declared guests and networks, broken ones too, so that no later pass calls them unknown. */
  readonly guestNames: ReadonlySet<string>;
  readonly networkNames: ReadonlySet<string>;
  /** `host { address … }`: the host's own addresses besides its gateways. */
  readonly hostAddresses: { readonly ipv4: readonly ValueRange[]; readonly ipv6: readonly ValueRange[] };
}
