/**
 * What can be wrong with a nat network beyond its schema.
 *
 * In: the network. Out: every problem, at its setting. Guaranteed: a network without errors here gives rules in which
 * each forwarding leads somewhere and no two compete.
 */
import {
  defineDiagnostic,
  familiesOf,
  FAMILIES,
  inSubnet,
  type Diagnostic,
  type Family,
  type Placed,
  type PortRange,
} from '@weir/plugin';
import { forwardTargets, guestAddress, overlap, type ForwardTarget } from './forwards.ts';
import { translatedFamilies } from './rules.ts';
import type { Forward, NatNetwork } from './settings.ts';

const FAMILY_NAME: Readonly<Record<Family, string>> = { ipv4: 'IPv4', ipv6: 'IPv6' };

const forwardOverlap = defineDiagnostic<{ earlier: ForwardTarget }>(
  { code: 'nat/forward-overlap', severity: 'error', title: 'forwardings that take the same ports' },
  ({ earlier }) => ({
    message: `this forwarding takes ports that another one takes: \`${ports(earlier.port)}\``,
    labels: [{ span: earlier.forward.span, text: 'the other forwarding' }],
    help: 'give each forwarding its own ports, protocol or `address`',
  }),
);
const forwardSize = defineDiagnostic<{ port: PortRange; toPort: PortRange }>(
  { code: 'nat/forward-size', severity: 'error', title: 'a forwarding between different numbers of ports' },
  ({ port, toPort }) => ({
    message: `\`to-port\` has ${sizeOf(toPort)} and \`port\` has ${sizeOf(port)}`,
    help: 'write as many ports on both sides',
  }),
);
const forwardAddressless = defineDiagnostic<{ guest: string; network: string }>(
  { code: 'nat/forward-without-address', severity: 'error', title: 'a forwarding to a guest without an address' },
  ({ guest, network }) => ({
    message: `\`${guest}\` has no fixed address in a subnet of network \`${network}\`, so nothing can be forwarded to it`,
    help: "give the guest's interface an `address`",
  }),
);
const forwardFamily = defineDiagnostic<{ guest: string; address: string; family: Family }>(
  { code: 'nat/forward-address-family', severity: 'error', title: 'a forwarding from one family to the other' },
  ({ guest, address, family }) => ({
    message: `\`${address}\` cannot be forwarded: \`${guest}\` has no ${FAMILY_NAME[family]} address in this network`,
    help: 'the family is kept: an IPv4 address leads to an IPv4 address, an IPv6 address to an IPv6 one',
  }),
);
const forwardLoopback = defineDiagnostic<{ address: string }>(
  { code: 'nat/forward-loopback', severity: 'error', title: 'a forwarding of a loopback address' },
  ({ address }) => ({
    message: `\`${address}\` is a loopback address and cannot be forwarded`,
    help: 'write an address that others reach the host by, or none for all of them',
  }),
);
const sourceTwice = defineDiagnostic<{ first: Placed<unknown>; family: Family }>(
  { code: 'nat/source-twice', severity: 'error', title: 'two source addresses of one family' },
  ({ first, family }) => ({
    message: `a second ${FAMILY_NAME[family]} source`,
    labels: [{ span: first.span, text: 'the first one' }],
    help: 'write one address or one range `low-high` a family',
  }),
);
const sourceUnused = defineDiagnostic<{ network: string; family: Family; routed: boolean }>(
  { code: 'nat/source-family', severity: 'error', title: 'a source address that no guest could get' },
  ({ network, family, routed }) => ({
    message: routed
      ? `network \`${network}\` routes IPv6, so an IPv6 source has no effect`
      : `network \`${network}\` has no ${FAMILY_NAME[family]} subnet whose guests could get this source`,
    help: routed ? 'remove the source, or `ipv6 routed`' : 'add a `subnet` of that family, or remove the source',
  }),
);

const sourceInside = defineDiagnostic<{ address: string; network: string }>(
  { code: 'nat/source-inside', severity: 'error', title: 'a source address inside the network' },
  ({ address, network }) => ({
    message: `\`${address}\` lies inside network \`${network}\`, where no answer from outside would find it`,
    help: 'write an address that is routed to this host',
  }),
);

/** Every problem of the mode's own settings. */
export function checkNat(network: NatNetwork): readonly Diagnostic[] {
  return [
    ...checkSources(network),
    ...network.settings.forward.flatMap((forward) => checkForward(network, forward)),
    ...checkOverlaps(forwardTargets(network)),
  ];
}

function checkSources(network: NatNetwork): readonly Diagnostic[] {
  const { source } = network.settings;
  return source.flatMap(({ value: { family, low, high }, span }, index) => {
    const inside = [low, high].find((address) => network.subnets.some((subnet) => inSubnet(subnet, address)));
    const first = source.slice(0, index).find((other) => other.value.family === family);
    const unused = !translatedFamilies(network).includes(family);
    const routed = familiesOf(network).includes(family);
    return [
      ...(first ? [sourceTwice(span, { first, family })] : []),
      ...(unused ? [sourceUnused(span, { network: network.name, family, routed })] : []),
      ...(inside === undefined ? [] : [sourceInside(span, { address: inside, network: network.name })]),
    ];
  });
}

function checkForward(network: NatNetwork, { value: forward }: Placed<Forward>): readonly Diagnostic[] {
  const toPort = forward['to-port'];
  const wrongSize = toPort && sizeOf(toPort.value) !== sizeOf(forward.port.value);
  return [
    ...(wrongSize ? [forwardSize(toPort.span, { port: forward.port.value, toPort: toPort.value })] : []),
    ...checkTarget(network, forward),
  ];
}

function checkTarget(network: NatNetwork, { to, address }: Forward): readonly Diagnostic[] {
  const { guest } = to.value;
  const families = FAMILIES.filter((family) => guestAddress(network, to.value, family) !== undefined);
  if (families.length === 0) return [forwardAddressless(to.span, { guest, network: network.name })];
  if (!address) return [];
  const { value, span } = address;
  return [
    ...(families.includes(value.family) ? [] : [forwardFamily(span, { guest, ...value })]),
    ...(isLoopback(value.address) ? [forwardLoopback(span, { address: value.address })] : []),
  ];
}

function isLoopback(address: string): boolean {
  return address === '::1' || inSubnet({ address: '127.0.0.0', length: 8 }, address);
}

/** One problem per forwarding, against the first one that it meets. */
function checkOverlaps(targets: readonly ForwardTarget[]): readonly Diagnostic[] {
  const said = new Set<Placed<Forward>>();
  return targets.flatMap((target, index) => {
    const earlier = targets.slice(0, index).find((other) => other.forward !== target.forward && overlap(other, target));
    if (!earlier || said.has(target.forward)) return [];
    said.add(target.forward);
    return [forwardOverlap(target.forward.span, { earlier })];
  });
}

function ports({ low, high }: PortRange): string {
  return low === high ? String(low) : `${low}-${high}`;
}

function sizeOf({ low, high }: PortRange): string {
  const count = high - low + 1;
  return count === 1 ? '1 port' : `${count} ports`;
}

/** Every diagnostic declared here. */
export const natDiagnostics = [
  forwardOverlap,
  forwardSize,
  forwardAddressless,
  forwardFamily,
  forwardLoopback,
  sourceTwice,
  sourceUnused,
  sourceInside,
] as const;
