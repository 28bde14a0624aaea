import { expect, test, vi } from 'vitest';
import {
  ATTACHMENT,
  FORWARDING_MODE,
  definePlugin,
  type Attachment,
  type ForwardingMode,
  type Plugin,
} from '@weir/plugin';
import { BRIDGE_PORT as bridgePort } from '../target/bridge-port.ts';
import { loadPlugins } from './load-plugins.ts';

function modeNamed(name: string, over: Partial<ForwardingMode> = {}): ForwardingMode {
  return {
    name,
    doc: 'for tests',
    attachment: 'bridge-port',
    subnets: 'optional',
    settings: {},
    hooks: [],
    check: () => [],
    topology: () => ({ bridge: { name: 'br', addresses: [], uplinks: [] }, sysctls: [], elsewhere: [] }),
    rules: () => [],
    guarantees: () => [],
    ...over,
  };
}

function pluginWith(name: string, modes: readonly unknown[], attachments: readonly unknown[] = [], over = {}): Plugin {
  return definePlugin({
    name,
    api: 1,
    requires: [],
    register: (container) => {
      for (const mode of modes) container.register(FORWARDING_MODE, { useFactory: () => mode as ForwardingMode });
      for (const one of attachments) container.register(ATTACHMENT, { useFactory: () => one as Attachment });
    },
    ...over,
  });
}

function codes(plugins: readonly unknown[]): readonly string[] {
  const candidates = plugins.map((plugin, index) => ({ plugin, source: `package-${index}` }));
  return loadPlugins(candidates).diagnostics.map(({ code }) => code);
}

test('modes are listed by name with the plugin that brought them', () => {
  const { value, diagnostics } = loadPlugins([pluginWith('one', [modeNamed('zulu'), modeNamed('alpha')])]);
  expect(diagnostics).toEqual([]);
  expect([...value.modes].map(([name, { plugin }]) => [name, plugin])).toEqual([
    ['alpha', 'one'],
    ['zulu', 'one'],
  ]);
});

test('the bridge port is there without any plugin, by the same path', () => {
  const { value } = loadPlugins([]);
  expect([...value.attachments]).toEqual([['bridge-port', { attachment: bridgePort, plugin: 'bridge-port' }]]);
});

test('the order of the list does not show, not even in the problems', () => {
  const list = [
    pluginWith('one', [modeNamed('shared'), modeNamed('a')]),
    pluginWith('two', [modeNamed('shared'), modeNamed('lost', { attachment: 'nowhere' })]),
    pluginWith('three', [modeNamed('b')]),
  ].map((plugin) => ({ plugin, source: plugin.name }));
  const forward = loadPlugins(list);
  const backward = loadPlugins(list.toReversed());
  expect(JSON.stringify([...backward.value.modes])).toBe(JSON.stringify([...forward.value.modes]));
  expect(backward.diagnostics).toEqual(forward.diagnostics);
  expect(forward.diagnostics.map(({ code }) => code)).toEqual(['plugin/duplicate-name', 'plugin/unknown-attachment']);
});

test('a second call knows nothing of the first', () => {
  loadPlugins([pluginWith('one', [modeNamed('a')])]);
  expect([...loadPlugins([pluginWith('two', [modeNamed('b')])]).value.modes.keys()]).toEqual(['b']);
});

test('what one plugin registers is not taken for the next one’s', () => {
  const { value } = loadPlugins([pluginWith('one', [modeNamed('a')]), pluginWith('two', [modeNamed('b')])]);
  expect(value.modes.get('b')?.plugin).toBe('two');
  expect(value.modes.get('a')?.plugin).toBe('one');
});

test.each([
  ['undefined', undefined],
  ['a function', () => undefined],
  ['an object without a name', { api: 1, requires: [], register: () => undefined }],
  ['a name with capitals', pluginWith('One', [])],
  ['requirements that are no list', pluginWith('one', [], [], { requires: 'two' })],
  ['a register that is no function', pluginWith('one', [], [], { register: 1 })],
])('%s is no plugin', (_, plugin) => {
  expect(codes([plugin])).toEqual(['plugin/not-a-plugin']);
});

test('a plugin for another version of the contract is refused', () => {
  expect(codes([pluginWith('one', [], [], { api: 2 })])).toEqual(['plugin/api']);
});

test('two plugins of one name are refused, and so is the name of what comes with Weir', () => {
  expect(codes([pluginWith('one', []), pluginWith('one', [])])).toEqual(['plugin/duplicate']);
  expect(codes([pluginWith('bridge-port', [])])).toEqual(['plugin/duplicate']);
});

test('a missing requirement is refused and a present one is fine, in any order', () => {
  const needy = pluginWith('needy', [modeNamed('a')], [], { requires: ['other'] });
  expect(codes([needy])).toEqual(['plugin/requires']);
  expect(codes([needy, pluginWith('other', [modeNamed('b')])])).toEqual([]);
});

test('one plugin that fails a check keeps all of them from running', () => {
  const register = vi.fn<() => void>();
  const { value, diagnostics } = loadPlugins([
    pluginWith('good', [], [], { register }),
    pluginWith('old', [], [], { api: 0, register }),
  ]);
  expect(register).not.toHaveBeenCalled();
  expect(value.modes.size + value.attachments.size).toBe(0);
  expect(diagnostics).toEqual([expect.objectContaining({ code: 'plugin/api', severity: 'error' })]);
});

test('a plugin that throws costs only its own modes, and its words are in the message', () => {
  const broken = pluginWith('broken', [], [], {
    register: () => {
      throw new Error('no disk\nat line 3');
    },
  });
  const lazy = pluginWith('lazy', [], [], {
    register: (container: Parameters<Plugin['register']>[0]) => {
      container.register(FORWARDING_MODE, {
        useFactory: (): ForwardingMode => {
          throw new TypeError('no factory');
        },
      });
    },
  });
  const { value, diagnostics } = loadPlugins([broken, lazy, pluginWith('fine', [modeNamed('a')])]);
  expect([...value.modes.keys()]).toEqual(['a']);
  expect(diagnostics.map(({ code }) => code)).toEqual(['plugin/failed', 'plugin/failed']);
  expect(diagnostics.map(({ message }) => message)).toEqual([
    'plugin `broken` failed while it registered: no disk',
    'plugin `lazy` failed while it registered: no factory',
  ]);
});

test('a plugin that registers nothing is warned about', () => {
  expect(loadPlugins([pluginWith('idle', [])]).diagnostics).toEqual([
    expect.objectContaining({ code: 'plugin/registers-nothing', severity: 'warning' }),
  ]);
});

test('a mode that two plugins bring belongs to neither', () => {
  const { value } = loadPlugins([pluginWith('one', [modeNamed('a')]), pluginWith('two', [modeNamed('a')])]);
  expect(value.modes.size).toBe(0);
});

test.each([
  ['no object', 3],
  ['a name with a blank', modeNamed('a b')],
  ['a hook that does not exist', modeNamed('a', { hooks: ['prerouting'] as never })],
  ['no rules method', modeNamed('a', { rules: undefined as never })],
  ['a setting without a type', modeNamed('a', { settings: { x: { doc: 'x' } } as never })],
  ['a setting of unknown type', modeNamed('a', { settings: { x: { doc: 'x', type: { kind: 'colour' } } } as never })],
  [
    'a block with a bad setting',
    modeNamed('a', { settings: { x: { doc: 'x', type: { kind: 'block', settings: { Y: {} } } } } as never }),
  ],
])('a mode with %s is refused', (_, mode) => {
  expect(codes([pluginWith('one', [mode])])).toEqual(['plugin/malformed']);
});

test.each([
  ['hooks for one direction only', { ...bridgePort, name: 'x', prefix: 'x', hooks: bridgePort.hooks.slice(0, 1) }],
  ['a prefix with a blank', { ...bridgePort, name: 'x', prefix: 'x y' }],
  ['no family', { ...bridgePort, name: 'x', prefix: 'x', family: 'ip' }],
])('an attachment with %s is refused', (_, attachment) => {
  expect(codes([pluginWith('one', [], [attachment])])).toEqual(['plugin/malformed']);
});

test('a plugin may bring an attachment of its own, but not on the names of another', () => {
  const own = { ...bridgePort, name: 'other-port', prefix: 'other-' };
  expect(codes([pluginWith('one', [modeNamed('a', { attachment: 'other-port' })], [own])])).toEqual([]);
  expect(codes([pluginWith('one', [], [{ ...own, prefix: '' }])])).toEqual(['plugin/attachment-clash']);
});

test('plugins that require each other in a circle are refused', () => {
  const one = pluginWith('one', [modeNamed('a')], [], { requires: ['two'] });
  const two = pluginWith('two', [modeNamed('b')], [], { requires: ['one'] });
  expect(codes([one, two])).toEqual(['plugin/requires-circle']);
});
