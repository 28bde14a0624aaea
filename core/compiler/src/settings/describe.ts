/**
 * Words for messages: what a setting takes, and what stands there instead.
 *
 * In: a setting type or a value of the tree. Out: a phrase with its article. Guaranteed: total over both unions.
 */
import type { Value } from '@weir/grammar';
import type { SettingType } from '@weir/plugin';

const FAMILY = { ipv4: 'IPv4 ', ipv6: 'IPv6 ' } as const;

function familyWord(type: { readonly family?: 'ipv4' | 'ipv6' }): string {
  return type.family ? FAMILY[type.family] : '';
}

/** What a setting of the type takes: follows "takes". */
export function describeType(type: SettingType): string {
  const family = 'family' in type ? familyWord(type) : '';
  const article = family === '' ? 'an' : 'an ';
  switch (type.kind) {
    case 'flag':
      return 'no value, `on` or `off`';
    case 'choice':
      return type.of.map((word) => `\`${word}\``).join(' or ');
    case 'integer':
      return `a number between ${type.min} and ${type.max}`;
    case 'port-range':
      return 'a port or a range of ports';
    case 'address':
      return `${article}${family.trim()} address`;
    case 'address-range':
      return `${article}${family.trim()} address or a range of them`;
    case 'prefix':
      return `${family === '' ? 'a' : article}${family.trim()} network \`ADDRESS/LENGTH\``;
    case 'interface':
      return 'a network device';
    case 'duration':
      return 'a duration like `30s` or `12h`';
    case 'text':
      return 'text';
    case 'guest':
      return 'a guest, as `GUEST` or `GUEST.INTERFACE`';
    case 'network':
      return 'the name of a network';
    case 'block':
      return 'a block `{ … }`';
    case 'switch-block':
      return '`off` or a block `{ … }`';
    default:
      return type satisfies never;
  }
}

const VALUES: Readonly<Record<Value['kind'], string>> = {
  'name-value': 'a name',
  call: 'a call',
  number: 'a number',
  address: 'an address',
  prefix: 'a network',
  mac: 'a MAC address',
  range: 'a range',
  text: 'text in quotes',
  duration: 'a duration',
  rate: 'a rate',
  size: 'a size',
  date: 'a date',
  'set-value': 'a set',
  'not-value': 'a negation',
};

/** What a value is: follows "not". */
export function describeValue(value: Value): string {
  return value.kind === 'name-value' ? `the name \`${value.text}\`` : VALUES[value.kind];
}
