/** Accepted and refused samples of every statement. */
import type { Statement, StatementKind } from '../types/statement.ts';
import type { Sample } from './sample.ts';
import { T, saddr, set, tcpMatch } from './sample.ts';

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
