/**
 * Whether what a plugin registered has the shape that the compiler relies on; a plugin may be plain JavaScript.
 *
 * In: a registered value. Out: the first thing wrong with it, in words, or undefined. Guaranteed: calls nothing of it.
 */
import type { Attachment, ForwardingMode, NetworkHook, SettingType } from '@weir/plugin';

const NAME = /^[a-z][a-z0-9]*(-[a-z0-9]+)*$/;

const HOOKS: Readonly<Record<NetworkHook, true>> = {
  'forward-from': true,
  'forward-to': true,
  input: true,
  output: true,
  dstnat: true,
  'dstnat-local': true,
  srcnat: true,
};

const TYPES: Readonly<Record<SettingType['kind'], true>> = {
  flag: true,
  choice: true,
  integer: true,
  'port-range': true,
  address: true,
  'address-range': true,
  prefix: true,
  interface: true,
  duration: true,
  text: true,
  guest: true,
  network: true,
  block: true,
  'switch-block': true,
};

type Unknown<T> = Partial<Record<keyof T, unknown>>;

function isObject(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** Why the value is no forwarding mode. */
export function modeProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'it is no object';
  const mode: Unknown<ForwardingMode> = value;
  if (typeof mode.name !== 'string' || !NAME.test(mode.name)) return 'its name is no lower-case name with hyphens';
  if (typeof mode.attachment !== 'string') return 'it names no attachment';
  if (!['required', 'optional', 'none'].includes(String(mode.subnets)))
    return 'it does not say whether it needs subnets';
  if (!Array.isArray(mode.hooks) || !mode.hooks.every((hook) => Object.hasOwn(HOOKS, String(hook)))) {
    return 'its hooks are not those of the contract';
  }
  const methods = ['check', 'topology', 'rules', 'guarantees'] as const;
  const missing = methods.find((method) => typeof mode[method] !== 'function');
  return missing === undefined ? schemaProblem(mode.settings) : `its \`${missing}\` is no function`;
}

function schemaProblem(schema: unknown): string | undefined {
  if (!isObject(schema)) return 'its settings are no schema';
  for (const [key, setting] of Object.entries(schema)) {
    const why = NAME.test(key) ? settingProblem(setting) : 'is no lower-case name with hyphens';
    if (why !== undefined) return `its setting \`${key}\` ${why}`;
  }
  return undefined;
}

function settingProblem(setting: unknown): string | undefined {
  if (!isObject(setting) || !isObject(setting['type'])) return 'has no type';
  const { kind, settings, of } = setting['type'];
  if (typeof kind !== 'string' || !Object.hasOwn(TYPES, kind)) return 'has a type that the contract does not know';
  if (typeof setting['doc'] !== 'string') return 'has no documentation';
  if (kind === 'choice' && !(Array.isArray(of) && of.every((word) => typeof word === 'string')))
    return 'has no choices';
  if (kind !== 'block' && kind !== 'switch-block') return undefined;
  const why = schemaProblem(settings);
  return why === undefined ? undefined : `has a block that is wrong: ${why}`;
}

/** Why the value is no attachment. */
export function attachmentProblem(value: unknown): string | undefined {
  if (!isObject(value)) return 'it is no object';
  const attachment: Unknown<Attachment> = value;
  const { name, prefix, hooks } = attachment;
  if (typeof name !== 'string' || !NAME.test(name)) return 'its name is no lower-case name with hyphens';
  // WHY: the prefix starts the names of chains and sets, which nft's text reads as words.
  if (typeof prefix !== 'string' || !/^([a-z][a-z0-9-]*)?$/.test(prefix)) return 'its prefix cannot start a chain name';
  if (!['bridge', 'inet'].includes(String(attachment.family))) return 'its family is neither bridge nor inet';
  if (!['link', 'network'].includes(String(attachment.layer))) return 'its layer is neither link nor network';
  if (!['always', 'by-target'].includes(String(attachment.conntrack))) return 'its conntrack is not of the contract';
  if (!['always', 'by-target', 'never'].includes(String(attachment.reject))) return 'its reject is not of the contract';
  if (!Array.isArray(attachment.rejectDirections)) return 'it does not say in which directions reject works';
  if (!Array.isArray(hooks)) return 'its hooks are no list';
  const directions = hooks.map((hook: unknown) => (isObject(hook) ? hook['direction'] : undefined));
  const complete = directions.includes('in') && directions.includes('out');
  return complete ? undefined : 'it has no hook for one of the directions, so frames would pass unasked';
}
