/** Properties that say where an object lives, shared by all objects. */
import { FAMILIES } from '../../types/family.ts';
import type { Family } from '../../types/family.ts';
import type { CheckContext } from '../context.ts';
import type { Shape } from '../shape.ts';
import { isRecord, positive, required, word } from '../shape.ts';
import { name } from '../text.ts';

/** The family. */
export const family = required(word(FAMILIES));

/** Family, table and name. */
export const placed: Shape = { family, table: required(name), name: required(name) };

/** A handle. */
export const handle = required(positive);

/** Remembers family and table of the object being checked, for the checks inside it. */
export function enter(ctx: CheckContext, body: unknown): void {
  const found = isRecord(body) ? body['family'] : undefined;
  ctx.family = FAMILIES.find((known) => known === found) satisfies Family | undefined;
  ctx.table = isRecord(body) && typeof body['table'] === 'string' ? body['table'] : '';
}
