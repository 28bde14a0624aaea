/** Checks of statements that keep state, in rules and with the elements of sets: counter, quota, limit, last, ct count. */
import { BYTE_UNITS, LIMIT_PERIODS, RATE_UNITS } from '../../types/statement.ts';
import { objectReference } from '../argument.ts';
import type { Check, CheckContext } from '../context.ts';
import { at, report, requireVersion } from '../context.ts';
import type { Shape } from '../shape.ts';
import {
  boolean,
  checkOnlyKey,
  checkShape,
  count,
  isRecord,
  nothingOr,
  optional,
  positive,
  required,
  shaped,
  uint32,
  word,
} from '../shape.ts';
import { name } from '../text.ts';

const reference = objectReference(name);

/** A body of its own, or a reference to a named object. */
const bodyOrReference =
  (check: Check): Check =>
  (ctx, body) => {
    if (typeof body === 'string' || (isRecord(body) && 'map' in body)) reference(ctx, body);
    else check(ctx, body);
  };

/** A reference to a named object. */
export const objectName: Check = reference;

/** Properties of a rate, in statements and named limits. */
export const limitShape: Shape = {
  rate: required(positive),
  per: required(word(LIMIT_PERIODS)),
  rate_unit: optional(word(RATE_UNITS)),
  burst: optional(uint32),
  burst_unit: optional(word(BYTE_UNITS)),
  inv: optional(boolean),
};

/** Units of rate and burst must agree: packets have no burst unit, bytes need one. */
export function checkLimitUnits(ctx: CheckContext, body: Readonly<Record<string, unknown>>): void {
  const isBytes = body['rate_unit'] !== undefined && body['rate_unit'] !== 'packets';
  if (body['burst_unit'] !== undefined && !isBytes) {
    report(ctx, 'flag-conflict', 'a rate in packets has no `burst_unit`', 'burst_unit');
  }
}

/** Properties of an amount. */
const quotaShape: Shape = {
  val: required(count),
  val_unit: required(word(BYTE_UNITS)),
  used: optional(count),
  used_unit: optional(word(BYTE_UNITS)),
  inv: optional(boolean),
};

/** Statements that keep state. */
export const statefulStatements: Readonly<Record<string, Check>> = {
  counter: nothingOr(bodyOrReference(shaped({ packets: optional(count), bytes: optional(count) }))),
  quota: bodyOrReference(shaped(quotaShape)),
  limit: bodyOrReference((ctx, body) => {
    if (checkShape(ctx, body, limitShape)) checkLimitUnits(ctx, body);
  }),
  last: (ctx, body) => {
    if (requireVersion(ctx, '1.1.3', '`last`')) nothingOr(shaped({ used: optional(count) }))(ctx, body);
  },
  'ct count': shaped({ val: required(uint32), inv: optional(boolean) }),
};

/** A statement kept with each element of a set. */
export const elementStatement: Check = (ctx, value) => {
  const kind = checkOnlyKey(ctx, value, 'a statement');
  if (kind === undefined) return;
  const check = Object.hasOwn(statefulStatements, kind) ? statefulStatements[kind] : undefined;
  if (check === undefined) report(ctx, 'wrong-context', `\`${kind}\` keeps no state and cannot stand with an element`);
  else at(ctx, kind, check, (value as Record<string, unknown>)[kind]);
};
