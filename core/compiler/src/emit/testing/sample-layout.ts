/** A small layout made by hand, for the tests of emission: two profiles and as many ports as asked for. */
import type { Expression, TableName } from '@weir/nftables-json';
import { accept, concat, counter, drop, goto, jump, limit, match, meta, payload } from '@weir/nftables-json';
import { setRef, setUpdate, vmap } from '@weir/nftables-json';
import type { HostOrigin, Layout, LayoutChain, LayoutInterface, LayoutProfile, LayoutSet } from '../../lower/layout.ts';
import type { Origin } from '../../policy/rule.ts';
import type { Target } from '../../target/target.ts';

const BRIDGE: TableName = { family: 'bridge', name: 'weir' };
const INET: TableName = { family: 'inet', name: 'weir' };

/** The only rule file; `filter web` starts on line 3, column 3. */
export const SAMPLE_FILE = 'site/web.weir';
export const SAMPLE_TEXT = 'network front {}\n\n  filter web {}\n';

const written = (statement: number): Origin => ({
  span: { file: SAMPLE_FILE, start: SAMPLE_TEXT.indexOf('filter'), end: SAMPLE_TEXT.length },
  item: 'filter web',
  statement,
});
const own = (purpose: string): HostOrigin => ({ item: 'weir', purpose });
const ofNetwork = { item: 'network front', purpose: 'replies', plugin: '@weir/plugin-nat' } as const;

function set(name: string, type: LayoutSet['type'], more: Partial<LayoutSet> = {}): LayoutSet {
  return { table: BRIDGE, name, type, flags: [], elements: [], ...more };
}

const sets: readonly LayoutSet[] = [
  set('from', 'ifname', { map: 'verdict' }),
  set('to', 'ifname', { map: 'verdict' }),
  set('self-mac', ['ifname', 'ether_addr']),
  set('self-ip4-net', ['ifname', 'ipv4_addr'], { flags: ['interval'] }),
  set('office', 'ipv4_addr', { flags: ['interval'], elements: [{ prefix: { addr: '198.51.100.0', len: 24 } }] }),
  set('uplinks', 'ifname', { table: INET, elements: ['br-front'] }),
];

const chains: readonly LayoutChain[] = [
  {
    table: BRIDGE,
    name: 'from-guest',
    base: { type: 'filter', hook: 'prerouting', prio: 10, policy: 'accept' },
    rules: [{ statements: [vmap(meta('iifname'), setRef('from'))], origin: own('dispatch') }],
  },
  {
    table: BRIDGE,
    name: 'to-guest',
    base: { type: 'filter', hook: 'postrouting', prio: 10, policy: 'accept' },
    rules: [{ statements: [vmap(meta('oifname'), setRef('to'))], origin: own('dispatch') }],
  },
  {
    table: INET,
    name: 'front-forward',
    rules: [
      { statements: [match(meta('iifname'), '==', setRef('uplinks')), counter('seen'), accept], origin: ofNetwork },
    ],
  },
  {
    table: INET,
    name: 'forward',
    base: { type: 'filter', hook: 'forward', prio: 0, policy: 'accept' },
    rules: [{ statements: [jump('front-forward')], origin: own('networks') }],
  },
];

function profile(name: string): LayoutProfile {
  const self = concat(meta('iifname'), payload('ether', 'saddr'));
  const count = setUpdate('update', payload('ip', 'saddr'), `${name}-count`, [limit(10, 'second', { inv: true })]);
  return {
    name,
    sets: [
      set(`${name}-ports`, 'inet_service', { elements: [80, 443] }),
      set(`${name}-count`, 'ipv4_addr', { flags: ['dynamic'] }),
    ],
    chains: [
      {
        table: BRIDGE,
        name: `${name}-web`,
        rules: [
          { statements: [match(payload('ip', 'saddr'), '==', setRef('office')), accept], origin: written(1) },
          { statements: [match(payload('tcp', 'dport'), '==', setRef(`${name}-ports`)), accept], origin: written(2) },
          { statements: [drop], origin: written(3) },
        ],
      },
      {
        table: BRIDGE,
        name: `${name}-out`,
        rules: [
          { statements: [match(self, '!=', setRef('self-mac')), drop], origin: own('guard') },
          { statements: [count, drop], origin: written(4) },
          { statements: [accept], origin: own('end') },
        ],
      },
      { table: BRIDGE, name: `${name}-in`, rules: [{ statements: [jump(`${name}-web`)], origin: own('filters') }] },
    ],
  };
}

function elements(setName: string, ...all: readonly Expression[]): LayoutInterface['elements'][number] {
  return { table: BRIDGE, set: setName, elements: all };
}

function port(index: number): LayoutInterface {
  const ifname = `vnet${String(index).padStart(5, '0')}`;
  const name = index % 2 === 0 ? 'p-even' : 'p-odd';
  const [high, low] = [Math.floor(index / 256), index % 256];
  const mac = `52:54:00:00:${hex(high)}:${hex(low)}`;
  const addresses: readonly Expression[] = [
    concat(ifname, { prefix: { addr: `10.${high}.${low}.0`, len: 28 } }),
    concat(ifname, `192.168.${high}.${low}`),
  ];
  return {
    ifname,
    guest: `web${index}`,
    network: 'front',
    profile: name,
    elements: [
      elements('self-mac', concat(ifname, mac)),
      elements('self-ip4-net', ...addresses),
      elements('from', [ifname, goto(`${name}-out`)]),
      elements('to', [ifname, goto(`${name}-in`)]),
    ],
  };
}

const hex = (value: number): string => value.toString(16).padStart(2, '0');

/** The layout with `ports` ports (at most 65,536) of two profiles, for `target`. */
export function sampleLayout(target: Target, ports: number): Layout {
  return {
    target,
    tables: [BRIDGE, INET],
    sets,
    counters: [{ table: INET, name: 'seen' }],
    chains,
    profiles: [profile('p-even'), profile('p-odd')],
    interfaces: Array.from({ length: ports }, (_, index) => port(index)),
    topology: { format: 1, sysctls: [], networks: [] },
  };
}
