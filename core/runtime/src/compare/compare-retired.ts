/**
 * What an earlier run made and this plan no longer wants. Ports leave and bridges go down before the new ruleset stands,
 * because rules that no longer name a port no longer guard it; devices are deleted when everything else has worked.
 */
import { isOurs, type Link, type Links } from '../observe/link.ts';
import type { TopologyStep } from '../plan/step.ts';
import type { Action } from '../report.ts';
import type { HostState } from '../state/state.ts';
import { findings, joinFindings, type Findings } from './change.ts';

function retireDevice(link: Link): Findings {
  const subject = link.kind === 'bridge' ? 'bridge' : 'vlan';
  const down: Action = { subject, name: link.name, result: 'removed', text: `${subject} ${link.name} down` };
  const gone: Action = { ...down, text: `${subject} ${link.name} deleted` };
  return findings({
    before: link.up
      ? [{ action: down, lines: [`link set dev ${link.name} down`], undo: [`link set dev ${link.name} up`] }]
      : [],
    last: [{ action: gone, lines: [`link delete dev ${link.name}`], undo: [] }],
  });
}

function retirePort(entry: HostState['ports'][number], links: Links): Findings {
  const { device, bridge, mtu } = entry;
  const link = links.get(device);
  if (link?.master !== bridge) return findings({});
  const resize = mtu !== undefined && mtu !== link.mtu;
  const lines = [`link set dev ${device} nomaster`, ...(resize ? [`link set dev ${device} mtu ${mtu}`] : [])];
  const undo = [
    ...(resize ? [`link set dev ${device} mtu ${link.mtu}`] : []),
    `link set dev ${device} master ${bridge}`,
    ...(link.isolated ? [`link set dev ${device} type bridge_slave isolated on`] : []),
  ];
  const text = `port ${device} out of bridge ${bridge}`;
  return findings({ before: [{ action: { subject: 'port', name: device, result: 'removed', text }, lines, undo }] });
}

function retireAddress(entry: HostState['addresses'][number], links: Links): Findings {
  const { device, address } = entry;
  const link = links.get(device);
  if (link === undefined || !link.addresses.includes(address)) return findings({});
  const action: Action = {
    subject: 'address',
    name: device,
    result: 'removed',
    text: `address ${address} off ${device}`,
  };
  const lines = [`address delete ${address} dev ${device}`];
  return findings({
    before: [
      { action, lines, undo: [`address add ${address} dev ${device}${address.includes(':') ? ' nodad' : ' brd +'}`] },
    ],
  });
}

/** What is to be taken away, given what is wanted, what is there, and what earlier runs recorded. */
export function compareRetired(steps: readonly TopologyStep[], links: Links, state: HostState): Findings {
  const devices = new Set(
    steps.flatMap((step) => (step.kind === 'bridge' || step.kind === 'vlan' ? [step.device] : [])),
  );
  const ports = new Map(
    steps.flatMap((step): [string, string][] =>
      step.kind === 'port' || step.kind === 'uplink' ? [[step.device, step.bridge]] : [],
    ),
  );
  const addresses = new Set(
    steps.flatMap((step) => (step.kind === 'address' ? [`${step.device} ${step.address}`] : [])),
  );
  const retired = [...links.values()].filter((link) => isOurs(link) && !devices.has(link.name));
  return joinFindings([
    ...retired.map(retireDevice),
    // A port that moves to another bridge is taken out by its own step.
    ...state.ports.filter((entry) => !ports.has(entry.device)).map((entry) => retirePort(entry, links)),
    ...state.addresses
      .filter((entry) => devices.has(entry.device) && !addresses.has(`${entry.device} ${entry.address}`))
      .map((entry) => retireAddress(entry, links)),
  ]);
}
