import { expect, test } from 'vitest';
import { bridgeSysctls, forwardingSysctls, quietArpSysctl } from './host-sysctls.ts';
import type { Subnet } from './network.ts';

const span = { file: 'a.weir', start: 0, end: 1 };
const v4: Subnet = { family: 'ipv4', address: '10.0.0.0', length: 24, gateway: '10.0.0.1', span };
const v6: Subnet = { family: 'ipv6', address: 'fd00::', length: 64, gateway: 'fd00::1', span };

function lines(settings: readonly { readonly key: string; readonly value: string }[]): readonly string[] {
  return settings.map(({ key, value }) => `${key}=${value}`);
}

test('a host forwards only the families that the network has', () => {
  expect(lines(forwardingSysctls({ subnets: [v4] }, ['eth0']))).toEqual(['net.ipv4.ip_forward=1']);
  expect(lines(forwardingSysctls({ subnets: [v6] }))).toEqual(['net.ipv6.conf.all.forwarding=1']);
  expect(lines(forwardingSysctls({ subnets: [] }, ['eth0']))).toEqual([]);
});

test('an uplink keeps its router advertisements while the host forwards IPv6', () => {
  expect(lines(forwardingSysctls({ subnets: [v4, v6] }, ['eth0']))).toEqual([
    'net.ipv4.ip_forward=1',
    'net.ipv6.conf.all.forwarding=1',
    'net.ipv6.conf.eth0.accept_ra=2',
  ]);
});

test('the host has no IPv6 on a bridge without an IPv6 address, and believes no guest where it has one', () => {
  expect(lines(bridgeSysctls('virbr1', false))).toEqual(['net.ipv6.conf.virbr1.disable_ipv6=1']);
  expect(lines(bridgeSysctls('virbr1', true))).toEqual(['net.ipv6.conf.virbr1.accept_ra=0']);
});

test('a device name with a dot stands in a key with slashes', () => {
  expect(lines([quietArpSysctl('br.100')])).toEqual(['net/ipv4/conf/br.100/arp_ignore=1']);
  expect(lines(bridgeSysctls('br.100', false))).toEqual(['net/ipv6/conf/br.100/disable_ipv6=1']);
});
