/** A comparison before it is printed: what changed, and what of it was not to. */
import type { FlowChange, PolicyDiff } from '@weir/analysis';
import type { SourceLines } from './source-lines.ts';

/** What must not happen. */
export interface DiffGates {
  /** Flows were named outside of which nothing may change. */
  readonly isLimited: boolean;
  /** Nothing may be let in or through that was not before, but for the flows that were named. */
  readonly noNewAccess: boolean;
}

export interface DiffReport {
  readonly diff: PolicyDiff;
  readonly gates: DiffGates;
  readonly lines: { readonly before: SourceLines; readonly after: SourceLines };
}

/** What a change may bring: access that was not there, less of it, or neither. */
export type Bearing = 'opens' | 'closes' | 'other';

/** Whether the gates let a change pass. */
export function isRefused(bearing: Bearing, isExpected: boolean, { isLimited, noNewAccess }: DiffGates): boolean {
  if (isExpected) return false;
  return noNewAccess ? bearing === 'opens' : isLimited;
}

export const bearingOf = ({ kind }: Pick<FlowChange, 'kind'>): Bearing =>
  kind === 'allowed' ? 'opens' : kind === 'refused' ? 'closes' : 'other';

/** Something that the gates hold back is among the changes. */
export function hasRefused({ diff, gates }: DiffReport): boolean {
  const { added, removed, facts, networks, flows, tooComplex } = diff;
  return (
    flows.some((flow) => isRefused(bearingOf(flow), flow.isExpected, gates)) ||
    (added.length > 0 && isRefused('opens', false, gates)) ||
    (removed.length > 0 && isRefused('closes', false, gates)) ||
    // WHY: another address may be another's, and of what is too complex nothing is known.
    ((facts.length > 0 || tooComplex.length > 0) && isRefused('opens', false, gates)) ||
    networks.some(({ mayOpen }) => isRefused(mayOpen ? 'opens' : 'closes', false, gates))
  );
}
