/** Accepted and refused samples of every object and command. */
import type { Command, CommandKind } from '../types/command.ts';
import type { ObjectKind } from '../types/object.ts';
import type { Sample } from './sample.ts';
import { T } from './sample.ts';

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
    unloadable: 'nft 1.0.6 crashes on a listing after changes in one transaction',
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
