/** Values of fields in the words that a rule file uses for them. */
import { FIELDS, formatAddress, formatMac } from '@weir/compiler';
import type { NamedSet, Operand, PayloadField, ValueRange } from '@weir/compiler';

/** How many members of a set are written out. */
const SHOWN = 4;

/** The field as it is written. */
export function fieldWords(field: string | PayloadField): string {
  return typeof field === 'string' ? field : `payload(${field.base}, ${field.offset}, ${field.bits})`;
}

/** One value of a field. */
export function valueWords(field: string | PayloadField, value: bigint): string {
  if (typeof field !== 'string') return `0x${value.toString(16)}`;
  const type = FIELDS.get(field)?.type;
  switch (type?.kind) {
    case 'mac':
      return formatMac(value);
    case 'ipv4':
    case 'ipv6':
      return formatAddress(type.kind, value);
    case 'flag':
      return value === 1n ? 'set' : 'not set';
    case 'number': {
      const name = Object.entries(type.names ?? {}).find(([, number]) => BigInt(number) === value)?.[0];
      return name ?? value.toString();
    }
    case 'ifname':
    case undefined:
      return value.toString();
    default:
      return type satisfies never;
  }
}

/** A range as the members of a set that say it: names one by one where there are few, prefixes of addresses. */
function rangeWords(field: string | PayloadField, { low, high }: ValueRange): readonly string[] {
  if (low === high) return [valueWords(field, low)];
  const type = typeof field === 'string' ? FIELDS.get(field)?.type : undefined;
  if (type?.kind === 'number' && type.names !== undefined) {
    const size = high - low + 1n;
    return size <= BigInt(SHOWN)
      ? Array.from({ length: Number(size) }, (_, at) => valueWords(field, low + BigInt(at)))
      : [`${low}-${high}`];
  }
  const bits = type?.kind === 'ipv4' ? 32 : type?.kind === 'ipv6' ? 128 : undefined;
  const length = bits === undefined ? undefined : prefixLength(low, high, bits);
  return [
    length === undefined
      ? `${valueWords(field, low)}-${valueWords(field, high)}`
      : `${valueWords(field, low)}/${length}`,
  ];
}

/** Undefined when the range is no prefix. */
function prefixLength(low: bigint, high: bigint, bits: number): number | undefined {
  const size = high - low + 1n;
  const isPrefix = (size & (size - 1n)) === 0n && low % size === 0n;
  return isPrefix ? bits - (size.toString(2).length - 1) : undefined;
}

/** What a field is compared with: values, the name of a set, or the port's own. */
export function operandWords(
  field: string | PayloadField,
  operand: Operand,
  sets: readonly Pick<NamedSet, 'id' | 'label'>[],
): string {
  switch (operand.kind) {
    case 'values': {
      const members = operand.ranges.flatMap((range) => rangeWords(field, range));
      const shown = members.slice(0, SHOWN);
      const left = members.length - shown.length;
      const [only = ''] = shown;
      if (members.length === 1) return only;
      return `{ ${shown.join(', ')}${left > 0 ? `, … ${left} more` : ''} }`;
    }
    case 'named':
      return sets.find(({ id }) => id === operand.set)?.label ?? operand.set;
    case 'self':
      return operand.fact === 'mac' ? 'self.mac' : operand.fact === 'ifname' ? 'self.ifname' : 'self.addresses';
    default:
      return operand satisfies never;
  }
}
