/**
 * Translation validation: whether a ruleset does with every packet what its policy says.
 *
 * In: a policy with its target, and the whole ruleset that was made of it. Out: what is wrong, nothing when all is proved.
 * Guaranteed: one proof for each profile and direction, whatever the number of ports; the facts of every port are checked
 * against its elements; ends within its budget.
 */
import type { Direction, Origin, Port } from '@weir/compiler';
import type { NftDocument } from '@weir/nftables-json';
import { DEFAULT_BUDGET, withinBudget } from '../engine/budget.ts';
import { findBox } from '../engine/box.ts';
import type { Box } from '../engine/box.ts';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { outcomeKey } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { planWays, wayDiagram, waySet, waysOf, worldOf } from '../policy/policy-analysis.ts';
import type { PlannedWay, PolicyEnv, Way } from '../policy/policy-analysis.ts';
import { profileDiagram } from '../policy/profile-diagram.ts';
import { entriesOf, entryDiagram, planEntry } from '../ruleset/ruleset-diagram.ts';
import type { Entry } from '../ruleset/ruleset-diagram.ts';
import { indexRuleset } from '../ruleset/ruleset-index.ts';
import type { IndexedRule, RulesetIndex } from '../ruleset/ruleset-index.ts';
import { pointOf } from '../space/point.ts';
import type { PacketFacts } from '../space/point.ts';
import type { Space } from '../space/space.ts';
import { UnreadableError } from '../unreadable.ts';
import { strangersIn } from './consistency.ts';
import { witnessFrame } from './witness-frame.ts';

/** A packet of which policy and ruleset say different things. */
export interface Witness {
  readonly port: Port;
  readonly packet: PacketFacts;
  /** The packet was tried, and lies where the two differ. */
  readonly isConfirmed: boolean;
  readonly policy: { readonly outcome: Outcome; readonly origin: Origin | undefined };
  /** `rule`: chain and place, and the rule's comment; undefined for the policy of a chain. */
  readonly ruleset: { readonly outcome: Outcome; readonly rule: string | undefined };
}

/** Something that was not proved. */
export type ValidationFailure =
  | { readonly kind: 'differs'; readonly profile: string; readonly direction: Direction; readonly witness: Witness }
  | { readonly kind: 'too-complex'; readonly profile: string; readonly direction: Direction; readonly budget: number }
  /** The ruleset has something that the analysis does not know, or that contradicts the ports' facts. */
  | { readonly kind: 'unreadable'; readonly profile: string | undefined; readonly what: string };

/** Validates. */
export function validateRuleset(
  env: PolicyEnv,
  ruleset: NftDocument,
  budget = DEFAULT_BUDGET,
): readonly ValidationFailure[] {
  const failures: ValidationFailure[] = [];
  const index = readable(undefined, failures, () => indexRuleset(ruleset));
  if (index === undefined) return failures;
  const entries: Entry[] = [];
  for (const way of waysOf(env)) {
    if (way.ports.length === 0) continue;
    const { name } = way.profile;
    readable(name, failures, () => {
      const own = entriesOf(way, index);
      entries.push(...own);
      const done = withinBudget(() => own.flatMap((entry) => differenceOf(way, entry, budget)));
      if (done.kind === 'too-complex')
        failures.push({ kind: 'too-complex', profile: name, direction: way.direction, budget });
      else
        for (const witness of done.value)
          failures.push({ kind: 'differs', profile: name, direction: way.direction, witness });
    });
  }
  for (const what of strangersIn(entries, env.policy.ports))
    failures.push({ kind: 'unreadable', profile: undefined, what });
  return failures;
}

function readable<T>(profile: string | undefined, failures: ValidationFailure[], work: () => T): T | undefined {
  try {
    return work();
  } catch (error) {
    if (!(error instanceof UnreadableError)) throw error;
    failures.push({ kind: 'unreadable', profile, what: error.message });
    return undefined;
  }
}

/** Both sides in one space. */
export interface Comparison {
  readonly planned: PlannedWay;
  /** What the policy and the ruleset say of the packets that can come; nothing of others. */
  readonly policy: Diagram;
  readonly ruleset: Diagram;
}

/** Reads both sides of a way in a space made for them. */
export function compareWay(way: Way, entry: Entry, budget?: number): Comparison {
  const planned = planWays([way], (planner) => planEntry(way, entry, planner), budget);
  const { diagrams } = planned.space;
  const coming = waySet(way, planned);
  return {
    planned,
    policy: diagrams.where(coming, wayDiagram(way, planned)),
    ruleset: diagrams.where(coming, entryDiagram(way, entry, planned.space)),
  };
}

function differenceOf(way: Way, entry: Entry, budget: number): readonly Witness[] {
  const comparison = compareWay(way, entry, budget);
  if (comparison.policy === comparison.ruleset) return [];
  const { space } = comparison.planned;
  const differs = space.diagrams.zip(comparison.policy, comparison.ruleset, (a, b) => (a === b ? NOTHING : EVERYTHING));
  const box = findBox(space.diagrams, differs);
  return box === undefined ? [] : [witnessOf(way, entry, comparison, differs, box)];
}

function witnessOf(way: Way, entry: Entry, comparison: Comparison, differs: Diagram, box: Box): Witness {
  const { space } = comparison.planned;
  const tries = way.ports.slice(0, PORTS_TRIED).map((port) => ({ port, packet: witnessFrame(space, box, port) }));
  const isIn = ({ packet }: { readonly packet: PacketFacts }): boolean =>
    space.diagrams.at(differs, rankOf(pointOf(space, packet))) === EVERYTHING;
  const confirmed = tries.find(isIn);
  const chosen = confirmed ?? tries[0];
  if (chosen === undefined) throw new Error('a profile without ports is not compared');
  const rank =
    confirmed === undefined ? (level: number) => box.get(level)?.low ?? 0 : rankOf(pointOf(space, chosen.packet));
  const at = (diagram: Diagram): Diagram => space.diagrams.at(diagram, rank);
  const [policy, ruleset] = [attributedPolicy(way, space), attributedRuleset(way, entry, space)];
  const rule = ruleset.rules.get(at(ruleset.diagram));
  return {
    ...chosen,
    isConfirmed: confirmed !== undefined,
    policy: { outcome: outcomeAt(space, at(comparison.policy)), origin: policy.rules.get(at(policy.diagram)) },
    ruleset: {
      outcome: outcomeAt(space, at(comparison.ruleset)),
      rule: rule && `${rule.place}${rule.comment === undefined ? '' : ` (${rule.comment})`}`,
    },
  };
}

/** A witness is tried with the addresses of so many ports. */
const PORTS_TRIED = 4;

const rankOf =
  (point: readonly number[]) =>
  (level: number): number =>
    point[level] ?? 0;

function outcomeAt(space: Space, leaf: Diagram): Outcome {
  const outcome = space.diagrams.valueOf(leaf);
  if (outcome === undefined) throw new Error('a packet without outcome');
  return outcome;
}

interface Attributed<R> {
  readonly diagram: Diagram;
  readonly rules: ReadonlyMap<Diagram, R>;
}

function attributedPolicy(way: Way, space: Space): Attributed<Origin> {
  const rules = new Map<Diagram, Origin>();
  const world = worldOf(way, space, (outcome, rule) => {
    const leaf = space.diagrams.value(`${outcomeKey(outcome)} by ${JSON.stringify(rule?.origin)}`, outcome);
    if (rule !== undefined) rules.set(leaf, rule.origin);
    return leaf;
  });
  return { diagram: profileDiagram(way.profile, way.direction, world), rules };
}

function attributedRuleset(way: Way, entry: Entry, space: Space): Attributed<IndexedRule> {
  const rules = new Map<Diagram, IndexedRule>();
  const diagram = entryDiagram(way, entry, space, (outcome, rule) => {
    const leaf = space.diagrams.value(`${outcomeKey(outcome)} at ${rule?.place ?? ''}`, outcome);
    if (rule !== undefined) rules.set(leaf, rule);
    return leaf;
  });
  return { diagram, rules };
}

/** The ways of a policy and where they enter a ruleset, for questions about both. Throws `UnreadableError`. */
export function enteredWays(
  env: PolicyEnv,
  index: RulesetIndex,
): readonly { readonly way: Way; readonly entry: Entry }[] {
  return waysOf(env).flatMap((way) =>
    way.ports.length === 0 ? [] : entriesOf(way, index).map((entry) => ({ way, entry })),
  );
}
