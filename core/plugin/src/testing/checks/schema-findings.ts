/** Checks of what a mode says about itself: names, documentation, settings, hooks. Nothing is called. */
import type { ForwardingMode } from '../../mode.ts';
import type { NetworkHook } from '../../network-rule.ts';
import type { SettingsSchema } from '../../settings.ts';
import { findingsAt, type Finding } from '../finding.ts';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

/** Settings of every network, which belong to the core. */
const COMMON = ['mode', 'bridge', 'subnet', 'gateway', 'reaches', 'isolate-ports', 'mtu'];

/** All hooks of the contract. */
const HOOKS: Readonly<Record<NetworkHook, true>> = {
  'forward-from': true,
  'forward-to': true,
  input: true,
  output: true,
  dstnat: true,
  'dstnat-local': true,
  srcnat: true,
};

/** Findings about a mode's name, documentation, settings and hooks. */
export function schemaFindings(mode: ForwardingMode): readonly Finding[] {
  const found = findingsAt(`mode ${mode.name}`);
  const repeated = mode.hooks.filter((hook, index) => mode.hooks.indexOf(hook) !== index);
  const unknown = mode.hooks.filter((hook) => !Object.hasOwn(HOOKS, hook));
  return [
    ...(NAME.test(mode.name) ? [] : [found('names', 'the name is no lower-case name with hyphens')]),
    ...(isOneLine(mode.doc) ? [] : [found('documented', 'the mode has no documentation of one line')]),
    ...repeated.map((hook) => found('hooks', `declares \`${hook}\` twice`)),
    ...unknown.map((hook) => found('hooks', `declares \`${hook}\`, which is no hook`)),
    ...Object.keys(mode.settings)
      .filter((key) => COMMON.includes(key))
      .map((key) => found('names', `\`${key}\` is a setting of every network`)),
    ...settingFindings(mode.settings, `mode ${mode.name}`),
  ];
}

function settingFindings(schema: SettingsSchema, owner: string): readonly Finding[] {
  return Object.entries(schema).flatMap(([key, { doc, type, required, default: standard }]) => {
    const where = `${owner}, setting ${key}`;
    const found = findingsAt(where);
    const turned = type.kind === 'integer' && type.min > type.max;
    const noChoice = type.kind === 'choice' && type.of.length === 0;
    return [
      ...(NAME.test(key) ? [] : [found('names', 'the name is no lower-case name with hyphens')]),
      ...(isOneLine(doc) ? [] : [found('documented', 'has no documentation of one line')]),
      ...(required && standard !== undefined ? [found('documented', 'is required and has a default')] : []),
      ...(turned || noChoice ? [found('settings', 'no value fits its type')] : []),
      ...('settings' in type ? settingFindings(type.settings, where) : []),
    ];
  });
}

function isOneLine(text: unknown): boolean {
  return typeof text === 'string' && text.trim() !== '' && !text.includes('\n');
}
