/**
 * What changes for the ports that went from one profile to another, in one direction, in words.
 *
 * In: the two ways and the ports. Out: flows, each with the ports that see it. Guaranteed: the flows of a kind are exactly the
 * packets of that kind that the ports can see; ports that see the same are looked at once.
 */
import type { Flow, Match, Policy, Port } from '@weir/compiler';
import { NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { isWithin } from '../engine/count.ts';
import { describeOutcome } from '../outcome.ts';
import { matchSet } from '../policy/match-set.ts';
import { worldOf } from '../policy/policy-analysis.ts';
import type { Way } from '../policy/policy-analysis.ts';
import { pointOf } from '../space/point.ts';
import { findBox } from '../engine/box.ts';
import { rateWords } from './comparable.ts';
import { flowMatch } from './flow-match.ts';
import { planReadable, readableFlows } from './readable-flows.ts';
import { flowText } from './flow-words.ts';
import type { FlowWords, Vocabulary } from './flow-words.ts';
import { compareWays } from './packet-changes.ts';
import type { ChangeKind, Said, WayComparison } from './packet-changes.ts';
import type { FlowChange } from './policy-diff.ts';
import { realizableFor } from './realizable.ts';
import { witnessOf } from './witness.ts';

export interface PairQuestion {
  readonly was: Way;
  readonly is: Way;
  readonly ports: readonly Port[];
  readonly sameFacts: boolean;
  readonly expected: readonly Flow[];
  /** The newer policy, whose addresses the expected flows mean. */
  readonly policy: Policy;
  readonly vocabulary: Vocabulary;
  readonly budget: number;
}

/** Ports that see the same change. */
interface Seen {
  readonly kind: ChangeKind;
  readonly set: Diagram;
  /** What the boxes may reach into. */
  readonly within: Diagram;
  readonly isExpected: boolean;
  readonly ports: Port[];
}

/** Compares and puts into words. */
export function pairChanges(question: PairQuestion): readonly FlowChange[] {
  const { was, is, ports, sameFacts, expected, policy, budget } = question;
  const { direction } = is;
  const matches = new Map<Port, Match>();
  if (expected.length > 0)
    for (const port of ports) {
      const of = expected.flatMap((flow) => flowMatch(flow, port, direction, policy) ?? []);
      matches.set(port, { kind: 'any', of });
    }
  const distinct = new Map([...matches.values()].map((match) => [matchKey(match), match]));
  const comparison = compareWays(was, is, {
    sameFacts,
    budget,
    also: (planner, way) => {
      planReadable(planner);
      const world = worldOf(way, planner, () => NOTHING);
      for (const match of distinct.values()) matchSet(match, world);
    },
  });
  if (comparison.changes.length === 0) return [];
  const world = worldOf(comparison.after, comparison.space, () => NOTHING);
  const expectedSets = new Map([...distinct].map(([key, match]) => [key, matchSet(match, world)]));
  const expectedAt = (port: Port): Diagram => expectedSets.get(matchKey(matches.get(port) ?? NONE)) ?? NOTHING;
  return seenChanges(comparison, ports, expectedAt).flatMap((seen) => flowsOf(comparison, seen, question));
}

const NONE: Match = { kind: 'any', of: [] };
const matchKey = (match: Match): string =>
  JSON.stringify(match, (_, value: unknown) => (typeof value === 'bigint' ? `${value}` : value));

/** The changes by what ports see of them, the expected part apart. */
function seenChanges(
  { space, changes }: WayComparison,
  ports: readonly Port[],
  expectedAt: (port: Port) => Diagram,
): readonly Seen[] {
  const { diagrams } = space;
  const found = new Map<string, Seen>();
  for (const [at, { kind, set, within }] of changes.entries()) {
    const realizable = realizableFor(space, set);
    for (const port of ports) {
      const own = realizable(port).set;
      const expected = expectedAt(port);
      const parts = [
        { isExpected: true, set: diagrams.where(expected, own), within: diagrams.where(expected, within) },
        { isExpected: false, set: diagrams.except(own, expected), within: diagrams.except(within, expected) },
      ];
      for (const part of parts) {
        if (part.set === NOTHING) continue;
        const key = `${at} ${part.set} ${part.isExpected}`;
        const known = found.get(key);
        if (known === undefined) found.set(key, { kind, ...part, ports: [port] });
        else known.ports.push(port);
      }
    }
  }
  return [...found.values()];
}

function flowsOf(comparison: WayComparison, seen: Seen, { vocabulary, is }: PairQuestion): readonly FlowChange[] {
  const { space, open, passed, sameGuard } = comparison;
  const { diagrams } = space;
  const [port] = seen.ports;
  if (port === undefined) return [];
  const parts = sameGuard
    ? [{ set: seen.set, open: diagrams.orElse(open, seen.within), limit: MOST }]
    : [
        { set: diagrams.where(passed, seen.set), open: diagrams.orElse(open, diagrams.not(passed)), limit: MOST },
        { set: diagrams.except(seen.set, passed), open, limit: MOST_OF_GUARD },
      ];
  return parts.flatMap((part) => {
    const { flows, rest } = readableFlows(space, part.set, part.open, { vocabulary, limit: part.limit });
    const more = rest === NOTHING ? [] : [{ words: MORE, set: rest }];
    return [...flows, ...more].map(({ words, set }): FlowChange => {
      const witness = witnessOf(space, set, port, is.direction);
      const [before, after] = saidAt(comparison, set, witness && pointOf(space, witness));
      return {
        kind: seen.kind,
        direction: is.direction,
        ports: seen.ports.map(({ guest, ifname }) => ({ guest, ifname })),
        words,
        text: flowText(words),
        before: saidWords(before),
        after: saidWords(after),
        deciders: { before: before.decider, after: after.decider },
        ...(witness && { witness }),
        isExpected: seen.isExpected,
      };
    });
  });
}

/** Boxes for one kind of frames. WHY: what guards say falls into many pieces that nobody reads one by one. */
const [MOST, MOST_OF_GUARD] = [64, 8];

/** WHY: a set that takes too many boxes is still told, with a packet of it. */
const MORE: FlowWords = { where: [], frames: 'further packets, in more pieces than are listed' };

function saidAt(
  { space, said }: WayComparison,
  set: Diagram,
  point: readonly number[] | undefined,
): readonly [Said, Said] {
  const box = point === undefined ? findBox(space.diagrams, set) : undefined;
  const rank = (level: number): number => point?.[level] ?? box?.get(level)?.low ?? 0;
  const of = (diagram: Diagram): Said => {
    const found = said.of.get(space.diagrams.at(diagram, rank));
    if (found === undefined) throw new Error('a packet of which nothing is said');
    return found;
  };
  return [of(said.before), of(said.after)];
}

/** `accept, limit 10/second`. */
function saidWords({ outcome, limits }: Said): string {
  const { limit, quota, connections } = limits;
  return [
    describeOutcome(outcome),
    ...(limit === undefined ? [] : [`limit ${limit.over ? 'over ' : ''}${rateWords(limit)}`]),
    ...(quota === undefined ? [] : [`quota ${quota.over ? 'over ' : ''}${quota.bytes} bytes`]),
    ...(connections === undefined ? [] : [`connections over ${connections.over}`]),
  ].join(', ');
}

/** True when every packet that changes at a port lies in a set. Exported for tests. */
export const isAllWithin = (comparison: WayComparison, set: Diagram): boolean =>
  comparison.changes.every((change) => isWithin(comparison.space.diagrams, change.set, set));
