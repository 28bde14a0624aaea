/**
 * The ends of a flow: names and addresses to ports, the host, the gateway, the world.
 *
 * In: what was written. Out: the end, with the families that it has addresses of. Guaranteed: a name that is no guest is
 * reported with the nearest one; a guest that is not whole is a hole, and nothing more is said about it.
 */
import type { AddressValue, NameValue } from '@weir/grammar';
import type { AddressBlock, Family } from '@weir/plugin';
import { suggest } from '../../diagnostics/suggest.ts';
import type { NetworkDeclaration, PortDeclaration } from '../../model/inventory.ts';
import type { FlowEnd } from '../../policy/flow.ts';
import type { ValueRange } from '../../policy/match.ts';
import { addressBits, FAMILIES } from '../../values/address.ts';
import { prefixRange } from '../../values/ranges.ts';
import type { Environment } from '../environment.ts';
import { unknownName } from '../findings.ts';
import { literalRange, subnetRange } from '../inventory-range.ts';
import { addressLiteral } from '../literal-value.ts';
import { spanOf } from '../report.ts';
import { badSender, noGateway, whichInterface, whoseGateway } from './findings.ts';

/** An end before `gateway` knows whose it is. */
export type NamedEnd = Exclude<FlowEnd, { kind: 'gateway' }> | { readonly kind: 'gateway' };

const WORDS: Readonly<Record<string, NamedEnd>> = {
  host: { kind: 'host' },
  gateway: { kind: 'gateway' },
  world: { kind: 'world' },
};

/** Undefined when it is wrong, which has then been reported. */
export function namedEnd(node: NameValue | AddressValue, env: Environment): NamedEnd | undefined {
  if (node.kind === 'address') return literalEnd(node, env);
  return (Object.hasOwn(WORDS, node.text) && WORDS[node.text]) || guestEnd(node, env);
}

function literalEnd(node: AddressValue, env: Environment): NamedEnd | undefined {
  const address = addressLiteral(node, env)?.ranges[0]?.low;
  if (address === undefined) return undefined;
  const why = unusable(node.family, address);
  if (why !== undefined) return env.world.report.add(badSender(spanOf(env.file, node), { text: node.text, why }));
  return { kind: 'address', family: node.family, address };
}

/** WHY: these never cross a link as somebody's address (RFC 1122 3.2.1.3, RFC 4291 2.5.2, 2.5.3). */
function unusable(family: Family, address: bigint): string | undefined {
  const isLoopback = family === 'ipv4' ? address >> 24n === 127n : address === 1n;
  if (isLoopback) return 'is a loopback address, which no packet on a network has';
  return address === 0n ? 'is nobody’s address' : undefined;
}

function guestEnd(node: NameValue, env: Environment): NamedEnd | undefined {
  const { ports, guestNames } = env.world.inventory;
  const [guest = '', ...rest] = node.text.split('.');
  const ifname = rest.join('.');
  const own = ports.filter((port) => port.guest === guest);
  const chosen = ifname === '' ? own : own.filter((port) => port.ifname === ifname);
  const [only] = chosen;
  const span = spanOf(env.file, node);
  if (only !== undefined && chosen.length === 1) return { kind: 'port', ifname: only.ifname };
  if (chosen.length > 1) {
    return env.world.report.add(whichInterface(span, { guest, choices: chosen.map((port) => port.ifname) }));
  }
  if (!guestNames.has(guest)) {
    const near = suggest(guest, [...guestNames, ...Object.keys(WORDS)]);
    return env.world.report.add(unknownName(span, { name: node.text, what: 'guest', near }));
  }
  // A guest that is declared and has no such port may have it in what is broken; where it has others, it has not.
  if (ifname === '' || own.length === 0) return undefined;
  const near = suggest(
    ifname,
    own.map((port) => port.ifname),
  );
  const help = `write ${own.map((port) => `\`${guest}.${port.ifname}\``).join(' or ')}`;
  const params = { name: ifname, what: `interface of guest \`${guest}\``, near, ...(near === undefined && { help }) };
  return env.world.report.add(unknownName(span, params));
}

/** `gateway` at one end is that of the port at the other. */
export function boundEnd(
  end: NamedEnd,
  other: NamedEnd,
  node: NameValue | AddressValue,
  env: Environment,
): FlowEnd | undefined {
  if (end.kind !== 'gateway') return end;
  const span = spanOf(env.file, node);
  const port = other.kind === 'port' ? portOf(other.ifname, env) : undefined;
  if (port === undefined) return env.world.report.add(whoseGateway(span, {}));
  const network = networkOf(port, env);
  // A network with an error in it is a hole.
  if (network === undefined) return undefined;
  if (network.view.subnets.length === 0) {
    return env.world.report.add(noGateway(span, { network: port.network }));
  }
  return { kind: 'gateway', of: port.ifname };
}

const portOf = (ifname: string, env: Environment): PortDeclaration | undefined =>
  env.world.inventory.ports.find((port) => port.ifname === ifname);

const networkOf = (port: PortDeclaration, env: Environment): NetworkDeclaration | undefined =>
  env.world.inventory.networks.find(({ view }) => view.name === port.network);

/** Whether an end is nothing of this host's: no guest, no network, no address of the host or of its translations. */
export function isOutside(end: FlowEnd, env: Environment): boolean {
  if (end.kind === 'world') return true;
  if (end.kind !== 'address') return false;
  const { family, address } = end;
  const { ports, networks, hostAddresses } = env.world.inventory;
  const isAny = ({ low, high }: ValueRange): boolean => high - low === (1n << BigInt(addressBits(family))) - 1n;
  const inside = [
    ...hostAddresses[family],
    ...ports.flatMap((port) => port[family]).filter((range) => !isAny(range)),
    ...networks.flatMap((network) => networkRanges(network, family)),
  ];
  return !inside.some(({ low, high }) => low <= address && address <= high);
}

function networkRanges({ view, topology, rules }: NetworkDeclaration, family: Family): readonly ValueRange[] {
  const translations = rules.flatMap(({ matches, action }) => [
    ...(action.kind === 'snat' && action.family === family ? [blockRange(family, { ...action, kind: 'range' })] : []),
    ...(action.kind === 'dnat' && action.family === family
      ? matches.flatMap((match) =>
          match.kind === 'address' && match.side === 'destination' && !match.negated && match.family === family
            ? match.blocks.map((block) => blockRange(family, block))
            : [],
        )
      : []),
  ]);
  return [
    ...view.subnets.filter((subnet) => subnet.family === family).map(subnetRange),
    ...topology.bridge.addresses
      .filter((own) => own.family === family)
      .map(({ address }) => literalRange(family, address)),
    ...translations,
  ];
}

function blockRange(family: Family, block: AddressBlock): ValueRange {
  if (block.kind === 'prefix')
    return prefixRange(literalRange(family, block.address).low, block.length, addressBits(family));
  return { low: literalRange(family, block.low).low, high: literalRange(family, block.high).low };
}

/** Families in which the end can have an address, seen from the other end. */
export function familiesOf(end: FlowEnd, other: FlowEnd, env: Environment): readonly Family[] {
  switch (end.kind) {
    case 'address':
      return [end.family];
    case 'port':
      return portFamilies(portOf(end.ifname, env), env);
    case 'gateway': {
      const port = portOf(end.of, env);
      const subnets = port && networkOf(port, env)?.view.subnets;
      return FAMILIES.filter((family) => subnets?.some((subnet) => subnet.family === family));
    }
    case 'host':
      return hostFamilies(other, env);
    case 'world':
      return FAMILIES;
    default:
      return end satisfies never;
  }
}

/** `address any` has the families of the network's subnets, or both where it has none. */
function portFamilies(port: PortDeclaration | undefined, env: Environment): readonly Family[] {
  if (port === undefined) return [];
  const subnets = networkOf(port, env)?.view.subnets ?? [];
  return FAMILIES.filter((family) => {
    const isAny = port[family].some(({ low, high }) => high - low === (1n << BigInt(addressBits(family))) - 1n);
    if (!isAny) return port[family].length > 0;
    return subnets.length === 0 || subnets.some((subnet) => subnet.family === family);
  });
}

/** The families of the addresses that the host has for the other end; both where nothing is said of them. */
function hostFamilies(other: FlowEnd, env: Environment): readonly Family[] {
  const { hostAddresses } = env.world.inventory;
  const port = other.kind === 'port' ? portOf(other.ifname, env) : undefined;
  const onBridge = (port && networkOf(port, env)?.topology.bridge.addresses) ?? [];
  const known = FAMILIES.filter(
    (family) => hostAddresses[family].length > 0 || onBridge.some((address) => address.family === family),
  );
  return known.length === 0 ? FAMILIES : known;
}
