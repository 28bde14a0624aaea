/**
 * The passes in a row: what a host program asks the compiler for.
 *
 * In: what the passes take. Out: documents, and the diagnostics of every pass that could run. Guaranteed: nothing is given
 * out when any pass found an error; a pass runs only on what the one before it could make whole.
 */
import type { Documents } from './emit/documents.ts';
import { buildPolicy } from './build/build-policy.ts';
import { emit } from './emit/emit.ts';
import { lower } from './lower/lower.ts';
import { hasErrors, type PassResult } from './pass-result.ts';
import type { ClaimGroup } from './policy/claim.ts';
import type { FlowTest } from './policy/flow.ts';
import type { Policy } from './policy/policy.ts';
import type { Registry } from './registry.ts';
import type { Model } from './resolve/model.ts';
import { resolve } from './resolve/resolve.ts';
import type { SourceSet } from './sources/source-set.ts';
import type { Target } from './target/target.ts';

/** What a policy is compiled with. */
export interface CompileEnv {
  readonly target: Target;
  readonly attachments: Registry['attachments'];
  /** Texts of the rule files by display path, for the lines in the manifest. */
  readonly texts: ReadonlyMap<string, string>;
}

/** From a policy to documents; undefined when the target cannot express it. */
export function compilePolicy(policy: Policy, env: CompileEnv): PassResult<Documents | undefined> {
  const { target, attachments, texts } = env;
  const lowered = lower(policy, { target, attachments });
  if (hasErrors(lowered.diagnostics)) return { value: undefined, diagnostics: lowered.diagnostics };
  const emitted = emit(lowered.value, { texts });
  return { value: emitted.value, diagnostics: [...lowered.diagnostics, ...emitted.diagnostics] };
}

/** What files say: the policy, the tests and claims beside it, and the names for further flows (`readFlow`). */
export interface Site {
  readonly policy: Policy;
  readonly tests: readonly FlowTest[];
  readonly claims: readonly ClaimGroup[];
  readonly model: Model;
}

/** From files to a policy and its tests; undefined when anything in them is wrong. */
export function readSite(sources: SourceSet, registry: Registry): PassResult<Site | undefined> {
  const { value: model } = resolve(sources, registry);
  // Instantiating finds what only shows with arguments, so it runs even when definitions have errors of their own.
  const { value: policy, diagnostics } = buildPolicy(model);
  return {
    value: hasErrors(diagnostics) ? undefined : { policy, tests: model.tests, claims: model.claims, model },
    diagnostics,
  };
}

/** From files to a policy; undefined when anything in them is wrong. */
export function readPolicy(sources: SourceSet, registry: Registry): PassResult<Policy | undefined> {
  const { value, diagnostics } = readSite(sources, registry);
  return { value: value?.policy, diagnostics };
}

/** The whole pipeline behind the parser: from files to documents; undefined on any error. */
export function compile(sources: SourceSet, registry: Registry, target: Target): PassResult<Documents | undefined> {
  const policy = readPolicy(sources, registry);
  if (policy.value === undefined) return { value: undefined, diagnostics: policy.diagnostics };
  const texts = new Map([...sources.files].map(([file, tree]) => [file, tree.text]));
  const compiled = compilePolicy(policy.value, { target, attachments: registry.attachments, texts });
  return { value: compiled.value, diagnostics: [...policy.diagnostics, ...compiled.diagnostics] };
}
