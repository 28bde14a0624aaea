import { expect, test } from 'vitest';
import { definePlugin, type Plugin } from '../define-plugin.ts';
import { defineMode, type ForwardingMode } from '../mode.ts';
import type { NetworkRule } from '../network-rule.ts';
import type { NetworkView } from '../network.ts';
import { servedBridge } from '../served-network.ts';
import { FORWARDING_MODE } from '../tokens.ts';
import { contractFindings, contractTest, type ContractOptions } from './contract.ts';
import { SAMPLE_SPAN, sampleNetwork } from './sample-networks.ts';

const drop = (hook: 'forward-from' | 'forward-to'): NetworkRule => ({
  hook,
  matches: [],
  action: { kind: 'drop' },
  purpose: 'nothing passes',
});
const CLOSED = [drop('forward-from'), drop('forward-to')];

/** A mode that keeps the contract; each test breaks one thing of it. */
const good: ForwardingMode = defineMode({
  name: 'sound',
  doc: 'a mode for tests',
  attachment: 'bridge-port',
  subnets: 'optional',
  settings: { quiet: { doc: 'a switch', type: { kind: 'flag' } } },
  hooks: ['forward-from', 'forward-to', 'dstnat', 'srcnat'],
  check: () => [],
  topology: (network) => ({ bridge: servedBridge(network), sysctls: [], elsewhere: [] }),
  rules: () => CLOSED,
  guarantees: ({ name }) => [{ title: 'nothing enters', claim: `never from world to network(${name})` }],
});

const pluginOf = (mode: ForwardingMode, over: Partial<Plugin> = {}): Plugin =>
  definePlugin({
    name: 'sound',
    api: 1,
    requires: [],
    register: (container) => void container.register(FORWARDING_MODE, { useFactory: () => mode }),
    ...over,
  });

const rulesFound = (plugin: Plugin, options?: ContractOptions): readonly string[] => [
  ...new Set(contractFindings(plugin, options).map(({ rule }) => rule)),
];

const withRule = (rule: Partial<NetworkRule>): ForwardingMode => ({
  ...good,
  rules: () => [{ hook: 'forward-from', matches: [], action: { kind: 'drop' }, purpose: 'a test', ...rule }, ...CLOSED],
});

const topologyWith = (over: (network: NetworkView) => object): ForwardingMode => ({
  ...good,
  topology: (network) => ({ ...good.topology(network), ...over(network) }),
});

test('a plugin that keeps the contract has no findings', () => {
  expect(contractFindings(pluginOf(good))).toEqual([]);
});

test.each<[string, ForwardingMode, string]>([
  ['a name with blanks', { ...good, name: 'Not Sound' }, 'names'],
  ['a mode without documentation', { ...good, doc: '' }, 'documented'],
  ['a setting without documentation', { ...good, settings: { x: { doc: ' ', type: { kind: 'flag' } } } }, 'documented'],
  [
    'a setting in a block without documentation',
    {
      ...good,
      settings: {
        x: { doc: 'x', type: { kind: 'switch-block', settings: { y: { doc: '', type: { kind: 'text' } } } } },
      },
    },
    'documented',
  ],
  ["a setting that is the core's", { ...good, settings: { mtu: { doc: 'x', type: { kind: 'flag' } } } }, 'names'],
  [
    'a choice without choices',
    { ...good, settings: { x: { doc: 'x', type: { kind: 'choice', of: [] } } } },
    'settings',
  ],
  ['a hook declared twice', { ...good, hooks: [...good.hooks, 'srcnat'] }, 'hooks'],
  ['a rule on a hook that is not declared', { ...good, hooks: ['forward-from'] }, 'undeclared-hook'],
  ['a translation on a filter hook', withRule({ action: { kind: 'masquerade' } }), 'action'],
  ['a drop on a translating hook', withRule({ hook: 'srcnat' }), 'action'],
  ['a rule without a purpose', withRule({ purpose: '' }), 'purpose'],
  [
    'an address match without addresses',
    withRule({ matches: [{ kind: 'address', side: 'source', family: 'ipv4', blocks: [], negated: false }] }),
    'empty-blocks',
  ],
  ['a connection match without states', withRule({ matches: [{ kind: 'connection', states: [] }] }), 'empty-blocks'],
  [
    'an address of another family than it says',
    withRule({
      matches: [
        {
          kind: 'address',
          side: 'source',
          family: 'ipv4',
          blocks: [{ kind: 'prefix', address: 'fd00::', length: 64 }],
          negated: false,
        },
      ],
    }),
    'addresses',
  ],
  [
    'a range of addresses turned round',
    withRule({
      matches: [
        {
          kind: 'address',
          side: 'source',
          family: 'ipv4',
          blocks: [{ kind: 'range', low: '10.0.0.2', high: '10.0.0.1' }],
          negated: false,
        },
      ],
    }),
    'addresses',
  ],
  [
    'a rule of two families',
    withRule({
      hook: 'dstnat',
      matches: [{ kind: 'family', family: 'ipv6' }, { kind: 'host-destination' }],
      action: { kind: 'dnat', family: 'ipv4', address: '10.9.0.11' },
    }),
    'families',
  ],
  [
    'a port without its protocol',
    withRule({ matches: [{ kind: 'port', side: 'destination', low: 80, high: 80 }] }),
    'ports',
  ],
  [
    'a device that cannot exist',
    withRule({ matches: [{ kind: 'device', side: 'in', device: { name: 'eth*' }, negated: false }] }),
    'devices',
  ],
  [
    'a translation of everybody',
    withRule({
      hook: 'srcnat',
      matches: [{ kind: 'device', side: 'out', device: 'this-network', negated: true }],
      action: { kind: 'masquerade' },
    }),
    'says-which',
  ],
  [
    'an open door',
    { ...good, rules: () => [drop('forward-from'), { ...drop('forward-to'), action: { kind: 'accept' } }] },
    'closed',
  ],
  [
    "a door for everybody's translations",
    {
      ...good,
      rules: () => [
        drop('forward-from'),
        { ...drop('forward-to'), matches: [{ kind: 'destination-translated' }], action: { kind: 'accept' } },
        drop('forward-to'),
      ],
    },
    'closed',
  ],
  ['packets that nothing decides', { ...good, rules: () => [drop('forward-to')] }, 'undecided'],
  ['another bridge', topologyWith(() => ({ bridge: { name: 'br0', addresses: [], uplinks: [] } })), 'topology'],
  [
    'a setting outside the network',
    topologyWith(() => ({ sysctls: [{ key: 'kernel.panic', value: '1', why: 'x' }] })),
    'sysctls',
  ],
  [
    'a command in a topology',
    topologyWith(({ bridge }) => ({ bridge: { name: bridge, addresses: [], uplinks: [], note: '$(reboot)' } })),
    'data-only',
  ],
  ['a claim that is no claim', { ...good, guarantees: () => [{ title: 'x', claim: 'trust me' }] }, 'guarantees'],
  [
    "a code of somebody else's",
    { ...good, check: () => [{ code: 'nat/x', severity: 'warning', message: 'x', span: SAMPLE_SPAN }] },
    'codes',
  ],
  [
    'a method that throws',
    {
      ...good,
      topology: () => {
        throw new Error('no');
      },
    },
    'throws',
  ],
])('the kit finds %s', (_, mode, expected) => {
  expect(rulesFound(pluginOf(mode))).toContain(expected);
});

const rulesOutOfOrder = (network: NetworkView): readonly NetworkRule[] => {
  (network.ports as unknown as { guest: string }[]).sort((a, b) => (a.guest < b.guest ? 1 : -1));
  return CLOSED;
};

test('a mode that changes its network is found, whether it notices the frozen one or not', () => {
  expect(rulesFound(pluginOf({ ...good, rules: rulesOutOfOrder }))).toContain('pure');
});

test('a mode that keeps state is found', () => {
  let calls = 0;
  const rules = (): readonly NetworkRule[] => CLOSED.map((rule) => ({ ...rule, purpose: `call ${(calls += 1)}` }));
  expect(rulesFound(pluginOf({ ...good, rules }))).toContain('deterministic');
});

test('an open door is no fault where it is announced, unless a guarantee says the contrary', () => {
  const open: ForwardingMode = {
    ...good,
    rules: () => [drop('forward-from'), { ...drop('forward-to'), action: { kind: 'accept' } }],
  };
  expect(rulesFound(pluginOf(open), { opens: 'it is a test' })).toEqual(['guarantees']);
  expect(rulesFound(pluginOf({ ...open, guarantees: () => [] }), { opens: 'it is a test' })).toEqual([]);
});

test.each<[string, Partial<Plugin>, string]>([
  ['a name that is none', { name: 'Sound!' }, 'names'],
  ['another version of the contract', { api: 99 }, 'api'],
  ['a plugin that requires itself', { requires: ['sound'] }, 'names'],
  ['a plugin that registers nothing', { register: () => undefined }, 'registers-something'],
  [
    'a plugin that throws',
    {
      register: () => {
        throw new Error('no');
      },
    },
    'registers-only',
  ],
  [
    'a plugin that resolves while it registers',
    { register: (container) => void container.resolve(FORWARDING_MODE) },
    'registers-only',
  ],
  [
    'a plugin with a token of its own',
    { register: (container) => void container.register(Symbol('x'), { useValue: 1 }) },
    'registers-only',
  ],
])('the kit finds %s', (_, over, expected) => {
  expect(rulesFound(pluginOf(good, over))).toContain(expected);
});

const run = (plugin: Plugin): void => contractTest((_, body) => body(), plugin);

test('as a test it throws every finding at once', () => {
  expect(() => run(pluginOf(good))).not.toThrow();
  expect(() => run(pluginOf({ ...good, doc: '', name: 'Not Sound' }))).toThrow(/names:[\s\S]*documented:/);
});

test('extra networks are tried as well', () => {
  const mode: ForwardingMode = {
    ...good,
    rules: ({ settings }) => (settings['quiet'] ? [] : CLOSED),
  };
  const network = sampleNetwork(good.settings, [], {});
  const quiet = { ...network, settings: { quiet: { value: true, span: SAMPLE_SPAN } }, ports: [] };
  expect(rulesFound(pluginOf(mode), { cases: [{ name: 'quiet', network: quiet }] })).toEqual([]);
  const ports = sampleNetwork(good.settings, [
    { family: 'ipv4', address: '10.9.0.0', length: 24, gateway: '10.9.0.1', span: SAMPLE_SPAN },
  ]).ports;
  expect(rulesFound(pluginOf(mode), { cases: [{ name: 'quiet', network: { ...quiet, ports } }] })).toEqual([
    'undecided',
  ]);
});
