/** What sets and named objects are declared as. In: their bodies. Out: text to compare declarations by, and the state objects start with. */
import { sortedJson } from '../normal/read.ts';
import type { MapObject, SetObject } from '../types/object.ts';
import { typesOfDeclaration } from '../value/value-type.ts';
import type { NamedObjectKind, ObjectState } from './state.ts';
import type { Stateful } from './stateful.ts';
import { limitState, quotaState } from './stateful.ts';

/** What must be the same when a set is declared again. */
export function declaration(body: SetObject | MapObject): string {
  const flags = (body.flags ?? []).filter((flag) => flag !== 'dynamic').toSorted();
  return sortedJson({
    type: typesOfDeclaration(body.type),
    map: 'map' in body ? body.map : undefined,
    flags,
    timeout: body.timeout,
  });
}

/** The state that a named object starts with; undefined for objects that only stand there. */
export function namedState(kind: NamedObjectKind, body: ObjectState['body'], now: number): Stateful | undefined {
  if (kind === 'counter') {
    const { packets = 0, bytes = 0 } = body as { readonly packets?: number; readonly bytes?: number };
    return { kind: 'counter', packets, bytes };
  }
  if (kind === 'limit' && 'rate' in body) return limitState(body, now);
  if (kind === 'quota' && 'bytes' in body && typeof body.bytes === 'number') {
    const { used, inv } = body as { readonly used?: number; readonly inv?: boolean };
    return quotaState({ val: body.bytes, val_unit: 'bytes', used: used ?? 0, used_unit: 'bytes', inv: inv === true });
  }
  return undefined;
}
