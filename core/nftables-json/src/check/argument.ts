/**
 * Checks of what statements compute: an immediate, a selector, or a map lookup.
 */
import type { ValueTypes } from '../value/value-type.ts';
import { typeOfExpression } from '../value/value-type.ts';
import type { Check, CheckContext, DeclaredSet } from './context.ts';
import { at, declaredSet, report } from './context.ts';
import { checkSelector, isSelectorKind } from './selector.ts';
import { checkOnlyKey, checkShape, isRecord, required } from './shape.ts';
import { anonymousPlace, checkConstant, checkElements, checkSetReference } from './value.ts';

/** Compares the key of a lookup with the key of the set it asks, when both are known. */
export function checkKeyFits(ctx: CheckContext, key: ValueTypes | undefined, set: DeclaredSet | undefined): void {
  if (key === undefined || set?.key === undefined) return;
  if (key.length !== set.key.length) {
    report(ctx, 'wrong-components', `the key has ${key.length} components, the set ${set.key.length}`);
    return;
  }
  for (const [index, { type }] of key.entries()) {
    const declared = set.key[index]?.type;
    if (declared !== type && declared !== 'integer' && type !== 'integer' && type !== 'bitmask') {
      report(ctx, 'wrong-type', `the key reads ${type}, the set holds ${declared ?? 'nothing'}`);
    }
  }
}

/** What `key` finds in `data`: a named map, or an anonymous one. */
export function checkLookup(ctx: CheckContext, body: unknown, data: DeclaredSet['data']): void {
  if (!isRecord(body)) {
    checkShape(ctx, body, {});
    return;
  }
  const types = typeOfExpression(body['key']);
  checkShape(ctx, body, {
    key: required(checkSelector),
    data: required((inner, value) => checkMapData(inner, value, types, data)),
  });
}

function checkMapData(
  ctx: CheckContext,
  value: unknown,
  types: ValueTypes | undefined,
  data: DeclaredSet['data'],
): void {
  if (typeof value === 'string') {
    checkSetReference(ctx, value);
    const set = declaredSet(ctx, value.slice(1));
    if (set !== undefined && set.data === undefined) report(ctx, 'wrong-type', `${value} is a set, a map is needed`);
    if (set !== undefined && (set.data === 'verdict') !== (data === 'verdict') && set.data !== undefined) {
      report(ctx, 'wrong-type', `${value} ${set.data === 'verdict' ? 'gives' : 'does not give'} verdicts`);
    }
    checkKeyFits(ctx, types, set);
    return;
  }
  const kind = checkOnlyKey(ctx, value, 'a map');
  if (kind === undefined) return;
  if (kind !== 'set') report(ctx, 'wrong-context', 'the data of a lookup is "@name" or {"set": […]}');
  else
    at(
      ctx,
      'set',
      (inner, pairs) => checkElements(inner, pairs, anonymousPlace(types, data)),
      (value as Record<string, unknown>)['set'],
    );
}

/** A value that a statement uses: constant, read, or looked up. */
export const argument =
  (types: ValueTypes | undefined, allowsIntervals = false): Check =>
  (ctx, value) => {
    const kinds = isRecord(value) ? Object.keys(value) : [];
    const kind = kinds.length === 1 ? kinds[0] : undefined;
    if (kind === 'map')
      at(
        ctx,
        'map',
        (inner, body) => checkLookup(inner, body, types ?? 'unknown'),
        (value as Record<string, unknown>)['map'],
      );
    else if (kind !== undefined && isSelectorKind(kind) && typeOfExpression(value) !== undefined)
      checkSelector(ctx, value);
    else checkConstant(ctx, value, { types, allowsIntervals });
  };

/** The name of an object, or a map lookup that gives one. */
export const objectReference =
  (name: Check): Check =>
  (ctx, value) => {
    if (isRecord(value) && Object.keys(value).length === 1 && 'map' in value) {
      at(ctx, 'map', (inner, body) => checkLookup(inner, body, 'object'), value['map']);
    } else name(ctx, value);
  };
