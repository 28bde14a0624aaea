/** What validation finds, as diagnostics. */
import { defineDiagnostic } from '@weir/plugin';
import type { Diagnostic, Span } from '@weir/plugin';
import type { Policy, Profile } from '@weir/compiler';
import { describeOutcome } from '../outcome.ts';
import type { ValidationFailure, Witness } from './validate.ts';

export const miscompiled = defineDiagnostic<{
  readonly profile: string;
  readonly direction: string;
  readonly policy: string;
  readonly ruleset: string;
  readonly witness: string;
}>(
  { code: 'analysis/miscompiled', severity: 'error', title: 'a ruleset that does not do what is written' },
  ({ profile, direction, policy, ruleset, witness }) => ({
    message: `the ruleset of \`${profile}\` does not do what is written: a packet ${direction} is \`${policy}\`, the ruleset says \`${ruleset}\``,
    help: `this is a fault in weir, and nothing was written; report it with this: ${witness}`,
  }),
);

export const unreadableRuleset = defineDiagnostic<{ readonly profile: string | undefined; readonly what: string }>(
  { code: 'analysis/unreadable-ruleset', severity: 'error', title: 'a ruleset that cannot be checked' },
  ({ profile, what }) => ({
    message: `the ruleset${profile === undefined ? '' : ` of \`${profile}\``} cannot be checked against what is written: ${what}`,
    help: 'this is a fault in weir, and nothing was written; report it with the rule files',
  }),
);

export const notValidated = defineDiagnostic<{
  readonly profile: string;
  readonly direction: string;
  readonly budget: number;
}>(
  { code: 'analysis/not-validated', severity: 'warning', title: 'rules that are too complex to prove' },
  ({ profile, direction, budget }) => ({
    message: `\`${profile}\` ${direction}: too complex to prove that the ruleset does what is written (more than ${budget} nodes)`,
    help: 'name long lists as sets, or split the filter',
  }),
);

/** Every diagnostic of the analysis, for the reference of codes. */
export const analysisDiagnostics = [miscompiled, notValidated, unreadableRuleset] as const;

/** The failures of a policy's validation, at the place of the rule that decides, or else of the profile's first list. */
export function validationDiagnostics(policy: Policy, failures: readonly ValidationFailure[]): readonly Diagnostic[] {
  const profiles = new Map(policy.profiles.map((profile) => [profile.name, profile]));
  return failures.map((failure): Diagnostic => {
    const profile = failure.profile === undefined ? undefined : profiles.get(failure.profile);
    const span = profile && spanOf(profile);
    switch (failure.kind) {
      case 'differs': {
        const { witness, direction } = failure;
        const outcomes = {
          policy: describeOutcome(witness.policy.outcome),
          ruleset: describeOutcome(witness.ruleset.outcome),
        };
        return miscompiled(witness.policy.origin?.span ?? span, {
          profile: failure.profile,
          direction,
          ...outcomes,
          witness: witnessText(witness),
        });
      }
      case 'too-complex':
        return notValidated(span, failure);
      case 'unreadable':
        return unreadableRuleset(span, failure);
      default:
        return failure satisfies never;
    }
  });
}

function spanOf({ guard, filters }: Profile): Span | undefined {
  const [first] = filters;
  return (first ?? guard)?.in.default.origin.span;
}

/** The packet and both rules, on one line. */
function witnessText({ packet, port, isConfirmed, ruleset }: Witness): string {
  const bytes = [...packet.bytes].map((byte) => byte.toString(16).padStart(2, '0')).join('');
  return [
    `${isConfirmed ? 'frame' : 'a frame like'} ${bytes} at ${port.ifname}`,
    `state ${packet.state}, mark 0x${packet.mark.toString(16)}`,
    ruleset.rule ?? 'the policy of a chain',
  ].join('; ');
}
