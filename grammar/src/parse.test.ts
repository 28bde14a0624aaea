import { expect, test } from 'vitest';
import { parseFile, parseFlow } from './index.ts';
import type { Item, Statement, Value } from './tree.ts';

/** Drops offsets and turns big integers into numbers, so that expectations read as shapes. */
function shape(node: unknown): unknown {
  if (typeof node === 'bigint') return Number(node);
  if (Array.isArray(node)) return node.map(shape);
  if (typeof node !== 'object' || node === null) return node;
  const { start: _start, end: _end, ...rest } = node as Record<string, unknown>;
  return Object.fromEntries(Object.entries(rest).map(([key, value]) => [key, shape(value)]));
}

function items(text: string): readonly Item[] {
  const { tree, problems } = parseFile('t.weir', text);
  expect(problems).toEqual([]);
  return tree.items;
}

function statement(line: string): Statement {
  const item = items(`filter f {\n${line}\n}`)[0];
  const first = item?.kind === 'policy' ? item.body[0] : undefined;
  if (!first) throw new Error('no statement was read');
  return first;
}

function value(text: string): Value {
  const item = items(`addresses x = ${text}`)[0];
  if (item?.kind !== 'set') throw new Error('no set was read');
  return item.value;
}

test.each([
  ['10.0.0.1', { kind: 'address', family: 'ipv4', text: '10.0.0.1' }],
  ['fe80::1', { kind: 'address', family: 'ipv6', text: 'fe80::1' }],
  ['::', { kind: 'address', family: 'ipv6', text: '::' }],
  ['::ffff:1.2.3.4', { kind: 'address', family: 'ipv6', text: '::ffff:1.2.3.4' }],
  [
    'fd00:20::/64',
    {
      kind: 'prefix',
      address: { kind: 'address', family: 'ipv6', text: 'fd00:20::' },
      length: { kind: 'number', text: '64', value: 64 },
    },
  ],
  [
    '10.0.0.1-10.0.0.9',
    {
      kind: 'range',
      low: { kind: 'address', family: 'ipv4', text: '10.0.0.1' },
      high: { kind: 'address', family: 'ipv4', text: '10.0.0.9' },
    },
  ],
  [
    'fd00::1-fd00::9',
    {
      kind: 'range',
      low: { kind: 'address', family: 'ipv6', text: 'fd00::1' },
      high: { kind: 'address', family: 'ipv6', text: 'fd00::9' },
    },
  ],
  [
    '8000-8010',
    {
      kind: 'range',
      low: { kind: 'number', text: '8000', value: 8000 },
      high: { kind: 'number', text: '8010', value: 8010 },
    },
  ],
  ['52:54:00:00:00:01', { kind: 'mac', text: '52:54:00:00:00:01' }],
  ['01:00:00:00:00:00/01:00:00:00:00:00', { kind: 'mac', text: '01:00:00:00:00:00', mask: '01:00:00:00:00:00' }],
  ['0x86dd', { kind: 'number', text: '0x86dd', value: 0x86dd }],
  ['30s', { kind: 'duration', amount: 30, unit: 's' }],
  ['10/second', { kind: 'rate', amount: 10, unit: 'packets', per: 'second' }],
  ['2 mbytes / minute', { kind: 'rate', amount: 2, unit: 'mbytes', per: 'minute' }],
  ['500 mbytes', { kind: 'size', amount: 500, unit: 'mbytes' }],
  ['2027-03-31', { kind: 'date', text: '2027-03-31' }],
  ['"a \\"b\\" \\n"', { kind: 'text', value: 'a "b" \n' }],
  ['a-b', { kind: 'name-value', text: 'a-b', parts: [{ kind: 'name', text: 'a-b' }] }],
  [
    'eth0.100',
    {
      kind: 'name-value',
      text: 'eth0.100',
      parts: [
        { kind: 'name', text: 'eth0' },
        { kind: 'name', text: '100' },
      ],
    },
  ],
  ['{}', { kind: 'set-value', members: [] }],
  [
    '{ 1, not 2, }',
    {
      kind: 'set-value',
      members: [
        { kind: 'number', text: '1', value: 1 },
        { kind: 'not-value', operand: { kind: 'number', text: '2', value: 2 } },
      ],
    },
  ],
  [
    'guests(port = web)',
    {
      kind: 'call',
      callee: { kind: 'name', text: 'guests' },
      args: [
        {
          kind: 'argument',
          name: { kind: 'name', text: 'port' },
          value: { kind: 'name-value', text: 'web', parts: [{ kind: 'name', text: 'web' }] },
        },
      ],
    },
  ],
  [
    'network(default)',
    {
      kind: 'call',
      callee: { kind: 'name', text: 'network' },
      args: [
        {
          kind: 'argument',
          value: { kind: 'name-value', text: 'default', parts: [{ kind: 'name', text: 'default' }] },
        },
      ],
    },
  ],
])('the value %s is read by its shape', (text, expected) => {
  expect(shape(value(text))).toEqual(expected);
});

test.each([
  ['in accept', 'rule', []],
  ['inout drop tcp, udp', 'rule', []],
  ['out accept from port 68 to gateway', 'rule', ['end', 'end']],
  ['accept udp from any port 68 to not office port { 67, 69 }', 'rule', ['end', 'end']],
  ['accept 47', 'rule', []],
  ['accept icmp type echo-request code 0', 'rule', ['type', 'code']],
  [
    'accept limit over 10/second burst 5 connections over 20 per source quota over 1 mbytes',
    'rule',
    ['limit', 'connections', 'quota'],
  ],
  [
    'drop log "x" level warn count hits mark 0x10 dscp af11 stateless',
    'rule',
    ['log', 'count', 'mark', 'dscp', 'stateless'],
  ],
  ['drop log group 5', 'rule', ['log']],
  ['accept where ip.ttl < 2 port 5', 'rule', ['where', 'port']],
  ['default out reject with icmp-admin log count', 'default', ['log', 'count']],
])('the statement `%s` has its clauses', (line, kind, clauses) => {
  const read = statement(line);
  expect(read.kind).toBe(kind);
  expect('clauses' in read && read.clauses.map((c) => c.kind)).toEqual(clauses);
});

test('use takes a name or a call', () => {
  expect(shape(statement('use base'))).toMatchObject({ kind: 'use', target: { kind: 'name-value', text: 'base' } });
  expect(shape(statement('use base(clients = office)'))).toMatchObject({ kind: 'use', target: { kind: 'call' } });
});

test('conditions bind not before and before or, and go on inside brackets', () => {
  const rule = statement('accept where not a.b and (c == 1\n or d & 0x3 != 2) or\n e not in { 1, 2 }');
  expect(shape(rule)).toMatchObject({
    clauses: [
      {
        condition: {
          kind: 'or',
          operands: [
            {
              kind: 'and',
              operands: [
                { kind: 'not' },
                { kind: 'or', operands: [{ operator: '==' }, { operator: '!=', mask: { kind: 'number' } }] },
              ],
            },
            { kind: 'compare', operator: 'not-in' },
          ],
        },
      },
    ],
  });
});

test('services take ports, source ports, types, protocols and other services', () => {
  const read = items(
    'service s = { tcp { 80, 8000-8010 }, tcp port 443, udp 67 from 68, icmpv6 type echo-request code 0, esp, 47, other }\nexport service t = tcp 1',
  );
  expect(shape(read[0])).toMatchObject({
    members: [
      { ports: { kind: 'set-value' } },
      { ports: { text: '443' } },
      { ports: { text: '67' }, sourcePorts: { text: '68' } },
      { type: { text: 'echo-request' }, code: { text: '0' } },
      { protocol: { text: 'esp' } },
      { protocol: { kind: 'number' } },
      { protocol: { text: 'other' } },
    ],
  });
  expect(read[1]).toMatchObject({ exported: true });
});

test('settings take values, assignments, flags and blocks under any key', () => {
  const [guest] = items(
    'guest port {\nfilter a, b(x = y)\nlabels { from = web, to = prod }\ndhcp { range 10.0.0.100-10.0.0.200; lease 12h }\ninterface "odd:name" { mode limit }\nisolate-ports\n}',
  );
  expect(shape(guest)).toMatchObject({
    of: 'guest',
    block: {
      entries: [
        { key: { text: 'filter' }, values: [{ kind: 'name-value' }, { kind: 'call' }] },
        {
          block: {
            entries: [
              { assigned: true, key: { text: 'from' } },
              { assigned: true, key: { text: 'to' } },
            ],
          },
        },
        { block: { entries: [{ values: [{ kind: 'range' }] }, { values: [{ kind: 'duration' }] }] } },
        { values: [{ kind: 'text' }], block: { entries: [{ key: { text: 'mode' } }] } },
        { key: { text: 'isolate-ports' }, values: [] },
      ],
    },
  });
});

test('annotations and doc comments belong to what stands below them', () => {
  const [filter] = items(
    '## One.\n##  Two.\n@owner("net-team") @staged\nfilter f(a: addresses = any, n: number) {\n  ## Rule.\n  @expires(2027-03-31)\n  in accept ## not a doc\n  out drop\n}',
  );
  expect(shape(filter)).toMatchObject({
    doc: 'One.\n Two.',
    annotations: [
      { name: { text: 'owner' }, args: [{ kind: 'text' }] },
      { name: { text: 'staged' }, args: [] },
    ],
    params: [{ name: { text: 'a' }, default: { text: 'any' } }, { name: { text: 'n' } }],
    body: [
      { doc: 'Rule.', annotations: [{ args: [{ kind: 'date' }] }] },
      { kind: 'rule', annotations: [] },
    ],
  });
  expect(filter?.kind === 'policy' && filter.body[1]).not.toHaveProperty('doc');
});

test('imports, host blocks, tests and assertions are read', () => {
  const read = items(
    'import { a, b as c, } from "./x.weir"\nhost { x 1 }\ntest "t" { accept icmp a -> 10.0.0.1; drop web1.eth0 port 5 -> b port 6 state established }\nassert "s" { never from world to a; always accept tcp port 22 where x }\nmacs m = { 52:54:00:00:00:01 }; ports p = 1-2',
  );
  expect(read.map((item) => item.kind)).toEqual(['import', 'block', 'test', 'assert', 'set', 'set']);
  expect(shape(read[2])).toMatchObject({
    expectations: [
      { flow: { protocol: { text: 'icmp' } } },
      { flow: { source: { port: { text: '5' } }, state: { text: 'established' } } },
    ],
  });
  expect(shape(read[3])).toMatchObject({
    claims: [
      { quantifier: 'never' },
      { quantifier: 'always', verdict: { verdict: 'accept' }, subjects: [{ text: 'tcp' }] },
    ],
  });
});

test('a mark at the start, carriage returns and tabs are blank', () => {
  expect(items('\uFEFFfilter\ta {\r\n\tin accept\r\n}\r\n')).toHaveLength(1);
});

test.each(['addresses log = 10.0.0.1', 'service port = tcp 1', 'filter accept { }', 'filter f(from: addresses) { }'])(
  'a reserved word is no name to declare: %s',
  (text) => expect(parseFile('t', text).problems).toHaveLength(1),
);

test('a flow is read on its own, and its errors have places', () => {
  expect(shape(parseFlow('tcp 203.0.113.9 -> web1 port 443').flow)).toMatchObject({
    protocol: { text: 'tcp' },
    destination: { value: { text: 'web1' }, port: { text: '443' } },
  });
  expect(shape(parseFlow('icmp a from b port 5 -> c type 3 code 4 state related').flow)).toMatchObject({
    source: { value: { text: 'a' }, claimed: { text: 'b' }, port: { text: '5' } },
    type: { text: '3' },
    code: { text: '4' },
    state: { text: 'related' },
  });
  expect(parseFlow('tcp a b').problems).toMatchObject([{ code: 'syntax/unexpected', start: 6, end: 7 }]);
  expect(parseFlow('"').problems).toMatchObject([{ code: 'syntax/unclosed-text' }]);
});

test('brackets nested too deep are one problem and no crash', () => {
  for (const bracket of ['(', '{']) {
    const { tree, problems } = parseFile('t', `filter f { accept where ${bracket.repeat(100_000)}`);
    expect(problems.map((p) => p.code)).toEqual(['syntax/too-deep']);
    expect(tree.items.map((i) => i.kind)).toEqual(['error-item']);
  }
});
