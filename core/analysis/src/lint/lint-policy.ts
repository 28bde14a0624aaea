/** Everything that exact sets say about the rules of a policy, as diagnostics. Never an error: the policy means what it says. */
import { defineDiagnostic } from '@weir/plugin';
import type { Diagnostic, Label } from '@weir/plugin';
import type { PolicyEnv } from '../policy/policy-analysis.ts';
import { byPlace, deadRules } from './dead-rules.ts';
import type { DeadRule } from './dead-rules.ts';

export const deadRule = defineDiagnostic<{ readonly differs: boolean; readonly labels: readonly Label[] }>(
  { code: 'lint/dead-rule', severity: 'warning', title: 'a rule that decides no packet' },
  ({ differs, labels }) => ({
    message: differs
      ? 'this rule decides no packet: earlier rules decide all that it matches, and not as it does'
      : 'this rule decides no packet: earlier rules decide all that it matches, as it does',
    labels,
    help: differs ? 'move it before them, or delete it' : 'delete it',
  }),
);

/** Every diagnostic declared here. */
export const lintDiagnostics = [deadRule] as const;

/** Files of packages have ids that begin so; what is wrong there is not the operator's to mend. */
const PACKAGE = /^(?:@|npm:)/;

/** Looks at the rules that the project's own files hold. */
export function lintPolicy(env: PolicyEnv): readonly Diagnostic[] {
  return deadRules(env, (file) => !PACKAGE.test(file))
    .toSorted((a, b) => byPlace(a.rule.origin, b.rule.origin))
    .map(told);
}

function told({ rule, hiddenBy, differs }: DeadRule): Diagnostic {
  const spans = new Map(hiddenBy.map(({ origin: { span } }) => [`${span.file} ${span.start}`, span]));
  const text = spans.size === 1 ? 'this rule decides all of them' : 'decides some of them';
  return deadRule(rule.origin.span, { differs, labels: [...spans.values()].map((span) => ({ span, text })) });
}
