import { expect, test } from 'vitest';
import { FRONT, guest, problems, problemsOf, resolveFiles } from './testing.ts';

const PACKAGE = 'export network default { mode served; subnet 10.9.0.0/24 }\nexport network extra { mode nonsense }\n';

test('a name that stands twice is reported at the second, and the second is not read', () => {
  expect(problems(`${FRONT}${FRONT}`)).toEqual(['inventory/declared-twice front + front']);
  expect(problems(`${FRONT}${guest('a', 'v0')}${guest('a', 'v0')}`)).toEqual(['inventory/declared-twice a + a']);
  expect(problems(`${FRONT}${guest('front', 'v0')}`)).toEqual([]);
});

test('words of rules are no names of guests, and only default is one of a network', () => {
  expect(problems(`${FRONT}${guest('world', 'v0')}${guest('default', 'v1')}`)).toEqual([
    'inventory/reserved-name world',
    'inventory/reserved-name default',
  ]);
  expect(problems(FRONT.replace('front', 'any'))).toEqual(['inventory/reserved-name any']);
  expect(problems(FRONT.replace('front', 'default'))).toEqual([]);
});

test('networks are known in every file without an import', () => {
  const { value, diagnostics } = resolveFiles({ 'a.weir': guest('a', 'v0'), 'b.weir': FRONT });
  expect(diagnostics).toEqual([]);
  expect(value.ports.map(({ network }) => network)).toEqual(['front']);
});

test('a package gives the networks that interfaces use, and the default one', () => {
  const files = { 'a.weir': guest('a', 'v0', { network: '' }), '@weir/rules/index.weir': PACKAGE };
  const { value, diagnostics } = resolveFiles(files);
  expect(diagnostics).toEqual([]);
  expect(value.networks.map(({ view }) => view.name)).toEqual(['default']);
  expect([...value.networkNames]).toEqual(['default']);
  expect(problemsOf({ ...files, 'a.weir': guest('a', 'v0', { network: 'extra' }) })).toEqual([
    'inventory/unknown-mode nonsense',
  ]);
});

test('the network of the project goes before that of a package', () => {
  const files = {
    'a.weir': `network default { mode served; subnet 10.1.0.0/24 }\n${guest('a', 'v0', { network: '' })}`,
    '@weir/rules/index.weir': PACKAGE,
  };
  const { value, diagnostics } = resolveFiles(files);
  expect(diagnostics).toEqual([]);
  expect(value.networks.map(({ view }) => view.subnets[0]?.address)).toEqual(['10.1.0.0']);
});

test('a network that a package does not export is not there', () => {
  const files = {
    'a.weir': guest('a', 'v0', { network: '' }),
    '@weir/rules/index.weir': PACKAGE.replace('export ', ''),
  };
  expect(problemsOf(files)).toEqual(['inventory/no-default-network v0']);
});

test('machines in a package are ignored with a warning', () => {
  const text = guest('b', 'v1').trim();
  expect(problemsOf({ 'a.weir': '', '@weir/rules/index.weir': text })).toEqual([
    `inventory/ignored-in-package ${text}`,
  ]);
});

test('broken items are skipped, their names stay and nothing follows from them', () => {
  const { value, diagnostics } = resolveFiles({
    'a.weir': `network front { mode served; subnet ; ] }
guest b { interface v1 { mac ] } }
network back { mode served; subnet 10.2.0.0/24; reaches front; forward { to b }; forward { to b.v7 } }
${guest('a', 'v0')}`,
  });
  expect(diagnostics).toEqual([]);
  expect([...value.networkNames]).toEqual(['front', 'back']);
  expect([...value.guestNames]).toEqual(['b', 'a']);
  expect(value.networks).toEqual([]);
  expect(value.ports.map(({ ifname }) => ifname)).toEqual(['v0']);
});
