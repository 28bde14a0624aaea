/** Checks of `mangle`: which places can be set, and to what. */
import { ctKeyInfo } from '../../types/ct-key.ts';
import { metaKeyInfo } from '../../types/meta-key.ts';
import { typeOfExpression } from '../../value/value-type.ts';
import { argument } from '../argument.ts';
import type { Check, CheckContext } from '../context.ts';
import { report } from '../context.ts';
import { checkSelector } from '../selector.ts';
import { checkShape, describe, isRecord, required } from '../shape.ts';

const SETTABLE_KINDS: ReadonlySet<string> = new Set(['payload', 'exthdr', 'tcp option', 'meta', 'ct']);

function place(ctx: CheckContext, value: unknown): void {
  checkSelector(ctx, value);
  if (!isRecord(value)) return;
  for (const kind of Object.keys(value)) {
    const body = value[kind];
    const key = isRecord(body) ? String(body['key']) : '';
    const isReadOnly =
      !SETTABLE_KINDS.has(kind) ||
      (kind === 'meta' && metaKeyInfo(key) !== undefined && metaKeyInfo(key)?.settable !== true) ||
      (kind === 'ct' && ctKeyInfo(key) !== undefined && ctKeyInfo(key)?.settable !== true);
    if (isReadOnly) report(ctx, 'wrong-context', `${describe(key === '' ? kind : `${kind} ${key}`)} cannot be set`);
  }
}

/** Sets a place. */
export const mangle: Check = (ctx, body) => {
  const types = isRecord(body) ? typeOfExpression(body['key']) : undefined;
  const listed: Check = (inner, value) => argument(types)(inner, value);
  checkShape(ctx, body, { key: required(place), value: required(listed) });
};
