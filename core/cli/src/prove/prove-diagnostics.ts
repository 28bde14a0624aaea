/** Claims that do not hold as diagnostics, for the formats that show findings beside lines. */
import { defineDiagnostic, type Diagnostic, type Label } from '@weir/plugin';
import { deciderOf, placeWords } from '../output/hop-words.ts';
import type { ProvedClaim, ProveReport } from './prove-report.ts';

export const refuted = defineDiagnostic<{ claim: string; flow: string; labels: readonly Label[] }>(
  { code: 'prove/refuted', severity: 'error', title: 'a claim that a packet refutes' },
  ({ claim, flow, labels }) => ({
    message: `\`${claim}\` does not hold: ${flow}`,
    labels,
    help: 'ask `weir explain` for the packet to see every rule on its way',
  }),
);

export const notDecided = defineDiagnostic<{ claim: string; why: string }>(
  { code: 'prove/not-decided', severity: 'error', title: 'a claim that was neither proved nor refuted' },
  ({ claim, why }) => ({
    message: `\`${claim}\` was not decided: ${why}`,
    help: 'write the claim narrower, or the policy simpler',
  }),
);

export const portOpen = defineDiagnostic<{ title: string; guest: string; ifname: string }>(
  { code: 'prove/port-open', severity: 'warning', title: 'a guest that may do what guests should not' },
  ({ title, guest, ifname }) => ({
    message: `the guard of ${guest} (${ifname}) leaves this open: ${title}`,
    help: 'right for routers and servers that need it; otherwise name a stricter guard',
  }),
);

/** Every diagnostic declared here. */
export const proveRunDiagnostics = [refuted, notDecided, portOpen] as const;

export function proveDiagnostics({ groups, ports }: ProveReport): readonly Diagnostic[] {
  const claims = groups.flatMap((group) => group.claims.flatMap(claimDiagnostic));
  const open = ports.flatMap(({ title, findings }) =>
    findings.flatMap((finding): readonly Diagnostic[] => {
      const [port] = finding.ports;
      if (port === undefined || finding.kind === 'proved') return [];
      return finding.kind === 'undecided'
        ? [notDecided(port.span, { claim: title, why: finding.why })]
        : [portOpen(port.span, { title, guest: port.guest, ifname: port.ifname })];
    }),
  );
  return [...claims, ...open];
}

function claimDiagnostic({ claim, result }: ProvedClaim): readonly Diagnostic[] {
  if (result.kind === 'proved') return [];
  if (result.kind === 'undecided') return [notDecided(claim.span, { claim: claim.text, why: result.why })];
  const last = result.witness.answers[0]?.journey.hops.at(-1);
  const decider = last && deciderOf(last);
  const labels =
    last && decider?.span
      ? [{ span: decider.span, text: `decided here, at ${placeWords(last)}: ${decider.words}` }]
      : [];
  return [refuted(claim.span, { claim: claim.text, flow: result.witness.flow.text, labels })];
}
