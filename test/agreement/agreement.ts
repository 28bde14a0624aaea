// Holds the interpreter against the kernel. In: a bench, a compiled site, an interpreter. Out: how many pairs of port and frame were compared, and where
// the two differ. Guarantees: a difference was seen twice, the second time with that frame alone.
import type { Direction, Port } from '@weir/compiler';
import { decide as referenceDecide, readFrame } from '@weir/semantics';
import { hex } from '../kernel/frames.ts';
import { type Bench, WITNESS } from './bench.ts';
import type { CompiledSite } from './compiled-site.ts';
import { tryCompile } from './compiled-site.ts';
import { probes } from './probes.ts';
import { type List, listsOf, type Site, siteOf } from './site.ts';

/** The interpreter under test: the reference, or a broken one. */
export type Decide = typeof referenceDecide;

export interface Difference {
  readonly ifname: string;
  readonly direction: Direction;
  readonly frame: Uint8Array;
  /** What the kernel did. */
  readonly delivered: boolean;
}

export interface Outcome {
  readonly pairs: number;
  /** How many of the pairs the reference delivers: a comparison in which nothing passes says nothing. */
  readonly delivered: number;
  readonly differences: readonly Difference[];
}

/**
 * A fragment behind the first. Linux reads up to four aligned bytes of an upper layer that is not there (nft_payload_fast_eval looks at no offset), so
 * that the compiled rules and the reference differ: regressions.test.ts holds both cases.
 */
export function isLaterFragment(bytes: Uint8Array): boolean {
  const { ip } = readFrame(bytes);
  return ip?.isFragment === true && ip.transport === undefined;
}

/** How hard to look. */
export interface Effort {
  readonly seed: number;
  /** Probes for each port from its guest. */
  readonly out: number;
  /** Probes for each port toward its guest; every port sees those of all. */
  readonly in: number;
  /** Compares fragments behind the first too, which is known to differ where a rule asks for the upper layer. */
  readonly laterFragments?: boolean;
}

/** Compares all ports of a site; `loaded` rules are replaced. */
export async function compareSite(
  bench: Bench,
  compiled: CompiledSite,
  effort: Effort,
  decide: Decide = referenceDecide,
): Promise<Outcome> {
  const { policy, documents } = compiled;
  const ports = policy.ports.filter(({ ifname }) => ifname !== WITNESS);
  await bench.load(documents.ruleset);
  const tally = new Tally(compiled, decide);
  for (const [index, port] of ports.entries()) {
    const frames = asked(
      probes({ policy, port, direction: 'out', seed: effort.seed * 1000 + index, count: effort.out }),
      effort,
    );
    tally.add(port, 'out', frames, await bench.sendOut(port.ifname, frames));
  }
  const toward = ports.flatMap((port, index) =>
    asked(probes({ policy, port, direction: 'in', seed: effort.seed * 1000 + 500 + index, count: effort.in }), effort),
  );
  const frames = [...new Map(toward.map((frame) => [hex(frame), frame])).values()];
  const came = await bench.sendIn(
    ports.map(({ ifname }) => ifname),
    frames,
  );
  for (const port of ports) tally.add(port, 'in', frames, came.get(port.ifname) ?? new Set());
  return { pairs: tally.pairs, delivered: tally.delivered, differences: await confirmed(bench, tally.differences) };
}

const asked = (frames: readonly Uint8Array[], { laterFragments = false }: Effort): readonly Uint8Array[] =>
  laterFragments ? frames : frames.filter((frame) => !isLaterFragment(frame));

class Tally {
  pairs = 0;
  delivered = 0;
  readonly differences: Difference[] = [];
  readonly #compiled: CompiledSite;
  readonly #decide: Decide;

  constructor(compiled: CompiledSite, decide: Decide) {
    this.#compiled = compiled;
    this.#decide = decide;
  }

  add(port: Port, direction: Direction, frames: readonly Uint8Array[], came: ReadonlySet<string>): void {
    for (const frame of frames) {
      const { verdict } = this.#decide(this.#compiled.policy, port, direction, readFrame(frame));
      const delivered = came.has(hex(frame));
      this.pairs += 1;
      if (verdict === 'accept') this.delivered += 1;
      if (delivered !== (verdict === 'accept'))
        this.differences.push({ ifname: port.ifname, direction, frame, delivered });
    }
  }
}

/** WHY: a capture may lose a frame on a busy machine; what is seen alone again is no such loss. */
async function confirmed(bench: Bench, differences: readonly Difference[], limit = 12): Promise<readonly Difference[]> {
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

/** The smallest site found, from which no line can be taken, that still shows the difference. */
export async function shrink(
  bench: Bench,
  whole: Site,
  difference: Difference,
  decide: Decide = referenceDecide,
): Promise<Site> {
  let best = siteOf(whole, difference.ifname);
  if (!(await differs(bench, best, difference, decide))) return best;
  for (let isSmaller = true; isSmaller;) {
    isSmaller = false;
    for (const smaller of smallerSites(best)) {
      if (!(await differs(bench, smaller, difference, decide))) continue;
      best = smaller;
      isSmaller = true;
      break;
    }
  }
  return best;
}

function* smallerSites(site: Site): Generator<Site> {
  const [port] = site.ports;
  if (port === undefined) return;
  for (const name of port.filters)
    yield tidy({ ...site, ports: [{ ...port, filters: port.filters.filter((one) => one !== name) }] });
  if (port.guard !== 'none') yield tidy({ ...site, ports: [{ ...port, guard: 'none' }] });
  for (const [at, list] of site.lists.entries()) {
    for (const line of list.lines) {
      const less: List = { ...list, lines: list.lines.filter((one) => one !== line) };
      yield tidy({ ...site, lists: site.lists.with(at, less) });
    }
  }
}

function tidy(site: Site): Site {
  const kept = new Set(site.ports.flatMap((port) => listsOf(site, port).map(({ name }) => name)));
  return { ...site, lists: site.lists.filter(({ name }) => kept.has(name)) };
}

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
