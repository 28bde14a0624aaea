import { expect, test } from 'vitest';
import type { Flow, FlowTest } from '../../policy/flow.ts';
import { resolve } from '../resolve.ts';
import { flowDiagnostics } from './findings.ts';
import { readFlow } from './read-flow.ts';
import { guest, problems, problemsOf, sourcesOf, TEST_REGISTRY } from '../testing.ts';

const IMPORT = 'import { https, ping, dhcp } from "@weir/rules"\n';
const TWO_PORTS = `guest two { interface twoa { network front; mac 52:54:00:00:03:01; address 10.0.0.21 }
  interface twob { network lan; mac 52:54:00:00:03:02; address 10.1.0.21 } }\n`;
const inTest = (body: string): string =>
  `${IMPORT}${guest('a')}${guest('b', '', 'lan')}${TWO_PORTS}test "t" {\n${body}\n}\n`;
const wrong = (body: string): readonly string[] => problems(inTest(body));

function tests(text: string): readonly FlowTest[] {
  const { value, diagnostics } = resolve(sourcesOf({ 'a.weir': text }).value, TEST_REGISTRY);
  expect(diagnostics).toEqual([]);
  return value.tests;
}

function flowOf(body: string): Flow {
  const flow = tests(inTest(body))[0]?.expectations[0]?.flow;
  if (flow === undefined) throw new Error('no flow');
  return flow;
}

test('names become ports, and a flow is asked in the families that both ends have', () => {
  expect(flowOf('accept tcp a -> db1 port 22')).toMatchObject({
    text: 'tcp a -> db1 port 22',
    source: { kind: 'port', ifname: 'an' },
    destination: { kind: 'port', ifname: 'db1n' },
    state: 'new',
    subject: { parts: [{ protocol: 6, ports: [{ low: 22n, high: 22n }], families: ['ipv4', 'ipv6'] }] },
  });
  expect(flowOf('accept tcp a -> db2 port 22')).toMatchObject({ subject: { parts: [{ families: ['ipv4'] }] } });
  expect(flowOf('accept tcp fd00::99 -> a port 22')).toMatchObject({ subject: { parts: [{ families: ['ipv6'] }] } });
  expect(flowOf('accept tcp two.twob -> b')).toMatchObject({ source: { kind: 'port', ifname: 'twob' } });
});

test('a service gives a part for each member, in the families that it has', () => {
  expect(flowOf('accept ping a -> db1')).toMatchObject({
    subject: {
      parts: [
        { protocol: 1, families: ['ipv4'] },
        { protocol: 58, families: ['ipv6'] },
      ],
    },
  });
  expect(flowOf('accept https world -> db2')).toMatchObject({
    subject: { parts: [{ protocol: 6, families: ['ipv4'] }, { protocol: 17 }] },
  });
});

test('ends may be the host, the gateway, the world and any address', () => {
  expect(flowOf('accept ping a -> gateway')).toMatchObject({ destination: { kind: 'gateway', of: 'an' } });
  expect(flowOf('accept ping gateway -> a')).toMatchObject({ source: { kind: 'gateway', of: 'an' } });
  expect(flowOf('accept ping host -> a')).toMatchObject({ source: { kind: 'host' } });
  expect(flowOf('drop a -> world')).toMatchObject({ subject: { kind: 'any', families: ['ipv4', 'ipv6'] } });
  expect(flowOf('drop udp a from db1 -> db2 port 53')).toMatchObject({
    source: { kind: 'port', ifname: 'an' },
    claimed: { kind: 'port', ifname: 'db1n' },
  });
  expect(flowOf('drop tcp a from gateway -> db1')).toMatchObject({ claimed: { kind: 'gateway', of: 'an' } });
});

test('ARP and neighbour discovery are flows of the link', () => {
  expect(flowOf('accept arp a -> gateway')).toMatchObject({ subject: { kind: 'arp', operation: 'request' } });
  expect(flowOf('drop arp a from db1 -> db2 type reply')).toMatchObject({ subject: { operation: 'reply' } });
  expect(flowOf('accept nd a -> db1')).toMatchObject({ subject: { kind: 'nd', type: 135 } });
  expect(flowOf('drop nd a -> db1 type router-advertisement')).toMatchObject({ subject: { type: 134 } });
});

test('types, codes and states are read', () => {
  expect(flowOf('accept icmp a -> db1 type destination-unreachable code 4 state related')).toMatchObject({
    state: 'related',
    subject: { parts: [{ types: [{ low: 3n, high: 3n }], codes: [{ low: 4n, high: 4n }] }] },
  });
});

const WRONG: readonly (readonly [flow: string, problem: string])[] = [
  ['accept tcp c -> db1 port 22', 'resolve/unknown-name c'],
  ['accept tcp two -> db1 port 22', 'flow/which-interface two'],
  ['accept tcp two.twoc -> db1 port 22', 'resolve/unknown-name two.twoc'],
  ['accept tcp db1.db1m -> a port 22', 'resolve/unknown-name db1.db1m'],
  ['accept esp a -> db1 port 22', 'resolve/no-ports esp'],
  ['accept a -> db1 port 22', 'resolve/no-ports 22'],
  ['accept https a -> db1 port 22', 'resolve/misplaced-option https'],
  ['accept tcp a -> db1 port 0', 'values/bad-value 0'],
  ['accept tcq a -> db1', 'resolve/unknown-name tcq'],
  ['accept vlan a -> db1', 'resolve/misplaced-option vlan'],
  ['accept 300 a -> db1', 'values/bad-value 300'],
  ['accept tcp a -> db1 type 3', 'resolve/no-type 3'],
  ['accept a -> db1 code 3', 'resolve/no-type 3'],
  ['accept ping a -> db1 type 3', 'resolve/misplaced-option ping'],
  ['accept icmp a -> db1 type echo', 'resolve/unknown-name echo'],
  ['accept tcp fd00::1 -> b port 22', 'flow/no-family tcp fd00::1 -> b port 22'],
  ['accept nd db2 -> db1', 'flow/no-family nd db2 -> db1'],
  ['accept icmpv6 db2 -> db1', 'flow/no-family icmpv6 db2 -> db1'],
  ['accept tcp a -> db1 state fresh', 'resolve/unknown-name fresh'],
  ['pass tcp a -> db1', 'resolve/misplaced-verdict pass'],
  ['return tcp a -> db1', 'resolve/misplaced-verdict return'],
  ['reject with no-rout tcp a -> db1', 'resolve/unknown-name no-rout'],
  ['reject with tcp-reset udp a -> db1', 'resolve/misplaced-option reject with tcp-reset'],
  ['accept tcp a -> a port 22', 'flow/to-itself a'],
  ['accept tcp world -> world', 'flow/to-itself world'],
  ['accept tcp host -> host', 'flow/to-itself host'],
  ['accept tcp world -> 203.0.113.9 port 1', 'flow/passes-by world -> 203.0.113.9 port 1'],
  ['accept tcp world -> gateway', 'flow/whose-gateway gateway'],
  ['accept tcp 192.0.2.9 -> 192.0.2.8', 'flow/passes-by 192.0.2.9 -> 192.0.2.8'],
  ['accept tcp gateway -> 10.0.0.1', 'flow/whose-gateway gateway'],
  ['accept tcp host from a -> db1', 'flow/cannot-claim host'],
  ['accept tcp 127.0.0.1 -> a', 'flow/bad-address 127.0.0.1'],
  ['accept tcp a -> ::', 'flow/bad-address ::'],
  ['accept udp 224.0.0.1 -> a', 'flow/bad-address 224.0.0.1'],
  ['accept tcp 10.0.0.300 -> a', 'values/bad-value 10.0.0.300'],
  ['accept arp a -> db1 port 5', 'resolve/no-ports arp'],
  ['accept arp a -> db1 state new', 'resolve/misplaced-option new'],
  ['accept arp a -> db1 type inarp', 'resolve/unknown-name inarp'],
  ['accept nd a -> db1 type 137', 'resolve/misplaced-option 137'],
  ['accept nd a -> db1 type 135 code 1', 'resolve/no-type 1'],
];

test.each(WRONG)('a flow that says nothing right is refused at its place: %s', (flow, problem) => {
  expect(wrong(flow)).toEqual([problem]);
});

test('all that is wrong in a flow and a test is reported in one run', () => {
  expect(wrong('pass esq c -> d port 0 state old\naccept tcp a -> e')).toEqual([
    'resolve/misplaced-verdict pass',
    'resolve/unknown-name c',
    'resolve/unknown-name d',
    'resolve/unknown-name esq',
    'values/bad-value 0',
    'resolve/unknown-name old',
    'resolve/unknown-name e',
  ]);
});

test('the nearest guest or word is suggested', () => {
  const help = (flow: string): string | undefined =>
    readFlow(flow, resolve(sourcesOf({ 'a.weir': inTest('') }).value, TEST_REGISTRY).value).diagnostics[0]?.help;
  expect(help('tcp db -> a port 1')).toBe('did you mean `db1`?');
  expect(help('tcp hos -> a port 1')).toBe('did you mean `host`?');
  expect(help('tcp two.twox -> a port 1')).toBe('did you mean `twoa`?');
});

test('a guest that could not be read is a hole, and nothing more is said of it', () => {
  const text = `guest broken { interface x0 { network front; mac 52:54:00:00:09:01; address 10.0.0.300 } }
test "t" { accept tcp broken -> db1 port 22 }\n`;
  expect(problems(text)).toEqual(['settings/bad-address 10.0.0.300']);
});

test('titles are told apart, in all files', () => {
  const one = 'test "t" { accept tcp db1 -> db2 port 1 }\n';
  expect(problemsOf({ 'a.weir': one, 'b.weir': one })).toEqual(['flow/title-twice "t" + "t"']);
});

test('a test that expects nothing, or two verdicts of one flow, is refused', () => {
  expect(problems('test "t" { }')).toEqual(['flow/empty-test test "t" { }']);
  expect(wrong('accept tcp a -> db1 port 1\ndrop tcp a -> db1 port 1')).toEqual([
    'flow/expected-twice drop tcp a -> db1 port 1 + accept tcp a -> db1 port 1',
  ]);
});

test('a gateway needs a subnet to be in', () => {
  const bare = `network bare { mode free; bridge bare }
guest z { interface z0 { network bare; mac 52:54:00:00:09:02; address any } }
test "t" { accept ping z -> gateway }\n`;
  expect(problems(IMPORT + bare)).toEqual(['flow/no-gateway gateway']);
});

test('a flow on its own is read with the services of all files', () => {
  const text = 'service app = { tcp 8000-8010 }\n'.concat(inTest('accept tcp a -> db1 port 1'));
  const model = resolve(sourcesOf({ 'a.weir': text }).value, TEST_REGISTRY).value;
  expect(readFlow('app a -> db1', model).value?.subject).toMatchObject({ parts: [{ ports: [{ low: 8000n }] }] });
  expect(readFlow('ping a -> db1', model).diagnostics).toEqual([]);
  expect(readFlow('tcp a - db1', model).diagnostics).toMatchObject([{ code: 'syntax/unexpected' }]);
  expect(readFlow('tcp x -> db1', model).diagnostics).toMatchObject([
    { code: 'resolve/unknown-name', span: { file: '<flow>', start: 4, end: 5 } },
  ]);
});

test('every diagnostic of flows is met here', () => {
  const met = new Set(WRONG.map(([, problem]) => problem.split(' ')[0]));
  const elsewhere = ['flow/title-twice', 'flow/empty-test', 'flow/expected-twice', 'flow/no-gateway'];
  const codes = flowDiagnostics.map(({ code }) => code);
  expect(codes.filter((code) => !met.has(code) && !elsewhere.includes(code))).toEqual([]);
});
