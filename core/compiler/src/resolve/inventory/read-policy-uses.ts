/**
 * The guard and the filters that an interface names.
 *
 * In: values of `guard` and `filter`. Out: the uses as written; names and arguments are bound later. Guaranteed:
 * only a name or a call passes.
 */
import type { CallValue, NameValue, Value } from '@weir/grammar';
import type { PolicyUse } from '../../model/inventory.ts';
import { mistyped } from '../../settings/read-number.ts';
import { simpleName, type Scope } from '../../settings/scope.ts';

/** Undefined after a report. */
export function readPolicyUse(value: Value, scope: Scope): PolicyUse | undefined {
  const use: NameValue | CallValue | undefined = value.kind === 'call' ? value : simpleName(value);
  return use ? { file: scope.context.file, value: use } : mistyped(value, scope);
}

/** A guard, or `none`. Undefined after a report. */
export function readGuard(value: Value, scope: Scope): PolicyUse | 'none' | undefined {
  return simpleName(value)?.text === 'none' ? 'none' : readPolicyUse(value, scope);
}
