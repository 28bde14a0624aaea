import * as fc from 'fast-check';
import { expect, test } from 'vitest';
import { formatMac, linkLocalOf, parseAddress } from '../../values/address.ts';
import { FRONT, guest, problems, resolveFiles } from './testing.ts';

const withPort = (over: Readonly<Record<string, string>>): string => FRONT + guest('a', 'v0', over);

function portOf(text: string) {
  const { value, diagnostics } = resolveFiles({ 'a.weir': text });
  expect(diagnostics).toEqual([]);
  return value.ports[0];
}

const at = (text: string): bigint => parseAddress(text.includes(':') ? 'ipv6' : 'ipv4', text) ?? -1n;

test('an interface is read with its labels, addresses, guard and filters', () => {
  const text = `${FRONT}guest a {
  labels { tier = web, env = "a b" }
  interface eth0.100 {
    network front; mac 52:54:00:00:00:01
    address 10.0.0.5, 10.0.0.64/28, 10.0.0.6-10.0.0.9, fe80::7, fd00::5
    guard strict; filter a, b(x = y)
    filter c
  }
}`;
  const port = portOf(text);
  expect(port).toMatchObject({ guest: 'a', ifname: 'eth0.100', network: 'front', mac: 0x525400000001n });
  expect(port?.labels).toEqual({ env: 'a b', tier: 'web' });
  expect(port?.ipv4).toEqual([
    { low: at('10.0.0.5'), high: at('10.0.0.9') },
    { low: at('10.0.0.64'), high: at('10.0.0.79') },
  ]);
  expect(port?.ipv6.map(({ low }) => low)).toEqual([at('fd00::5'), at('fe80::7')]);
  expect(port?.guard).toMatchObject({ file: 'a.weir', value: { text: 'strict' } });
  expect(port?.filters.map(({ value }) => (value.kind === 'call' ? value.callee.text : value.text))).toEqual([
    'a',
    'b',
    'c',
  ]);
  expect(text.slice(port?.span.start, port?.span.end)).toBe('eth0.100');
});

test('the link-local address of the MAC is added to IPv6 addresses, and to nothing else', () => {
  const mac = '52:54:00:00:00:01';
  expect(portOf(withPort({ mac, address: 'fd00::5' }))?.ipv6.map(({ low }) => low)).toEqual([
    at('fd00::5'),
    at('fe80::5054:ff:fe00:1'),
  ]);
  expect(portOf(withPort({ mac, address: '10.0.0.5' }))?.ipv6).toEqual([]);
  expect(portOf(withPort({ mac, address: 'fe80::1' }))?.ipv6).toEqual([{ low: at('fe80::1'), high: at('fe80::1') }]);
});

test('any is every address of both families', () => {
  const port = portOf(withPort({}));
  expect([port?.ipv4, port?.ipv6]).toEqual([[{ low: 0n, high: 0xffff_ffffn }], [{ low: 0n, high: (1n << 128n) - 1n }]]);
});

test('a guard can be none', () => {
  expect(portOf(withPort({ guard: 'none' }))?.guard).toBe('none');
  expect(portOf(withPort({}))?.guard).toBe(undefined);
});

test('an interface without an address or a MAC is refused', () => {
  expect(problems(withPort({ address: '', mac: '' }))).toEqual(['settings/missing v0', 'settings/missing v0']);
});

test('unknown settings are refused', () => {
  expect(problems(withPort({ adress: '10.0.0.1' }))).toEqual(['settings/unknown adress']);
  expect(problems(`${FRONT}guest a { label { x = y } }`)).toEqual(['settings/unknown label']);
  const [found] = resolveFiles({ 'a.weir': withPort({ adress: '10.0.0.1' }) }).diagnostics;
  expect(found?.help).toBe('did you mean `address`?');
});

test('settings of a wrong shape are refused', () => {
  expect(problems(withPort({ mac: '10.0.0.1', guard: '"x"', filter: '10', network: '7' })).toSorted()).toEqual(
    ['10', '"x"', '10.0.0.1', '7'].map((value) => `settings/wrong-type ${value}`).toSorted(),
  );
  expect(problems(withPort({ mac: '52:54:00:00:00:01, 52:54:00:00:00:02' }))).toEqual([
    'settings/several-values 52:54:00:00:00:02',
  ]);
  expect(problems(withPort({ guard: 'a; guard b' }))).toEqual(['settings/twice guard + guard']);
  expect(problems(`${FRONT}guest a { interface { mac 52:54:00:00:00:01 } }`)).toEqual(['settings/no-value interface']);
  expect(problems(`${FRONT}guest a { labels x; interface v0 }`).toSorted()).toEqual([
    'settings/no-value interface',
    'settings/no-value labels',
  ]);
});

test('a name that no device can have is refused', () => {
  expect(problems(FRONT + guest('a', 'a-very-long-interface'))).toEqual([
    'settings/bad-interface a-very-long-interface',
  ]);
  expect(problems(FRONT + guest('a', '"tap 0"'))).toEqual(['settings/bad-interface "tap 0"']);
});

test('an unknown network is refused with the near one', () => {
  const text = withPort({ network: 'frnt' });
  expect(problems(text)).toEqual(['settings/unknown-network frnt']);
  expect(resolveFiles({ 'a.weir': text }).diagnostics[0]?.fix?.[0]?.text).toBe('front');
});

test('an interface without a network needs a default one', () => {
  expect(problems(withPort({ network: '' }))).toEqual(['inventory/no-default-network v0']);
  expect(problems(withPort({ network: '' }).replace('front', 'default'))).toEqual([]);
});

test('labels are words or texts, each once', () => {
  const labelled = (labels: string): string => `${FRONT}guest a { labels { ${labels} } }`;
  expect(problems(labelled('a = b, c = "d"'))).toEqual([]);
  expect(problems(labelled('a b'))).toEqual(['inventory/label-form a b']);
  expect(problems(labelled('a = 3'))).toEqual(['settings/wrong-type 3']);
  expect(problems(labelled('a = b, a = c'))).toEqual(['settings/twice a + a']);
});

test('addresses are not learned yet', () => {
  expect(problems(withPort({ address: 'dhcp' }))).toEqual(['inventory/learned-address dhcp']);
  expect(problems(withPort({ address: '10.0.0.5, dhcp' }))).toEqual(['inventory/learned-address dhcp']);
});

test('any stands alone', () => {
  expect(problems(withPort({ address: '10.0.0.5, any' }))).toEqual(['inventory/any-not-alone any']);
});

test('an address stands once, and so does a filter with its arguments', () => {
  expect(problems(withPort({ address: '10.0.0.5, 10.0.0.6, 10.0.0.5' }))).toEqual([
    'inventory/address-twice 10.0.0.5 + 10.0.0.5',
  ]);
  expect(problems(withPort({ filter: 'web, web' }))).toEqual(['inventory/filter-twice web + web']);
  expect(problems(withPort({ filter: 'web(80), web(80)' }))).toEqual(['inventory/filter-twice web(80) + web(80)']);
  expect(problems(withPort({ filter: 'web(80), web(81)' }))).toEqual([]);
});

test('addresses that are none are refused', () => {
  expect(problems(withPort({ address: '10.0.0.300, 10.0.0.70/28, 10.0.0.9-10.0.0.5, office' }))).toEqual([
    'settings/bad-address 10.0.0.300',
    'inventory/address-or-prefix 10.0.0.70/28',
    'settings/range-turned 10.0.0.9-10.0.0.5',
    'settings/wrong-type office',
  ]);
});

test('addresses that no station can have are refused, and those at the edges of a subnet', () => {
  for (const address of ['127.0.0.1', '224.0.0.0/24', '::', 'ff02::1', '10.0.0.0', '10.0.0.255']) {
    expect(problems(withPort({ address })), address).toEqual([`inventory/unusable-address ${address}`]);
  }
});

test('MAC addresses of groups, of nobody and of all are refused', () => {
  for (const mac of ['01:00:5e:00:00:01', '00:00:00:00:00:00', 'ff:ff:ff:ff:ff:ff']) {
    expect(problems(withPort({ mac }))).toEqual([`inventory/unusable-mac ${mac}`]);
  }
  expect(problems(withPort({ mac: '52:54:00:00:00:00/ff:ff:ff:00:00:00' }))).toHaveLength(1);
});

test('every station address is taken, in any notation', () => {
  fc.assert(
    fc.property(fc.bigInt({ min: 1n, max: 0xffff_ffff_ffffn }), fc.boolean(), (bits, upper) => {
      const mac = bits & 0xfeff_ffff_ffffn || 2n;
      const text = upper ? formatMac(mac).toUpperCase() : formatMac(mac);
      const port = portOf(withPort({ mac: text, address: 'fd00::5' }));
      expect(port?.mac).toBe(mac);
      expect(port?.ipv6.some(({ low }) => low === linkLocalOf(mac))).toBe(true);
    }),
    { numRuns: 50 },
  );
});
