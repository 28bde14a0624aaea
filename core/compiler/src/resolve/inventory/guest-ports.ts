/**
 * Which ports a guest has in which network: what a setting like `to web1` is answered from.
 *
 * In: the drafts of all ports, and the guests that were not read in full. Out: lookups. Guaranteed: ports by interface name; a guest of which something could not
 * be read says so.
 */
import type { AddressSetting, PortReference } from '@weir/plugin';
import { formatAddress } from '../../values/address.ts';
import type { Declarations } from './declarations.ts';
import type { PortDraft } from './read-port.ts';

export interface GuestPorts {
  /** Undefined for a guest that nobody declared. */
  of(guest: string, network: string): readonly PortReference[] | undefined;
  /** Whether the guest may have ports that are not known. */
  isUnread(guest: string): boolean;
}

export function indexGuestPorts(
  ports: readonly PortDraft[],
  guestNames: Declarations['guestNames'],
  unread: ReadonlySet<string>,
): GuestPorts {
  // WHY: most hosts have no setting that names a guest.
  let grouped: ReadonlyMap<string, readonly PortDraft[]> | undefined;
  return {
    of: (guest, network) =>
      guestNames.has(guest)
        ? ((grouped ??= byGuest(ports)).get(guest) ?? [])
            .flatMap((port) => (port.network === network ? referenceOf(port) : []))
            .toSorted(byName)
        : undefined,
    isUnread: (guest) => unread.has(guest),
  };
}

function byGuest(ports: readonly PortDraft[]): ReadonlyMap<string, readonly PortDraft[]> {
  const groups = new Map<string, PortDraft[]>();
  for (const port of ports) {
    const group = groups.get(port.guest);
    if (group) group.push(port);
    else groups.set(port.guest, [port]);
  }
  return groups;
}

function byName(a: PortReference, b: PortReference): number {
  return a.ifname < b.ifname ? -1 : a.ifname > b.ifname ? 1 : 0;
}

function referenceOf(port: PortDraft): readonly PortReference[] {
  const { guest, ifname } = port;
  return ifname === undefined ? [] : [{ guest, ifname, addresses: singleAddresses(port) }];
}

/** The addresses that stand for one each, as written. */
export function singleAddresses({ addresses }: Pick<PortDraft, 'addresses'>): readonly AddressSetting[] {
  if (addresses === undefined || addresses === 'any') return [];
  return addresses
    .filter(({ low, high }) => low === high)
    .map(({ family, low }) => ({ family, address: formatAddress(family, low) }));
}
