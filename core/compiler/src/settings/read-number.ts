/**
 * Readers of numbers, ports and durations.
 *
 * In: a value of the tree. Out: the typed value, or undefined after a report. Guaranteed: whole numbers within the
 * type's bounds; a range's ends in order.
 */
import type { NumberValue, Value } from '@weir/grammar';
import type { PortRange } from '@weir/plugin';
import { describeValue } from './describe.ts';
import { outOfRange, purpose, rangeTurned, wrongType } from './findings.ts';
import { spanOf, type Scope } from './scope.ts';

/** Reports that the value has the wrong type; gives undefined, for the reader to return. */
export function mistyped(value: Value, scope: Scope, help?: string): undefined {
  const found = { key: scope.key, wants: scope.wants, got: describeValue(value) };
  scope.report(wrongType(spanOf(value, scope.context), { ...found, help: help ?? purpose(scope) }));
}

interface Bounds {
  readonly what: string;
  readonly min: number;
  readonly max: number;
}

function bounded(value: NumberValue, bounds: Bounds, scope: Scope): number | undefined {
  if (value.value >= BigInt(bounds.min) && value.value <= BigInt(bounds.max)) return Number(value.value);
  scope.report(outOfRange(spanOf(value, scope.context), { ...bounds, got: value.text }));
  return undefined;
}

/** A whole number. */
export function readInteger(value: Value, bounds: { min: number; max: number }, scope: Scope): number | undefined {
  if (value.kind !== 'number') return mistyped(value, scope);
  return bounded(value, { what: `\`${scope.key}\``, min: bounds.min, max: bounds.max }, scope);
}

const PORT: Bounds = { what: 'a port', min: 1, max: 65_535 };

/** One port or a range of them. */
export function readPorts(value: Value, scope: Scope): PortRange | undefined {
  if (value.kind === 'number') {
    const port = bounded(value, PORT, scope);
    return port === undefined ? undefined : { low: port, high: port };
  }
  if (value.kind !== 'range' || value.low.kind !== 'number' || value.high.kind !== 'number') {
    return mistyped(value, scope);
  }
  const [low, high] = [bounded(value.low, PORT, scope), bounded(value.high, PORT, scope)];
  if (low === undefined || high === undefined) return undefined;
  if (low <= high) return { low, high };
  const span = spanOf(value, scope.context);
  const texts = { low: value.low.text, high: value.high.text };
  scope.report(rangeTurned(span, { ...texts, fix: { span, text: `${texts.high}-${texts.low}` } }));
  return undefined;
}

const SECONDS = { s: 1n, m: 60n, h: 3600n, d: 86_400n } as const;

/** Seconds. */
export function readDuration(value: Value, scope: Scope): number | undefined {
  if (value.kind !== 'duration') return mistyped(value, scope);
  const seconds = value.amount * SECONDS[value.unit];
  const bounds = { what: 'a duration in seconds', min: 1, max: 0xffff_ffff };
  if (seconds >= BigInt(bounds.min) && seconds <= BigInt(bounds.max)) return Number(seconds);
  scope.report(outOfRange(spanOf(value, scope.context), { ...bounds, got: `${value.amount}${value.unit}` }));
  return undefined;
}
