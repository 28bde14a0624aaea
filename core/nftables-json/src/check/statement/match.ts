/** Checks of `match` and `vmap`. */
import { MATCH_OPERATORS } from '../../types/statement.ts';
import type { ValueTypes } from '../../value/value-type.ts';
import { typeOfExpression } from '../../value/value-type.ts';
import { checkKeyFits, checkLookup } from '../argument.ts';
import type { CheckContext } from '../context.ts';
import { at, declaredSet, report } from '../context.ts';
import { isBitType } from '../immediate.ts';
import { checkSelector } from '../selector.ts';
import { checkShape, isRecord, required, word } from '../shape.ts';
import { anonymousPlace, checkConstant, checkElements, checkSetReference } from '../value.ts';

/** A comparison. */
export function match(ctx: CheckContext, body: unknown): void {
  const types = isRecord(body) ? typeOfExpression(body['left']) : undefined;
  const shape = {
    op: required(word(MATCH_OPERATORS)),
    left: required(checkSelector),
    right: required((inner: CheckContext, value: unknown) =>
      isFibExistence(body, value) ? undefined : checkRight(inner, value, types),
    ),
  };
  if (checkShape(ctx, body, shape)) checkOperator(ctx, String(body['op']), body['right'], types);
}

/** `fib … oif` compared with true or false asks whether there is a route. */
function isFibExistence(body: unknown, right: unknown): boolean {
  return typeof right === 'boolean' && isRecord(body) && isRecord(body['left']) && isRecord(body['left']['fib']);
}

function checkRight(ctx: CheckContext, value: unknown, types: ValueTypes | undefined): void {
  if (typeof value === 'string' && value.startsWith('@')) {
    checkSetReference(ctx, value);
    const set = declaredSet(ctx, value.slice(1));
    if (set?.data !== undefined) report(ctx, 'wrong-type', `${value} is a map, a set is needed`);
    checkKeyFits(ctx, types, set);
  } else if (isRecord(value) && Object.keys(value).length === 1 && 'set' in value) {
    at(ctx, 'set', (inner, items) => checkElements(inner, items, anonymousPlace(types, undefined)), value['set']);
  } else checkConstant(ctx, value, { types, allowsIntervals: true });
}

function checkOperator(ctx: CheckContext, op: string, right: unknown, types: ValueTypes | undefined): void {
  const single = types?.length === 1 ? types[0] : undefined;
  const isSet = (isRecord(right) && 'set' in right) || (typeof right === 'string' && right.startsWith('@'));
  const isInterval = isRecord(right) && ('prefix' in right || 'range' in right);
  if ((op === '==' || op === '!=') && Array.isArray(right) && isBitType(single)) {
    report(
      ctx,
      'exact-flag-list',
      `\`${op}\` with a list compares the exact combination; use \`in\` or {"set": […]}`,
      'op',
    );
  }
  if (op === 'in' && types !== undefined && !isBitType(single)) {
    report(ctx, 'wrong-operator', '`in` asks for bits; other values are compared with `==`', 'op');
  }
  if (op === 'in' && (isSet || isInterval)) report(ctx, 'wrong-operator', '`in` takes a list of flags', 'op');
  if (/^[<>]/.test(op) && (isSet || isInterval || Array.isArray(right))) {
    report(ctx, 'wrong-operator', `\`${op}\` takes a single value`, 'op');
  }
}

/** A verdict lookup. */
export function vmap(ctx: CheckContext, body: unknown): void {
  checkLookup(ctx, body, 'verdict');
}
