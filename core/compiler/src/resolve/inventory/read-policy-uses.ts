/**
 * The guard and the filters that an interface names.
 *
 * In: values of `guard` and `filter`. Out: the uses as written; names and arguments are bound later. Guaranteed:
 * only a name or a call passes.
 */
import type { CallValue, NameValue, Value } from '@weir/grammar';
import { defineDiagnostic, type Label } from '@weir/plugin';
import type { PolicyUse } from '../../model/inventory.ts';
import { mistyped } from '../../settings/read-number.ts';
import { simpleName, spanOf, type Scope } from '../../settings/scope.ts';

/** Undefined after a report. */
export function readPolicyUse(value: Value, scope: Scope): PolicyUse | undefined {
  const use: NameValue | CallValue | undefined = value.kind === 'call' ? value : simpleName(value);
  return use ? { file: scope.context.file, value: use } : mistyped(value, scope);
}

export const filterTwice = defineDiagnostic<{ name: string; labels: readonly Label[] }>(
  { code: 'inventory/filter-twice', severity: 'error', title: 'one filter named twice by an interface' },
  ({ name, labels }) => ({
    message: `filter \`${name}\` stands twice on this interface`,
    labels,
    help: 'all filters of an interface must accept, so the second one says nothing; keep one of them',
  }),
);

/** Filters that an interface names; one that says the same as another is reported. */
export function readFilters(values: readonly Value[], scope: Scope): readonly PolicyUse[] {
  const seen = new Map<string, PolicyUse>();
  for (const use of values.flatMap((value) => readPolicyUse(value, scope) ?? [])) {
    const words = wordsOf(use);
    const first = seen.get(words);
    if (first === undefined) seen.set(words, use);
    else {
      const { value } = use;
      const name = value.kind === 'call' ? value.callee.text : value.text;
      const labels = [{ span: spanOf(first.value, scope.context), text: 'first here' }];
      scope.report(filterTwice(spanOf(value, scope.context), { name, labels }));
    }
  }
  return [...seen.values()];
}

/** What a use says, wherever it stands. */
function wordsOf({ value }: PolicyUse): string {
  return JSON.stringify(value, (key, part: unknown) => {
    if (key === 'start' || key === 'end') return undefined;
    return typeof part === 'bigint' ? String(part) : part;
  });
}

/** A guard, or `none`. Undefined after a report. */
export function readGuard(value: Value, scope: Scope): PolicyUse | 'none' | undefined {
  return simpleName(value)?.text === 'none' ? 'none' : readPolicyUse(value, scope);
}
