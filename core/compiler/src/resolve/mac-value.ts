/** Values that mean hardware addresses: single ones, masked ones, ranges, sets with exceptions, declared sets. */
import type { Value } from '@weir/grammar';
import type { ValueRange } from '../policy/match.ts';
import { type Environment, textOf } from './environment.ts';
import { emptySet, turnedRound, wrongType } from './findings.ts';
import { macLiteral } from './literal-value.ts';
import { lookUp } from './lookup.ts';
import { full, normalise, subtract } from '../values/ranges.ts';
import { notEmpty, setRanges } from './port-value.ts';
import { spanOf } from './report.ts';
import type { MacsValue } from './typed-value.ts';

export function macsValue(value: Value, env: Environment): MacsValue | undefined {
  const ranges = macRanges(value, env);
  return ranges === undefined ? undefined : { type: 'macs', ranges };
}

export function macRanges(value: Value, env: Environment): readonly ValueRange[] | undefined {
  if (value.kind === 'mac') {
    const range = macLiteral(value, env);
    return range && [range];
  }
  if (value.kind === 'range' && value.low.kind === 'mac' && value.high.kind === 'mac') {
    const [low, high] = [macLiteral(value.low, env), macLiteral(value.high, env)];
    if (low === undefined || high === undefined) return undefined;
    if (low.low <= high.high) return [{ low: low.low, high: high.high }];
    const params = { low: value.low.text, high: value.high.text };
    return env.world.report.add(turnedRound(spanOf(env.file, value), params));
  }
  if (value.kind === 'name-value') {
    const found = lookUp(value.text, value, 'macs', env);
    return found?.type === 'macs' ? found.ranges : undefined;
  }
  if (value.kind === 'set-value') {
    const found = setRanges(value.members, (member) => macRanges(member, env));
    if (found === undefined || found.length > 0) return found;
    return env.world.report.add(emptySet(spanOf(env.file, value), { what: 'this set of hardware addresses' }));
  }
  if (value.kind === 'not-value') {
    const inner = macRanges(value.operand, env);
    return inner && notEmpty(subtract([full(48)], normalise(inner)), value, env);
  }
  const params = { text: textOf(env, value), wanted: 'a hardware address' };
  return env.world.report.add(wrongType(spanOf(env.file, value), params));
}
