import { expect, test } from 'vitest';
import { build, guest, problems, problemsOf, profileIn, rules, withBody } from './testing.ts';

const wrong = (body: string, before = ''): readonly string[] => problems(withBody(body, before));

test('words of the language are refused as names of declarations and parameters', () => {
  for (const word of ['any', 'gateway', 'host', 'none', 'self', 'world']) {
    const reserved = [`resolve/reserved-name ${word}`];
    expect(problems(`addresses ${word} = 10.0.0.1`), word).toEqual(reserved);
    expect(problems(`ports ${word} = 1`), word).toEqual(reserved);
    expect(problems(`service ${word} = { tcp 1 }`), word).toEqual(reserved);
    expect(problems(`filter ${word} { in accept }`), word).toEqual(reserved);
    expect(problems(`guard x(${word}: number) { in pass }`), word).toEqual(reserved);
  }
});

test('protocols are refused as names of services only, where they would hide each other', () => {
  for (const word of ['tcp', 'icmpv6', 'arp', 'ipv4', 'stp', 'ospf']) {
    expect(problems(`service ${word} = { tcp 1 }`), word).toEqual([`resolve/reserved-name ${word}`]);
    expect(problems(`filter f(${word}: service) { in accept }`), word).toEqual([`resolve/reserved-name ${word}`]);
    expect(problems(`addresses ${word} = 10.0.0.1`), word).toEqual([]);
  }
});

test('a name is declared once in a file, imports included', () => {
  expect(problems('ports a = 1\nports a = 2\n')).toEqual(['resolve/declared-twice a + a']);
  expect(problems('filter f(a: number, a: number) { in accept }')).toEqual(['resolve/declared-twice a']);
  const b = 'export ports x = 1\n';
  expect(problemsOf({ 'a.weir': 'import { x } from "./b.weir"\nports x = 2\n', 'b.weir': b })).toEqual([
    'resolve/declared-twice x + x',
  ]);
  expect(problemsOf({ 'a.weir': 'import { x as y } from "./b.weir"\nports x = 2\n', 'b.weir': b })).toEqual([]);
});

test('only exported names are imported', () => {
  const a = 'import { app } from "./b.weir"\n'.concat(withBody('in accept tcp port app'));
  expect(problemsOf({ 'a.weir': a, 'b.weir': 'export ports app = 1\n' })).toEqual([]);
  expect(problemsOf({ 'a.weir': a, 'b.weir': 'ports app = 1\n' })).toEqual(['resolve/not-exported app + app']);
});

test('guests and networks may be imported, and what is neither declared nor a block may not', () => {
  const b = guest('web9').concat('network dmz { mode served; bridge dmz; subnet 10.5.0.0/24 }\n');
  expect(problemsOf({ 'a.weir': 'import { web9, dmz } from "./b.weir"\n', 'b.weir': b })).toEqual([]);
  expect(problemsOf({ 'a.weir': 'import { web8 } from "./b.weir"\n', 'b.weir': b })).toEqual([
    'resolve/unknown-name web8',
  ]);
});

test('a name that stands in text which cannot be read is not called unknown', () => {
  const a = 'import { app } from "./b.weir"\n'.concat(withBody('in accept tcp port app'));
  const codes = (files: Readonly<Record<string, string>>): readonly string[] =>
    build(files)
      .diagnostics.filter(({ code }) => code.startsWith('resolve/'))
      .map(({ code }) => code);
  expect(codes({ 'a.weir': a, 'b.weir': 'exprt ports app = 1\n' })).toEqual([]);
  expect(codes({ 'a.weir': a, 'b.weir': 'exprt ports other = 1\n' })).toEqual(['resolve/unknown-name']);
  expect(codes({ 'a.weir': 'addreses app = 1\n'.concat(withBody('in accept tcp port app')) })).toEqual([]);
  expect(codes({ 'a.weir': 'servic app = 1\n'.concat(withBody('in accept app')) })).toEqual([]);
});

test('nothing that follows from a missing file is reported', () => {
  const a = 'import { app, deny, web as w } from "./gone.weir"\n';
  expect(problems(a.concat(withBody('in accept tcp port app\nuse deny\nin accept w', 'service s = { w }')))).toEqual([
    'sources/unknown-import "./gone.weir"',
  ]);
});

test('nothing that follows from a wrong definition is reported', () => {
  expect(wrong('in accept from a', 'addresses a = 300.1.1.1')).toEqual(['values/bad-value 300.1.1.1']);
  expect(wrong('in accept tcp port a', 'ports a = 0')).toEqual(['values/bad-value 0']);
  expect(wrong('use g(1)', 'filter g(x: nmber) { in accept tcp port x }')).toEqual(['resolve/unknown-name nmber']);
});

test('what the standard rules have is offered for import', () => {
  const text = `filter f { in accept ntp }\n`;
  const rulesFile =
    'export guard clean-traffic { in pass }\nexport service ntp = { udp 123 }\nexport filter quiet { in drop }\n';
  const help = (body: string): readonly (string | undefined)[] =>
    build({ 'a.weir': body, '@weir/rules/index.weir': rulesFile }).diagnostics.map((d) => d.help);
  expect(help(text)).toEqual(['write `import { ntp } from "@weir/rules"` at the top of the file']);
  expect(help('filter f { use quiet }\n')).toEqual([
    'write `import { quiet } from "@weir/rules"` at the top of the file',
  ]);
});

test('`use` places the rules of another filter without its default, with its own arguments', () => {
  const g =
    'filter g(from-port: ports, who: addresses = 10.0.0.9) { in accept tcp port from-port from who; default in accept }';
  expect(rules('use g(22)\nuse g(who = 10.0.0.1, from-port = { 80, 81 })\nin drop', g)).toEqual([
    'in g(22) {',
    'in accept: ether.type == 0x800,0x86dd and packet.protocol == 6 and tcp.destination == 22 and ip.source == 10.0.0.9',
    'in }',
    'in g(who = 10.0.0.1, from-port = { 80, 81 }) {',
    'in accept: ether.type == 0x800,0x86dd and packet.protocol == 6 and tcp.destination == 80-81 and ip.source == 10.0.0.1',
    'in }',
    'in drop: always',
  ]);
});

test('arguments fit their parameters', () => {
  const g = 'filter g(a: ports, b: number = 1) { in accept tcp port a }';
  for (const [use, problem] of [
    ['g', 'resolve/argument g'],
    ['g(1, 2, 3)', 'resolve/argument 3'],
    ['g(1, c = 2)', 'resolve/argument c = 2'],
    ['g(1, a = 2)', 'resolve/argument a = 2'],
    ['g(10.0.0.1)', 'values/wrong-type 10.0.0.1'],
    ['g(1, "x")', 'values/wrong-type "x"'],
    ['h', 'resolve/unknown-name h'],
    ['https', 'resolve/wrong-kind https + https'],
    ['k', 'resolve/wrong-kind k + k'],
  ] as const) {
    expect(wrong(`use ${use}`, `${g}\nguard k { in pass }`), use).toEqual([problem]);
  }
});

test('every type of parameter takes its values, and hands them on', () => {
  const g =
    'filter g(s: service, m: macs, n: number, t: text, d: duration, r: rate) { in accept s where ether.source in m and ip.ttl == n limit r }\n' +
    'filter h(s: service, m: macs, n: number, t: text, d: duration, r: rate) { use g(s, m, n, t, d, r) }';
  expect(rules('use h(https, 52:54:00:00:00:01, 3, "x", 5m, 7/minute)', g)[2]).toContain(
    'ether.source == 52:54:00:00:00:01 and ip.ttl == 3',
  );
  expect(wrong('use h(1, 2, "x", 4, 5, 6)', g)).toEqual([
    'values/wrong-type 1',
    'values/wrong-type 2',
    'values/wrong-type "x"',
    'values/wrong-type 4',
    'values/wrong-type 5',
    'values/wrong-type 6',
  ]);
});

test('a rate that a parameter brings is taken as it is written', () => {
  const g = 'filter g(r: rate = 3 mbytes/second) { in drop udp limit over r burst 5 }';
  const limits = (use: string) => {
    const [filter] = profileIn(withBody(use, g)).filters;
    const [block] = filter?.in.nodes ?? [];
    return block?.kind === 'block' ? block.nodes.map((one) => one.kind === 'rule' && one.options.limit) : [];
  };
  expect(limits('use g(7/minute)')).toEqual([{ amount: 7, unit: 'packets', per: 'minute', over: true, burst: 5 }]);
  expect(limits('use g')).toEqual([{ amount: 3, unit: 'mbytes', per: 'second', over: true, burst: 5 }]);
  expect(wrong('in drop udp limit over t', 'addresses t = 10.0.0.1')).toEqual(['values/wrong-type t']);
});

test('a number that a parameter brings must fit where it is used', () => {
  const g = 'filter g(n: number) { in accept tcp limit 1/second burst n where ip.ttl == n }';
  expect(wrong('use g(256)', g)).toEqual(['values/bad-value n']);
  expect(wrong('use g(0)', g)).toEqual(['values/bad-value n']);
  expect(wrong('in accept tcp mark t', 'addresses t = 10.0.0.1')).toEqual(['values/wrong-type t']);
});

test('a circle of uses is reported and ends', () => {
  expect(problems('filter a { use b }\nfilter b { use a }\n')).toEqual(['resolve/circular a + a + b']);
});

test('options are taken as they are written', () => {
  const [filter] = profileIn(
    withBody(
      'in accept tcp limit 10/second burst 20 log "web-in" level info count web mark 7 dscp ef\n' +
        'in drop udp limit over 2 mbytes/second log group 3\n' +
        'in drop connections over 5 per source quota over 500 mbytes count',
    ),
  ).filters;
  expect((filter?.in.nodes ?? []).map((node) => node.kind === 'rule' && node.options)).toEqual([
    {
      limit: { amount: 10, unit: 'packets', per: 'second', over: false, burst: 20 },
      log: { prefix: 'web-in', level: 'info' },
      count: 'web',
      mark: 7,
      dscp: 46,
    },
    { limit: { amount: 2, unit: 'mbytes', per: 'second', over: true }, log: { group: 3 } },
    { connections: { over: 5, perSource: true }, quota: { over: true, bytes: 500 * 1024 * 1024 }, count: true },
  ]);
});

test('options that are wrong are refused at their place', () => {
  const table = [
    ['limit 0/second', 'values/wrong-type 0/second'],
    ['limit 1/second burst 0', 'values/bad-value 0'],
    ['connections over "x"', 'values/wrong-type "x"'],
    ['quota 0 bytes', 'values/wrong-type 0 bytes'],
    ['log "a\\"b"', 'values/bad-value "a\\"b"'],
    ['log level inf', 'resolve/unknown-name inf'],
    ['log group 65536', 'values/bad-value 65536'],
    ['mark 4294967296', 'values/bad-value 4294967296'],
    ['dscp efx', 'resolve/unknown-name efx'],
    ['dscp { 1, 3 }', 'values/wrong-type { 1, 3 }'],
    ['count count', 'resolve/option-twice count'],
  ] as const;
  expect(table.map(([option]) => [option, ...wrong(`in accept tcp ${option}`)])).toEqual(table);
});
