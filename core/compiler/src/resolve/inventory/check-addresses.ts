/**
 * The addresses of a network's ports against each other, the gateways and the subnets.
 *
 * In: drafts of networks and ports. Out: findings. Guaranteed: only written addresses count, never the link-local ones
 * that the compiler adds.
 */
import { defineDiagnostic, type Label, type Span } from '@weir/plugin';
import type { ValueRange } from '../../policy/match.ts';
import { FAMILIES, LINK_LOCAL } from '../../values/address.ts';
import type { Findings } from './findings.ts';
import { findOverlaps } from './overlaps.ts';
import type { PortAddress } from './port-addresses.ts';
import type { NetworkDraft } from './read-network.ts';
import type { PortDraft } from './read-port.ts';
import type { ReadSubnet } from './read-subnets.ts';
import { unusableAddress } from './unusable-address.ts';

export const addressTaken = defineDiagnostic<{ text: string; other: string; guest: string; first: Span }>(
  { code: 'inventory/address-taken', severity: 'error', title: 'an address that another interface has' },
  ({ text, other, guest, first }) => ({
    message: text === other ? `the address \`${text}\` is taken` : `\`${text}\` overlaps \`${other}\``,
    labels: [{ span: first, text: `guest \`${guest}\` has ${text === other ? 'it' : 'these'}` }],
    help: 'within a network each address belongs to one interface',
  }),
);
export const addressOfGateway = defineDiagnostic<{
  text: string;
  isOne: boolean;
  gateway: string;
  network: string;
  subnet: Span;
}>(
  { code: 'inventory/address-of-gateway', severity: 'error', title: 'a guest with the address of the gateway' },
  ({ text, isOne, gateway, network, subnet }) => ({
    message: isOne
      ? `\`${text}\` is the gateway of network \`${network}\``
      : `\`${text}\` contains \`${gateway}\`, the gateway of network \`${network}\``,
    labels: [{ span: subnet, text: `the host has \`${gateway}\` in this subnet` }],
    help: 'leave the address to the host, or give the network another `gateway`',
  }),
);
export const addressOutside = defineDiagnostic<{ text: string; network: string; labels: readonly Label[] }>(
  { code: 'inventory/address-outside', severity: 'error', title: "a guest's address outside its network" },
  ({ text, network, labels }) => ({
    message: `\`${text}\` is in no subnet of network \`${network}\``,
    labels,
    help: 'write an address of the subnet, or add a `subnet` to the network',
  }),
);

/** An address and the port that has it. */
interface Owned extends ValueRange {
  readonly address: PortAddress;
  readonly port: PortDraft;
}

export function checkAddresses(
  networks: readonly NetworkDraft[],
  ports: readonly PortDraft[],
  findings: Findings,
): void {
  const drafts = new Map(networks.map((network) => [network.name, network]));
  for (const [name, addresses] of byNetwork(ports)) {
    for (const family of FAMILIES) checkOverlaps(name, addresses[family], findings);
    const draft = drafts.get(name);
    if (!draft?.subnets) continue;
    const outside = draft.mode?.mode.subnets === 'required' && draft.subnets.length > 0;
    for (const family of FAMILIES) {
      const subnets = draft.subnets.filter(({ subnet }) => subnet.family === family);
      for (const { address } of addresses[family]) {
        if (outside) checkInside(address, draft, subnets, findings);
        checkGateways(address, name, subnets, findings);
        checkEdges(address, name, subnets, findings);
      }
    }
  }
}

type ByFamily = Readonly<Record<PortAddress['family'], Owned[]>>;

function byNetwork(ports: readonly PortDraft[]): ReadonlyMap<string, ByFamily> {
  const groups = new Map<string, ByFamily>();
  for (const port of ports) {
    const { network, addresses } = port;
    if (network === undefined || addresses === undefined || addresses === 'any') continue;
    let group = groups.get(network);
    if (!group) groups.set(network, (group = { ipv4: [], ipv6: [] }));
    for (const address of addresses) {
      group[address.family].push({ low: address.low, high: address.high, address, port });
    }
  }
  return groups;
}

function checkOverlaps(network: string, addresses: readonly Owned[], findings: Findings): void {
  for (const { first, second } of findOverlaps(addresses, ({ port }) => port)) {
    const same = first.low === second.low && first.high === second.high;
    const { text, span } = second.address;
    const other = same ? text : first.address.text;
    findings.report(addressTaken(span, { text, other, guest: first.port.guest, first: first.address.span }), network);
  }
}

function checkGateways(
  address: PortAddress,
  network: string,
  subnets: readonly ReadSubnet[],
  findings: Findings,
): void {
  const { low, high, text, span } = address;
  for (const { subnet, gateway } of subnets) {
    if (gateway < low || gateway > high) continue;
    const params = { text, isOne: low === high, gateway: subnet.gateway, network, subnet: subnet.span };
    findings.report(addressOfGateway(span, params), network);
  }
}

/** WHY: the first and the last address of an IPv4 subnet mean the network and all its stations (RFC 922 7). */
function checkEdges(
  { family, low, high, text, span }: PortAddress,
  network: string,
  subnets: readonly ReadSubnet[],
  findings: Findings,
): void {
  if (family !== 'ipv4' || low !== high) return;
  for (const subnet of subnets) {
    if (low !== subnet.low && low !== subnet.high) continue;
    const why = low === subnet.low ? 'the network address of its subnet' : 'the broadcast address of its subnet';
    findings.report(unusableAddress(span, { text, what: 'an address of a guest', why }), network);
  }
}

/** `subnets` are those of the address's family. */
function checkInside(
  address: PortAddress,
  draft: NetworkDraft,
  subnets: readonly ReadSubnet[],
  findings: Findings,
): void {
  for (const subnet of subnets) if (isWithin(address, subnet)) return;
  const { family, text, span } = address;
  if (family === 'ipv6' && isWithin(address, LINK_LOCAL)) return;
  const labels = (draft.subnets ?? []).map(({ subnet }) => ({ span: subnet.span, text: 'a subnet' }));
  findings.report(addressOutside(span, { text, network: draft.name, labels }), draft.name);
}

function isWithin(inner: ValueRange, outer: ValueRange): boolean {
  return outer.low <= inner.low && inner.high <= outer.high;
}
