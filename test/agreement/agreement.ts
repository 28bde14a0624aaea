// Holds the interpreter against the kernel. In: a bench, a compiled site, an interpreter. Out: how many pairs of port and frame were compared, and where
// the two differ. Guarantees: a difference was seen twice, the second time with that frame alone.
import type { Direction, Policy, Port } from '@weir/compiler';
import { decide as referenceDecide, readFrame } from '@weir/semantics';
import { hex } from '../kernel/frames.ts';
import { type Bench, WITNESS } from './bench.ts';
import type { CompiledSite } from './compiled-site.ts';
import { tryCompile } from './compiled-site.ts';
import { probes } from './probes.ts';
import { shrinkSite } from './shrink.ts';
import type { Site } from './site.ts';

/** The interpreter under test: the reference, or a broken one. */
export type Decide = typeof referenceDecide;

export interface Difference {
  readonly ifname: string;
  readonly direction: Direction;
  readonly frame: Uint8Array;
  /** What the kernel did. */
  readonly delivered: boolean;
}

/**
 * True for frames on which compiled rules and reference are known to differ at a port with filters; regressions.ts holds a case. IP headers that are
 * cut off: in a filter nft compares only the bytes of an address that its prefix covers.
 */
export function isKnownToDiffer(bytes: Uint8Array, policy: Policy, port: Port): boolean {
  const { ip } = readFrame(bytes);
  const profile = policy.profiles.find(({ name }) => name === port.profile);
  if (ip === undefined || profile === undefined || profile.filters.length === 0) return false;
  return bytes.length < (ip.family === 'ipv4' ? 34 : 54);
}

/** How hard to look. */
export interface Effort {
  readonly seed: number;
  /** Probes for each port from its guest. */
  readonly out: number;
  /** Probes for each port toward its guest; every port sees those of all. */
  readonly in: number;
  /** Sends also what is known to differ. */
  readonly everything?: boolean;
}

/** What the kernel did with one frame at one port. */
export interface Observation extends Difference {
  readonly port: Port;
}

/** Sends the probes of all ports of a site and notes what came of each; loaded rules are replaced. */
export async function observeSite(
  bench: Bench,
  { policy, documents }: CompiledSite,
  effort: Effort,
): Promise<readonly Observation[]> {
  const ports = policy.ports.filter(({ ifname }) => ifname !== WITNESS);
  const probesOf = (port: Port, direction: Direction, index: number, count: number): readonly Uint8Array[] =>
    probes({ policy, port, direction, seed: effort.seed * 1000 + index, count }).filter(
      (frame) => effort.everything === true || !isKnownToDiffer(frame, policy, port),
    );
  const noted: Observation[] = [];
  const note = (port: Port, direction: Direction, frames: readonly Uint8Array[], came: ReadonlySet<string>): void => {
    const { ifname } = port;
    for (const frame of frames) noted.push({ port, ifname, direction, frame, delivered: came.has(hex(frame)) });
  };
  await bench.load(documents.ruleset);
  for (const [index, port] of ports.entries()) {
    const frames = probesOf(port, 'out', index, effort.out);
    note(port, 'out', frames, await bench.sendOut(port.ifname, frames));
  }
  const toward = ports.flatMap((port, index) => probesOf(port, 'in', 500 + index, effort.in));
  const frames = [...new Map(toward.map((frame) => [hex(frame), frame])).values()];
  const names = ports.map(({ ifname }) => ifname);
  const came = await bench.sendIn(names, frames);
  for (const port of ports) note(port, 'in', frames, came.get(port.ifname) ?? new Set());
  return noted;
}

/** The observations that an interpreter would not have made. */
export const differencesOf = (
  observations: readonly Observation[],
  { policy }: CompiledSite,
  decide: Decide = referenceDecide,
): readonly Observation[] =>
  observations.filter(
    ({ port, direction, frame, delivered }) =>
      delivered !== (decide(policy, port, direction, readFrame(frame)).verdict === 'accept'),
  );

/** WHY: a capture may lose a frame on a busy machine; what is seen alone again is no such loss. */
export async function confirmed(
  bench: Bench,
  differences: readonly Difference[],
  limit = 12,
): Promise<readonly Difference[]> {
  const again: Difference[] = [];
  for (const difference of differences.slice(0, limit)) if (await isSeen(bench, difference)) again.push(difference);
  return again;
}

async function passes(bench: Bench, { ifname, direction, frame }: Difference): Promise<boolean> {
  const came =
    direction === 'out' ? await bench.sendOut(ifname, [frame]) : (await bench.sendIn([ifname], [frame])).get(ifname);
  return came?.has(hex(frame)) === true;
}

const isSeen = async (bench: Bench, difference: Difference): Promise<boolean> =>
  (await passes(bench, difference)) === difference.delivered;

/** The smallest site found, from which nothing can be taken, that still shows the difference. */
export const shrink = (
  bench: Bench,
  whole: Site,
  difference: Difference,
  decide: Decide = referenceDecide,
): Promise<Site> => shrinkSite(whole, difference.ifname, (site) => differs(bench, site, difference, decide));

async function differs(bench: Bench, site: Site, difference: Difference, decide: Decide): Promise<boolean> {
  const compiled = tryCompile(site);
  const port = compiled?.policy.ports.find(({ ifname }) => ifname === difference.ifname);
  if (compiled === undefined || port === undefined) return false;
  if (!(await bench.tryLoad(compiled.documents.ruleset))) return false;
  const { verdict } = decide(compiled.policy, port, difference.direction, readFrame(difference.frame));
  return (await passes(bench, difference)) !== (verdict === 'accept');
}

/** What a person needs to see who is wrong: the rules, the frame, both verdicts, and what the interpreter asked. */
export function report(site: Site, difference: Difference, decide: Decide = referenceDecide): string {
  const compiled = tryCompile(site);
  const port = compiled?.policy.ports.find(({ ifname }) => ifname === difference.ifname);
  if (compiled === undefined || port === undefined) return 'the smaller site is refused';
  const decision = decide(compiled.policy, port, difference.direction, readFrame(difference.frame));
  const steps = decision.trace.map(
    ({ origin, outcome, verdict }) =>
      `  ${outcome} ${verdict.kind}: ${compiled.text.slice(origin.span.start, origin.span.end)}`,
  );
  return [
    `kernel: ${difference.delivered ? 'delivered' : 'held back'}; reference: ${decision.verdict} by ${JSON.stringify(decision.by.kind)}`,
    `port ${difference.ifname}, direction ${difference.direction}`,
    `frame ${hex(difference.frame)}`,
    ...steps,
    compiled.text,
  ].join('\n');
}
