/** The network devices of a host as we need to know them. */

/** A network device. */
export interface Link {
  readonly name: string;
  readonly up: boolean;
  readonly mtu: number;
  /** `bridge`, `vlan`, `veth`, …; undefined for physical devices. */
  readonly kind: string | undefined;
  /** The bridge (or bond, …) it is a port of. */
  readonly master: string | undefined;
  readonly alias: string | undefined;
  /** The lower device of a VLAN device, in the same namespace. */
  readonly lower: string | undefined;
  readonly vlan: number | undefined;
  /** Bridge port isolation. */
  readonly isolated: boolean;
  /** `address/length`, of every scope. */
  readonly addresses: readonly string[];
  /** Those of global scope. */
  readonly globalAddresses: readonly string[];
}

/** Devices by name. */
export type Links = ReadonlyMap<string, Link>;

/** The mark on every device that Weir makes. */
export function aliasOf(network: string): string {
  return `weir:${network}`;
}

/** Whether Weir made the device. WHY: the alias lives and dies with the device, so it can be trusted after a crash. */
export function isOurs(link: Link): boolean {
  return link.alias?.startsWith('weir:') === true && (link.kind === 'bridge' || link.kind === 'vlan');
}
