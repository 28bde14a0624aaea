import { expect, test } from 'vitest';
import { FRONT, guest, problems, resolveFiles } from './testing.ts';

const two = (one: Readonly<Record<string, string>>, other: Readonly<Record<string, string>>): string =>
  FRONT + guest('a', 'v0', one) + guest('b', 'v1', other);
const back = (settings: string): string => `network back { ${settings} }\n`;
const eth0 = 'mode loose; uplink eth0';

test('ports with nothing in common are fine', () => {
  const text = two({ address: '10.0.0.5, fd00::5' }, { address: '10.0.0.6, fd00::6' });
  const { value, diagnostics } = resolveFiles({ 'a.weir': text });
  expect(diagnostics).toEqual([]);
  expect(value.ports.map(({ guest: name }) => name)).toEqual(['a', 'b']);
});

test('two interfaces of one name are refused, in one guest too', () => {
  expect(problems(FRONT + guest('a', 'v0') + guest('b', 'v0'))).toEqual(['inventory/interface-twice v0 + v0']);
  const inside = 'network front; address any';
  expect(
    problems(`${FRONT}guest a {
  interface v0 { mac 52:54:00:00:00:01; ${inside} }
  interface v0 { mac 52:54:00:00:00:02; ${inside} }
}`),
  ).toEqual(['inventory/interface-twice v0 + v0']);
});

test('a MAC address is one on the whole host', () => {
  const mac = '52:54:00:00:00:0a';
  const macs = `inventory/mac-twice ${mac.toUpperCase()} + ${mac}`;
  expect(problems(two({ mac }, { mac: mac.toUpperCase() }))).toEqual([macs]);
  expect(problems(two({ mac }, { mac: mac.toUpperCase(), network: 'back' }) + back('mode bare'))).toEqual([macs]);
});

test('an address has one owner in a network', () => {
  expect(problems(two({ address: '10.0.0.5' }, { address: '10.0.0.5' }))).toEqual([
    'inventory/address-taken 10.0.0.5 + 10.0.0.5',
  ]);
  expect(problems(two({ address: '10.0.0.64/28' }, { address: '10.0.0.60-10.0.0.70' }))).toEqual([
    'inventory/address-taken 10.0.0.60-10.0.0.70 + 10.0.0.64/28',
  ]);
  expect(problems(two({ address: 'fe80::1' }, { address: 'fe80::1' }))).toEqual([
    'inventory/address-taken fe80::1 + fe80::1',
  ]);
  expect(problems(two({ address: '10.0.0.5' }, { address: '10.0.0.5', network: 'back' }) + back('mode bare'))).toEqual(
    [],
  );
});

test('link-local addresses that the compiler makes are nobody’s collision', () => {
  const made = { mac: '52:54:00:00:00:01', address: 'fd00::5' };
  expect(problems(two(made, { address: 'fe80::5054:ff:fe00:1' }))).toEqual([]);
});

test('the gateway is the host’s', () => {
  const gateway = (address: string) => problems(two({ address }, {}));
  expect(gateway('10.0.0.1')).toEqual(['inventory/address-of-gateway 10.0.0.1 + 10.0.0.0/24']);
  expect(gateway('10.0.0.0/30')).toEqual(['inventory/address-of-gateway 10.0.0.0/30 + 10.0.0.0/24']);
  expect(gateway('fd00::1')).toEqual(['inventory/address-of-gateway fd00::1 + fd00::/64']);
  expect(gateway('10.0.0.2')).toEqual([]);
});

test('where a mode needs subnets, addresses are in them or link-local', () => {
  const outside = (address: string) => problems(two({ address }, {}));
  expect(outside('10.0.1.5')).toEqual(['inventory/address-outside 10.0.1.5 + 10.0.0.0/24 + fd00::/64']);
  expect(outside('10.0.0.250-10.0.1.5')).toHaveLength(1);
  expect(outside('169.254.0.5')).toHaveLength(1);
  expect(outside('fe80::7')).toEqual([]);
  const loose = back('mode loose; subnet 10.5.0.0/24');
  expect(problems(loose + guest('a', 'v0', { network: 'back', address: '192.0.2.1' }))).toEqual([]);
});

test('subnets of a host are apart, whoever has them', () => {
  expect(problems(FRONT + back('mode served; subnet 10.0.0.128/25'))).toEqual([
    'inventory/subnets-overlap 10.0.0.128/25 + 10.0.0.0/24',
  ]);
  expect(problems(back('mode served; subnet fd00::/64; subnet fd00::/64'))).toEqual([
    'inventory/subnets-overlap fd00::/64 + fd00::/64',
  ]);
  expect(problems(FRONT + back('mode served; subnet 10.0.1.0/24'))).toEqual([]);
});

test('a bridge belongs to one network', () => {
  expect(problems(back('mode bare; bridge weir-front') + FRONT)).toEqual(['inventory/bridge-twice front + weir-front']);
  expect(problems(back('mode bare; bridge other') + FRONT)).toEqual([]);
});

test('a bridge has a name of its own', () => {
  expect(problems(back('mode bare; bridge v0') + guest('a', 'v0', { network: 'back' }))).toEqual([
    'inventory/bridge-taken v0 + v0',
  ]);
  expect(problems(back('mode bare; bridge eth0') + `network out { ${eth0} }`)).toEqual([
    'inventory/bridge-taken eth0 + out',
  ]);
});

test('an uplink belongs to one network, or one a VLAN', () => {
  expect(problems(`network one { ${eth0} }\nnetwork two { ${eth0} }`)).toEqual(['inventory/uplink-twice two + one']);
  expect(problems(`network one { ${eth0}; vlan 4 }\nnetwork two { ${eth0}; vlan 5 }`)).toEqual([]);
});

test('an uplink is no interface of a guest', () => {
  const port = guest('a', 'eth0', { network: 'out' });
  expect(problems(`network out { ${eth0} }\n${port}`)).toEqual(['inventory/uplink-taken out + eth0']);
  expect(problems(`network out { ${eth0}; vlan 4 }\n${port}`)).toEqual(['inventory/uplink-taken out + eth0']);
});

test('all problems of a run are reported, in the order of the file', () => {
  const mac = '52:54:00:00:00:0a';
  const text =
    two({ mac, address: '10.0.0.1, 10.9.0.1' }, { mac, address: '10.0.0.300' }) + back('mode bare; bridge weir-front');
  expect(problems(text).map((line) => line.split(' ')[0])).toEqual([
    'inventory/address-of-gateway',
    'inventory/address-outside',
    'inventory/mac-twice',
    'settings/bad-address',
    'inventory/bridge-twice',
  ]);
});
