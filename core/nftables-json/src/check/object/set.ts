/** Checks of sets, maps and elements; remembers what a set is for the statements and elements that follow. */
import { OBJECT_MAP_TYPES } from '../../types/datatype.ts';
import { SET_FLAGS, SET_POLICIES } from '../../types/object.ts';
import type { Interval } from '../../normal/value.ts';
import { intervalOf } from '../../normal/value.ts';
import { isAtLeast } from '../../version.ts';
import { keyBytes, namedType, typesOfDeclaration } from '../../value/value-type.ts';
import type { Check, CheckContext, DeclaredSet } from '../context.ts';
import { at, declaredSet, report, requireVersion, setKey } from '../context.ts';
import { MAX_KEY_BYTES, checkSelector } from '../selector.ts';
import type { Shape } from '../shape.ts';
import {
  boolean,
  checkShape,
  describe,
  isRecord,
  listOf,
  optional,
  positive,
  required,
  uint32,
  word,
} from '../shape.ts';
import { elementStatement } from '../statement/stateful.ts';
import type { ElementPlace } from '../value.ts';
import { checkElements, keyText } from '../value.ts';
import { placed } from './place.ts';

function typeName(ctx: CheckContext, value: unknown): void {
  if (typeof value !== 'string') report(ctx, 'wrong-type', `expected the name of a type, found ${describe(value)}`);
  else if (namedType(value) === undefined) {
    const isOpen = value === 'integer' || value === 'string' || value === 'bitmask';
    report(
      ctx,
      'unknown-word',
      isOpen ? `\`${value}\` has no width; declare the set with \`typeof\`` : `there is no type ${describe(value)}`,
    );
  }
}

/** The type of a key or of data: a name, several names, or `typeof`. */
const declaredType: Check = (ctx, value) => {
  if (Array.isArray(value)) {
    if (value.length < 2) report(ctx, 'wrong-components', 'a concatenation of types has at least two');
    for (const [index, item] of value.entries()) at(ctx, index, typeName, item);
  } else if (isRecord(value)) {
    if (requireVersion(ctx, '1.0.6.1', '`typeof`')) checkShape(ctx, value, { typeof: required(checkSelector) });
  } else typeName(ctx, value);
  const types = typesOfDeclaration(value);
  if (types !== undefined && keyBytes(types) > MAX_KEY_BYTES) {
    report(ctx, 'key-too-wide', `the key has ${keyBytes(types)} bytes, at most ${MAX_KEY_BYTES} are possible`);
  }
};

/** What a map gives. */
const mapData: Check = (ctx, value) => {
  if (value === 'verdict') return;
  if (typeof value === 'string' && (OBJECT_MAP_TYPES as readonly string[]).includes(value)) {
    const isOld = ['counter', 'quota', 'limit', 'secmark'].includes(value);
    if (!isOld) requireVersion(ctx, '1.1.3', `a map of ${value}`);
  } else if (!Array.isArray(value) || requireVersion(ctx, '1.0.6.1', 'a named map with concatenated data')) {
    declaredType(ctx, value);
  }
};

/** A set flag. */
const setFlag: Check = (ctx, value) => {
  word(SET_FLAGS)(ctx, value);
  // WHY: nft 1.0.6 refuses `dynamic`, but adds it by itself when the same transaction has a statement that changes the set.
  if (value === 'dynamic') requireVersion(ctx, '1.0.6.1', 'the flag `dynamic`');
};

const setShape: Shape = {
  ...placed,
  type: required(declaredType),
  policy: optional(word(SET_POLICIES)),
  flags: optional(listOf(setFlag)),
  timeout: optional(positive),
  'gc-interval': optional(positive),
  size: optional(uint32),
  'auto-merge': optional(boolean, '1.0.6.1'),
  stmt: optional(listOf(elementStatement)),
  elem: optional(() => undefined),
};

function dataOf(map: unknown): DeclaredSet['data'] {
  if (map === 'verdict') return 'verdict';
  if (typeof map === 'string' && (OBJECT_MAP_TYPES as readonly string[]).includes(map)) return 'object';
  return typesOfDeclaration(map) ?? 'unknown';
}

function declare(ctx: CheckContext, body: Readonly<Record<string, unknown>>, isMap: boolean): DeclaredSet {
  const flags: readonly unknown[] = Array.isArray(body['flags']) ? body['flags'] : [];
  const key = setKey(ctx.family, ctx.table, String(body['name']));
  const known = ctx.sets.get(key);
  const declared: DeclaredSet = {
    key: typesOfDeclaration(body['type']),
    data: isMap ? dataOf(body['map']) : undefined,
    isInterval: flags.includes('interval'),
    hasTimeout: flags.includes('timeout') || flags.includes('dynamic') || body['timeout'] !== undefined,
    keys: known?.keys ?? new Set(),
  };
  ctx.sets.set(key, declared);
  return declared;
}

function placeOf(declared: DeclaredSet | undefined, isKeyOnly: boolean): ElementPlace {
  if (declared === undefined) {
    return { types: undefined, data: undefined, allowsIntervals: true, hasTimeout: true, keys: undefined, isKeyOnly };
  }
  const keys = declared.data === undefined || isKeyOnly ? undefined : declared.keys;
  return {
    types: declared.key,
    data: declared.data,
    allowsIntervals: declared.isInterval,
    hasTimeout: declared.hasTimeout,
    keys,
    isKeyOnly,
  };
}

/**
 * Reports intervals of one list that overlap. WHY: nft refuses them without `auto-merge`, and what the kernel does with overlapping
 * concatenations depends on the order of insertion (6.18).
 */
function checkOverlaps(ctx: CheckContext, elements: unknown, declared: DeclaredSet, isMerging: boolean): void {
  if (!declared.isInterval || isMerging || !Array.isArray(elements) || declared.key?.length !== 1) return;
  const type = declared.key[0];
  const places: (Interval & { readonly index: number })[] = [];
  for (const [index, element] of elements.entries()) {
    const key: unknown = declared.data === undefined || !Array.isArray(element) ? element : element[0];
    const interval = intervalOf(isRecord(key) && isRecord(key['elem']) ? key['elem']['val'] : key, type);
    if (interval !== undefined) places.push({ ...interval, index });
  }
  places.sort((a, b) => (a.low < b.low ? -1 : a.low > b.low ? 1 : a.index - b.index));
  let last = places[0];
  for (const place of places.slice(1)) {
    if (last !== undefined && place.low <= last.high && (place.low !== last.low || place.high !== last.high)) {
      report(
        ctx,
        'overlapping-intervals',
        `the interval overlaps the one of element ${last.index}`,
        'elem',
        place.index,
      );
    }
    if (last === undefined || place.high > last.high) last = place;
  }
}

const collection =
  (shape: Shape, isMap: boolean): Check =>
  (ctx, body) => {
    if (!checkShape(ctx, body, shape)) return;
    const declared = declare(ctx, body, isMap);
    if (body['elem'] !== undefined)
      at(ctx, 'elem', (inner, elem) => checkElements(inner, elem, placeOf(declared, false)), body['elem']);
    checkOverlaps(ctx, body['elem'], declared, body['auto-merge'] === true);
    if (body['auto-merge'] === true && isAtLeast(ctx.version, '1.0.6.1') && !declared.isInterval) {
      report(ctx, 'needs-interval', '`auto-merge` needs the flag `interval`', 'auto-merge');
    }
  };

/** A set. */
export const set = collection(setShape, false);
/** A map. */
export const map = collection({ ...setShape, map: required(mapData) }, true);

function elementShape(place: (body: Readonly<Record<string, unknown>>) => ElementPlace, body: unknown): Shape {
  return {
    ...placed,
    elem: required((inner, value) => checkElements(inner, value, place(isRecord(body) ? body : {}))),
  };
}

/** Elements to add. A set that the document does not declare is checked as far as possible without its type. */
export const element: Check = (ctx, body) => {
  const place = (found: Readonly<Record<string, unknown>>): ElementPlace => {
    const declared = declaredSet(ctx, String(found['name']));
    const elements: readonly unknown[] = Array.isArray(found['elem']) ? found['elem'] : [];
    const isMap = declared === undefined && Array.isArray(elements[0]);
    return isMap ? { ...placeOf(undefined, false), data: 'unknown', keys: new Set() } : placeOf(declared, false);
  };
  checkShape(ctx, body, elementShape(place, body));
};

/** Elements to delete, by key. */
export const deletedElement: Check = (ctx, body) => {
  const declared = isRecord(body) ? declaredSet(ctx, String(body['name'])) : undefined;
  checkShape(
    ctx,
    body,
    elementShape(() => placeOf(declared, true), body),
  );
  if (declared === undefined || !isRecord(body) || !Array.isArray(body['elem'])) return;
  for (const key of body['elem']) declared.keys.delete(keyText(Array.isArray(key) ? key[0] : key));
};

/** Forgets the elements of a flushed set. */
export function forgetElements(ctx: CheckContext, name: unknown): void {
  declaredSet(ctx, String(name))?.keys.clear();
}
