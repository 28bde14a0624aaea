import { fc } from '@fast-check/vitest';
import { parseFile, type Setting } from '@weir/grammar';
import { defineSettings } from '@weir/plugin';
import { expect, test } from 'vitest';
import { checkSettings } from './check-settings.ts';
import { settingsDiagnostics } from './findings.ts';
import { INTERFACE_NAME_MAX, interfaceNameProblem, isInterfaceName } from './interface-name.ts';
import type { SettingsContext } from './settings-context.ts';

const context: SettingsContext = {
  file: 'a.weir',
  owner: 'network front (mode x)',
  guestPorts: () => undefined,
  guestNames: [],
  networkNames: [],
};

const schema = defineSettings({
  uplink: { doc: 'the device that leads outside', type: { kind: 'interface' } },
  dhcp: {
    doc: 'addresses for guests',
    type: {
      kind: 'switch-block',
      settings: defineSettings({ lease: { doc: 'how long', type: { kind: 'duration' } } }),
    },
  },
});

function entriesOf(text: string): readonly Setting[] {
  const item = parseFile('a.weir', `network front {\n${text}\n}\n`).tree.items[0];
  return item?.kind === 'block' ? item.block.entries : [];
}

test('codes are unique and of this pass', () => {
  const codes = settingsDiagnostics.map(({ code }) => code);
  expect(new Set(codes).size).toBe(codes.length);
  expect(codes.filter((code) => !/^settings\/[a-z-]+$/.test(code))).toEqual([]);
});

test('a value of the wrong type comes with what the setting is for', () => {
  const [found] = checkSettings(entriesOf('uplink 10.0.0.1'), schema, context).diagnostics;
  expect(found).toMatchObject({
    message: '`uplink` takes a network device, not an address',
    help: '`uplink`: the device that leads outside',
  });
});

const helpFor = (text: string): readonly (string | undefined)[] =>
  checkSettings(entriesOf(text), schema, { ...context, otherSettings: ['bridge', 'leap'] }).diagnostics.map(
    ({ help }) => help,
  );

test('a name that belongs to somebody else may be meant, but only at the top', () => {
  expect(helpFor('brigde br0')).toEqual(['did you mean `bridge`?']);
  expect(helpFor('dhcp { leas 1m }')).toEqual(['did you mean `lease`?']);
  expect(helpFor('dhcp { leapp 1m }')).toEqual([expect.not.stringContaining('leap`')]);
  expect(helpFor('something 1')).toEqual(['the settings: `dhcp`, `uplink`']);
});

test('whatever stands in a block, the answer is a value or located errors', () => {
  const word = fc.constantFrom(
    'uplink',
    'dhcp',
    'lease',
    'x',
    'off',
    '1',
    '1m',
    '10.0.0.1',
    '"a/b"',
    '{',
    '}',
    ',',
    ';',
    '=',
  );
  fc.assert(
    fc.property(fc.array(word, { maxLength: 12 }), (words) => {
      const { value, diagnostics } = checkSettings(entriesOf(words.join(' ')), schema, context);
      expect(value === undefined).toBe(diagnostics.length > 0);
      expect(diagnostics.every(({ span }) => span !== undefined && span.start < span.end)).toBe(true);
    }),
  );
});

test.each(['eth0', 'eth0.100', 'br-lan', 'wg+x', '0x', 'a'.repeat(INTERFACE_NAME_MAX), 'veth@1'])(
  '`%s` can name a network device',
  (name) => {
    expect(isInterfaceName(name)).toBe(true);
  },
);

test.each([
  ['', 'empty'],
  ['.', 'kernel refuses'],
  ['..', 'kernel refuses'],
  ['-x', 'dash'],
  ['@eth0', 'set'],
  ['vnet*', '`*`'],
  ['a b', 'a blank'],
  ['a/b', '`/`'],
  ['a:b', '`:`'],
  ['a\nb', 'U+000A'],
  ['a"b', '`"`'],
  ['%n', '`%`'],
  ['é', 'U+00E9'],
  ['a'.repeat(INTERFACE_NAME_MAX + 1), '16 bytes'],
  ['ü'.repeat(8), '16 bytes'],
])('%j cannot name a network device', (name, words) => {
  expect(interfaceNameProblem(name)).toContain(words);
});
