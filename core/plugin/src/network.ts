/** What a forwarding mode is told about one network: names, subnets and ports, resolved and in a fixed order. */
import type { AddressSetting, Family, SettingsOf, SettingsSchema } from './settings.ts';
import type { Span } from './span.ts';

export interface Subnet {
  readonly family: Family;
  /** Network address, canonical text. */
  readonly address: string;
  readonly length: number;
  /** The host's address in the subnet (by default the first one), canonical text. */
  readonly gateway: string;
  readonly span: Span;
}

export interface NetworkPort {
  readonly guest: string;
  readonly ifname: string;
  /** Canonical: six lower-case octets. */
  readonly mac: string;
  readonly addresses: readonly AddressSetting[];
  readonly span: Span;
}

export interface NetworkView<S extends SettingsSchema = SettingsSchema> {
  readonly name: string;
  /** The bridge device (common setting `bridge`, by default made from the name). */
  readonly bridge: string;
  /** Sorted by family, then as written. */
  readonly subnets: readonly Subnet[];
  /** Sorted by interface name. */
  readonly ports: readonly NetworkPort[];
  /** Common setting `reaches`: networks that guests here may open connections to through the host. */
  readonly reaches: readonly string[];
  /** Common setting `isolate-ports`: guests of this network do not reach each other on the bridge. */
  readonly isolatePorts: boolean;
  readonly mtu?: number;
  /** The mode's own settings, checked against its schema. */
  readonly settings: SettingsOf<S>;
  readonly span: Span;
}
