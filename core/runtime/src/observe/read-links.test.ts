import { expect, test } from 'vitest';
import { isOurs } from './link.ts';
import { parseLinks } from './read-links.ts';

const OUTPUT = JSON.stringify([
  {},
  {
    ifname: 'br-lan',
    flags: ['BROADCAST', 'UP'],
    mtu: 1500,
    ifalias: 'weir:lan',
    linkinfo: { info_kind: 'bridge' },
    addr_info: [
      { family: 'inet', local: '192.0.2.1', prefixlen: 24, scope: 'global' },
      { family: 'inet6', local: 'fe80::1', prefixlen: 64, scope: 'link' },
    ],
  },
  { ifname: 'eth0.5', link: 'eth0', flags: [], mtu: 1500, linkinfo: { info_kind: 'vlan', info_data: { id: 5 } } },
  {
    ifname: 'vnet0',
    master: 'br-lan',
    flags: ['UP'],
    mtu: 1400,
    linkinfo: { info_kind: 'tun', info_slave_data: { isolated: true } },
  },
]);

test('a listing of ip becomes links by name', () => {
  const links = parseLinks(OUTPUT);
  expect([...links.keys()]).toEqual(['br-lan', 'eth0.5', 'vnet0']);
  expect(links.get('br-lan')).toMatchObject({
    up: true,
    addresses: ['192.0.2.1/24', 'fe80::1/64'],
    globalAddresses: ['192.0.2.1/24'],
  });
  expect(links.get('eth0.5')).toMatchObject({ up: false, lower: 'eth0', vlan: 5, master: undefined });
  expect(links.get('vnet0')).toMatchObject({ master: 'br-lan', mtu: 1400, isolated: true });
});

test('only a bridge or VLAN device with our alias is ours', () => {
  const [bridge, vlan] = [...parseLinks(OUTPUT).values()];
  expect(bridge !== undefined && isOurs(bridge)).toBe(true);
  expect(vlan !== undefined && isOurs(vlan)).toBe(false);
  expect(bridge !== undefined && isOurs({ ...bridge, kind: 'veth' })).toBe(false);
});
