/** A run of `weir prove` for tools, and its certificate, as `schema/prove-result.schema.json` describes it. */
import { flowJson, journeyJson, type JsonFlow, type JsonJourney } from '../output/journey-json.ts';
import type { JourneyTextOptions } from '../output/journey-text.ts';
import { VERSION } from '../version.ts';
import {
  countResults,
  type ProveCounts,
  type ProvedClaim,
  type ProvedGroup,
  type ProveReport,
} from './prove-report.ts';

export interface JsonProveReport extends ProveCounts {
  readonly format: 1;
  /** Of Weir. */
  readonly version: string;
  readonly target: string;
  readonly digests: {
    readonly files: readonly { readonly file: string; readonly sha256: string }[];
    readonly ruleset: string;
  };
  readonly ruleset: { readonly result: 'proved'; readonly profiles: number };
  readonly ports: readonly JsonPortClaim[];
  readonly claims: readonly JsonClaim[];
}

interface JsonPortClaim {
  readonly id: string;
  readonly title: string;
  readonly findings: readonly {
    readonly profile: string;
    readonly ports: number;
    readonly result: string;
    readonly why: string | null;
    readonly witness: {
      readonly port: string;
      readonly guest: string;
      readonly direction: string;
      readonly frame: string;
      readonly journey: JsonJourney;
    } | null;
  }[];
}

interface JsonClaim {
  readonly title: string;
  readonly claim: string;
  readonly network: string | null;
  readonly mode: string | null;
  readonly file: string;
  readonly line: number | null;
  readonly result: string;
  readonly why: string | null;
  readonly witness: JsonFlow | null;
}

type Context = Pick<JourneyTextOptions, 'policy' | 'lines'>;

export function proveJson(report: ProveReport, context: Context): JsonProveReport {
  const { target, digests, profiles, ports, groups } = report;
  return {
    format: 1,
    version: VERSION,
    target,
    digests: { files: digests.files.map(([file, sha256]) => ({ file, sha256 })), ruleset: digests.ruleset },
    ...countResults(report),
    ruleset: { result: 'proved', profiles },
    ports: ports.map(({ id, title, findings }) => ({
      id,
      title,
      findings: findings.map((finding) => ({
        profile: finding.profile,
        ports: finding.ports.length,
        result: finding.kind,
        why: finding.kind === 'undecided' ? finding.why : null,
        witness:
          finding.kind === 'refuted'
            ? {
                port: finding.witness.ifname,
                guest: finding.witness.guest,
                direction: finding.witness.direction,
                frame: Buffer.from(finding.witness.bytes).toString('hex'),
                journey: journeyJson(finding.witness.journey, context),
              }
            : null,
      })),
    })),
    claims: groups.flatMap((group) => group.claims.map((claim) => claimJson(group, claim, context))),
  };
}

function claimJson({ group }: ProvedGroup, { claim, result }: ProvedClaim, context: Context): JsonClaim {
  const { lines } = context;
  return {
    title: group.title,
    claim: claim.text,
    network: group.guarantee?.network ?? null,
    mode: group.guarantee?.mode ?? null,
    file: lines.file(claim.span),
    line: lines.line(claim.span) ?? null,
    result: result.kind,
    why: result.kind === 'undecided' ? result.why : null,
    witness: result.kind === 'refuted' ? flowJson(result.witness, context) : null,
  };
}
