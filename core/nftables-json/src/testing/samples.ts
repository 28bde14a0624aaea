/** Accepted and refused samples of every construct, shared by the tests of the check, the oracle and the normal form. */
import type { Command, CommandKind } from '../types/command.ts';
import type { ExpressionKind } from '../types/expression.ts';
import type { Family, Hook } from '../types/family.ts';
import type { ObjectKind } from '../types/object.ts';
import type { Statement, StatementKind } from '../types/statement.ts';
import type { NftVersion } from '../version.ts';

/** Where a sample is put to be loaded. */
export interface Sample<T> {
  readonly good: T;
  readonly bad: readonly unknown[];
  readonly family?: Family;
  readonly type?: 'filter' | 'nat';
  readonly hook?: Hook;
  readonly setup?: readonly Command[];
  readonly before?: readonly Statement[];
  readonly since?: NftVersion;
  /** Why the running kernel or nft 1.0.6 cannot load it. */
  readonly unloadable?: string;
}

const T = { family: 'inet', table: 't' } as const;
const saddr = { payload: { protocol: 'ip', field: 'saddr' } } as const;
const tcpMatch: Statement = { match: { op: '==', left: { meta: { key: 'l4proto' } }, right: 'tcp' } };
const set = (name: string): Command => ({ add: { set: { ...T, name, type: 'ipv4_addr', flags: ['timeout'] } } });

/** One sample for each statement. */
export const statementSamples: Readonly<Record<Exclude<StatementKind, 'xt'>, Sample<Statement>>> = {
  accept: { good: { accept: null }, bad: [{ accept: {} }] },
  drop: { good: { drop: null }, bad: [{ drop: true }, { drop: null, counter: null }] },
  continue: { good: { continue: null }, bad: [{ continue: 1 }] },
  return: { good: { return: null }, bad: [{ return: '' }] },
  jump: {
    good: { jump: { target: 'other' } },
    setup: [{ add: { chain: { ...T, name: 'other' } } }],
    bad: [{ jump: 'other' }, { jump: { target: 'drop' } }, { jump: { target: 'a b' } }, { jump: {} }],
  },
  goto: {
    good: { goto: { target: 'other' } },
    setup: [{ add: { chain: { ...T, name: 'other' } } }],
    bad: [{ goto: { target: 'a"b\nadd rule' } }],
  },
  match: {
    good: { match: { op: '==', left: saddr, right: { prefix: { addr: '10.0.0.0', len: 8 } } } },
    bad: [
      { match: { left: saddr, right: '10.0.0.1' } },
      { match: { op: '==', left: saddr, right: '10.0.0.0/8' } },
      { match: { op: '==', left: saddr, right: 'localhost' } },
      { match: { op: '==', left: saddr, right: '010.0.0.1' } },
      { match: { op: '=', left: saddr, right: '10.0.0.1' } },
      { match: { op: '==', left: saddr, rigth: '10.0.0.1' } },
      { match: { op: '==', left: '10.0.0.1', right: saddr } },
      { match: { op: '==', left: { ct: { key: 'state' } }, right: ['established', 'related'] } },
      { match: { op: '!=', left: { payload: { protocol: 'tcp', field: 'flags' } }, right: ['syn', 'ack'] } },
      { match: { op: 'in', left: saddr, right: '10.0.0.1' } },
      { match: { op: '<', left: saddr, right: { set: ['10.0.0.1'] } } },
      { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'tcp' } },
      { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'vnet*' } },
      { match: { op: '==', left: { meta: { key: 'iifname' } }, right: '@x y' } },
      { match: { op: '==', left: { meta: { key: 'iifname' } }, right: 'abcdefghijklmnop' } },
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 'ssh' } },
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: '1-5' } },
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 65536 } },
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: 22.5 } },
      { match: { op: '==', left: { payload: { protocol: 'tcp', field: 'dport' } }, right: { range: [80, 22] } } },
    ],
  },
  vmap: {
    good: { vmap: { key: saddr, data: { set: [['10.0.0.1', { drop: null }]] } } },
    bad: [
      { vmap: { key: saddr, data: { set: [] } } },
      { vmap: { key: saddr, data: { set: ['10.0.0.1'] } } },
      { vmap: { key: saddr, data: 'dispatch' } },
      {
        vmap: {
          key: saddr,
          data: {
            set: [
              ['10.0.0.1', { drop: null }],
              ['10.0.0.1', { accept: null }],
            ],
          },
        },
      },
    ],
  },
  counter: { good: { counter: null }, bad: [{ counter: { packets: -1 } }, { counter: { pakets: 1 } }, { counter: 5 }] },
  last: { good: { last: null }, since: '1.1.3', bad: [{ last: { used: 'never' } }] },
  mangle: {
    good: { mangle: { key: { meta: { key: 'mark' } }, value: { '|': [{ meta: { key: 'mark' } }, 16] } } },
    bad: [
      { mangle: { key: { meta: { key: 'iifname' } }, value: 'x' } },
      { mangle: { key: { meta: { key: 'mark' } }, value: 'one' } },
      { mangle: { key: { meta: { key: 'mark' } } } },
    ],
  },
  quota: {
    good: { quota: { val: 10, val_unit: 'mbytes' } },
    bad: [{ quota: { val: 10 } }, { quota: { val: 1, val_unit: 'gbytes' } }],
  },
  limit: {
    good: { limit: { rate: 10, per: 'second', burst: 20 } },
    bad: [
      { limit: { rate: 10, per: 'minutes' } },
      { limit: { rate: 10, per: 'min' } },
      { limit: { rate: 10 } },
      { limit: { rate: 1, per: 'second', rate_unit: 'gbytes' } },
      { limit: { rate: 1.5, per: 'second' } },
      { limit: { rate: 1, per: 'second', burst_unit: 'bytes' } },
    ],
  },
  flow: {
    good: { flow: { op: 'add', flowtable: '@ft' } },
    setup: [{ add: { flowtable: { ...T, name: 'ft', hook: 'ingress', prio: 0, dev: 'lo' } } }],
    unloadable: 'the running kernel has no flowtables',
    bad: [{ flow: { flowtable: '@ft' } }, { flow: { op: 'add', flowtable: 'ft' } }],
  },
  fwd: {
    good: { fwd: { dev: 'lo' } },
    family: 'netdev',
    hook: 'ingress',
    unloadable: 'the running kernel has no netdev forwarding expression',
    bad: [{ fwd: {} }, { fwd: { dev: 'lo', addr: '10.0.0.1' } }, { fwd: { dev: 'tcp' } }],
  },
  notrack: { good: { notrack: null }, hook: 'prerouting', bad: [{ notrack: true }] },
  dup: {
    good: { dup: { addr: '10.0.0.1', dev: 'lo' } },
    family: 'ip',
    bad: [{ dup: {} }, { dup: { addr: 'host.example' } }],
  },
  snat: {
    good: { snat: { family: 'ip', addr: '192.0.2.1', port: { range: [1024, 2048] }, flags: ['random'] } },
    type: 'nat',
    hook: 'postrouting',
    before: [tcpMatch],
    bad: [
      { snat: { addr: '192.0.2.1' } },
      { snat: { family: 'ip', addr: '192.0.2.1', flags: ['fully_random'] } },
      { snat: {} },
      { snat: null },
    ],
  },
  dnat: {
    good: { dnat: { family: 'ip', addr: '10.0.0.5', port: 8080 } },
    type: 'nat',
    hook: 'prerouting',
    before: [tcpMatch],
    bad: [{ dnat: { family: 'ip', addr: '2001:db8::1' } }, { dnat: { family: 'ip', addr: '10.0.0.5', port: 'http' } }],
  },
  masquerade: { good: { masquerade: null }, type: 'nat', hook: 'postrouting', bad: [{ masquerade: { addr: 'x' } }] },
  redirect: {
    good: { redirect: { port: 8080 } },
    type: 'nat',
    hook: 'prerouting',
    before: [tcpMatch],
    bad: [{ redirect: { port: 70000 } }],
  },
  tproxy: {
    good: { tproxy: { family: 'ip', port: 8080 } },
    hook: 'prerouting',
    before: [tcpMatch],
    bad: [{ tproxy: { family: 'ip' } }],
  },
  reject: {
    good: { reject: { type: 'icmpx', expr: 'admin-prohibited' } },
    bad: [
      { reject: { type: 'tcpreset' } },
      { reject: { type: 'icmpx', expr: 'net-unreachable' } },
      { reject: { type: 'tcp reset', expr: 1 } },
    ],
  },
  set: {
    good: { set: { op: 'add', elem: { elem: { val: saddr, timeout: 60 } }, set: '@seen' } },
    setup: [set('seen')],
    bad: [
      { set: { elem: saddr, set: '@seen' } },
      { set: { op: 'add', elem: '10.0.0.1', set: '@seen' } },
      { set: { op: 'add', elem: saddr, set: 'seen' } },
      { set: { op: 'add', elem: saddr, set: '@seen', stmt: [{ drop: null }] } },
    ],
  },
  map: {
    good: { map: { op: 'add', elem: saddr, data: 1, map: '@m' } },
    since: '1.0.6.1',
    bad: [{ map: { op: 'add', elem: saddr, map: '@m' } }],
  },
  log: {
    good: { log: { prefix: 'weir drop: ', level: 'info' } },
    bad: [
      { log: { prefix: 'a"b' } },
      { log: { prefix: 'x'.repeat(128) } },
      { log: { level: 'warning' } },
      { log: { flags: ['everything'] } },
      { log: { flags: 'all' } },
      { log: { group: 1, level: 'info' } },
      { log: { snaplen: 10 } },
    ],
  },
  'ct helper': {
    good: { 'ct helper': 'ftp-helper' },
    setup: [{ add: { 'ct helper': { ...T, name: 'ftp-helper', type: 'ftp', protocol: 'tcp', l3proto: 'ip' } } }],
    unloadable: 'the running kernel has no FTP helper',
    bad: [{ 'ct helper': 5 }, { 'ct helper': 'a b' }],
  },
  'ct timeout': {
    good: { 'ct timeout': 'slow' },
    since: '1.0.6.1',
    setup: [
      { add: { 'ct timeout': { ...T, name: 'slow', protocol: 'tcp', l3proto: 'ip', policy: { established: 100 } } } },
    ],
    bad: [{ 'ct timeout': null }],
  },
  'ct expectation': {
    good: { 'ct expectation': 'soon' },
    since: '1.0.6.1',
    setup: [
      {
        add: {
          'ct expectation': {
            ...T,
            name: 'soon',
            l3proto: 'ip',
            protocol: 'tcp',
            dport: 9876,
            timeout: 60000,
            size: 12,
          },
        },
      },
    ],
    bad: [{ 'ct expectation': {} }],
  },
  meter: {
    good: { meter: { name: 'talkers', key: saddr, stmt: { limit: { rate: 5, per: 'second' } }, size: 1024 } },
    bad: [{ meter: { key: saddr, stmt: { limit: { rate: 5, per: 'second' } } } }],
  },
  queue: {
    good: { queue: { num: 1, flags: ['bypass'] } },
    unloadable: 'the running kernel has no queue expression',
    bad: [{ queue: { num: 'one' } }, { queue: { flags: ['skip'] } }],
  },
  'ct count': { good: { 'ct count': { val: 10, inv: true } }, bad: [{ 'ct count': { value: 10 } }] },
  synproxy: {
    good: { synproxy: { mss: 1460, wscale: 7, flags: ['timestamp', 'sack-perm'] } },
    before: [tcpMatch],
    bad: [{ synproxy: { mss: 1460, flags: ['sack'] } }],
  },
  reset: {
    good: { reset: { 'tcp option': { name: 'timestamp' } } },
    bad: [{ reset: 'timestamp' }, { reset: { 'tcp option': { name: 'x' } } }],
  },
  secmark: {
    good: { secmark: 'sec' },
    setup: [{ add: { secmark: { ...T, name: 'sec', context: 'system_u:object_r:ssh_server_packet_t:s0' } } }],
    unloadable: 'the running kernel has no security module',
    bad: [{ secmark: { context: 'x' } }],
  },
  tunnel: { good: { tunnel: 'tun' }, since: '1.1.6', bad: [{ tunnel: {} }] },
};

const rule = (left: unknown, right: unknown, op = '=='): Statement => ({ match: { op, left, right } }) as Statement;
const as = (kind: string, body: unknown): Statement => rule({ [kind]: body }, 1);

/** One sample for each expression, inside a statement. */
export const expressionSamples: Readonly<Record<ExpressionKind, Sample<Statement>>> = {
  concat: {
    good: rule(
      { concat: [saddr, { payload: { protocol: 'tcp', field: 'dport' } }] },
      { set: [{ concat: ['10.0.0.1', 22] }, { concat: ['10.0.0.2', 23] }] },
    ),
    bad: [
      rule({ concat: [saddr] }, '10.0.0.1'),
      rule({ concat: [saddr, { meta: { key: 'mark' } }] }, { set: [{ concat: ['10.0.0.1'] }] }),
      rule({ concat: [saddr, { meta: { key: 'mark' } }] }, { concat: ['10.0.0.1', { set: [1, 2] }] }),
      rule({ concat: Array.from({ length: 5 }, () => ({ meta: { key: 'iifname' } })) }, '@x'),
      rule({ concat: [saddr, { map: { key: saddr, data: '@m' } }] }, '@x'),
    ],
  },
  set: {
    good: rule(saddr, { set: ['10.0.0.1', '10.0.0.2'] }),
    bad: [rule(saddr, { set: [] }), rule({ set: ['10.0.0.1'] }, saddr), rule(saddr, { set: [{ set: ['10.0.0.1'] }] })],
  },
  map: {
    good: {
      mangle: { key: { meta: { key: 'mark' } }, value: { map: { key: saddr, data: { set: [['10.0.0.1', 1]] } } } },
    },
    bad: [
      {
        mangle: { key: { meta: { key: 'mark' } }, value: { map: { key: saddr, data: { set: [['10.0.0.1', 'x']] } } } },
      },
      { mangle: { key: { meta: { key: 'mark' } }, value: { map: { key: saddr, data: 'm' } } } },
    ],
  },
  prefix: {
    good: rule({ payload: { protocol: 'ip6', field: 'saddr' } }, { prefix: { addr: '2001:db8::', len: 32 } }),
    bad: [
      rule(saddr, { prefix: { addr: '10.0.0.1', len: 8 } }),
      rule(saddr, { prefix: { addr: '10.0.0.0', len: 33 } }),
      rule({ payload: { protocol: 'ip6', field: 'saddr' } }, { prefix: { addr: '2001:DB8::', len: 32 } }),
    ],
  },
  range: {
    good: rule(saddr, { range: ['10.0.0.1', '10.0.0.9'] }),
    bad: [rule(saddr, { range: ['10.0.0.9', '10.0.0.1'] }), rule(saddr, { range: ['10.0.0.9'] })],
  },
  payload: {
    good: rule({ payload: { base: 'th', offset: 16, len: 16 } }, 80),
    bad: [
      as('payload', { protocol: 'ip', field: 'sadr' }),
      as('payload', { protocol: 'ipv4', field: 'saddr' }),
      as('payload', { base: 'th', offset: 16 }),
      as('payload', { base: 'l4', offset: 16, len: 16 }),
    ],
  },
  exthdr: {
    good: rule({ exthdr: { name: 'frag' } }, true),
    bad: [as('exthdr', { name: 'fragment' }), as('exthdr', { name: 'frag', field: 'offset' })],
  },
  'tcp option': {
    good: rule({ 'tcp option': { name: 'maxseg', field: 'size' } }, 1460),
    bad: [as('tcp option', { name: 'mss' }), as('tcp option', { name: 'maxseg', field: 'value' })],
  },
  'ip option': {
    good: rule({ 'ip option': { name: 'ra', field: 'value' } }, 1),
    bad: [as('ip option', { name: 'alert' })],
  },
  'sctp chunk': {
    good: rule({ 'sctp chunk': { name: 'data', field: 'flags' } }, 2),
    bad: [as('sctp chunk', { name: 'dat' })],
  },
  'dccp option': {
    good: rule({ 'dccp option': { type: 42 } }, true),
    since: '1.1.3',
    bad: [as('dccp option', { name: 'x' })],
  },
  meta: {
    good: rule({ meta: { key: 'iifname' } }, 'vnet0'),
    bad: [as('meta', { key: 'ibridgename' }), as('meta', { key: 'ibrname' }), as('meta', 'iifname')],
  },
  rt: { good: rule({ rt: { key: 'mtu' } }, 1400), hook: 'output', bad: [as('rt', { key: 'gateway' })] },
  ct: {
    good: rule({ ct: { key: 'state' } }, ['established', 'related'], 'in'),
    bad: [
      as('ct', { key: 'states' }),
      as('ct', { key: 'proto-dst' }),
      as('ct', { key: 'state', dir: 'original' }),
      rule({ ct: { key: 'state' } }, ['establised'], 'in'),
      rule({ ct: { key: 'saddr', dir: 'original' } }, '10.0.0.1'),
    ],
  },
  numgen: { good: rule({ numgen: { mode: 'inc', mod: 10 } }, 1), bad: [as('numgen', { mode: 'next', mod: 1 })] },
  jhash: { good: rule({ jhash: { mod: 8, expr: saddr } }, 1), bad: [as('jhash', { mod: 8 })] },
  symhash: { good: rule({ symhash: { mod: 8 } }, 1), bad: [as('symhash', { mod: 0 })] },
  fib: {
    good: rule({ fib: { result: 'oif', flags: ['saddr', 'iif'] } }, false),
    hook: 'prerouting',
    bad: [
      rule({ fib: { result: 'oif', flags: ['saddr', 'daddr'] } }, false),
      rule({ fib: { result: 'oif', flags: 'saddr' } }, false),
    ],
  },
  '|': {
    good: { mangle: { key: { meta: { key: 'mark' } }, value: { '|': [{ meta: { key: 'mark' } }, 1] } } },
    bad: [{ mangle: { key: { meta: { key: 'mark' } }, value: { '|': [{ meta: { key: 'mark' } }] } } }],
  },
  '^': {
    good: { mangle: { key: { ct: { key: 'mark' } }, value: { '^': [{ ct: { key: 'mark' } }, 255] } } },
    bad: [{ mangle: { key: { ct: { key: 'mark' } }, value: { '^': 255 } } }],
  },
  '&': {
    good: rule({ '&': [{ meta: { key: 'mark' } }, 255] }, 1),
    bad: [rule({ '&': [255, { meta: { key: 'mark' } }] }, 1)],
  },
  '<<': {
    good: { mangle: { key: { meta: { key: 'mark' } }, value: { '<<': [{ meta: { key: 'mark' } }, 8] } } },
    bad: [{ mangle: { key: { meta: { key: 'mark' } }, value: { '<<': [{ meta: { key: 'mark' } }, 'a b'] } } }],
  },
  '>>': {
    good: { mangle: { key: { meta: { key: 'mark' } }, value: { '>>': [{ meta: { key: 'mark' } }, 8] } } },
    bad: [{ mangle: { key: { meta: { key: 'mark' } }, value: { '>>': [] } } }],
  },
  accept: { good: vmapTo({ accept: null }), bad: [vmapTo({ accept: 1 })] },
  drop: { good: vmapTo({ drop: null }), bad: [vmapTo('drop')] },
  continue: { good: vmapTo({ continue: null }), bad: [vmapTo({ continue: null, drop: null })] },
  return: { good: vmapTo({ return: null }), bad: [vmapTo({ return: {} })] },
  jump: {
    good: vmapTo({ jump: { target: 'other' } }),
    setup: [{ add: { chain: { ...T, name: 'other' } } }],
    bad: [vmapTo({ jump: 'other' })],
  },
  goto: {
    good: vmapTo({ goto: { target: 'other' } }),
    setup: [{ add: { chain: { ...T, name: 'other' } } }],
    bad: [vmapTo({ goto: { chain: 'other' } })],
  },
  elem: {
    good: { set: { op: 'update', elem: { elem: { val: saddr, timeout: 5 } }, set: '@seen' } },
    setup: [set('seen')],
    bad: [
      { set: { op: 'update', elem: { elem: { val: saddr, timeout: 0.5 } }, set: '@seen' } },
      { set: { op: 'update', elem: { elem: { value: saddr } }, set: '@seen' } },
    ],
  },
  socket: {
    good: rule({ socket: { key: 'transparent' } }, 1),
    hook: 'prerouting',
    bad: [as('socket', { key: 'uid' })],
  },
  osf: { good: rule({ osf: { key: 'name' } }, 'Linux'), hook: 'input', bad: [as('osf', { key: 'os' })] },
  ipsec: {
    good: rule({ ipsec: { key: 'reqid', dir: 'in', spnum: 0 } }, 1),
    hook: 'input',
    unloadable: 'the running kernel has no xfrm expression',
    bad: [as('ipsec', { key: 'req' })],
  },
  tunnel: { good: rule({ tunnel: { key: 'id' } }, 1), since: '1.1.6', bad: [as('tunnel', { key: 'name' })] },
};

function vmapTo(verdict: unknown): Statement {
  return { vmap: { key: saddr, data: { set: [['10.0.0.1', verdict]] } } } as Statement;
}

const placed = { ...T, name: 'x' } as const;

/** One sample for each object, as a command. */
export const objectSamples: Readonly<Record<ObjectKind, Sample<Command>>> = {
  table: {
    good: { add: { table: { family: 'inet', name: 'x' } } },
    bad: [{ add: { table: { family: 'inet', name: 'tcp' } } }, { add: { table: { family: 'ipv4', name: 'x' } } }],
  },
  chain: {
    good: { add: { chain: { ...placed, type: 'filter', hook: 'input', prio: 0, policy: 'drop' } } },
    bad: [
      { add: { chain: { ...placed, type: 'filter', hook: 'input', prio: 'filter', policy: 'drop' } } },
      { add: { chain: { ...placed, type: 'filter', hook: 'input', prio: 0.5, policy: 'drop' } } },
      { add: { chain: { ...placed, type: 'filter', hook: 'input', prio: null, policy: 'drop' } } },
      { add: { chain: { ...placed, type: 'filter', hook: 'input', policy: 'drop' } } },
      { add: { chain: { ...placed, type: 'filter', hok: 'input', prio: 0, policy: 'drop' } } },
      { add: { chain: { ...placed, policy: 'drop' } } },
      { add: { chain: { ...placed, type: 'filter', hook: 'input', prio: 0, policy: 0 } } },
      { add: { chain: { ...placed, type: 'nat', hook: 'forward', prio: 0 } } },
      { add: { chain: { ...placed, type: 'filter', hook: 'ingress', prio: 0 } } },
      { add: { chain: { ...placed, family: 'bridge', type: 'nat', hook: 'prerouting', prio: 0 } } },
    ],
  },
  rule: {
    good: { add: { rule: { ...T, chain: 'c', expr: [{ accept: null }], comment: 'web.weir:12 allow' } } },
    bad: [
      { add: { rule: { ...T, chain: 'c', expr: [{ accept: null }], comment: 'x'.repeat(129) } } },
      { add: { rule: { ...T, chain: 'c', expr: [{ accept: null }], comment: 'a"b\nadd rule inet t c drop #' } } },
      { add: { rule: { ...T, chain: 'c', expr: [] } } },
      { add: { rule: { ...T, chain: 'c', expr: [{ accept: null, drop: null }] } } },
      { add: { rule: { ...T, chain: 'c', expr: [{ accept: null }, { counter: null }] } } },
      { add: { rule: { ...T, chain: 'c', expr: [{ acept: null }] } } },
      { add: { rule: { ...T, chain: 'c', handle: 4, expr: [{ accept: null }] } } },
      { add: { rule: { ...T, chain: 'c', expr: [{ xt: null }] } } },
    ],
  },
  set: {
    good: {
      add: {
        set: {
          ...placed,
          type: ['ifname', 'ipv4_addr'],
          flags: ['interval'],
          elem: [{ concat: ['vnet0', { prefix: { addr: '10.0.0.0', len: 24 } }] }],
        },
      },
    },
    bad: [
      { add: { set: { ...placed, type: 'ipv4_addr', flags: 'interval' } } },
      { add: { set: { ...placed, type: 'ipv4_addr', elem: [] } } },
      { add: { set: { ...placed, type: 'ipv4_addr', elem: [{ prefix: { addr: '10.0.0.0', len: 24 } }] } } },
      { add: { set: { ...placed, type: 'ipv4', elem: ['10.0.0.1'] } } },
      { add: { set: { ...placed, type: 'integer' } } },
      { add: { set: { ...placed, type: 'ifname', elem: ['redirect'] } } },
      { add: { set: { ...placed, type: 'ipv6_addr', elem: ['2001:db8:0::1'] } } },
      { add: { set: { ...placed, type: 'ether_addr', elem: ['52:54:00:AA:BB:CC'] } } },
      { add: { set: { ...placed, type: ['ifname', 'ipv4_addr'], elem: ['vnet0'] } } },
      { add: { set: { ...placed, type: ['ifname', 'ifname', 'ifname', 'ifname', 'mark'] } } },
      { add: { set: { ...placed, type: 'ipv4_addr', comment: 'never read' } } },
      { add: { set: { ...placed, type: 'ipv4_addr', elem: [{ elem: { val: '10.0.0.1', timeout: 5 } }] } } },
    ],
  },
  map: {
    good: { add: { map: { ...placed, type: 'ifname', map: 'verdict', elem: [['vnet0', { accept: null }]] } } },
    bad: [
      { add: { map: { ...placed, type: 'ifname' } } },
      { add: { map: { ...placed, type: 'ifname', map: 'verdicts' } } },
      { add: { map: { ...placed, type: 'ifname', map: 'mark', elem: [['vnet0', { accept: null }]] } } },
      {
        add: {
          map: {
            ...placed,
            type: 'ifname',
            map: 'verdict',
            elem: [
              ['vnet0', { accept: null }],
              ['vnet0', { drop: null }],
            ],
          },
        },
      },
      { add: { map: { ...placed, type: 'ifname', map: 'verdict', elem: ['vnet0'] } } },
    ],
  },
  element: {
    good: { add: { element: { ...placed, elem: ['10.0.0.1'] } } },
    setup: [{ add: { set: { ...placed, type: 'ipv4_addr' } } }],
    bad: [
      { add: { element: { ...placed, elem: [] } } },
      { add: { element: { ...placed, elem: '10.0.0.1' } } },
      { add: { element: { ...placed, elem: ['@other'] } } },
    ],
  },
  flowtable: {
    good: { add: { flowtable: { ...placed, hook: 'ingress', prio: 0, dev: 'lo' } } },
    unloadable: 'the running kernel has no flowtables',
    bad: [
      { add: { flowtable: { ...placed, hook: 'ingress', prio: 0 } } },
      { add: { flowtable: { ...placed, hook: 'ingress', prio: 0, dev: 'lo', flags: ['offload'] } } },
    ],
  },
  counter: {
    good: { add: { counter: { ...placed, packets: 0, bytes: 0 } } },
    bad: [{ add: { counter: { ...placed, packets: '0' } } }],
  },
  quota: { good: { add: { quota: { ...placed, bytes: 1000 } } }, bad: [{ add: { quota: { ...placed } } }] },
  limit: {
    good: { add: { limit: { ...placed, rate: 5, per: 'minute', burst: 5 } } },
    bad: [{ add: { limit: { ...placed, rate: 5, unit: 'minute' } } }],
  },
  'ct helper': {
    good: { add: { 'ct helper': { ...placed, type: 'ftp', protocol: 'tcp', l3proto: 'ip' } } },
    unloadable: 'the running kernel has no FTP helper',
    bad: [{ add: { 'ct helper': { ...placed, type: 'ftp', protocol: 'sctp' } } }],
  },
  'ct timeout': {
    good: { add: { 'ct timeout': { ...placed, protocol: 'tcp', l3proto: 'ip', policy: { established: 100 } } } },
    since: '1.0.6.1',
    bad: [
      { add: { 'ct timeout': { ...placed, protocol: 'tcp', policy: { established: 'long' } } } },
      { add: { 'ct timeout': { ...placed, protocol: 'tcp', state: 'established', value: 5 } } },
    ],
  },
  'ct expectation': {
    good: {
      add: { 'ct expectation': { ...placed, l3proto: 'ip', protocol: 'tcp', dport: 80, timeout: 1000, size: 4 } },
    },
    since: '1.0.6.1',
    bad: [{ add: { 'ct expectation': { ...placed, protocol: 'tcp', dport: 80 } } }],
  },
  secmark: {
    good: { add: { secmark: { ...placed, context: 'system_u:object_r:ssh_server_packet_t:s0' } } },
    unloadable: 'the running kernel has no security module',
    bad: [{ add: { secmark: { ...placed } } }],
  },
  synproxy: {
    good: { add: { synproxy: { ...placed, mss: 1460, wscale: 7 } } },
    since: '1.1.3',
    bad: [{ add: { synproxy: { ...placed, mss: 1460 } } }],
  },
  tunnel: {
    good: { add: { tunnel: { ...placed, id: 1, 'src-ipv4': '10.0.0.1', 'dst-ipv4': '10.0.0.2' } } },
    since: '1.1.6',
    bad: [{ add: { tunnel: { ...placed, id: 1, 'src-ipv4': 'here' } } }],
  },
};

const makeSet: Command = { add: { set: { ...placed, type: 'ipv4_addr' } } };
const makeChain: Command = { add: { chain: placed } };

/** One sample for each command. */
export const commandSamples: Readonly<Record<CommandKind, Sample<Command>>> = {
  add: objectSamples.chain,
  replace: {
    good: { replace: { rule: { ...T, chain: 'c', handle: 2, expr: [{ accept: null }] } } },
    unloadable: 'needs the handle of a rule that is there',
    bad: [{ replace: { rule: { ...T, chain: 'c', expr: [{ accept: null }] } } }],
  },
  create: {
    good: { create: { chain: placed } },
    bad: [{ create: { rule: { ...T, chain: 'c', expr: [{ accept: null }] } } }],
  },
  insert: {
    good: { insert: { rule: { ...T, chain: 'c', expr: [{ accept: null }] } } },
    bad: [{ insert: { chain: placed } }],
  },
  delete: {
    good: { delete: { set: placed } },
    setup: [makeSet],
    bad: [{ delete: { set: T } }, { delete: { rule: { ...T, chain: 'c' } } }, { remove: { set: placed } }],
  },
  destroy: {
    good: { destroy: { set: placed } },
    since: '1.1.3',
    bad: [{ destroy: { rule: { ...T, chain: 'c', handle: 4 } } }],
  },
  list: {
    good: { list: { ruleset: null } },
    unloadable: 'nft lists only what was there before the transaction',
    bad: [{ list: { everything: null } }],
  },
  reset: { good: { reset: { counters: { family: 'inet', table: 't' } } }, bad: [{ reset: { chain: placed } }] },
  flush: { good: { flush: { chain: placed } }, setup: [makeChain], bad: [{ flush: { rule: placed } }] },
  rename: {
    good: { rename: { chain: { ...placed, newname: 'y' } } },
    unloadable: 'nft renames only chains that were there before the transaction',
    bad: [{ rename: { chain: placed } }],
  },
};
