/** Values and types in the writer's words: "an IPv4 address", "the text `x`". Pure; used only in messages. */
import type { SettingType } from '@weir/plugin';
import type { Value } from '@weir/grammar';

const FAMILY_WORDS = { ipv4: 'an IPv4 address', ipv6: 'an IPv6 address' } as const;

/** What a setting of this type takes, e.g. "a port or a range of ports (1–65535)". */
export function describeType(type: SettingType): string {
  switch (type.kind) {
    case 'flag':
      return 'nothing, `on` or `off`';
    case 'choice':
      return `one of ${type.of.map((choice) => `\`${choice}\``).join(', ')}`;
    case 'integer':
      return `a number from ${type.min} to ${type.max}`;
    case 'port-range':
      return 'a port or a range of ports';
    case 'address':
      return type.family ? FAMILY_WORDS[type.family] : 'an IP address';
    case 'address-range':
      return `${type.family ? FAMILY_WORDS[type.family] : 'an IP address'} or a range of them`;
    case 'prefix':
      return `${type.family === 'ipv6' ? 'an IPv6 prefix' : type.family === 'ipv4' ? 'an IPv4 prefix' : 'a prefix'} (\`ADDRESS/LENGTH\`)`;
    case 'interface':
      return 'the name of a network device';
    case 'duration':
      return 'a duration (`30s`, `5m`, `12h`, `7d`)';
    case 'text':
      return 'a word or text in double quotes';
    case 'guest':
      return 'the name of a guest (`GUEST` or `GUEST.INTERFACE`)';
    case 'network':
      return 'the name of a network';
    case 'block':
      return 'a block `{ … }`';
    case 'switch-block':
      return 'nothing, `on`, `off` or a block `{ … }`';
    default:
      return type satisfies never;
  }
}

const VALUE_WORDS: Readonly<Record<Value['kind'], string>> = {
  'name-value': 'a name',
  call: 'a call',
  number: 'a number',
  address: 'an IP address',
  prefix: 'a prefix',
  mac: 'a MAC address',
  range: 'a range',
  text: 'text',
  duration: 'a duration',
  rate: 'a rate',
  size: 'a size',
  date: 'a date',
  'set-value': 'a set',
  'not-value': 'a negation',
};

/** What a written value is. */
export function describeValue(value: Value): string {
  switch (value.kind) {
    case 'name-value':
      return `the name \`${value.text}\``;
    case 'number':
      return `the number \`${value.text}\``;
    case 'address':
      return `${FAMILY_WORDS[value.family]}`;
    case 'range':
      return value.low.kind === 'number' ? 'a range of numbers' : `a range from ${VALUE_WORDS[value.low.kind]}`;
    default:
      return VALUE_WORDS[value.kind];
  }
}
