/**
 * What networks may not share on one host: bridges, addresses, and names with other devices.
 *
 * In: drafts of networks and ports, and later the devices that the modes ask for. Out: findings at the later network.
 */
import { defineDiagnostic, type Span } from '@weir/plugin';
import { FAMILIES } from '../../values/address.ts';
import type { Findings } from './findings.ts';
import { findOverlaps } from './overlaps.ts';
import type { NetworkDraft } from './read-network.ts';
import type { PortDraft } from './read-port.ts';

export const bridgeTwice = defineDiagnostic<{ bridge: string; other: string; first: Span }>(
  { code: 'inventory/bridge-twice', severity: 'error', title: 'a bridge of two networks' },
  ({ bridge, other, first }) => ({
    message: `the bridge \`${bridge}\` belongs to another network`,
    labels: [{ span: first, text: `network \`${other}\` has it` }],
    help: 'give each network a bridge of its own',
  }),
);
export const bridgeTaken = defineDiagnostic<{ bridge: string; what: string; other: Span }>(
  { code: 'inventory/bridge-taken', severity: 'error', title: 'a bridge with the name of another device' },
  ({ bridge, what, other }) => ({
    message: `\`${bridge}\` cannot be a bridge: the name is ${what}`,
    labels: [{ span: other, text: 'used here' }],
    help: 'choose another name for the bridge',
  }),
);
export const subnetsOverlap = defineDiagnostic<{ text: string; other: string; network: string; first: Span }>(
  { code: 'inventory/subnets-overlap', severity: 'error', title: 'subnets with addresses in common' },
  ({ text, other, network, first }) => ({
    message: text === other ? `the subnet \`${text}\` is taken` : `the subnet \`${text}\` overlaps \`${other}\``,
    labels: [{ span: first, text: `network \`${network}\` has it` }],
    help: 'an address belongs to one subnet of the host',
  }),
);

export function checkNetworks(
  networks: readonly NetworkDraft[],
  devices: ReadonlyMap<string, PortDraft>,
  findings: Findings,
): void {
  checkSubnets(networks, findings);
  const bridges = new Map<string, { readonly name: string; readonly span: Span }>();
  for (const { name, bridge } of networks) {
    if (!bridge) continue;
    const { value, span } = bridge;
    const first = bridges.get(value);
    if (first)
      findings.report(bridgeTwice(span, { bridge: value, other: first.name, first: first.span }), name, first.name);
    else bridges.set(value, { name, span });
    const port = devices.get(value);
    if (port) {
      const what = `an interface of guest \`${port.guest}\``;
      findings.report(bridgeTaken(span, { bridge: value, what, other: port.span }), name, port.network);
    }
  }
}

function checkSubnets(networks: readonly NetworkDraft[], findings: Findings): void {
  const all = networks.flatMap(({ name, subnets }) => (subnets ?? []).map((range) => ({ ...range, network: name })));
  for (const family of FAMILIES) {
    const ranges = all.filter(({ subnet }) => subnet.family === family);
    for (const { first, second } of findOverlaps(ranges, (range) => range)) {
      const [text, other] = [textOf(second), textOf(first)];
      const params = { text, other, network: first.network, first: first.subnet.span };
      findings.report(subnetsOverlap(second.subnet.span, params), first.network, second.network);
    }
  }
}

function textOf({ subnet }: { readonly subnet: { readonly address: string; readonly length: number } }): string {
  return `${subnet.address}/${subnet.length}`;
}
