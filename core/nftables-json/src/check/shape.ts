/**
 * Checks of plain JSON shapes: which properties an object has and what they may be.
 * nft ignores unknown properties everywhere; here each one is a problem.
 */
import type { NftVersion } from '../version.ts';
import { isAtLeast } from '../version.ts';
import type { Check, CheckContext } from './context.ts';
import { at, report } from './context.ts';

/** One property of a shape. */
export interface Property {
  readonly check: Check;
  readonly required?: true;
  /** First release that reads the property; older ones ignore or refuse it. */
  readonly since?: NftVersion;
}

/** The properties of an object. */
export type Shape = Readonly<Record<string, Property>>;

/** A property that must be there. */
export const required = (check: Check): Property => ({ check, required: true });
/** A property that may be there. */
export const optional = (check: Check, since?: NftVersion): Property =>
  since === undefined ? { check } : { check, since };

/** True for objects that are neither null nor arrays. */
export function isRecord(value: unknown): value is Readonly<Record<string, unknown>> {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

/** What a value is, for messages. */
export function describe(value: unknown): string {
  if (value === null) return 'null';
  if (Array.isArray(value)) return 'an array';
  if (typeof value === 'string') return `\`${value.length > 40 ? `${value.slice(0, 40)}…` : value}\``;
  return typeof value === 'object' ? 'an object' : String(value);
}

/** Checks all properties of an object; true when it is an object. */
export function checkShape(
  ctx: CheckContext,
  value: unknown,
  shape: Shape,
): value is Readonly<Record<string, unknown>> {
  if (!isRecord(value)) {
    report(ctx, 'wrong-type', `expected an object, found ${describe(value)}`);
    return false;
  }
  for (const key of Object.keys(value)) checkProperty(ctx, shape, key, value[key]);
  for (const key in shape) {
    if (shape[key]?.required === true && value[key] === undefined) {
      report(ctx, 'missing-property', `\`${key}\` is missing`);
    }
  }
  return true;
}

function checkProperty(ctx: CheckContext, shape: Shape, key: string, value: unknown): void {
  const property = Object.hasOwn(shape, key) ? shape[key] : undefined;
  if (property === undefined) {
    report(ctx, 'unknown-property', `nft has no property \`${key}\` here and would ignore it`, key);
    return;
  }
  if (property.since !== undefined && !isAtLeast(ctx.version, property.since)) {
    report(ctx, 'needs-version', `\`${key}\` needs nft ${property.since}, the target is ${ctx.version}`, key);
    return;
  }
  at(ctx, key, property.check, value);
}

/** A shape as a check. */
export const shaped =
  (shape: Shape): Check =>
  (ctx, value) => {
    checkShape(ctx, value, shape);
  };

/** The only key of an object; reports when there is not exactly one. */
export function checkOnlyKey(ctx: CheckContext, value: unknown, what: string): string | undefined {
  if (!isRecord(value)) {
    report(ctx, 'wrong-type', `expected ${what}, found ${describe(value)}`);
    return undefined;
  }
  const keys = Object.keys(value);
  if (keys.length !== 1) report(ctx, 'not-one-key', `${what} has exactly one key, found ${keys.length}`);
  return keys.length === 1 ? keys[0] : undefined;
}

/** A whole number from `min` to `max`. */
export const integer =
  (min: number, max: number): Check =>
  (ctx, value) => {
    if (typeof value !== 'number') report(ctx, 'wrong-type', `expected a number, found ${describe(value)}`);
    else if (!Number.isSafeInteger(value)) report(ctx, 'not-an-integer', `${value} is not a whole number`);
    else if (value < min || value > max) report(ctx, 'out-of-range', `${value} is not from ${min} to ${max}`);
  };

/** Numbers of 8, 16, 32 bits and counts. */
export const uint8 = integer(0, 0xff);
/** 16 bits. */
export const uint16 = integer(0, 0xffff);
/** 32 bits. */
export const uint32 = integer(0, 0xffffffff);
/** As large as JSON numbers are exact. */
export const count = integer(0, Number.MAX_SAFE_INTEGER);
/** As `count`, but not zero. */
export const positive = integer(1, Number.MAX_SAFE_INTEGER);

/** true or false. */
export const boolean: Check = (ctx, value) => {
  if (typeof value !== 'boolean') report(ctx, 'wrong-type', `expected true or false, found ${describe(value)}`);
};

/** null. */
export const nothing: Check = (ctx, value) => {
  if (value !== null) report(ctx, 'wrong-type', `expected null, found ${describe(value)}`);
};

/** One of a list of words. nft takes some unknown words for another one without saying so. */
export const word =
  (words: readonly string[]): Check =>
  (ctx, value) => {
    if (typeof value !== 'string') report(ctx, 'wrong-type', `expected a word, found ${describe(value)}`);
    else if (!words.includes(value)) report(ctx, 'unknown-word', `${describe(value)} is none of ${words.join(', ')}`);
  };

/** A list without repetitions. WHY: nft up to 1.1.3 ignores set flags that are a bare string. */
export const listOf =
  (check: Check): Check =>
  (ctx, value) => {
    if (!Array.isArray(value)) {
      report(ctx, 'wrong-type', `expected an array, found ${describe(value)}`);
      return;
    }
    if (value.length === 0) report(ctx, 'empty-list', 'the list is empty');
    for (const [index, item] of value.entries()) {
      at(ctx, index, check, item);
      if (typeof item === 'string' && value.indexOf(item) !== index) {
        report(ctx, 'duplicate-key', `\`${item}\` stands here twice`, index);
      }
    }
  };

/** null, or what `check` takes. */
export const nothingOr =
  (check: Check): Check =>
  (ctx, value) => {
    if (value !== null) check(ctx, value);
  };
