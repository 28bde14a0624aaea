import { parseFile, type Setting } from '@weir/grammar';
import { defineSettings, type SettingsSchema } from '@weir/plugin';
import { expect, test } from 'vitest';
import { checkSettings } from './check-settings.ts';
import type { SettingsContext } from './settings-context.ts';

const schema = defineSettings({
  uplink: { doc: 'the device', type: { kind: 'interface' } },
  size: { doc: 'a size', type: { kind: 'integer', min: 1, max: 10 } },
  quiet: { doc: 'a switch', type: { kind: 'flag' } },
  colour: { doc: 'a colour', type: { kind: 'choice', of: ['red', 'green'] } },
  ports: { doc: 'ports', type: { kind: 'port-range' } },
  server: { doc: 'servers', type: { kind: 'address' }, repeat: 'values' },
  source: { doc: 'sources', type: { kind: 'address-range', family: 'ipv4' }, repeat: 'entries' },
  subnet: { doc: 'subnets', type: { kind: 'prefix' }, repeat: 'entries' },
  lease: { doc: 'a lease', type: { kind: 'duration' } },
  title: { doc: 'a title', type: { kind: 'text' } },
  to: { doc: 'a guest', type: { kind: 'guest' } },
  peer: { doc: 'a network', type: { kind: 'network' } },
  forward: {
    doc: 'forwardings',
    type: {
      kind: 'block',
      settings: defineSettings({ port: { doc: 'the port', type: { kind: 'port-range' }, required: true } }),
    },
    repeat: 'entries',
  },
  dhcp: {
    doc: 'a service',
    type: { kind: 'switch-block', settings: defineSettings({ lease: { doc: 'x', type: { kind: 'duration' } } }) },
  },
});

const port = { guest: 'web1', ifname: 'vnet0', addresses: [] };
const context: SettingsContext = {
  file: 'a.weir',
  owner: 'network front (mode nat)',
  at: { file: 'a.weir', start: 8, end: 13 },
  guestPorts: (name) =>
    (({ web1: [port], two: [port, { ...port, ifname: 'eth0.100' }], away: [] }) as Record<string, (typeof port)[]>)[
      name
    ],
  guestNames: ['web1', 'two', 'away'],
  networkNames: ['front', 'back'],
};

function entriesOf(text: string): readonly Setting[] {
  const parsed = parseFile('a.weir', `network front {\n${text}\n}\n`);
  expect(parsed.problems).toEqual([]);
  const item = parsed.tree.items[0];
  return item?.kind === 'block' ? item.block.entries : [];
}

function check<S extends SettingsSchema>(text: string, over: S) {
  return checkSettings(entriesOf(text), over, context);
}

/** Code and the text at the place, one a problem. */
function problems(text: string, over: SettingsSchema = schema): readonly string[] {
  const source = `network front {\n${text}\n}\n`;
  const { diagnostics, value } = check(text, over);
  expect(value).toBe(undefined);
  return diagnostics.map(({ code, span }) => `${code} ${span ? source.slice(span.start, span.end) : ''}`);
}

test('every type gives its value and its place', () => {
  const { value, diagnostics } = check(
    `uplink eth0.100; size 3; quiet; colour red; ports 80-90; server 10.0.0.1, 2001:DB8:0::1; source 10.0.0.1
source 10.0.0.3-10.0.0.9; subnet 10.20.0.0/16; lease 12h; title "a b"; to web1; peer back
forward { port 80 }; forward { port 81-82 }; dhcp { lease 2m }`,
    schema,
  );
  expect(diagnostics).toEqual([]);
  expect(value?.uplink).toEqual({ value: 'eth0.100', span: { file: 'a.weir', start: 23, end: 31 } });
  expect(value?.size?.value).toBe(3);
  expect(value?.quiet?.value).toBe(true);
  expect(value?.colour?.value).toBe('red');
  expect(value?.ports?.value).toEqual({ low: 80, high: 90 });
  expect(value?.server.map((entry) => entry.value.address)).toEqual(['10.0.0.1', '2001:db8::1']);
  expect(value?.source.map((entry) => entry.value)).toEqual([
    { family: 'ipv4', low: '10.0.0.1', high: '10.0.0.1' },
    { family: 'ipv4', low: '10.0.0.3', high: '10.0.0.9' },
  ]);
  expect(value?.subnet[0]?.value).toEqual({ family: 'ipv4', address: '10.20.0.0', length: 16 });
  expect(value?.lease?.value).toBe(43_200);
  expect(value?.title?.value).toBe('a b');
  expect(value?.to?.value).toEqual(port);
  expect(value?.peer?.value).toBe('back');
  expect(value?.forward.map((entry) => entry.value.port.value.low)).toEqual([80, 81]);
  expect(value?.dhcp?.value).toEqual({ lease: expect.objectContaining({ value: 120 }) });
});

test('what is not written is absent, and repeated settings are empty lists', () => {
  const { value } = check('', schema);
  expect(value?.uplink).toBe(undefined);
  expect(value?.forward).toEqual([]);
  expect(Object.keys(value ?? {})).toEqual(Object.keys(schema));
});

test.each([
  ['dhcp off', false],
  ['dhcp on', { lease: undefined }],
  ['dhcp', { lease: undefined }],
])('the switch `%s` is understood', (text, expected) => {
  expect(check(text, schema).value?.dhcp?.value).toEqual(expected);
});

test('a guest with several ports is named with its device, dots included', () => {
  expect(check('to two.eth0.100', schema).value?.to?.value.ifname).toBe('eth0.100');
  expect(check('to two.vnet0', schema).value?.to?.value.ifname).toBe('vnet0');
});

test('an unknown setting comes with the one that was probably meant, as a fix', () => {
  const { diagnostics } = check('upling eth0', schema);
  expect(diagnostics).toEqual([
    expect.objectContaining({
      code: 'settings/unknown',
      message: '`upling` is no setting of network front (mode nat)',
      help: 'did you mean `uplink`?',
      fix: [{ span: { file: 'a.weir', start: 16, end: 22 }, text: 'uplink' }],
    }),
  ]);
});

test('names that every object has are no settings', () => {
  expect(problems('constructor 1; toString 2; __proto__ 3')).toEqual([
    'settings/unknown constructor',
    'settings/unknown toString',
    'settings/unknown __proto__',
  ]);
});

test.each([
  ['size 1\nsize 2', 'settings/twice size'],
  ['size 1, 2', 'settings/several-values 2'],
  ['size', 'settings/no-value size'],
  ['size 11', 'settings/out-of-range 11'],
  ['size red', 'settings/wrong-type red'],
  ['size = 3', 'settings/assigned size = 3'],
  ['size 99999999999999999999', 'settings/out-of-range 99999999999999999999'],
  ['size { port 1 }', 'settings/no-block { port 1 }'],
  ['quiet maybe', 'settings/wrong-type maybe'],
  ['colour blue', 'settings/not-a-choice blue'],
  ['ports 0', 'settings/out-of-range 0'],
  ['ports 90-80', 'settings/range-turned 90-80'],
  ['ports 80-70000', 'settings/out-of-range 70000'],
  ['server 300.1.1.1', 'settings/bad-address 300.1.1.1'],
  ['server 10.0.0.0/8', 'settings/wrong-type 10.0.0.0/8'],
  ['source ::1', 'settings/wrong-family ::1'],
  ['source 10.0.0.9-10.0.0.1', 'settings/range-turned 10.0.0.9-10.0.0.1'],
  ['source 10.0.0.0/8', 'settings/wrong-type 10.0.0.0/8'],
  ['subnet 10.20.0.1/16', 'settings/host-bits 10.20.0.1/16'],
  ['subnet 10.20.0.0/33', 'settings/out-of-range 33'],
  ['uplink "a/b"', 'settings/bad-interface "a/b"'],
  ['uplink "@eth0"', 'settings/bad-interface "@eth0"'],
  ['uplink averyveryverylongname', 'settings/bad-interface averyveryverylongname'],
  ['lease 12', 'settings/wrong-type 12'],
  ['lease 99999999d', 'settings/out-of-range 99999999d'],
  ['to web2', 'settings/unknown-guest web2'],
  ['to away', 'settings/guest-elsewhere away'],
  ['to two', 'settings/guest-port-unclear two'],
  ['to web1.vnet9', 'settings/unknown-guest-port vnet9'],
  ['peer fronk', 'settings/unknown-network fronk'],
  ['forward 80', 'settings/wrong-type 80'],
  ['forward', 'settings/no-value forward'],
  ['forward { }', 'settings/missing forward'],
  ['dhcp off { lease 2m }', 'settings/wrong-type off'],
  ['dhcp { lease 2 }', 'settings/wrong-type 2'],
])('`%s` is refused at its place', (text, expected) => {
  expect(problems(text)).toEqual([expected]);
});

test('a required setting that is missing is reported at its owner', () => {
  expect(problems('', { need: { doc: 'needed', required: true, type: { kind: 'text' } } })).toEqual([
    'settings/missing front',
  ]);
});

test('all problems are reported, in the order of the file', () => {
  expect(problems('size 11\nupling eth0\nforward { prot 1 }\nports 0\nsize 12')).toEqual([
    'settings/out-of-range 11',
    'settings/unknown upling',
    'settings/missing forward',
    'settings/unknown prot',
    'settings/out-of-range 0',
    'settings/twice size',
    'settings/out-of-range 12',
  ]);
});
