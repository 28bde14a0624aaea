/**
 * The rules of mode `nat`.
 *
 * In: a network without errors. Out: its rules. Guaranteed: no connection from outside enters but by a declared
 * forwarding, and what leaves bears a source of the host (IPv6 with `ipv6 routed`: the guest's own).
 */
import {
  familiesOf,
  ownAddresses,
  refuseLeaving,
  throughDevice,
  type AddressBlock,
  type Family,
  type NetworkAction,
  type NetworkMatch,
  type NetworkRule,
} from '@weir/plugin';
import { forwardTargets, type ForwardTarget } from './forwards.ts';
import { DEFAULT_PORTS, type NatNetwork } from './settings.ts';

/** All rules of a network, hook by hook. */
export function natRules(network: NatNetwork): readonly NetworkRule[] {
  const targets = forwardTargets(network);
  return [
    ...leaveRules(network),
    ...enterRules(targets),
    ...targets.flatMap((target) =>
      arrivals(network).map((device) => forwardRule('dstnat', target, [...device, ...hostMatches(network, target)])),
    ),
    ...targets.map((target) => forwardRule('dstnat-local', target, hostMatches(network, target))),
    ...familiesOf(network).flatMap((family) => sourceRules(network, family, targets)),
  ];
}

/** Families whose sources are translated. */
export function translatedFamilies(network: NatNetwork): readonly Family[] {
  return familiesOf(network).filter((family) => family === 'ipv4' || network.settings.ipv6?.value !== 'routed');
}

/** Each of the named uplinks, or nothing to ask when none is named. */
function uplinkMatches({ settings: { uplink } }: NatNetwork, side: 'in' | 'out'): readonly NetworkMatch[][] {
  return uplink.length === 0 ? [[]] : uplink.map(({ value }) => [throughDevice(side, value)]);
}

/**
 * By which devices packets come in that a forwarding may take: the uplinks, and the own bridge for use from inside.
 * Without an uplink it is every device.
 */
function arrivals(network: NatNetwork): readonly NetworkMatch[][] {
  const own: NetworkMatch = { kind: 'device', side: 'in', device: 'this-network', negated: false };
  return network.settings.uplink.length === 0 ? [[]] : [...uplinkMatches(network, 'in'), [own]];
}

function leaveRules(network: NatNetwork): readonly NetworkRule[] {
  return [
    {
      hook: 'forward-from',
      // WHY: packets that belong to no connection are never translated (nf_nat_inet_fn returns early for them), and would
      // leave with the guest's own address.
      matches: [{ kind: 'connection', states: ['invalid'] }],
      action: { kind: 'drop' },
      purpose: 'packets of no connection cannot be translated',
    },
    ...familiesOf(network).flatMap((family) =>
      uplinkMatches(network, 'out').map((uplink): NetworkRule => ({
        hook: 'forward-from',
        matches: [ownAddresses(network, 'source', family), ...uplink],
        action: { kind: 'accept' },
        purpose: 'own addresses leave the network',
      })),
    ),
    ...refuseLeaving(network, 'nothing else leaves the network'),
  ];
}

function enterRules(targets: readonly ForwardTarget[]): readonly NetworkRule[] {
  return [
    {
      hook: 'forward-to',
      matches: [{ kind: 'connection', states: ['established', 'related'] }],
      action: { kind: 'accept' },
      purpose: 'answers enter the network',
    },
    ...targets.map(enterByForward),
    { hook: 'forward-to', matches: [], action: { kind: 'drop' }, purpose: 'nothing else enters the network' },
  ];
}

/** Only what this forwarding translated: another table's translation opens nothing here. */
function enterByForward({ family, protocols, port, shifted, address, forward }: ForwardTarget): NetworkRule {
  return {
    hook: 'forward-to',
    matches: [
      { kind: 'destination-translated' },
      destination(family, address, address),
      { kind: 'protocol', protocols },
      { kind: 'port', side: 'destination', low: (shifted ?? port).low, high: (shifted ?? port).high },
    ],
    action: { kind: 'accept' },
    purpose: 'a declared forwarding enters the network',
    span: forward.span,
  };
}

function forwardRule(
  hook: 'dstnat' | 'dstnat-local',
  { family, protocols, port, address, shifted, forward }: ForwardTarget,
  arriving: readonly NetworkMatch[],
): NetworkRule {
  return {
    hook,
    matches: [
      ...arriving,
      { kind: 'protocol', protocols },
      { kind: 'port', side: 'destination', low: port.low, high: port.high },
    ],
    action: { kind: 'dnat', family, address, ...(shifted && { ports: shifted }) },
    purpose: 'declared forwarding',
    span: forward.span,
  };
}

/** The outer address: the one that is written, or every address of the host that leads outside. */
function hostMatches(network: NatNetwork, { family, host }: ForwardTarget): readonly NetworkMatch[] {
  if (host !== undefined) return [destination(family, host, host)];
  const kept = [loopback(family), ...gatewaysOf(network, family)];
  return [
    { kind: 'family', family },
    { kind: 'host-destination' },
    { kind: 'address', side: 'destination', family, blocks: kept, negated: true },
  ];
}

/**
 * WHY: what the host sends to a loopback address has one as its source too, and no answer to that comes back from a guest
 * (RFC 1122 section 3.2.1.3, RFC 4291 section 2.5.3).
 */
function loopback(family: Family): AddressBlock {
  return family === 'ipv4'
    ? { kind: 'prefix', address: '127.0.0.0', length: 8 }
    : { kind: 'range', low: '::1', high: '::1' };
}

/** By its address inside the network the host is meant itself, with the services that it has for the guests. */
function gatewaysOf({ subnets }: NatNetwork, family: Family): readonly AddressBlock[] {
  return subnets
    .filter((subnet) => subnet.family === family)
    .map(({ gateway }) => ({ kind: 'range', low: gateway, high: gateway }));
}

function destination(family: Family, low: string, high: string): NetworkMatch & { kind: 'address' } {
  return { kind: 'address', side: 'destination', family, blocks: [{ kind: 'range', low, high }], negated: false };
}

function destinationPrefix(family: Family, address: string, length: number): NetworkMatch & { kind: 'address' } {
  const blocks = [{ kind: 'prefix', address, length } as const];
  return { kind: 'address', side: 'destination', family, blocks, negated: false };
}

function sourceRules(network: NatNetwork, family: Family, targets: readonly ForwardTarget[]): readonly NetworkRule[] {
  const own = ownAddresses(network, 'source', family);
  const hasForwards = targets.some((target) => target.family === family);
  const translated = translatedFamilies(network).includes(family);
  return [
    ...(translated ? keptDestinations(family).map((to) => keepRule([own, to])) : []),
    ...(hasForwards ? [hairpinRule(own)] : []),
    ...(translated ? translationRules(network, family, own) : []),
  ];
}

/** WHY: local multicast and broadcast answers must come from the guest's address (RFC 5771 section 4, RFC 919, RFC 4291 2.7). */
function keptDestinations(family: Family): readonly NetworkMatch[] {
  return family === 'ipv4'
    ? [destinationPrefix(family, '224.0.0.0', 24), destination(family, '255.255.255.255', '255.255.255.255')]
    : [destinationPrefix(family, 'ff00::', 8)];
}

function keepRule(matches: readonly NetworkMatch[]): NetworkRule {
  return { hook: 'srcnat', matches, action: { kind: 'return' }, purpose: 'multicast and broadcast keep their source' };
}

/** A guest that reaches its neighbour by a forwarding: the answer must come back through the host to be translated back. */
function hairpinRule(own: NetworkMatch): NetworkRule {
  return {
    hook: 'srcnat',
    matches: [
      own,
      { kind: 'destination-translated' },
      { kind: 'device', side: 'out', device: 'this-network', negated: false },
    ],
    action: { kind: 'masquerade' },
    purpose: 'a forwarding used from inside answers through the host',
  };
}

function translationRules(network: NatNetwork, family: Family, own: NetworkMatch): readonly NetworkRule[] {
  return uplinkMatches(network, 'out').flatMap((uplink) => {
    const outside: readonly NetworkMatch[] = [
      own,
      ownAddresses(network, 'destination', family, true),
      // WHY: towards a network that this one `reaches` the source stays, so that the guests' policy there knows it.
      { kind: 'device', side: 'out', device: 'any-network', negated: true },
      ...uplink,
    ];
    return translationsOf(network, family, outside);
  });
}

function translationsOf(
  network: NatNetwork,
  family: Family,
  outside: readonly NetworkMatch[],
): readonly [NetworkRule, NetworkRule] {
  const ports = network.settings.ports?.value ?? DEFAULT_PORTS;
  const span = network.settings.source.find(({ value }) => value.family === family)?.span;
  const rule = (matches: readonly NetworkMatch[], action: NetworkAction): NetworkRule => ({
    hook: 'srcnat',
    matches: [...outside, ...matches],
    action,
    purpose: 'guests appear outside by an address of the host',
    ...(span && { span }),
  });
  return [
    rule([{ kind: 'protocol', protocols: ['tcp', 'udp'] }], translation(network, family, ports)),
    rule([], translation(network, family)),
  ];
}

function translation(network: NatNetwork, family: Family, ports?: { low: number; high: number }): NetworkAction {
  const source = network.settings.source.find(({ value }) => value.family === family)?.value;
  if (!source) return { kind: 'masquerade', ...(ports && { ports }) };
  return { kind: 'snat', family, low: source.low, high: source.high, ...(ports && { ports }) };
}
