/** Checks of statements that change sets and maps from the packet path: `set`, `map`, `meter`. */
import { typeOfExpression } from '../../value/value-type.ts';
import { argument, checkKeyFits } from '../argument.ts';
import type { CheckContext } from '../context.ts';
import { at, declaredSet, report, requireVersion } from '../context.ts';
import { checkSelector } from '../selector.ts';
import { checkShape, isRecord, listOf, optional, positive, required, uint32, word } from '../shape.ts';
import { comment, name } from '../text.ts';
import { checkSetReference } from '../value.ts';
import { elementStatement } from './stateful.ts';

const operation = word(['add', 'update', 'delete']);

function element(ctx: CheckContext, value: unknown): void {
  if (!isRecord(value) || !('elem' in value)) {
    checkSelector(ctx, value);
    return;
  }
  if (Object.keys(value).length !== 1) report(ctx, 'not-one-key', 'an element has exactly one key');
  at(ctx, 'elem', (inner, body) => checkShape(inner, body, elementShape), value['elem']);
}

const elementShape = { val: required(checkSelector), timeout: optional(positive), comment: optional(comment) };

function checkTarget(ctx: CheckContext, key: unknown, target: unknown): void {
  if (typeof target === 'string') checkKeyFits(ctx, typeOfExpression(key), declaredSet(ctx, target.slice(1)));
}

/** A change of a set. */
export function changeSet(ctx: CheckContext, body: unknown): void {
  const shape = {
    op: required(operation),
    elem: required(element),
    set: required(checkSetReference),
    stmt: optional(listOf(elementStatement)),
  };
  if (checkShape(ctx, body, shape)) checkTarget(ctx, body['elem'], body['set']);
}

/** A change of a map (nft 1.0.9 and 1.0.6.1). */
export function changeMap(ctx: CheckContext, body: unknown): void {
  if (!requireVersion(ctx, '1.0.6.1', 'the statement `map`')) return;
  const shape = {
    op: required(operation),
    elem: required(element),
    data: required(argument(undefined)),
    map: required(checkSetReference),
    stmt: optional(listOf(elementStatement)),
  };
  if (checkShape(ctx, body, shape)) checkTarget(ctx, body['elem'], body['map']);
}

/** A rate per key. */
export function meter(ctx: CheckContext, body: unknown): void {
  checkShape(ctx, body, {
    name: required(name),
    key: required(element),
    stmt: required(elementStatement),
    size: optional(uint32),
  });
}
