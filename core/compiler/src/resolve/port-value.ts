/** Values that mean ports: numbers, ranges, sets with exceptions, declared port sets, and services of one kind. */
import type { NameValue, Value } from '@weir/grammar';
import type { ValueRange } from '../policy/match.ts';
import { normalise, subtract } from '../values/ranges.ts';
import { type Environment, textOf } from './environment.ts';
import { badValue, emptySet, wrongType } from './findings.ts';
import { isNumeric, numberLiteral } from './literal-value.ts';
import { isLabel, labelText } from './label-value.ts';
import { lookUp } from './lookup.ts';
import { spanOf } from './report.ts';
import type { PortsValue } from './typed-value.ts';

export function portsValue(value: Value, env: Environment): PortsValue | undefined {
  const ranges = portRanges(value, env);
  return ranges === undefined ? undefined : { type: 'ports', ranges };
}

/** Sorted, disjoint and not empty; undefined when wrong, which has then been reported. */
export function portRanges(value: Value, env: Environment): readonly ValueRange[] | undefined {
  if (isNumeric(value)) {
    const range = numberLiteral(value, 1n, 65535n, 'a port', env);
    return range === undefined ? undefined : [range];
  }
  if (value.kind === 'name-value' && isLabel(value.text)) return labelPort(value, env);
  if (value.kind === 'name-value') {
    const found = lookUp(value.text, value, 'ports', env);
    return found?.type === 'ports' ? found.ranges : undefined;
  }
  if (value.kind === 'not-value') {
    const inner = portRanges(value.operand, env);
    return inner && notEmpty(subtract([{ low: 0n, high: 65535n }], inner), value, env);
  }
  if (value.kind === 'set-value') {
    const found = setRanges(value.members, (member) => portRanges(member, env));
    if (found === undefined || found.length > 0) return found;
    return env.world.report.add(emptySet(spanOf(env.file, value), { what: 'this set of ports' }));
  }
  const params = { text: textOf(env, value), wanted: 'a port', help: instead(value) };
  return env.world.report.add(wrongType(spanOf(env.file, value), params));
}

/** A label of the port as a number; any port while nobody knows which one is asked. */
function labelPort(value: NameValue, env: Environment): readonly ValueRange[] | undefined {
  const text = labelText(value, env);
  if (text === undefined) return undefined;
  if (typeof text !== 'string') return [{ low: 1n, high: 65535n }];
  const port = /^[1-9][0-9]{0,4}$/.test(text) ? BigInt(text) : 0n;
  if (port >= 1n && port <= 65535n) return [{ low: port, high: port }];
  const params = { text: value.text, why: `is \`${text}\` here, which is not a port (1–65535)` };
  return env.world.report.add(badValue(spanOf(env.file, value), params));
}

/** Where a value that is no port belongs. */
function instead(value: Value): string | undefined {
  if (value.kind === 'text') return 'ports stand without quotes, several in braces: `{ 80, 443 }`';
  const isAddress = value.kind === 'address' || value.kind === 'prefix' || value.kind === 'range';
  return isAddress ? 'addresses stand behind `from` or `to`' : undefined;
}

/** What an exception leaves; undefined when that is nothing, which has then been reported. */
export function notEmpty(
  ranges: readonly ValueRange[],
  value: Value,
  env: Environment,
): readonly ValueRange[] | undefined {
  if (ranges.length > 0) return ranges;
  return env.world.report.add(emptySet(spanOf(env.file, value), { what: `\`${textOf(env, value)}\`` }));
}

/** Members joined, exceptions taken away; undefined when any of them is wrong. */
export function setRanges(
  members: readonly Value[],
  evaluate: (member: Value) => readonly ValueRange[] | undefined,
): readonly ValueRange[] | undefined {
  const plain = members.filter((member) => member.kind !== 'not-value').map(evaluate);
  const taken = members.flatMap((member) => (member.kind === 'not-value' ? [evaluate(member.operand)] : []));
  if (plain.includes(undefined) || taken.includes(undefined)) return undefined;
  const flat = (lists: readonly (readonly ValueRange[] | undefined)[]): readonly ValueRange[] =>
    normalise(lists.flatMap((list) => list ?? []));
  return subtract(flat(plain), flat(taken));
}
