/**
 * A topology as an ordered list of steps. In: what must exist. Out: steps in an order that is fail closed: bridges are
 * made down, the ruleset stands before anything passes them, and the services come last. Pure; the same topology gives
 * the same list.
 */
import type { BridgeUplink, HostTopology, Sysctl } from '@weir/plugin';
import { sysctlPath } from '../sysctl/sysctl-path.ts';
import type { BridgeStep, PortStep, ServiceStep, SysctlStep, TopologyStep, UplinkStep, VlanStep } from './step.ts';

/** A network of a topology. */
export type TopologyNetwork = HostTopology['networks'][number];

/** The device that an uplink puts into the bridge. */
export function uplinkDevice(uplink: BridgeUplink): string {
  return uplink.vlan === undefined ? uplink.device : `${uplink.device}.${uplink.vlan}`;
}

function bridgeStep({ name, topology }: TopologyNetwork): BridgeStep {
  const { bridge } = topology;
  return {
    kind: 'bridge',
    network: name,
    device: bridge.name,
    ...(bridge.mtu !== undefined && { mtu: bridge.mtu }),
    // WHY: an unpinned bridge takes the lowest MAC of its ports, so the guests' gateway would change its MAC as guests
    // come and go. With an uplink, following the uplink's MAC is what the network outside expects.
    pinned: bridge.uplinks.length === 0,
  };
}

function vlanSteps({ name, topology }: TopologyNetwork): readonly VlanStep[] {
  return topology.bridge.uplinks.flatMap((uplink) =>
    uplink.vlan === undefined
      ? []
      : [{ kind: 'vlan', network: name, device: uplinkDevice(uplink), parent: uplink.device, vlan: uplink.vlan }],
  );
}

function sysctlStep(sysctl: Sysctl, network?: string): SysctlStep {
  const path = sysctlPath(sysctl.key) ?? sysctl.key;
  return { kind: 'sysctl', ...(network !== undefined && { network }), path, value: sysctl.value, why: sysctl.why };
}

function sysctlSteps(topology: HostTopology): readonly SysctlStep[] {
  const all = [
    ...topology.sysctls.map((sysctl) => sysctlStep(sysctl)),
    ...topology.networks.flatMap(({ name, topology: own }) => own.sysctls.map((sysctl) => sysctlStep(sysctl, name))),
  ];
  const seen = new Set<string>();
  return all.filter(({ path, value }) => {
    const id = `${path}=${value}`;
    return !seen.has(id) && seen.add(id);
  });
}

function addressSteps({ name, topology }: TopologyNetwork): readonly TopologyStep[] {
  const device = topology.bridge.name;
  return topology.bridge.addresses.map(({ family, address, length }) => ({
    kind: 'address',
    network: name,
    device,
    family,
    address: `${address}/${length}`,
  }));
}

function uplinkSteps({ name, topology }: TopologyNetwork): readonly UplinkStep[] {
  return topology.bridge.uplinks.map((uplink) => ({
    kind: 'uplink',
    network: name,
    device: uplinkDevice(uplink),
    bridge: topology.bridge.name,
  }));
}

function portSteps({ name, topology, ports }: TopologyNetwork): readonly PortStep[] {
  return ports.map(({ ifname, guest, isolated }) => ({
    kind: 'port',
    network: name,
    device: ifname,
    bridge: topology.bridge.name,
    guest,
    isolated,
    ...(topology.bridge.mtu !== undefined && { mtu: topology.bridge.mtu }),
  }));
}

function serviceSteps({ name, topology }: TopologyNetwork): readonly ServiceStep[] {
  const { bridge, addressService, nameService } = topology;
  if (addressService === undefined && nameService === undefined) return [];
  const service = {
    network: name,
    bridge: bridge.name,
    addresses: bridge.addresses,
    ...(addressService !== undefined && { addressService }),
    ...(nameService !== undefined && { nameService }),
  };
  return [{ kind: 'service', network: name, service }];
}

/** The steps that make a host fit the topology, in the order in which they are taken. */
export function planTopology(topology: HostTopology): readonly TopologyStep[] {
  const { networks } = topology;
  return [
    ...networks.map(bridgeStep),
    ...networks.flatMap(vlanSteps),
    { kind: 'ruleset' },
    ...sysctlSteps(topology),
    ...networks.flatMap(addressSteps),
    ...networks.flatMap(uplinkSteps),
    ...networks.flatMap(portSteps),
    ...networks.map(({ name, topology: own }): TopologyStep => ({
      kind: 'up',
      network: name,
      device: own.bridge.name,
    })),
    ...networks.flatMap(serviceSteps),
  ];
}
