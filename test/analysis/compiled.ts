// Rule files compiled as far as validation needs: the policy, its target, and the ruleset.
import type { PolicyEnv } from '@weir/analysis';
import { compilePolicy, gatherSources, hasErrors, readPolicy } from '@weir/compiler';
import type { Documents, Target } from '@weir/compiler';
import { RULE_TEXTS, readerOf, shippedRegistry, type Texts } from '../compile/compile-case.ts';

const REGISTRY = shippedRegistry();

export interface Compiled {
  readonly env: PolicyEnv;
  readonly documents: Documents;
}

/** Undefined when the compiler refuses the files for the target. */
export function compiledFor(
  texts: Texts,
  target: Target,
  entries: readonly string[] = [...texts.keys()],
): Compiled | undefined {
  const sources = gatherSources(entries, readerOf(texts));
  const { value: policy } = readPolicy(sources.value, REGISTRY);
  if (policy === undefined || hasErrors(sources.diagnostics)) return undefined;
  const { attachments } = REGISTRY;
  const { value: documents } = compilePolicy(policy, {
    target,
    attachments,
    texts: new Map([...texts, ...RULE_TEXTS]),
  });
  return documents && { env: { policy, target, attachments }, documents };
}
