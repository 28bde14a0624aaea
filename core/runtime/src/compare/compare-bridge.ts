/**
 * Bridges, their addresses and their up state against the host. A bridge that Weir did not make may be used as it is;
 * anything that would change it is a problem, because it is not ours to change.
 */
import { createHash } from 'node:crypto';
import { aliasOf, isOurs, type Link, type Links } from '../observe/link.ts';
import { describeStep, type AddressStep, type BridgeStep, type UpStep } from '../plan/step.ts';
import { hostProblem, type HostProblem } from '../problem.ts';
import type { Action } from '../report.ts';
import { findings, type Findings } from './change.ts';

/** The problem that a bridge that is not ours would have to be changed. */
export function foreignBridge(bridge: string, network: string, lack: string): HostProblem {
  return hostProblem(
    'runtime/foreign-bridge',
    `bridge \`${bridge}\` of network \`${network}\` exists, was not made by Weir, and ${lack}`,
    { help: 'set it up where it was made, or give the network a bridge name of its own' },
  );
}

/**
 * A MAC address of the bridge's own: locally administered, unicast (IEEE 802, U/L bit set, I/G bit clear), and the same
 * whenever the network is made again, so that guests' neighbour caches stay true over `down` and `apply`. No other host
 * sees it, because a pinned bridge has no uplink.
 */
function ownMac(device: string, network: string): string {
  const bytes = createHash('sha256').update(`${network}\n${device}`).digest();
  const head = ((bytes[0] ?? 0) & 0xfc) | 0x02;
  return [head, ...bytes.subarray(1, 6)].map((byte) => byte.toString(16).padStart(2, '0')).join(':');
}

function newBridge(step: BridgeStep, action: Action): Findings {
  const { device, network, mtu, pinned } = step;
  const address = pinned ? ` address ${ownMac(device, network)}` : '';
  const size = mtu === undefined ? '' : ` mtu ${mtu}`;
  const lines = [
    `link add name ${device}${address}${size} type bridge`,
    `link set dev ${device} alias ${aliasOf(network)}`,
  ];
  return findings({ devices: [{ action, lines, undo: [`link delete dev ${device}`] }] });
}

/** A bridge step against the host. */
export function compareBridge(step: BridgeStep, links: Links): Findings {
  const { device, network, mtu } = step;
  const link = links.get(device);
  const action: Action = { subject: 'bridge', name: device, network, result: 'done', text: describeStep(step) };
  if (link === undefined) return newBridge(step, action);
  if (link.kind !== 'bridge') {
    const message = `device \`${device}\` is in the way: network \`${network}\` needs a bridge of that name`;
    return findings({ problems: [hostProblem('runtime/not-a-bridge', message)] });
  }
  const resize = mtu !== undefined && link.mtu !== mtu;
  const rename = isOurs(link) && link.alias !== aliasOf(network);
  if (!resize && !rename) return findings({ settled: [{ ...action, result: 'kept' }] });
  if (!isOurs(link)) return findings({ problems: [foreignBridge(device, network, `has mtu ${link.mtu}, not ${mtu}`)] });
  const lines = [
    ...(resize ? [`link set dev ${device} mtu ${mtu}`] : []),
    ...(rename ? [`link set dev ${device} alias ${aliasOf(network)}`] : []),
  ];
  const undo = [`link set dev ${device} mtu ${link.mtu}`, `link set dev ${device} alias ${link.alias}`];
  return findings({ after: [{ action, lines, undo }] });
}

function mayChange(link: Link | undefined): boolean {
  return link === undefined || isOurs(link);
}

/** An address step against the host. */
export function compareAddress(step: AddressStep, links: Links): Findings {
  const { device, network, address, family } = step;
  const link = links.get(device);
  const action: Action = { subject: 'address', name: device, network, result: 'done', text: describeStep(step) };
  if (link?.addresses.includes(address)) return findings({ settled: [{ ...action, result: 'kept' }] });
  if (!mayChange(link)) return findings({ problems: [foreignBridge(device, network, `lacks address ${address}`)] });
  // WHY: without a port a bridge has no carrier, so duplicate detection would keep an IPv6 address tentative, and
  // dnsmasq could not use it; the subnet's gateway is ours by declaration.
  const lines = [`address add ${address} dev ${device}${family === 'ipv6' ? ' nodad' : ' brd +'}`];
  const undo = [`address delete ${address} dev ${device}`];
  return findings({ after: [{ action, lines, undo, record: { addresses: [{ device, address }] } }] });
}

/** An up step against the host. */
export function compareUp(step: UpStep, links: Links): Findings {
  const { device, network } = step;
  const link = links.get(device);
  if (link?.up === true) return findings({});
  if (!mayChange(link)) return findings({ problems: [foreignBridge(device, network, 'is down')] });
  const action: Action = { subject: 'bridge', name: device, network, result: 'done', text: describeStep(step) };
  return findings({
    after: [{ action, lines: [`link set dev ${device} up`], undo: [`link set dev ${device} down`] }],
  });
}
