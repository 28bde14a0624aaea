/**
 * Ports of bridges against the host: guests' devices, uplinks and their VLAN devices. A device in a bridge that is not
 * ours stays there, unless the caller said that devices may be taken.
 */
import { aliasOf, isOurs, type Link, type Links } from '../observe/link.ts';
import { describeStep, type PortStep, type UplinkStep, type VlanStep } from '../plan/step.ts';
import { hostProblem, type HostProblem } from '../problem.ts';
import type { Action } from '../report.ts';
import { foreignBridge } from './compare-bridge.ts';
import { findings, type Findings, type LinkChange } from './change.ts';

function missingUplink(device: string, network: string): HostProblem {
  return hostProblem('runtime/missing-uplink', `uplink \`${device}\` of network \`${network}\` does not exist`, {
    help: '`ip link` lists the devices of this host',
  });
}

/** A VLAN step against the host. */
export function compareVlan(step: VlanStep, links: Links): Findings {
  const { device, network, parent, vlan } = step;
  const lower = links.get(parent);
  const link = links.get(device);
  const action: Action = { subject: 'vlan', name: device, network, result: 'done', text: describeStep(step) };
  if (lower === undefined) return findings({ problems: [missingUplink(parent, network)] });
  if (link !== undefined) {
    const right = link.kind === 'vlan' && link.lower === parent && link.vlan === vlan;
    if (right) return findings({ settled: [{ ...action, result: 'kept' }] });
    const message = `device \`${device}\` exists, and is not VLAN ${vlan} of \`${parent}\``;
    const help = 'remove it, or name it as `uplink` and leave `vlan` out';
    return findings({ problems: [hostProblem('runtime/not-our-vlan', message, { help })] });
  }
  const lines = [
    `link add link ${parent} name ${device} type vlan id ${vlan}`,
    `link set dev ${device} alias ${aliasOf(network)}`,
    // WHY: a VLAN device cannot come up while its lower device is down (ENETDOWN, vlan_dev_open).
    ...(lower.up ? [] : [`link set dev ${parent} up`]),
  ];
  const undo = [`link delete dev ${device}`, ...(lower.up ? [] : [`link set dev ${parent} down`])];
  return findings({ devices: [{ action, lines, undo }] });
}

type Place = 'here' | 'nowhere' | 'ours' | 'foreign';

function placeOf(link: Link, bridge: string, links: Links): Place {
  if (link.master === undefined) return 'nowhere';
  if (link.master === bridge) return 'here';
  const master = links.get(link.master);
  return master !== undefined && isOurs(master) ? 'ours' : 'foreign';
}

function deviceInUse(link: Link, network: string): HostProblem {
  const message = `device \`${link.name}\` of network \`${network}\` is a port of \`${link.master ?? ''}\`, which is not Weir's`;
  return hostProblem('runtime/device-in-use', message, { help: `\`ip link set ${link.name} nomaster\` frees it` });
}

/** The step out of a bridge that must happen before its rules go. */
function leave(link: Link, action: Action): readonly LinkChange[] {
  if (link.master === undefined) return [];
  const text = `port ${link.name} out of bridge ${link.master}`;
  return [
    {
      action: { ...action, result: 'removed', text },
      lines: [`link set dev ${link.name} nomaster`],
      undo: [`link set dev ${link.name} master ${link.master}`],
    },
  ];
}

/** An uplink step against the host. `made`: a step of the same plan makes the device. */
export function compareUplink(step: UplinkStep, links: Links, made: boolean, take: boolean): Findings {
  const { device, bridge, network } = step;
  const link = links.get(device);
  const action: Action = { subject: 'uplink', name: device, network, result: 'done', text: describeStep(step) };
  const lines = [`link set dev ${device} up master ${bridge}`];
  const undo = [`link set dev ${device} nomaster`];
  const record = { ports: [{ device, bridge }] };
  if (link === undefined && made) return findings({ after: [{ action, lines, undo, record }] });
  if (link === undefined) return findings({ problems: [missingUplink(device, network)] });
  const undoAll = link.up ? undo : [...undo, `link set dev ${device} down`];
  const place = placeOf(link, bridge, links);
  if (place === 'here' && link.up) return findings({ settled: [{ ...action, result: 'kept' }] });
  if (place === 'here') {
    return findings({ after: [{ action, lines, undo: [`link set dev ${device} down`] }] });
  }
  const host = links.get(bridge);
  if (host !== undefined && !isOurs(host)) {
    return findings({ problems: [foreignBridge(bridge, network, `does not have uplink ${device}`)] });
  }
  if (place === 'foreign' && !take) return findings({ problems: [deviceInUse(link, network)] });
  if (link.globalAddresses.length > 0 && !take) {
    const message = `uplink \`${device}\` of network \`${network}\` carries addresses of this host (${link.globalAddresses.join(', ')}), which would stop working`;
    const help = 'move the addresses to the bridge, or use another device';
    return findings({ problems: [hostProblem('runtime/uplink-has-addresses', message, { help })] });
  }
  return findings({ before: leave(link, action), after: [{ action, lines, undo: undoAll, record }] });
}

function portLines(step: PortStep, link: Link, place: Place): Pick<LinkChange, 'lines' | 'undo'> {
  const { device, bridge, isolated, mtu } = step;
  const enter = place !== 'here';
  const flag = (on: boolean): string => `link set dev ${device} type bridge_slave isolated ${on ? 'on' : 'off'}`;
  const resize = mtu !== undefined && link.mtu !== mtu;
  // A port that is to be isolated is down until it is.
  const shield = enter && isolated && link.up;
  const reflag = enter ? isolated : link.isolated !== isolated;
  return {
    lines: [
      ...(shield ? [`link set dev ${device} down`] : []),
      ...(resize ? [`link set dev ${device} mtu ${mtu}`] : []),
      ...(enter ? [`link set dev ${device} master ${bridge}`] : []),
      ...(reflag ? [flag(isolated)] : []),
      ...(shield || !link.up ? [`link set dev ${device} up`] : []),
    ],
    undo: [
      ...(enter ? [`link set dev ${device} nomaster`] : []),
      ...(!enter && reflag ? [flag(link.isolated)] : []),
      ...(resize ? [`link set dev ${device} mtu ${link.mtu}`] : []),
      `link set dev ${device} ${link.up ? 'up' : 'down'}`,
    ],
  };
}

/** A guest's port step against the host. */
export function comparePort(step: PortStep, links: Links, take: boolean): Findings {
  const { device, bridge, network, guest } = step;
  const link = links.get(device);
  const action: Action = { subject: 'port', name: device, network, result: 'done', text: describeStep(step) };
  if (link === undefined) {
    const text = `port ${device} of guest ${guest} does not exist yet; attach it to bridge ${bridge}`;
    return findings({ settled: [{ ...action, result: 'absent', text }] });
  }
  const place = placeOf(link, bridge, links);
  if (place === 'foreign' && !take) return findings({ problems: [deviceInUse(link, network)] });
  const { lines, undo } = portLines(step, link, place);
  if (lines.length === 0) return findings({ settled: [{ ...action, result: 'kept' }] });
  // A device that somebody else put into the bridge is not ours to take out again.
  if (place === 'here') return findings({ after: [{ action, lines, undo }] });
  const resize = step.mtu !== undefined && link.mtu !== step.mtu;
  const record = { ports: [{ device, bridge, ...(resize && { mtu: link.mtu }) }] };
  return findings({ before: leave(link, action), after: [{ action, lines, undo, record }] });
}
