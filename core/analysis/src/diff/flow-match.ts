/**
 * The packets of a flow at one port. In: a flow as tests write it, a port and a direction. Out: a match that holds for exactly the
 * flow's packets there; undefined when the flow does not pass the port in that direction.
 *
 * An end that is the port itself asks for no address: whatever leaves the port is from its guest, whatever enters it goes there.
 */
import type { Flow, FlowEnd, FlowPart, Match, Policy, Port, ValueRange } from '@weir/compiler';
import type { Family } from '@weir/plugin';
import { normalRanges, otherRanges } from '../space/ranges.ts';
import { networkRanges, parseAddress } from './network-ranges.ts';

const BITS = { ipv4: 32, ipv6: 128 } as const;
const HEADER = { ipv4: 'ip', ipv6: 'ip6' } as const;
const ETHERTYPE = { ipv4: 0x0800n, ipv6: 0x86ddn } as const;
const PORT_FIELDS: Readonly<Record<number, string>> = { 6: 'tcp', 17: 'udp', 33: 'dccp', 132: 'sctp', 136: 'udplite' };
const TYPE_FIELDS: Readonly<Record<number, string>> = { 1: 'icmp', 58: 'icmpv6' };
const STATES: Readonly<Record<Flow['state'], number>> = {
  new: 8,
  established: 2,
  related: 4,
  invalid: 1,
  untracked: 64,
};

/** Finds it. A flow that writes no state means packets of any. */
export function flowMatch(
  flow: Flow,
  port: Port,
  direction: 'in' | 'out',
  policy: Pick<Policy, 'ports' | 'networks' | 'hostAddresses'>,
): Match | undefined {
  const [near, far] = direction === 'out' ? [flow.source, flow.destination] : [flow.destination, flow.source];
  if (!isHere(near, port)) return undefined;
  const { subject } = flow;
  if (subject.kind === 'arp')
    return all([
      test('ether.type', [one(0x0806n)]),
      test('arp.operation', [one(subject.operation === 'request' ? 1n : 2n)]),
    ]);
  const [here, there] =
    direction === 'out' ? (['source', 'destination'] as const) : (['destination', 'source'] as const);
  const ends = (family: Family): Match => {
    const claimed = flow.claimed;
    const sides = [
      near.kind === 'address' ? addressTest(near, here, family, policy) : ALWAYS,
      direction === 'in' && claimed !== undefined ? ALWAYS : addressTest(far, there, family, policy),
      claimed === undefined ? ALWAYS : addressTest(claimed, 'source', family, policy),
    ];
    return all([test('ether.type', [one(ETHERTYPE[family])]), ...sides]);
  };
  if (subject.kind === 'nd') return all([ends('ipv6'), test('icmpv6.type', [one(BigInt(subject.type))])]);
  const parts: readonly Match[] =
    subject.kind === 'any'
      ? subject.families.map(ends)
      : subject.parts.flatMap((part) => part.families.map((family) => all([ends(family), partMatch(part)])));
  const state = /\sstate\s+[a-z]+\s*$/.test(flow.text)
    ? [test('connection.state', [one(BigInt(STATES[flow.state]))])]
    : [];
  return all([{ kind: 'any', of: parts }, ...state]);
}

const ALWAYS: Match = { kind: 'always' };
const NEVER: Match = { kind: 'any', of: [] };
const all = (of: readonly Match[]): Match => ({ kind: 'all', of });
const one = (value: bigint): ValueRange => ({ low: value, high: value });
const test = (field: string, ranges: readonly ValueRange[]): Match => ({
  kind: 'test',
  field,
  negated: false,
  operand: { kind: 'values', ranges },
});

/** The end is the port, or an address of it. */
function isHere(end: FlowEnd, port: Port): boolean {
  if (end.kind === 'port') return end.ifname === port.ifname;
  return end.kind === 'address' && port[end.family].some(({ low, high }) => low <= end.address && end.address <= high);
}

function addressTest(
  end: FlowEnd,
  side: 'source' | 'destination',
  family: Family,
  policy: Pick<Policy, 'ports' | 'networks' | 'hostAddresses'>,
): Match {
  const ranges = endRanges(end, family, policy);
  return ranges.length === 0 ? NEVER : test(`${HEADER[family]}.${side}`, ranges);
}

/** The addresses of an end. */
function endRanges(
  end: FlowEnd,
  family: Family,
  policy: Pick<Policy, 'ports' | 'networks' | 'hostAddresses'>,
): readonly ValueRange[] {
  switch (end.kind) {
    case 'address':
      return end.family === family ? [one(end.address)] : [];
    case 'port':
      return normalRanges(policy.ports.filter(({ ifname }) => ifname === end.ifname).flatMap((port) => port[family]));
    case 'gateway': {
      const port = policy.ports.find(({ ifname }) => ifname === end.of);
      return normalRanges(
        gatewaysOf(
          policy.networks.filter(({ view }) => view.name === port?.network),
          family,
        ),
      );
    }
    case 'host':
      return normalRanges([...policy.hostAddresses[family], ...gatewaysOf(policy.networks, family)]);
    case 'world': {
      const whole = (1n << BigInt(BITS[family])) - 1n;
      const inside = [
        ...policy.networks.flatMap((network) => networkRanges(network, family)),
        ...policy.hostAddresses[family],
        ...policy.ports.flatMap((port) => port[family]).filter(({ low, high }) => high - low !== whole),
      ];
      return otherRanges(normalRanges(inside), BITS[family]);
    }
    default:
      return end satisfies never;
  }
}

/** What the host has on the bridges of networks. */
function gatewaysOf(networks: Policy['networks'], family: Family): readonly ValueRange[] {
  return networks
    .flatMap(({ topology, view }) => [
      ...view.subnets.filter((subnet) => subnet.family === family).map(({ gateway }) => gateway),
      ...topology.bridge.addresses.filter((own) => own.family === family).map(({ address }) => address),
    ])
    .flatMap((text) => {
      const address = parseAddress(family, text);
      return address === undefined ? [] : [one(address)];
    });
}

function partMatch({ protocol, ports, sourcePorts, types, codes }: FlowPart): Match {
  const [withPorts, withTypes] = [PORT_FIELDS[protocol], TYPE_FIELDS[protocol]];
  return all([
    test('packet.protocol', [one(BigInt(protocol))]),
    ...(ports && withPorts !== undefined ? [test(`${withPorts}.destination`, ports)] : []),
    ...(sourcePorts && withPorts !== undefined ? [test(`${withPorts}.source`, sourcePorts)] : []),
    ...(types && withTypes !== undefined ? [test(`${withTypes}.type`, types)] : []),
    ...(codes && withTypes !== undefined ? [test(`${withTypes}.code`, codes)] : []),
  ]);
}
