/** What a run of `weir prove` found. In: a site and its project. Out: results, and how they count. */
import { createHash } from 'node:crypto';
import { proveClaims, provePorts, type ClaimResult, type PolicyEnv, type PortClaimResult } from '@weir/analysis';
import type { Claim, ClaimGroup, Documents, Site } from '@weir/compiler';
import { jsonText } from '@weir/compiler';
import type { FlowOutcome } from '@weir/semantics';
import type { Project } from '../project/load-project.ts';
import { flowTravel, frameTravel, type FollowedFrame } from './witness-flow.ts';

export interface ProvedClaim {
  readonly claim: Claim;
  readonly result: ClaimResult<FlowOutcome>;
}

export interface ProvedGroup {
  readonly group: ClaimGroup;
  readonly claims: readonly ProvedClaim[];
}

export interface ProveReport {
  readonly target: string;
  readonly groups: readonly ProvedGroup[];
  readonly ports: readonly PortClaimResult<FollowedFrame>[];
  /** Policies that the emitted ruleset was proved to be. */
  readonly profiles: number;
  readonly digests: {
    /** SHA-256 of each file that was read, by its path. */
    readonly files: readonly (readonly [path: string, digest: string])[];
    readonly ruleset: string;
  };
}

/** Proves everything. INVARIANT: the documents are the site's, and validated. */
export function proveSite(env: PolicyEnv, site: Site, documents: Documents, project: Project): ProveReport {
  const { policy } = site;
  const claims = site.claims.flatMap((group) => group.claims);
  const results = proveClaims(env, claims, flowTravel(policy));
  const byClaim = new Map(claims.map((claim, at) => [claim, results[at]]));
  const groups = site.claims.map((group): ProvedGroup => ({
    group,
    claims: group.claims.flatMap((claim) => {
      const result = byClaim.get(claim);
      return result === undefined ? [] : [{ claim, result }];
    }),
  }));
  return {
    target: env.target.name,
    groups,
    ports: provePorts(env, frameTravel(policy)),
    profiles: new Set(policy.ports.map(({ profile }) => profile)).size,
    digests: digestsOf(project, documents),
  };
}

const sha256 = (text: string): string => createHash('sha256').update(text).digest('hex');

function digestsOf(project: Project, documents: Documents): ProveReport['digests'] {
  const files = [...project.sources.files.values()].map(
    ({ file, text }) => [project.pathOf(file), sha256(text)] as const,
  );
  return { files: files.toSorted(([a], [b]) => (a < b ? -1 : 1)), ruleset: sha256(jsonText(documents.ruleset)) };
}

export interface ProveCounts {
  readonly proved: number;
  readonly refuted: number;
  readonly undecided: number;
  /** Claims about ports that some guard does not keep. */
  readonly open: number;
}

export function countResults({ groups, ports }: ProveReport): ProveCounts {
  const results = groups.flatMap(({ claims }) => claims.map(({ result }) => result.kind));
  const findings = ports.flatMap((claim) => claim.findings);
  const kept = ports.filter((claim) => claim.findings.every(({ kind }) => kind === 'proved'));
  const of = (kind: ClaimResult<unknown>['kind']): number => results.filter((one) => one === kind).length;
  return {
    proved: of('proved') + kept.length,
    refuted: of('refuted'),
    undecided: of('undecided') + findings.filter(({ kind }) => kind === 'undecided').length,
    open: ports.filter((claim) => claim.findings.some(({ kind }) => kind === 'refuted')).length,
  };
}
