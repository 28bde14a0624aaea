/**
 * The steps that make a host fit a topology: what shall be, not how it is reached. Data only, so a plan can be printed,
 * compared and tested anywhere.
 */
import type { AddressService, BridgeAddress, Family, NameService } from '@weir/plugin';

/** A bridge, made down. `pinned`: it keeps a MAC of its own, whatever ports come and go. */
export interface BridgeStep {
  readonly kind: 'bridge';
  readonly network: string;
  readonly device: string;
  readonly mtu?: number;
  readonly pinned: boolean;
}
/** An 802.1Q device `<parent>.<vlan>` on an uplink. */
export interface VlanStep {
  readonly kind: 'vlan';
  readonly network: string;
  readonly device: string;
  readonly parent: string;
  readonly vlan: number;
}
/** The ruleset is loaded here: bridges exist by now, but nothing passes them yet. */
export interface RulesetStep {
  readonly kind: 'ruleset';
}
/** A kernel setting, as a path below `/proc/sys`. */
export interface SysctlStep {
  readonly kind: 'sysctl';
  readonly network?: string;
  readonly path: string;
  readonly value: string;
  readonly why: string;
}
/** An address of the host on a bridge, as `address/length`. */
export interface AddressStep {
  readonly kind: 'address';
  readonly network: string;
  readonly device: string;
  readonly family: Family;
  readonly address: string;
}
/** A host device that becomes a port of the bridge. It must exist. */
export interface UplinkStep {
  readonly kind: 'uplink';
  readonly network: string;
  readonly device: string;
  readonly bridge: string;
}
/** A guest's device that becomes a port of the bridge, if it exists. */
export interface PortStep {
  readonly kind: 'port';
  readonly network: string;
  readonly device: string;
  readonly bridge: string;
  readonly guest: string;
  readonly isolated: boolean;
  readonly mtu?: number;
}
/** The bridge starts to pass frames. */
export interface UpStep {
  readonly kind: 'up';
  readonly network: string;
  readonly device: string;
}
/** What dnsmasq serves on one bridge. */
export interface ServiceSpec {
  readonly network: string;
  readonly bridge: string;
  readonly addresses: readonly BridgeAddress[];
  readonly addressService?: AddressService;
  readonly nameService?: NameService;
}
/** DHCP, router advertisements and DNS on one bridge. */
export interface ServiceStep {
  readonly kind: 'service';
  readonly network: string;
  readonly service: ServiceSpec;
}

/** A step of a plan. */
export type TopologyStep =
  BridgeStep | VlanStep | RulesetStep | SysctlStep | AddressStep | UplinkStep | PortStep | UpStep | ServiceStep;

function describeService(spec: ServiceSpec): string {
  const parts = [
    ...(spec.addressService === undefined ? [] : ['DHCP']),
    ...(spec.addressService?.routerAdvertisements === true ? ['router advertisements'] : []),
    ...(spec.nameService === undefined ? [] : ['DNS']),
  ];
  return `${parts.join(', ')} on bridge ${spec.bridge} (dnsmasq)`;
}

/** A step in words. */
export function describeStep(step: TopologyStep): string {
  switch (step.kind) {
    case 'bridge':
      return `bridge ${step.device}${step.mtu === undefined ? '' : `, mtu ${step.mtu}`}`;
    case 'vlan':
      return `VLAN device ${step.device}: VLAN ${step.vlan} of ${step.parent}`;
    case 'ruleset':
      return 'ruleset, in one transaction';
    case 'sysctl':
      return `${step.path} = ${step.value} (${step.why})`;
    case 'address':
      return `address ${step.address} on ${step.device}`;
    case 'uplink':
      return `uplink ${step.device} in bridge ${step.bridge}`;
    case 'port':
      return `port ${step.device} of guest ${step.guest} in bridge ${step.bridge}${step.isolated ? ', isolated' : ''}`;
    case 'up':
      return `bridge ${step.device} up`;
    case 'service':
      return describeService(step.service);
    default:
      return step satisfies never;
  }
}
