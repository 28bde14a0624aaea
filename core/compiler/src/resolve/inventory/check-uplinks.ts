/**
 * The host devices that modes put into their bridges, against every other device name.
 *
 * In: the declarations of networks, and the drafts. Out: findings at the network's name. Guaranteed: a device is asked
 * for by one network only, untagged or with one VLAN.
 */
import { defineDiagnostic, type BridgeUplink, type Span } from '@weir/plugin';
import type { NetworkDeclaration } from '../../model/inventory.ts';
import { bridgeTaken } from './check-networks.ts';
import type { Findings } from './findings.ts';
import type { NetworkDraft } from './read-network.ts';
import type { PortDraft } from './read-port.ts';

export const uplinkTwice = defineDiagnostic<{ device: string; other: string; first: Span }>(
  { code: 'inventory/uplink-twice', severity: 'error', title: 'an uplink of two networks' },
  ({ device, other, first }) => ({
    message: `the uplink \`${device}\` belongs to another network`,
    labels: [{ span: first, text: `network \`${other}\` has it` }],
    help: 'a device is in one bridge; tell networks on one device apart by their VLAN',
  }),
);
export const uplinkTaken = defineDiagnostic<{ device: string; guest: string; other: Span }>(
  { code: 'inventory/uplink-taken', severity: 'error', title: 'an uplink that belongs to a guest' },
  ({ device, guest, other }) => ({
    message: `\`${device}\` cannot be an uplink: it is an interface of guest \`${guest}\``,
    labels: [{ span: other, text: 'used here' }],
    help: 'name the host device that leads outside',
  }),
);

/** `eth1`, or `eth1.40` with a VLAN. */
function deviceOf({ device, vlan }: BridgeUplink): string {
  return vlan === undefined ? device : `${device}.${vlan}`;
}

export function checkUplinks(
  declared: readonly NetworkDeclaration[],
  drafts: readonly NetworkDraft[],
  devices: ReadonlyMap<string, PortDraft>,
  findings: Findings,
): void {
  const bridges = new Map(drafts.flatMap((draft) => (draft.bridge ? [[draft.bridge.value, draft] as const] : [])));
  const uplinks = new Map<string, NetworkDeclaration>();
  for (const declaration of declared) {
    const { view, topology } = declaration;
    for (const uplink of topology.bridge.uplinks) {
      const name = deviceOf(uplink);
      const first = uplinks.get(name);
      if (first) {
        const taken = { device: name, other: first.view.name, first: first.view.span };
        findings.report(uplinkTwice(view.span, taken), view.name, first.view.name);
      } else uplinks.set(name, declaration);
      for (const device of new Set([uplink.device, name]))
        checkDevice(device, declaration, { bridges, devices, findings });
    }
  }
}

interface Others {
  readonly bridges: ReadonlyMap<string, NetworkDraft>;
  readonly devices: ReadonlyMap<string, PortDraft>;
  readonly findings: Findings;
}

function checkDevice(device: string, { view }: NetworkDeclaration, { bridges, devices, findings }: Others): void {
  const draft = bridges.get(device);
  if (draft?.bridge) {
    const taken = { bridge: device, what: `an uplink of network \`${view.name}\``, other: view.span };
    findings.report(bridgeTaken(draft.bridge.span, taken), draft.name, view.name);
  }
  const port = devices.get(device);
  if (port) {
    findings.report(uplinkTaken(view.span, { device, guest: port.guest, other: port.span }), view.name);
  }
}
