/** The right side of a comparison, typed by the field on its left. */
import type { Value } from '@weir/grammar';
import type { Family } from '@weir/plugin';
import type { FieldType } from '../policy/field.ts';
import type { Operand, ValueRange } from '../policy/match.ts';
import { normalise } from '../values/ranges.ts';
import { addressValue } from './address-value.ts';
import { type Environment, textOf } from './environment.ts';
import { wrongFamily, wrongType } from './findings.ts';
import { macRanges } from './mac-value.ts';
import { portRanges } from './port-value.ts';
import { spanOf } from './report.ts';
import { namedNumbers } from './service-value.ts';

/** Any of these; undefined when the value is wrong, which has then been reported. */
export function operandOf(value: Value, type: FieldType, env: Environment): readonly Operand[] | undefined {
  if (value.kind === 'name-value' && value.text === 'self.mac') return ownMac(value, type, env);
  const raw = ownRawAddresses(value, type);
  if (raw !== undefined) return raw;
  switch (type.kind) {
    case 'ipv4':
    case 'ipv6':
      return addressOperand(value, type.kind, env);
    case 'mac':
      return ranges(macRanges(value, env));
    case 'number':
      return ranges(numberRanges(value, type, env));
    default: {
      const params = { text: textOf(env, value), wanted: 'a value of this field' };
      return env.world.report.add(wrongType(spanOf(env.file, value), params));
    }
  }
}

const ranges = (found: readonly ValueRange[] | undefined): readonly Operand[] | undefined =>
  found && (found.length === 0 ? [] : [{ kind: 'values', ranges: normalise(found) }]);

/** `self.mac` fits fields that hold a hardware address, and 48 raw bits. */
function ownMac(value: Value, type: FieldType, env: Environment): readonly Operand[] | undefined {
  if (type.kind === 'mac' || (type.kind === 'number' && type.bits === 48 && type.names === undefined)) {
    return [{ kind: 'self', fact: 'mac' }];
  }
  const params = { text: 'self.mac', wanted: 'a value of this field' };
  return env.world.report.add(wrongType(spanOf(env.file, value), params));
}

/** `self.addresses` fits 32 raw bits with the port's IPv4 addresses, and 128 with its IPv6 ones. */
function ownRawAddresses(value: Value, type: FieldType): readonly Operand[] | undefined {
  if (value.kind !== 'name-value' || value.text !== 'self.addresses') return undefined;
  if (type.kind !== 'number' || type.names !== undefined) return undefined;
  if (type.bits === 32) return [{ kind: 'self', fact: 'ipv4' }];
  return type.bits === 128 ? [{ kind: 'self', fact: 'ipv6' }] : undefined;
}

function addressOperand(value: Value, family: Family, env: Environment): readonly Operand[] | undefined {
  const found = addressValue(value, env);
  if (found === undefined) return undefined;
  const span = spanOf(env.file, value);
  if (found.any || found.negated) {
    const params = { text: textOf(env, value), wanted: 'a set of addresses', help: 'use `from` or `to` for it' };
    return found.standIn === true
      ? [{ kind: 'values', ranges: [anything(family)] }]
      : env.world.report.add(wrongType(span, params));
  }
  const operands = found[family];
  if (operands !== undefined) return operands;
  return env.world.report.add(
    wrongFamily(span, { text: textOf(env, value), wanted: family === 'ipv4' ? 'IPv4' : 'IPv6' }),
  );
}

/** WHY: while a definition is checked without a port, words such as `gateway` stand for any address. */
function anything(family: Family): ValueRange {
  return { low: 0n, high: family === 'ipv4' ? 0xffffffffn : (1n << 128n) - 1n };
}

function numberRanges(
  value: Value,
  type: Extract<FieldType, { kind: 'number' }>,
  env: Environment,
): readonly ValueRange[] | undefined {
  const max = (1n << BigInt(type.bits)) - 1n;
  // 48 raw bits may be compared with MAC addresses as well.
  if (type.bits === 48 && (value.kind === 'mac' || isNameOfMacs(value, env))) return macRanges(value, env);
  if (type.bits === 16 && type.names === undefined && value.kind === 'name-value') return portRanges(value, env);
  return namedNumbers(value, type.names ?? {}, max, `a value of this field`, env);
}

/** A name, unless it is a parameter that brings a number. */
function isNameOfMacs(value: Value, env: Environment): boolean {
  return value.kind === 'name-value' && env.params.get(value.text)?.type !== 'number';
}
