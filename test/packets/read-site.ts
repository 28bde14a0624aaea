// A rule file as the reference interpreter needs it. In: a text. Out: the trees and the policy. Guarantees: what the compiler refuses is thrown with its words.
import { gatherSources, type Policy, readPolicy, renderDiagnostics, type SourceSet } from '@weir/compiler';
import type { Diagnostic } from '@weir/plugin';
import { readerOf, shippedRegistry } from '../compile/compile-case.ts';

const FILE = 'site.weir';

export interface ReadSite {
  readonly text: string;
  readonly sources: SourceSet;
  readonly policy: Policy;
}

/** Reads a rule file; the errors when it has any. */
export function tryReadSite(text: string): ReadSite | readonly Diagnostic[] {
  const { value: sources } = gatherSources([FILE], readerOf(new Map([[FILE, text]])));
  const { value: policy, diagnostics } = readPolicy(sources, shippedRegistry());
  return policy === undefined ? diagnostics.filter(({ severity }) => severity === 'error') : { text, sources, policy };
}

/** Reads a rule file that is right. */
export function readSite(text: string): ReadSite {
  const read = tryReadSite(text);
  if ('policy' in read) return read;
  const options = { texts: new Map([[FILE, text]]), format: 'text', colour: false, version: '0' } as const;
  throw new Error(renderDiagnostics(read, options));
}
