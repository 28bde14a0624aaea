/**
 * Who has which address, and what stands for what the files do not say: the one view of a policy that journeys use.
 *
 * Guaranteed: everything is chosen from the policy alone, the same way every time. Addresses that stand for somebody
 * unnamed (the world, an outer address of the host that no file declares, a guest with `address any`) are named by no
 * rule where that is possible, so that they are treated as anybody is.
 */
import type { NetworkPolicy, Policy, Port, ValueRange } from '@weir/compiler';
import type { Family, NetworkRule } from '@weir/plugin';
import { isWide, type Mentioned, mentionedIn } from './mentioned.ts';
import { FAMILIES, FAMILY_BITS, firstFree, freeValues, isIn, numberOf, prefixOf, rangesOfBlocks } from './ranges.ts';

type Addresses = Readonly<Record<Family, bigint>>;

export interface Site {
  readonly policy: Policy;
  readonly mentioned: Mentioned;
  readonly ports: ReadonlyMap<string, Port>;
  readonly networks: ReadonlyMap<string, NetworkPolicy>;
  /** An address that belongs to nobody who is declared. */
  readonly world: Addresses;
  /** An address of the host that leads outside: the first declared one, or one that stands for it. */
  readonly outer: Addresses;
  /** All addresses of the host, `outer` included. */
  readonly host: Readonly<Record<Family, readonly ValueRange[]>>;
  /** The address of a port that a flow by its name uses; undefined for a family that it has not. */
  readonly addressOf: (port: Port, family: Family) => bigint | undefined;
  readonly ownerOf: (family: Family, address: bigint) => Port | undefined;
}

/** WHY: blocks that are routed nowhere: RFC 5737, RFC 2544; RFC 3849, RFC 9637. Each without its first address. */
const SPARE: Readonly<Record<Family, readonly ValueRange[]>> = {
  ipv4: ['203.0.113.0/24', '198.51.100.0/24', '192.0.2.0/24', '198.18.0.0/15'].map(spare),
  ipv6: ['2001:db8:ffff::/48', '3fff::/20', '2001:db8::/32'].map(spare),
};
/** Where nothing is spare any more: everything that can be a station's address. */
const ANYWHERE: Readonly<Record<Family, ValueRange>> = {
  ipv4: { low: 1n << 24n, high: (224n << 24n) - 1n },
  ipv6: { low: 1n << 125n, high: (1n << 126n) - 1n },
};
/** Where guests with `address any` get theirs on a network without subnets: RFC 1918, RFC 4193. */
const PRIVATE: Readonly<Record<Family, ValueRange>> = { ipv4: spare('192.168.0.0/16'), ipv6: spare('fd00::/8') };

function spare(text: string): ValueRange {
  const [address = '', length = ''] = text.split('/');
  const { low, high } = prefixOf({ address, length: Number(length) });
  return { low: low + 1n, high: high - 1n };
}

export function siteOf(policy: Policy): Site {
  const mentioned = mentionedIn(policy);
  const networks = new Map(policy.networks.map((network) => [network.view.name, network]));
  const ports = new Map(policy.ports.map((port) => [port.ifname, port]));
  const taken = eachFamily((family) => takenIn(policy, family));
  const named = eachFamily((family) => mentioned[family].filter((range) => !isWide(range, family)));
  const world = eachFamily((family) => somebody(family, taken[family], named[family]));
  const outer = eachFamily(
    (family) =>
      policy.hostAddresses[family][0]?.low ?? somebody(family, [...taken[family], one(world[family])], named[family]),
  );
  const host = eachFamily((family) => [...hostRanges(policy, family), one(outer[family])]);
  const chosen = chooseAddresses(policy, networks, (family) => [
    ...taken[family],
    one(world[family]),
    one(outer[family]),
  ]);
  const addressOf = (port: Port, family: Family): bigint | undefined => chosen.get(`${port.ifname} ${family}`);
  return { policy, mentioned, ports, networks, world, outer, host, addressOf, ownerOf: ownersOf(policy, addressOf) };
}

const one = (value: bigint): ValueRange => ({ low: value, high: value });

function eachFamily<T>(make: (family: Family) => T): Readonly<Record<Family, T>> {
  return { ipv4: make('ipv4'), ipv6: make('ipv6') };
}

function hostRanges(policy: Policy, family: Family): readonly ValueRange[] {
  const bridges = policy.networks.flatMap(({ topology }) => topology.bridge.addresses);
  return [
    ...policy.hostAddresses[family],
    ...policy.networks.flatMap(({ rules }) => rules.flatMap((rule) => translationAddresses(rule, family))),
    ...bridges.filter((address) => address.family === family).map(({ address }) => one(numberOf(address))),
  ];
}

/** Addresses that rules translate to, and single ones that they translate from: packets to them come to the host. */
function translationAddresses({ hook, matches, action }: NetworkRule, family: Family): readonly ValueRange[] {
  if (action.kind === 'snat' && action.family === family) {
    return [{ low: numberOf(action.low), high: numberOf(action.high) }];
  }
  if (hook !== 'dstnat' || action.kind !== 'dnat' || action.family !== family) return [];
  return matches.flatMap((match) =>
    match.kind === 'address' && match.side === 'destination' && !match.negated
      ? rangesOfBlocks(match.family, match.blocks).filter(({ low, high }) => match.family === family && low === high)
      : [],
  );
}

/** Addresses that somebody declared has: the host, guests, and everything inside networks. */
function takenIn(policy: Policy, family: Family): readonly ValueRange[] {
  const subnets = policy.networks.flatMap(({ view }) => view.subnets).filter((subnet) => subnet.family === family);
  const own = policy.ports.flatMap((port) => port[family]).filter((range) => !isAny(range, family));
  return [...hostRanges(policy, family), ...subnets.map(prefixOf), ...own];
}

const isAny = ({ low, high }: ValueRange, family: Family): boolean =>
  high - low === (1n << BigInt(FAMILY_BITS[family])) - 1n;

/** The first address of the spare blocks that is nobody's and that no rule names; else one that is nobody's. */
function somebody(family: Family, taken: readonly ValueRange[], named: readonly ValueRange[]): bigint {
  for (const without of [[...taken, ...named], taken]) {
    for (const block of SPARE[family]) {
      const found = firstFree(block, without);
      if (found !== undefined) return found;
    }
  }
  return firstFree(ANYWHERE[family], taken) ?? ANYWHERE[family].high;
}

/** By interface name and family. */
function chooseAddresses(
  policy: Policy,
  networks: ReadonlyMap<string, NetworkPolicy>,
  takenOf: (family: Family) => readonly ValueRange[],
): ReadonlyMap<string, bigint> {
  const chosen = new Map<string, bigint>();
  for (const family of FAMILIES) {
    const spares = spareAddresses(policy, family, takenOf(family));
    for (const port of policy.ports) {
      const network = networks.get(port.network);
      const subnets = (network?.view.subnets ?? []).filter((subnet) => subnet.family === family).map(prefixOf);
      const address = port[family].some((range) => isAny(range, family))
        ? network && spares(network).next().value
        : ownAddress(port[family], subnets);
      if (address !== undefined) chosen.set(`${port.ifname} ${family}`, address);
    }
  }
  return chosen;
}

/** The lowest inside the network, else the lowest that is not link-local. */
function ownAddress(own: readonly ValueRange[], subnets: readonly ValueRange[]): bigint | undefined {
  for (const { low, high } of own) {
    const inside = subnets.find((subnet) => subnet.low <= high && low <= subnet.high);
    if (inside !== undefined) return low > inside.low ? low : inside.low;
  }
  return own.find(({ low }) => low >> 118n !== 0x3fan)?.low ?? own[0]?.low;
}

/** For ports with `address any`: addresses of each network that nobody else has, one after the other. */
function spareAddresses(
  policy: Policy,
  family: Family,
  taken: readonly ValueRange[],
): (network: NetworkPolicy) => Iterator<bigint, undefined> {
  const anywhere = freeValues(PRIVATE[family], taken);
  const byNetwork = new Map<NetworkPolicy, Iterator<bigint, undefined>>();
  const own = policy.ports.flatMap((port) => port[family]).filter((range) => !isAny(range, family));
  return (network) => {
    const subnets = network.view.subnets.filter((subnet) => subnet.family === family);
    if (subnets.length === 0) return anywhere;
    const gateways = subnets.map(({ gateway }) => one(numberOf(gateway)));
    const spares =
      byNetwork.get(network) ?? freeIn(subnets.map(prefixOf), [...hostRanges(policy, family), ...own, ...gateways]);
    byNetwork.set(network, spares);
    return spares;
  };
}

/** WHY: the first and the last address of a subnet are no station's (RFC 919 section 7), where it has more than two. */
function* freeIn(subnets: readonly ValueRange[], taken: readonly ValueRange[]): Generator<bigint, undefined> {
  for (const { low, high } of subnets) {
    yield* freeValues(low + 1n < high ? { low: low + 1n, high: high - 1n } : { low, high }, taken);
  }
  return undefined;
}

/** Who has an address: a port that lists it, or one with `address any` that got it here. */
function ownersOf(policy: Policy, addressOf: Site['addressOf']): Site['ownerOf'] {
  const single = new Map<string, Port>();
  const wider: Record<Family, { readonly range: ValueRange; readonly port: Port }[]> = { ipv4: [], ipv6: [] };
  for (const port of policy.ports) {
    for (const family of FAMILIES) {
      const address = addressOf(port, family);
      for (const range of port[family]) {
        if (isAny(range, family)) continue;
        if (range.low === range.high) single.set(`${family} ${range.low}`, port);
        else wider[family].push({ range, port });
      }
      if (address !== undefined) single.set(`${family} ${address}`, port);
    }
  }
  return (family, address) =>
    single.get(`${family} ${address}`) ?? wider[family].find(({ range }) => isIn([range], address))?.port;
}

/** The host's addresses on a network's bridge. */
export function bridgeAddresses(network: NetworkPolicy, family: Family): readonly bigint[] {
  return network.topology.bridge.addresses
    .filter((address) => address.family === family)
    .map(({ address }) => numberOf(address));
}

/** Whether the network's bridge has a way outside of its own: the world is on its segment. */
export function isSegment(network: NetworkPolicy): boolean {
  return network.topology.bridge.uplinks.length > 0;
}

/** Whether the host is the way out of the network: it has the address of a gateway. */
export function isServed(network: NetworkPolicy, family: Family): boolean {
  const own = bridgeAddresses(network, family);
  const gateways = network.view.subnets.filter((subnet) => subnet.family === family);
  return gateways.some(({ gateway }) => own.includes(numberOf(gateway)));
}

/** Whether the address is on the network's link. */
export function isOnLink(network: NetworkPolicy, family: Family, address: bigint): boolean {
  const isLinkLocal = family === 'ipv6' ? address >> 118n === 0x3fan : address >> 16n === 0xa9fen;
  const subnets = network.view.subnets.filter((subnet) => subnet.family === family);
  return isLinkLocal || isIn(subnets.map(prefixOf), address);
}

/** The network whose bridge the host routes an address to; undefined: it leads outside. */
export function routeTo(site: Site, family: Family, address: bigint): NetworkPolicy | undefined {
  const connected = site.policy.networks.find(({ topology }) =>
    topology.bridge.addresses.some((own) => own.family === family && isIn([prefixOf(own)], address)),
  );
  if (connected !== undefined) return connected;
  // What a guest has besides its subnet is routed to it by whoever gave it that, if the host is its way out.
  const owner = site.ownerOf(family, address);
  const network = owner && site.networks.get(owner.network);
  return network && isServed(network, family) ? network : undefined;
}

/** The host's address toward an end on that network, or toward everybody else. */
export function hostAddressFor(site: Site, network: NetworkPolicy | undefined, family: Family): bigint {
  const [onBridge] = network ? bridgeAddresses(network, family) : [];
  return onBridge ?? site.outer[family];
}

/** Locally administered addresses that stand for the host's on a bridge, and for a router outside. */
export function standInMac(site: Site, kind: 'bridge' | 'station', network: NetworkPolicy | undefined): bigint {
  const index = network === undefined ? 0 : site.policy.networks.indexOf(network) + 1;
  return (kind === 'bridge' ? 0x02_00_00_00_00_00n : 0x02_00_00_01_00_00n) + BigInt(index);
}
