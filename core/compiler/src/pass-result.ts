/** What every pass returns: its product and what it found. Bad input is never thrown. */
import type { Diagnostic } from '@weir/plugin';

export interface PassResult<T> {
  readonly value: T;
  readonly diagnostics: readonly Diagnostic[];
}

/** True when nothing may be emitted for what these diagnostics touch. */
export function hasErrors(diagnostics: readonly Diagnostic[]): boolean {
  return diagnostics.some((d) => d.severity === 'error');
}
