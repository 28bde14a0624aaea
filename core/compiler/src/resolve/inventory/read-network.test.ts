import { expect, test } from 'vitest';
import { bridgeNameOf } from './bridge-name.ts';
import { guest, problems, resolveFiles, testModes } from './testing.ts';

const network = (settings: string, name = 'front'): string => `network ${name} { ${settings} }\n`;

function viewOf(text: string) {
  const { value, diagnostics } = resolveFiles({ 'a.weir': text });
  expect(diagnostics).toEqual([]);
  return value.networks[0]?.view;
}

test('a network is read with its common settings and those of its mode', () => {
  const text =
    network(
      'mode served; bridge br0; subnet fd00::/64; subnet 10.0.0.0/24; subnet 10.0.1.0/24; gateway 10.0.1.9; reaches back; isolate-ports; mtu 1400; uplink eth0; forward { to a }; forward { to b.v2 }',
    ) +
    network('mode bare', 'back') +
    guest('a', 'v1', { address: '10.0.0.5, 10.0.0.8/30' }) +
    guest('b', 'v2');
  const { value, diagnostics } = resolveFiles({ 'a.weir': text });
  expect(diagnostics).toEqual([]);
  expect(value.networks.map(({ view }) => view.name)).toEqual(['back', 'front']);
  const declared = value.networks[1];
  expect(declared).toMatchObject({
    mode: 'served',
    plugin: '@x/served',
    attachment: 'bridge-port',
    guarantees: [{ claim: 'never from world' }],
  });
  const view = declared?.view;
  expect(view).toMatchObject({ bridge: 'br0', reaches: ['back'], isolatePorts: true, mtu: 1400 });
  expect(view?.subnets.map(({ address, gateway }) => `${address} ${gateway}`)).toEqual([
    '10.0.0.0 10.0.0.1',
    '10.0.1.0 10.0.1.9',
    'fd00:: fd00::1',
  ]);
  expect(view?.ports.map(({ ifname, addresses }) => [ifname, addresses])).toEqual([
    ['v1', [{ family: 'ipv4', address: '10.0.0.5' }]],
    ['v2', []],
  ]);
  expect(view?.settings).toMatchObject({ uplink: { value: 'eth0' }, forward: [{}, {}] });
});

test('the made bridge name fits the kernel and tells long names apart', () => {
  expect(bridgeNameOf('front')).toBe('weir-front');
  expect(bridgeNameOf('ten-digits')).toBe('weir-ten-digits');
  const [one, two] = [bridgeNameOf('production-east'), bridgeNameOf('production-west')];
  expect(one).toMatch(/^w-product[0-9a-f]{6}$/);
  expect(one).not.toBe(two);
  expect(viewOf(network('mode bare'))?.bridge).toBe('weir-front');
});

test('a mode is required, and an unknown one is refused with those there are', () => {
  expect(problems(network('bridge br0'))).toEqual(['settings/missing front']);
  const text = network('mode serve; nonsense 7');
  expect(problems(text)).toEqual(['inventory/unknown-mode serve']);
  const [found] = resolveFiles({ 'a.weir': text }).diagnostics;
  expect(found?.help).toBe('did you mean `served`? the modes: `bare`, `loose`, `served`');
  expect(problems(network('mode bare'), [])).toEqual(['inventory/unknown-mode bare']);
});

test('a problem in one setting hides none in another', () => {
  const text = network(
    'mode served; subnet 10.0.0.1/24; mtu 100; bridge "a b"; uplink 7; nonsense; reaches front, nowhere',
  );
  expect(problems(text)).toEqual([
    'settings/host-bits 10.0.0.1/24',
    'settings/out-of-range 100',
    'settings/bad-interface "a b"',
    'settings/wrong-type 7',
    'settings/unknown nonsense',
    'settings/unknown-network nowhere',
  ]);
  const [found] = resolveFiles({ 'a.weir': text }).diagnostics;
  expect(found?.fix?.[0]?.text).toBe('10.0.0.0/24');
});

test('a network does not reach itself', () => {
  expect(problems(network('mode bare; reaches front'))).toEqual(['inventory/reaches-itself front']);
  expect(problems(network('mode bare; reaches back') + network('mode bare; reaches front', 'back'))).toEqual([]);
});

test('a mode that needs subnets gets some, and one without gets none', () => {
  expect(problems(network('mode served'))).toEqual(['inventory/subnet-missing front']);
  expect(problems(network('mode bare; subnet 10.0.0.0/24'))).toEqual(['inventory/subnet-unwanted 10.0.0.0/24']);
  expect(problems(network('mode loose'))).toEqual([]);
  expect(problems(network('mode loose; subnet 10.0.0.0/24'))).toEqual([]);
});

test('a subnet has room, and an end', () => {
  const lengthsOf = (prefix: string) => problems(network(`mode served; subnet ${prefix}`));
  for (const good of ['10.0.0.0/8', '10.0.0.0/30', 'fd00::/16', 'fd00::/126']) expect(lengthsOf(good)).toEqual([]);
  for (const bad of ['10.0.0.0/7', '10.0.0.0/31', 'fc00::/15', 'fd00::/127']) {
    expect(lengthsOf(bad)).toHaveLength(1);
  }
  expect(lengthsOf('10.0.0.0/31')).toEqual(['inventory/subnet-length 10.0.0.0/31']);
});

test('a gateway is a usable address of one subnet', () => {
  const gateways = (written: string) =>
    problems(network(`mode served; subnet 10.0.0.0/24; subnet fd00::/64; gateway ${written}`));
  expect(gateways('10.0.0.254, fd00::')).toEqual([]);
  expect(gateways('10.1.0.1')).toEqual(['inventory/gateway-outside 10.1.0.1 + 10.0.0.0/24 + fd00::/64']);
  expect(gateways('10.0.0.0')).toEqual(['inventory/gateway-unusable 10.0.0.0 + 10.0.0.0/24']);
  expect(gateways('10.0.0.255')).toEqual(['inventory/gateway-unusable 10.0.0.255 + 10.0.0.0/24']);
  expect(gateways('10.0.0.2, 10.0.0.3')).toEqual(['inventory/gateway-twice 10.0.0.3 + 10.0.0.2']);
});

test('settings that name a guest find its ports in this network only', () => {
  const text = (to: string) =>
    network(`mode served; subnet 10.0.0.0/24; forward { to ${to} }`) +
    network('mode bare', 'back') +
    guest('a', 'v0') +
    guest('b', 'v1', { network: 'back' });
  expect(problems(text('a'))).toEqual([]);
  expect(problems(text('a.v0'))).toEqual([]);
  expect(problems(text('a.v9'))).toEqual(['settings/unknown-guest-port v9']);
  expect(problems(text('b'))).toEqual(['settings/guest-elsewhere b']);
  expect(problems(text('c'))).toEqual(['settings/unknown-guest c']);
});

test('a guest with a problem of its own gives no second one where it is named', () => {
  const text = network('mode served; subnet 10.0.0.0/24; forward { to a }') + guest('a', 'v0', { network: 'frnt' });
  expect(problems(text)).toEqual(['settings/unknown-network frnt']);
});

test('a plugin that throws is named, and the run goes on', () => {
  const failing = (part: 'check' | 'topology' | 'rules' | 'guarantees') => ({
    ...testModes.served,
    [part]: () => {
      throw new Error('no\nluck');
    },
  });
  const text = network('mode served; subnet 10.0.0.0/24') + network('mode bare', 'back');
  for (const part of ['check', 'topology', 'rules', 'guarantees'] as const) {
    const { value, diagnostics } = resolveFiles({ 'a.weir': text }, [failing(part), testModes.bare]);
    expect(diagnostics.map(({ code, message }) => `${code} ${message}`)).toEqual([
      `inventory/plugin-failed plugin \`@x/served\` failed in \`${part}\` of its mode \`served\`: no`,
    ]);
    expect(value.networks.map(({ view }) => view.name)).toEqual(['back']);
  }
});

test('a plugin that gives nothing is named too', () => {
  const mode = { ...testModes.served, rules: () => undefined as never };
  expect(problems(network('mode served; subnet 10.0.0.0/24'), [mode])).toEqual(['inventory/plugin-failed front']);
});

test('a rule on a hook that the mode did not declare is refused', () => {
  const mode = { ...testModes.served, hooks: ['input' as const] };
  const { value, diagnostics } = resolveFiles({ 'a.weir': network('mode served; subnet 10.0.0.0/24') }, [mode]);
  expect(diagnostics.map(({ code }) => code)).toEqual(['inventory/undeclared-hook']);
  expect(value.networks).toEqual([]);
});

test('what the mode finds is passed on, and its errors leave the network out', () => {
  const saying = (severity: 'error' | 'warning') => ({
    ...testModes.served,
    check: () => [{ code: 'x/y', severity, message: 'm' }],
  });
  const files = { 'a.weir': network('mode served; subnet 10.0.0.0/24') };
  expect(resolveFiles(files, [saying('error')]).value.networks).toEqual([]);
  const warned = resolveFiles(files, [saying('warning')]);
  expect(warned.value.networks).toHaveLength(1);
  expect(warned.diagnostics).toEqual([{ code: 'x/y', severity: 'warning', message: 'm' }]);
});

test('a mode is not asked about a network with problems', () => {
  let asked = 0;
  const mode = { ...testModes.served, check: () => ((asked += 1), []) };
  const text = network('mode served; subnet 10.0.0.0/24');
  resolveFiles({ 'a.weir': text + guest('a', 'v0', { mac: '' }) }, [mode]);
  expect(asked).toBe(0);
  resolveFiles({ 'a.weir': text + guest('a', 'v0') }, [mode]);
  expect(asked).toBe(1);
});

test('the host names its own addresses', () => {
  const { value, diagnostics } = resolveFiles({
    'a.weir': 'host { address 192.0.2.1, 192.0.2.2; address 2001:db8::1 }',
  });
  expect(diagnostics).toEqual([]);
  expect(value.hostAddresses).toEqual({
    ipv4: [{ low: 0xc0000201n, high: 0xc0000202n }],
    ipv6: [{ low: (0x20010db8n << 96n) | 1n, high: (0x20010db8n << 96n) | 1n }],
  });
  expect(problems('host { address any; adress 192.0.2.1 }')).toEqual([
    'settings/wrong-type any',
    'settings/unknown adress',
  ]);
});
