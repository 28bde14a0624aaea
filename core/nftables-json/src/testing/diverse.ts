/** Documents that use many constructs together, for comparing what was written with what the kernel lists. */
import type { Command, NftDocument } from '../types/command.ts';
import type { Family, Hook } from '../types/family.ts';
import type { Statement } from '../types/statement.ts';

function ruleset(
  family: Family,
  hook: Hook,
  rules: readonly (readonly unknown[])[],
  setup: readonly Command[] = [],
  type: 'filter' | 'nat' = 'filter',
): NftDocument {
  return {
    nftables: [
      { add: { table: { family, name: 't' } } },
      { add: { chain: { family, table: 't', name: 'other' } } },
      ...setup,
      { add: { chain: { family, table: 't', name: 'c', type, hook, prio: 0, policy: 'drop' } } },
      ...rules.map((expr): Command => ({
        add: { rule: { family, table: 't', chain: 'c', expr: expr as readonly Statement[] } },
      })),
    ],
  };
}

const f = (protocol: string, field: string): unknown => ({ payload: { protocol, field } });
const m = (key: string): unknown => ({ meta: { key } });
const is = (left: unknown, right: unknown, op = '=='): unknown => ({ match: { op, left, right } });
const drop = { drop: null };
const accept = { accept: null };
const counter = { counter: null };

const bridge = { family: 'bridge', table: 't' } as const;
const inet = { family: 'inet', table: 't' } as const;

/** The documents by name. */
export const diverseDocuments: Readonly<Record<string, NftDocument>> = {
  'protocol dependencies in inet': ruleset('inet', 'forward', [
    [is(f('tcp', 'dport'), 22), accept],
    [is(m('l4proto'), 'tcp'), is(f('tcp', 'dport'), { set: [22, 80, { range: [8000, 8080] }] }), drop],
    [is(m('l4proto'), { set: ['tcp', 'udp'] }), is(f('th', 'dport'), 53), drop],
    [is(m('nfproto'), 'ipv4'), is(f('ip', 'saddr'), '10.0.0.1'), drop],
    [
      is(f('ip', 'saddr'), { prefix: { addr: '10.0.0.0', len: 8 } }),
      is(f('ip', 'daddr'), { range: ['10.0.0.1', '10.0.0.9'] }),
      counter,
      drop,
    ],
    [is(f('ip', 'protocol'), 'tcp'), is(f('tcp', 'sport'), 1024, '<'), drop],
    [is(f('icmp', 'type'), 'echo-request'), accept],
    [is(m('nfproto'), 'ipv4'), is(f('icmp', 'type'), { set: ['echo-request', 'echo-reply'] }), accept],
    [is(f('icmpv6', 'type'), { set: ['nd-neighbor-solicit', 'nd-neighbor-advert', 143] }), accept],
    [is(f('ip6', 'nexthdr'), 'icmpv6'), is(f('icmpv6', 'type'), 135), accept],
    [is(f('ip', 'frag-off'), 0), accept],
    [is({ '&': [f('ip', 'frag-off'), 0x1fff] }, 0, '!='), drop],
    [is(f('ip', 'ttl'), 5, '<='), drop],
    [is(f('ip', 'dscp'), 'ef'), accept],
    [is(m('l4proto'), 'icmpv6'), drop],
    [is(m('l4proto'), 2), drop],
  ]),
  'layers in bridge': ruleset('bridge', 'forward', [
    [is(f('ether', 'type'), 'arp'), is(f('arp', 'operation'), 'request'), is(f('arp', 'saddr ip'), '10.0.0.1'), accept],
    [is(f('ether', 'type'), 0x88cc), drop],
    [is(f('ether', 'type'), { set: ['ip', 'ip6', 'arp'] }), counter, accept],
    [is(m('protocol'), 'ip'), is(f('ip', 'saddr'), { set: ['10.0.0.1'] }), drop],
    [is(f('ether', 'type'), 'ip'), is(f('ip', 'daddr'), '10.0.0.1'), drop],
    [is(f('ip6', 'saddr'), { prefix: { addr: 'fe80::', len: 10 } }), is(f('icmpv6', 'type'), 'nd-router-advert'), drop],
    [is(f('ether', 'saddr'), '52:54:00:00:00:01', '!='), drop],
    [is({ '&': [f('ether', 'daddr'), '01:00:00:00:00:00'] }, '01:00:00:00:00:00'), accept],
    [is(f('vlan', 'id'), 5), drop],
    [is(f('ip', 'saddr'), '10.0.0.1'), is(f('udp', 'sport'), 68), is(f('udp', 'dport'), 67), accept],
    [is(m('pkttype'), 'multicast'), drop],
    [is({ payload: { base: 'th', offset: 64, len: 32 } }, 5), drop],
    [is(m('l4proto'), 'tcp'), is({ '&': [f('tcp', 'flags'), ['syn', 'ack']] }, 'syn'), drop],
  ]),
  'states, marks and bits': ruleset('inet', 'prerouting', [
    [is({ ct: { key: 'state' } }, ['established', 'related'], 'in'), accept],
    [is({ ct: { key: 'state' } }, 'invalid', 'in'), drop],
    [is({ ct: { key: 'state' } }, { set: ['new', 'untracked'] }), counter, { continue: null }],
    [
      {
        vmap: {
          key: { ct: { key: 'state' } },
          data: {
            set: [
              ['established', accept],
              ['related', accept],
              ['invalid', drop],
            ],
          },
        },
      },
    ],
    [is({ ct: { key: 'status' } }, 'dnat', 'in'), accept],
    [is({ ct: { key: 'direction' } }, 'reply'), accept],
    [is(f('tcp', 'flags'), ['syn', 'rst'], 'in'), drop],
    [is({ '&': [f('tcp', 'flags'), ['fin', 'syn', 'rst', 'ack']] }, 'syn'), drop],
    [{ mangle: { key: m('mark'), value: { '|': [m('mark'), 16] } } }],
    [{ mangle: { key: m('mark'), value: { '&': [m('mark'), 0xfffffff0] } } }],
    [{ mangle: { key: m('mark'), value: { '^': [m('mark'), 3] } } }],
    [{ mangle: { key: m('mark'), value: { '|': [{ '&': [m('mark'), 0xffff0000] }, 5] } } }],
    [{ mangle: { key: { ct: { key: 'mark' } }, value: m('mark') } }],
    [is({ '&': [m('mark'), 0x30] }, 0x10), drop],
    [is({ '&': [m('mark'), 0x30] }, 0, '!='), drop],
    [is(m('mark'), { range: [1, 100] }), drop],
    [is(m('iifname'), { set: ['vnet0', 'vnet1'] }), drop],
    [is(m('iif'), 'lo'), accept],
    [is({ fib: { result: 'type', flags: ['daddr'] } }, 'local'), accept],
  ]),
  'limits, logs and refusals': ruleset(
    'inet',
    'input',
    [
      [{ limit: { rate: 10, per: 'second' } }, accept],
      [{ limit: { rate: 10, per: 'minute', burst: 5 } }, accept],
      [{ limit: { rate: 1024, per: 'second', rate_unit: 'kbytes', burst: 1, burst_unit: 'mbytes', inv: true } }, drop],
      [{ quota: { val: 2048, val_unit: 'kbytes', inv: true } }, drop],
      [{ log: { prefix: 'drop: ', level: 'info', flags: ['skuid', 'ether'] } }, drop],
      [{ log: { level: 'warn' } }],
      [{ log: { group: 2, snaplen: 100 } }],
      [{ reject: null }],
      [{ reject: { type: 'icmpx', expr: 'admin-prohibited' } }],
      [is(m('l4proto'), 'tcp'), { reject: { type: 'tcp reset' } }],
      [is(m('nfproto'), 'ipv4'), { reject: { type: 'icmp', expr: 'host-prohibited' } }],
      [{ reject: { type: 'icmpv6', expr: 'no-route' } }],
      [{ 'ct count': { val: 5, inv: true } }, drop],
      [counter, { jump: { target: 'other' } }],
      [{ counter: 'hits' }, { limit: 'slow' }, { quota: 'much' }, { goto: { target: 'other' } }],
    ],
    [
      { add: { counter: { ...inet, name: 'hits' } } },
      { add: { limit: { ...inet, name: 'slow', rate: 10, per: 'hour' } } },
      { add: { quota: { ...inet, name: 'much', bytes: 1000000 } } },
    ],
  ),
  'sets and maps': ruleset(
    'bridge',
    'forward',
    [
      [{ vmap: { key: m('iifname'), data: '@dispatch' } }],
      [is({ concat: [m('iifname'), f('ether', 'saddr'), f('ip', 'saddr')] }, '@spoof', '!='), drop],
      [
        is(
          { concat: [f('ip', 'saddr'), f('tcp', 'dport')] },
          {
            set: [
              { concat: ['10.0.0.1', 22] },
              { concat: [{ prefix: { addr: '10.1.0.0', len: 16 } }, { range: [1, 9] }] },
            ],
          },
        ),
        drop,
      ],
      [
        {
          vmap: {
            key: { concat: [m('l4proto'), f('th', 'dport')] },
            data: {
              set: [
                [{ concat: ['tcp', 22] }, accept],
                [{ concat: ['udp', 53] }, { goto: { target: 'other' } }],
              ],
            },
          },
        },
      ],
      [{ set: { op: 'update', elem: { elem: { val: f('ip', 'saddr'), timeout: 60 } }, set: '@seen' } }],
      [{ set: { op: 'add', elem: f('ip', 'saddr'), set: '@rated', stmt: [{ limit: { rate: 10, per: 'second' } }] } }],
      [{ mangle: { key: m('mark'), value: { map: { key: m('iifname'), data: '@marks' } } } }],
      [is(f('ip6', 'saddr'), '@nets6'), drop],
    ],
    [
      { add: { map: { ...bridge, name: 'dispatch', type: 'ifname', map: 'verdict', size: 1000 } } },
      {
        add: {
          element: {
            ...bridge,
            name: 'dispatch',
            elem: [
              ['vnet1', { goto: { target: 'other' } }],
              ['vnet0', { jump: { target: 'other' } }],
            ],
          },
        },
      },
      {
        add: {
          set: {
            ...bridge,
            name: 'spoof',
            type: ['ifname', 'ether_addr', 'ipv4_addr'],
            flags: ['interval'],
            elem: [
              { concat: ['vnet0', '52:54:00:00:00:01', { prefix: { addr: '10.0.0.0', len: 24 } }] },
              { concat: ['vnet1', '52:54:00:00:00:02', '10.0.0.1'] },
            ],
          },
        },
      },
      { add: { set: { ...bridge, name: 'seen', type: 'ipv4_addr', flags: ['timeout'] } } },
      { add: { set: { ...bridge, name: 'rated', type: 'ipv4_addr', flags: ['timeout'], timeout: 60, size: 500 } } },
      { add: { map: { ...bridge, name: 'marks', type: 'ifname', map: 'mark', elem: [['vnet0', 1]] } } },
      {
        add: {
          set: {
            ...bridge,
            name: 'nets6',
            type: 'ipv6_addr',
            flags: ['interval'],
            elem: [{ prefix: { addr: '2001:db8::', len: 32 } }, 'fe80::1', { range: ['fd00::1', 'fd00::9'] }],
          },
        },
      },
      { add: { set: { ...bridge, name: 'kinds', type: 'ether_type', elem: [0x0800, 'arp', 0x88cc] } } },
      {
        add: {
          set: {
            ...bridge,
            name: 'ports',
            type: ['inet_proto', 'inet_service'],
            elem: [{ concat: ['tcp', 22] }, { concat: [17, 53] }],
          },
        },
      },
      { add: { set: { ...bridge, name: 'states', type: 'ct_state', elem: ['new', 'established'] } } },
      { add: { set: { ...bridge, name: 'types', type: 'icmpv6_type', elem: [135, 'nd-router-advert'] } } },
      { add: { set: { ...bridge, name: 'gone', type: 'mark', elem: [1, 2, 3] } } },
      { delete: { element: { ...bridge, name: 'gone', elem: [2] } } },
      {
        add: {
          map: {
            ...bridge,
            name: 'rest',
            type: 'ipv4_addr',
            map: 'verdict',
            flags: ['interval'],
            elem: [
              [{ prefix: { addr: '10.0.0.0', len: 8 } }, accept],
              ['*', drop],
            ],
          },
        },
      },
    ],
  ),
  'translation of sources': ruleset(
    'inet',
    'postrouting',
    [
      [{ masquerade: null }],
      [is(f('ip', 'daddr'), { prefix: { addr: '224.0.0.0', len: 24 } }), { return: null }],
      [is(m('l4proto'), 'tcp'), { masquerade: { port: { range: [1024, 65535] }, flags: ['random', 'persistent'] } }],
      [
        is(m('l4proto'), { set: ['tcp', 'udp'] }),
        { snat: { family: 'ip', addr: '192.0.2.1', port: { range: [1024, 2048] } } },
      ],
      [is(f('ip', 'saddr'), '10.0.0.1'), { snat: { family: 'ip', addr: { range: ['192.0.2.1', '192.0.2.4'] } } }],
      [is(f('ip6', 'saddr'), 'fd00::1'), { snat: { family: 'ip6', addr: '2001:db8::1' } }],
    ],
    [],
    'nat',
  ),
  'translation of destinations': ruleset(
    'inet',
    'prerouting',
    [
      [is(f('tcp', 'dport'), 8080), { dnat: { family: 'ip', addr: '10.0.0.1', port: 80 } }],
      [
        is(f('ip', 'daddr'), '192.0.2.1'),
        is(f('udp', 'dport'), { range: [5000, 5010] }),
        { dnat: { family: 'ip', addr: '10.0.0.1' } },
      ],
      [is(f('tcp', 'dport'), 53), { redirect: { port: 5353 } }],
      [is(f('tcp', 'dport'), 443), { dnat: { family: 'ip6', addr: 'fd00::5', port: 8443 } }],
      [
        {
          dnat: {
            family: 'ip',
            addr: {
              map: {
                key: f('tcp', 'dport'),
                data: {
                  set: [
                    [80, '10.0.0.1'],
                    [81, '10.0.0.2'],
                  ],
                },
              },
            },
          },
        },
      ],
    ],
    [],
    'nat',
  ),
};
