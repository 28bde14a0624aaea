/**
 * For the tests of this folder: real text through the parser, with three small modes.
 *
 * Mode `served` needs subnets and has settings, `loose` may have subnets and takes an uplink, `bare` has none.
 */
import { defineMode, defineSettings, type Diagnostic, type ForwardingMode } from '@weir/plugin';
import type { Inventory } from '../../model/inventory.ts';
import type { PassResult } from '../../pass-result.ts';
import type { Registry } from '../../registry.ts';
import { gatherSources } from '../../sources/gather-sources.ts';
import { resolveInventory } from './resolve-inventory.ts';

const doc = 'for tests';
const served = defineMode({
  name: 'served',
  doc,
  attachment: 'bridge-port',
  subnets: 'required',
  settings: defineSettings({
    uplink: { doc, type: { kind: 'interface' } },
    forward: {
      doc,
      repeat: 'entries',
      type: { kind: 'block', settings: defineSettings({ to: { doc, type: { kind: 'guest' }, required: true } }) },
    },
  }),
  hooks: ['forward-from'],
  check: () => [],
  topology: ({ bridge }) => ({
    bridge: { name: bridge, addresses: [], uplinks: [] },
    sysctls: [],
    elsewhere: [],
  }),
  rules: () => [{ hook: 'forward-from', matches: [], action: { kind: 'drop' }, purpose: doc }],
  guarantees: () => [{ title: doc, claim: 'never from world' }],
});

const loose = defineMode({
  name: 'loose',
  doc,
  attachment: 'bridge-port',
  subnets: 'optional',
  settings: defineSettings({
    uplink: { doc, type: { kind: 'interface' } },
    vlan: { doc, type: { kind: 'integer', min: 1, max: 4094 } },
  }),
  topology: ({ bridge, settings: { uplink, vlan } }) => ({
    bridge: {
      name: bridge,
      addresses: [],
      uplinks: uplink ? [{ device: uplink.value, ...(vlan && { vlan: vlan.value }) }] : [],
    },
    sysctls: [],
    elsewhere: [],
  }),
  hooks: [],
  check: () => [],
  rules: () => [],
  guarantees: () => [],
});

export const testModes = {
  served,
  loose,
  bare: { ...served, name: 'bare', subnets: 'none' },
} as const satisfies Readonly<Record<string, ForwardingMode>>;

export function registryOf(modes: readonly ForwardingMode[]): Registry {
  return {
    modes: new Map(modes.map((mode) => [mode.name, { mode, plugin: `@x/${mode.name}` }])),
    attachments: new Map(),
  };
}

/** The files by id; `@weir/rules` is found when there is a file `@weir/rules/index.weir`. */
export type Files = Readonly<Record<string, string>>;

export function resolveFiles(
  files: Files,
  modes: readonly ForwardingMode[] = Object.values(testModes),
): PassResult<Inventory> {
  const sources = gatherSources(
    Object.keys(files).filter((id) => !id.startsWith('@')),
    {
      read: (id) => files[id],
      resolveImport: (specifier) => {
        const id = specifier.startsWith('.') ? specifier.slice(2) : `${specifier}/index.weir`;
        return id in files ? id : undefined;
      },
    },
  );
  return resolveInventory(sources.value, registryOf(modes));
}

/** `code place`, one a diagnostic, the place as the text there and ` + ` the text of each label. */
export function problemsOf(files: Files, modes?: readonly ForwardingMode[]): readonly string[] {
  const textAt = ({ span }: Pick<Diagnostic, 'span'>): string =>
    span ? (files[span.file] ?? '').slice(span.start, span.end) : '';
  return resolveFiles(files, modes).diagnostics.map((diagnostic) =>
    [`${diagnostic.code} ${textAt(diagnostic)}`, ...(diagnostic.labels ?? []).map(textAt)].join(' + '),
  );
}

/** Problems of one file. */
export function problems(text: string, modes?: readonly ForwardingMode[]): readonly string[] {
  return problemsOf({ 'a.weir': text }, modes);
}

/** A network of mode `served` with both families. */
export const FRONT = 'network front { mode served; subnet 10.0.0.0/24; subnet fd00::/64 }\n';

/** A guest with one interface in `front`; `over` replaces or adds settings, an empty one removes it. */
export function guest(name: string, ifname: string, over: Readonly<Record<string, string>> = {}): string {
  const digits = Array.from(`${name}${ifname}`).reduce((sum, letter) => (sum * 31 + letter.charCodeAt(0)) % 0xffff, 7);
  const mac = `52:54:00:00:${hex(digits >> 8)}:${hex(digits & 0xff)}`;
  const settings = { network: 'front', mac, address: 'any', ...over };
  const lines = Object.entries(settings).filter(([, value]) => value !== '');
  return `guest ${name} { interface ${ifname} { ${lines.map(([key, value]) => `${key} ${value}`).join('; ')} } }\n`;
}

function hex(octet: number): string {
  return octet.toString(16).padStart(2, '0');
}
