import { expect, test } from 'vitest';
import { build, guest, problems } from '../resolve/testing.ts';

const FILTERS =
  'filter web(open: ports = 80) { in accept tcp port open }\nfilter quiet { in drop; out accept stateless }\n';

/** Interface names with their profiles, of the guests in the text alone. */
function profiles(files: Readonly<Record<string, string>>): Readonly<Record<string, string>> {
  const { value, diagnostics } = build(files);
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
  const own = value.ports.filter(({ guest: name }) => !name.startsWith('db'));
  return Object.fromEntries(own.map((port) => [port.ifname, port.profile]));
}

test('ports that ask for the same share a profile, in whatever words', () => {
  const found = profiles({
    'a.weir': `${FILTERS}${guest('a', 'filter web')}${guest('b', 'filter web(80)')}${guest('c', 'filter web(open = 81)')}`,
  });
  expect(found['bn']).toBe(found['an']);
  expect(found['cn']).not.toBe(found['an']);
  expect(found['an']).toMatch(/^web-[0-9a-f]{12}$/);
});

test('profiles depend on guard, filters and their order, network and kinds of addresses, and on nothing else', () => {
  const one = (settings: string, network = 'front'): string | undefined =>
    profiles({ 'a.weir': `${FILTERS}${guest('a', settings, network)}` })['an'];
  const plain = one('filter web');
  expect(one('filter web(80)')).toBe(plain);
  expect(one('filter web; guard none')).not.toBe(plain);
  expect(one('filter web, quiet')).not.toBe(one('filter quiet, web'));
  expect(one('filter web', 'lan')).not.toBe(plain);
  expect(one('')).toMatch(/^open-[0-9a-f]{12}$/);
});

test('names depend neither on the order of files and guests nor on further ones', () => {
  const [a, b] = [guest('a', 'filter web'), guest('b', 'filter quiet')];
  const one = profiles({ 'a.weir': FILTERS + a + b });
  expect(profiles({ 'a.weir': b + a + FILTERS })).toEqual(one);
  const moved = FILTERS.replaceAll('filter ', 'export filter ');
  const importing = 'import { web, quiet } from "./z.weir"\n';
  expect(profiles({ 'b.weir': importing + a, 'c.weir': importing + b, 'z.weir': `# moved\n${moved}` })).toEqual(one);
  expect(profiles({ 'a.weir': FILTERS + a + b + guest('c', 'filter web') })).toMatchObject(one);
  const unrelated = 'addresses other = 192.0.2.0/24\nfilter o { in accept from other }\n';
  expect(profiles({ 'a.weir': FILTERS + a + b, 'o.weir': unrelated })).toEqual(one);
});

test('a profile is named by what it decides and not by where that stands', () => {
  const one = profiles({ 'a.weir': `${FILTERS}${guest('a', 'filter web')}` });
  const commented = FILTERS.replaceAll('in ', '# a comment\n  in   ');
  expect(profiles({ 'a.weir': `${commented}${guest('a', 'filter web')}` })).toEqual(one);
  expect(profiles({ 'a.weir': `${FILTERS.replace('tcp', 'udp')}${guest('a', 'filter web')}` })).not.toEqual(one);
});

test('a profile is stateful when a filter accepts without `stateless`', () => {
  const stateful = (filters: string, settings: string): readonly boolean[] => {
    const { value } = build({ 'a.weir': `${filters}${guest('a', settings)}` });
    const port = value.ports.find(({ ifname }) => ifname === 'an');
    return value.profiles.filter(({ name }) => name === port?.profile).map((profile) => profile.stateful);
  };
  expect(stateful(FILTERS, 'filter web')).toEqual([true]);
  expect(stateful(FILTERS, 'filter quiet')).toEqual([false]);
  expect(stateful(FILTERS, 'filter quiet, web')).toEqual([true]);
  expect(stateful(FILTERS, '')).toEqual([false]);
  expect(stateful('filter d { default out accept }\n', 'filter d')).toEqual([true]);
  expect(stateful('filter i { in accept tcp }\nfilter o { use i }\n', 'filter o')).toEqual([true]);
  expect(stateful('guard g { in accept; out accept }\n', 'guard g')).toEqual([false]);
});

test('labels are part of a profile only where a rule can ask for them', () => {
  const labelled = (name: string, tier: string): string =>
    guest(name, 'filter web').replace('{ interface', `{ labels { tier = ${tier} }; interface`);
  const found = profiles({ 'a.weir': FILTERS + labelled('a', 'x') + labelled('b', 'y') });
  expect(found['an']).toBe(found['bn']);
});

test('a port without a guard is warned about, and a port of a wrong profile is left out', () => {
  expect(problems(guest('a', 'guard none'))).toEqual([`resolve/guard-off an`]);
  const { value, diagnostics } = build({ 'a.weir': guest('a', 'filter nothing') });
  expect(diagnostics.map(({ code }) => code)).toEqual(['resolve/unknown-name']);
  expect(value.ports.map(({ ifname }) => ifname)).toEqual(['db1n', 'db2n']);
});

test('the default guard comes from the standard rules, and a guard of its own from the file', () => {
  const { value } = build({ 'a.weir': `guard g { out pass }\n${guest('a', 'guard g')}${guest('b')}` });
  const guard = (ifname: string): string | undefined => {
    const port = value.ports.find((one) => one.ifname === ifname);
    return value.profiles.find(({ name }) => name === port?.profile)?.guard?.name;
  };
  expect([guard('an'), guard('bn')]).toEqual(['g', 'clean-traffic']);
});
