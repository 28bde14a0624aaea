/** Accepted and refused samples of every expression, inside a statement. */
import type { ExpressionKind } from '../types/expression.ts';
import type { Statement } from '../types/statement.ts';
import type { Sample } from './sample.ts';
import { T, saddr, set } from './sample.ts';

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
    bad: [as('ipsec', { key: 'req' })],
  },
  tunnel: { good: rule({ tunnel: { key: 'id' } }, 1), since: '1.1.6', bad: [as('tunnel', { key: 'name' })] },
};

function vmapTo(verdict: unknown): Statement {
  return { vmap: { key: saddr, data: { set: [['10.0.0.1', verdict]] } } } as Statement;
}
