/**
 * The kernel settings that several modes need, stated in one place.
 *
 * In: a network. Out: topology entries. Guaranteed: only what a subnet's family needs, in a fixed order.
 */
import type { NetworkView } from './network.ts';
import type { Sysctl } from './topology.ts';

/**
 * Key of a device's own setting.
 * WHY: `.` and `/` change places in the dotted form (sysctl(8)), so a device name with a dot needs the form with slashes.
 */
function deviceKey(family: 'ipv4' | 'ipv6', device: string, setting: string): string {
  const parts = ['net', family, 'conf', device, setting];
  return parts.join(device.includes('.') ? '/' : '.');
}

/** Routing between devices, for each family that the network has a subnet of. */
export function forwardingSysctls(network: Pick<NetworkView, 'subnets'>): readonly Sysctl[] {
  const has = (wanted: string): boolean => network.subnets.some(({ family }) => family === wanted);
  return [
    ...(has('ipv4') ? [{ key: 'net.ipv4.ip_forward', value: '1', why: 'the network is routed by this host' }] : []),
    ...(has('ipv6')
      ? [{ key: 'net.ipv6.conf.all.forwarding', value: '1', why: 'the network is routed by this host' }]
      : []),
  ];
}

/**
 * Keeps the host's own IPv6 off a bridge where it has no address, and from believing guests' router advertisements
 * where it has one. `hostHasIpv6`: whether the host gets an IPv6 address there.
 */
export function bridgeSysctls(bridge: string, hostHasIpv6: boolean): readonly Sysctl[] {
  // WHY: a bridge that is up gets a link-local address and can be spoken to, subnet or not (RFC 4862 section 5.3).
  if (!hostHasIpv6) {
    const why = 'the host has no IPv6 on this network';
    return [{ key: deviceKey('ipv6', bridge, 'disable_ipv6'), value: '1', why }];
  }
  const why = 'the host takes no addresses or routes from guests';
  return [{ key: deviceKey('ipv6', bridge, 'accept_ra'), value: '0', why }];
}
