/**
 * What Weir changed on a host, so that it can be taken back. Kept as JSON in the instance's directory, below `/run`: a
 * reboot forgets it together with what it describes. Devices that Weir made are not listed: they carry an alias.
 */

/** The record of one instance. */
export interface HostState {
  readonly format: 1;
  /** Addresses put on bridges. */
  readonly addresses: readonly { readonly device: string; readonly address: string }[];
  /** Devices put into bridges, with the mtu they had before, if it was changed. */
  readonly ports: readonly { readonly device: string; readonly bridge: string; readonly mtu?: number }[];
  /** Settings with the value from before the first change and the value written. In the order of writing. */
  readonly sysctls: readonly { readonly path: string; readonly previous: string; readonly value: string }[];
  /** Networks that have a dnsmasq. */
  readonly services: readonly string[];
}

/** Nothing changed so far. */
export const EMPTY_STATE: HostState = { format: 1, addresses: [], ports: [], sysctls: [], services: [] };

function union<T>(before: readonly T[], after: readonly T[], key: (entry: T) => string): readonly T[] {
  const entries = new Map(before.map((entry) => [key(entry), entry]));
  for (const entry of after) entries.set(key(entry), entry);
  return [...entries.values()];
}

/** Both records together: what may be on the host while a run is between them. Entries of `after` win. */
export function mergeStates(before: HostState, after: HostState): HostState {
  return {
    format: 1,
    addresses: union(before.addresses, after.addresses, (entry) => `${entry.device} ${entry.address}`),
    ports: union(before.ports, after.ports, (entry) => `${entry.device} ${entry.bridge}`),
    sysctls: union(before.sysctls, after.sysctls, (entry) => entry.path),
    services: union(before.services, after.services, (entry) => entry),
  };
}
