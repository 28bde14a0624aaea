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

/**
 * Routing between devices, for each family that the network has a subnet of, and what keeps the host's own way out
 * alive on the uplinks that are named.
 */
export function forwardingSysctls(
  network: Pick<NetworkView, 'subnets'>,
  uplinks: readonly string[] = [],
): readonly Sysctl[] {
  const has = (wanted: string): boolean => network.subnets.some(({ family }) => family === wanted);
  return [
    ...(has('ipv4') ? [{ key: 'net.ipv4.ip_forward', value: '1', why: 'the network is routed by this host' }] : []),
    ...(has('ipv6')
      ? [
          { key: 'net.ipv6.conf.all.forwarding', value: '1', why: 'the network is routed by this host' },
          ...uplinks.map(keepAdvertisements),
        ]
      : []),
  ];
}

/**
 * WHY: a host that forwards takes no router advertisements any more, and loses the default route that it had from them,
 * unless accept_ra is 2 (Linux Documentation/networking/ip-sysctl.rst).
 */
function keepAdvertisements(uplink: string): Sysctl {
  const why = 'the host keeps learning its own IPv6 routes while it forwards';
  return { key: deviceKey('ipv6', uplink, 'accept_ra'), value: '2', why };
}

/**
 * Keeps the host from answering for its other addresses on a segment that is not its own.
 * WHY: with arp_ignore 0 Linux answers ARP for every address of the host on every device
 * (Linux Documentation/networking/ip-sysctl.rst).
 */
export function quietArpSysctl(bridge: string): Sysctl {
  const why = "the host's other addresses are not on this segment";
  return { key: deviceKey('ipv4', bridge, 'arp_ignore'), value: '1', why };
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
