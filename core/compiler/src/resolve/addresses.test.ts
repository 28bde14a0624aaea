import { expect, test } from 'vitest';
import { build, guest, problems, problemsOf, rules, withBody } from './testing.ts';

const ends = (end: string, before = ''): string => rules(`in accept from ${end}`, before)[0] ?? '';

test('literal addresses of both families make one alternative a family', () => {
  for (const [end, match] of [
    ['192.0.2.7', 'ip.source == 192.0.2.7'],
    ['192.0.2.0/24', 'ip.source == 192.0.2.0-192.0.2.255'],
    ['192.0.2.1-192.0.2.9', 'ip.source == 192.0.2.1-192.0.2.9'],
    ['2001:db8::1', 'ip6.source == 2001:db8::1'],
    ['{ 192.0.2.1, 192.0.2.2, 2001:db8::1 }', 'ip.source == 192.0.2.1-192.0.2.2 or ip6.source == 2001:db8::1'],
    ['not 192.0.2.7', 'ip.source != 192.0.2.7'],
    ['{ 192.0.2.0/30, not 192.0.2.2 }', 'ip.source == 192.0.2.0-192.0.2.1,192.0.2.3'],
    ['not { 192.0.2.1, 2001:db8::1 }', 'ip.source != 192.0.2.1 or ip6.source != 2001:db8::1'],
    ['any', 'always'],
  ] as const) {
    expect(ends(end), end).toBe(`in accept: ${match}`);
  }
});

test('words stand for the port, its network, the host and the other guests', () => {
  for (const [end, match] of [
    ['self', 'ip.source == self.ipv4 or ip6.source == self.ipv6'],
    ['self.addresses', 'ip.source == self.ipv4 or ip6.source == self.ipv6'],
    ['gateway', 'ip.source == 10.0.0.1 or ip6.source == fd00::1'],
    ['not gateway', 'ip.source != 10.0.0.1 or ip6.source != fd00::1'],
    ['self.network.gateway', 'ip.source == 10.0.0.1 or ip6.source == fd00::1'],
    ['self.network.subnets', 'ip.source == 10.0.0.0-10.0.0.255 or ip6.source == fd00::-fd00::ffff:ffff:ffff:ffff'],
    ['host', 'ip.source == 10.0.0.1,10.1.0.1,192.0.2.1 or ip6.source == fd00::1'],
    ['network(lan)', 'ip.source == 10.1.0.0-10.1.0.255'],
    ['guest(db1)', 'ip.source == guest-db1-ip4 or ip6.source == guest-db1-ip6'],
    ['guest(db2)', 'ip.source == guest-db2-ip4'],
    ['guests(tier = db)', 'ip.source == guests-tier-db-ip4 or ip6.source == guests-tier-db-ip6'],
    ['{ gateway, 192.0.2.9 }', 'ip.source == 10.0.0.1,192.0.2.9 or ip6.source == fd00::1'],
    ['{ 10.0.0.0/30, not gateway }', 'ip.source == 10.0.0.0,10.0.0.2-10.0.0.3'],
    ['{ self, 192.0.2.9 }', 'ip.source == 192.0.2.9 or ip.source == self.ipv4 or ip6.source == self.ipv6'],
  ] as const) {
    expect(ends(end), end).toBe(`in accept: ${match}`);
  }
});

test('`world` is outside every declared network, and a family without networks is all of it', () => {
  const outside = 'ip.source != 10.0.0.0-10.0.0.255,10.1.0.0-10.1.0.255';
  expect(ends('world')).toBe(`in accept: ${outside} or ip6.source != fd00::-fd00::ffff:ffff:ffff:ffff`);
  expect(ends('not world')).toBe(
    'in accept: ip.source == 10.0.0.0-10.0.0.255,10.1.0.0-10.1.0.255 or ip6.source == fd00::-fd00::ffff:ffff:ffff:ffff',
  );
});

const ONLY_IPV4 = { 'around.weir': 'network lan { mode served; subnet 10.1.0.0/24 }\n' };

function onlyIpv4(end: string): string {
  const text = `filter f { in accept from ${end} }\n${guest('t', 'filter f', 'lan')}`;
  const { value, diagnostics } = build({ ...ONLY_IPV4, 'a.weir': text });
  expect(diagnostics).toEqual([]);
  return JSON.stringify(value.profiles[0]?.filters[0]?.in.nodes, (_, v: unknown) =>
    typeof v === 'bigint' ? `${v}` : v,
  );
}

test('`not world` matches nothing of a family that has no network, and `world` all of it', () => {
  expect(onlyIpv4('world')).toContain('ether.type');
  expect(onlyIpv4('world')).toContain('"negated":true');
  expect(onlyIpv4('not world')).not.toMatch(/ether\.type|ip6\./);
  expect(onlyIpv4('not world')).toContain('"negated":false');
});

test('`world` and negations may be members and exceptions of sets', () => {
  expect(ends('{ world, 10.0.0.7 }')).toContain(
    'ip.source == 0.0.0.0-9.255.255.255,10.0.0.7,10.0.1.0-10.0.255.255,10.1.1.0-255.255.255.255',
  );
  expect(ends('{ 10.0.0.0/31, 192.0.2.1, not world }')).toBe('in accept: ip.source == 10.0.0.0-10.0.0.1');
});

test('a declared set is looked up by its name, and a single address stays a value', () => {
  const office = 'addresses office = { 192.0.2.0/24, 2001:db8::1 }\n';
  expect(ends('office', office)).toBe('in accept: ip.source == office-ip4 or ip6.source == 2001:db8::1');
  expect(ends('not office', office)).toBe('in accept: ip.source != office-ip4 or ip6.source != 2001:db8::1');
  expect(ends('{ office, not 192.0.2.7 }', office)).toBe(
    'in accept: ip.source == 192.0.2.0-192.0.2.6,192.0.2.8-192.0.2.255 or ip6.source == 2001:db8::1',
  );
});

test('a declared set may be a negation, and may be negated and combined again', () => {
  const before = 'addresses inside = 10.0.0.0/8\naddresses outside = not inside\n';
  expect(ends('outside', before)).toBe('in accept: ip.source != inside-ip4');
  expect(ends('not outside', before)).toBe('in accept: ip.source == inside-ip4');
  expect(ends('{ outside, 10.0.0.7 }', before)).toBe(
    'in accept: ip.source == 0.0.0.0-9.255.255.255,10.0.0.7,11.0.0.0-255.255.255.255',
  );
  expect(ends('outside', 'addresses outside = world\n')).toContain('ip.source != 10.0.0.0-10.0.0.255');
});

test('a declared set of the gateway means the gateway of the port that is asked, never any address', () => {
  for (const before of ['addresses gw = gateway\n', 'addresses own = gateway\naddresses gw = { own }\n']) {
    expect(ends('gw', before)).toBe('in accept: ip.source == 10.0.0.1 or ip6.source == fd00::1');
    expect(ends('not gw', before)).toBe('in accept: ip.source != 10.0.0.1 or ip6.source != fd00::1');
  }
  const text = `addresses gw = { gateway }\nfilter f { in accept from gw }\n${guest('t', 'filter f')}${guest('u', 'filter f', 'lan')}`;
  expect(build({ 'a.weir': text }).value.profiles).toHaveLength(4);
});

test('a parameter of addresses takes whatever an end takes', () => {
  const filter = 'filter g(who: addresses) { in accept from who; out accept to not who }\n';
  for (const [arg, match] of [
    ['world', 'ip.source != 10.0.0.0-10.0.0.255,10.1.0.0-10.1.0.255 or ip6.source != fd00::-fd00::ffff:ffff:ffff:ffff'],
    ['not 192.0.2.1', 'ip.source != 192.0.2.1'],
    ['gateway', 'ip.source == 10.0.0.1 or ip6.source == fd00::1'],
    ['{ 192.0.2.1, not 192.0.2.1-192.0.2.1, 192.0.2.4 }', 'ip.source == 192.0.2.4'],
  ] as const) {
    expect(rules(`use g(${arg})`, filter)[1], arg).toBe(`in accept: ${match}`);
  }
});

test('a family that an end does not have is not matched, negated or not', () => {
  const before = 'addresses four = 192.0.2.0/24\n';
  expect(ends('four', before)).not.toContain('ip6');
  expect(ends('not four', before)).not.toContain('ip6');
});

test('selections leave link-local addresses out', () => {
  const { value } = build({ 'a.weir': withBody('in accept from guest(db1)') });
  const set = value.sets.find(({ id }) => id === 'guest-db1-ip6');
  expect(set?.contributed).toEqual([
    { ifname: 'db1n', ranges: [{ low: (0xfd00n << 112n) + 0x11n, high: (0xfd00n << 112n) + 0x11n }] },
  ]);
});

test('what is no address, or leaves none, is refused at its place', () => {
  const wrong = (end: string, before = ''): readonly string[] => problems(withBody(`in accept from ${end}`, before));
  for (const [end, problem] of [
    ['300.1.1.1', 'values/bad-value 300.1.1.1'],
    ['10.0.0.0/33', 'values/bad-value 10.0.0.0/33'],
    ['10.0.0.1/24', 'values/host-bits 10.0.0.1/24'],
    ['10.0.0.9-10.0.0.1', 'values/turned-round 10.0.0.9-10.0.0.1'],
    ['10.0.0.9-2001:db8::1', 'values/wrong-type 10.0.0.9-2001:db8::1'],
    ['7', 'values/wrong-type 7'],
    ['{}', 'values/empty-set {}'],
    ['{ 10.0.0.1, not 10.0.0.0/8 }', 'values/empty-set { 10.0.0.1, not 10.0.0.0/8 }'],
    ['not any', 'values/empty-set not any'],
    ['{ 10.0.0.1, not self }', 'values/wrong-type { 10.0.0.1, not self }'],
    ['network(dmz)', 'resolve/unknown-name dmz'],
    ['guest(db9)', 'resolve/unknown-name db9'],
    ['guests(tier = web)', 'values/empty-set guests(tier = web)'],
    ['guests(db)', 'resolve/argument db'],
    ['network(a, b)', 'resolve/argument network(a, b)'],
    ['nets(lan)', 'resolve/unknown-name nets'],
    ['offic', 'resolve/unknown-name offic'],
    ['db1', 'resolve/wrong-kind db1'],
    ['lan', 'resolve/wrong-kind lan'],
    ['f', 'resolve/wrong-kind f + f'],
    ['https', 'resolve/wrong-kind https + https'],
  ] as const) {
    expect(wrong(end), end).toEqual([problem]);
  }
  expect(wrong('a', 'addresses a = b\naddresses b = a\n')).toEqual(['resolve/circular a + a + b']);
  expect(wrong('gateway')).toEqual([]);
});

test('a guest with `address any` cannot be selected, and its interface is named', () => {
  const roamer = 'guest roamer { interface roam { network front; mac 52:54:00:00:03:01; address any } }\n';
  const [first] = problems(withBody('in accept from guest(roamer)', roamer));
  expect(first).toBe('resolve/unknown-addresses guest(roamer) + roam');
});

test('ids of sets do not depend on the order of use or of files', () => {
  const one = 'export addresses office = 192.0.2.0/24\n';
  const two = 'addresses office = 198.51.100.0/24\n';
  const use = (file: string): string => `filter ${file} { in accept from office }\n${guest(file, `filter ${file}`)}`;
  const ids = (files: Readonly<Record<string, string>>): readonly string[] =>
    build(files).value.sets.map(({ id, ranges }) => `${id} ${ranges[0]?.low}`);
  const [first, second] = [one + use('x'), two + use('y')];
  const both = ids({ 'a.weir': first, 'b.weir': second });
  expect(both).toEqual([
    expect.stringMatching(/^office_[0-9a-f]{10}-ip4 /),
    expect.stringMatching(/^office_[0-9a-f]{10}-ip4 /),
  ]);
  expect(ids({ 'a.weir': first })).toEqual([`office-ip4 ${0xc0000200}`]);
  const early = ids({ 'a.weir': `${first}filter zz { in accept from office }\n`, 'b.weir': second });
  expect(early).toEqual(both);
});

test('a declared name and a selection never share an id', () => {
  const before =
    'addresses guests-tier-db = 192.0.2.0/24\naddresses self-mine = 192.0.2.0/25\naddresses set-x = 192.0.2.0/25\n';
  const { value } = build({
    'a.weir': withBody(
      'in accept from guests-tier-db\nin accept from guests(tier = db)\nin accept from self-mine',
      before,
    ),
  });
  expect(value.sets.map(({ id }) => id)).toEqual([
    'guests-tier-db-ip4',
    'guests-tier-db-ip6',
    'set-guests-tier-db-ip4',
    'set-self-mine-ip4',
    'set-set-x-ip4',
  ]);
});

test('selections that would read the same get different ids', () => {
  const labelled = (name: string, labels: string): string =>
    guest(name).replace('{ interface', `{ labels { ${labels} }; interface`);
  const before = labelled('m', 'a-b = c') + labelled('n', 'a = b-c') + labelled('o', 'a = x, b = y');
  const body =
    'in accept from guests(a-b = c)\nin accept from guests(a = b-c)\nin accept from guests(b = y, a = x)\nin accept from guest(m.mn)';
  const { value, diagnostics } = build({ 'a.weir': withBody(body, before) });
  expect(diagnostics).toEqual([]);
  expect(value.sets.filter(({ type }) => type === 'ipv4').map(({ id }) => id)).toEqual([
    expect.stringMatching(/^guest-m-mn_[0-9a-f]{10}-ip4$/),
    'guests-a-b-c-ip4',
    expect.stringMatching(/^guests-a-b-c_[0-9a-f]{10}-ip4$/),
    'guests-a-x_b-y-ip4',
  ]);
});

test('an imported name that does not exist is reported once, with the nearest exported one', () => {
  const files = {
    'a.weir': 'import { offce } from "./b.weir"\n'.concat(withBody('in accept from offce')),
    'b.weir': 'export addresses office = 192.0.2.0/24\n',
  };
  expect(problemsOf(files)).toEqual(['resolve/unknown-name offce']);
  expect(build(files).diagnostics[0]?.help).toBe('did you mean `office`?');
});

test('nothing that follows from a wrong network is reported', () => {
  const bad = 'network bad { mode nope }\n';
  const body = 'in accept from world\nin accept from not world\nin accept from network(bad)';
  expect(problems(withBody(body, bad))).toEqual(['inventory/unknown-mode nope']);
});

test('a circle of definitions is shown with all its members', () => {
  const text = 'addresses z = a\naddresses a = { b, 10.0.0.1 }\naddresses b = not c\naddresses c = a\n';
  const circles = build({ 'a.weir': text }).diagnostics.map(({ message }) => message);
  expect(circles).toEqual(['this definition leads back to itself: `a` → `b` → `c` → `a`']);
});

test('a label of the port selects guests and stands for a port', () => {
  expect(problemsOf({ 'a.weir': withLabels('tenant = red, door = "8080"') })).toEqual([]);
  expect(problemsOf({ 'a.weir': withLabels('door = "8080"') })).toEqual(['values/bad-value self.labels.tenant']);
  expect(problemsOf({ 'a.weir': withLabels('tenant = red, door = open') })).toEqual([
    'values/bad-value self.labels.door',
  ]);
  const { value } = build({ 'a.weir': withLabels('tenant = red, door = "8080"') });
  expect(value.sets.map(({ id }) => id)).toContain('guests-tenant-red-ip4');
});

/** A guest whose only filter asks for two of its labels. */
function withLabels(labels: string): string {
  const body = 'in accept tcp port self.labels.door from guests(tenant = self.labels.tenant)';
  return withBody(body).replace(/interface/, `labels { ${labels} }; interface`);
}
