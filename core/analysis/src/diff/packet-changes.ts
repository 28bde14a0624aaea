/**
 * The packets whose fate changes from one profile to another, in one direction.
 *
 * In: two ways. Out: for each kind of change the exact set of its packets, in one space, and who decided before and after.
 * Guaranteed: what a rule means counts, not what a target can do about it; ends within its budget.
 */
import type { Origin } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { NO_EFFECTS, effectsKey, outcomeKey } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { planWays, waySet, worldOf } from '../policy/policy-analysis.ts';
import type { PlannedWay, Way } from '../policy/policy-analysis.ts';
import { profileDiagram } from '../policy/profile-diagram.ts';
import type { ProfileWorld } from '../policy/profile-diagram.ts';
import { STATES, packetBounds, stateSet } from '../space/bounds.ts';
import { Headers } from '../space/headers.ts';
import type { Planner, Space } from '../space/space.ts';
import { comparableProfile } from './comparable.ts';
import type { Comparable, Decider, Limits } from './comparable.ts';

/** Newly accepted; newly dropped or rejected; neither, but told, marked, written down or limited otherwise. */
export type ChangeKind = 'allowed' | 'refused' | 'changed';

/** What a policy says of packets, and who says it; undefined for what holds without a rule. */
export interface Said {
  readonly outcome: Outcome;
  readonly limits: Limits;
  readonly decider: Decider | undefined;
}

/** The packets of one kind of change. */
export interface PacketChange {
  readonly kind: ChangeKind;
  readonly set: Diagram;
  /** A larger set that says the same with fewer conditions: without those that the guard, as before, asks for. */
  readonly within: Diagram;
}

export interface WayComparison {
  readonly before: Way;
  readonly after: Way;
  readonly planned: PlannedWay;
  readonly space: Space;
  readonly changes: readonly PacketChange[];
  /** Packets that cannot come, or that the connection decides as before: boxes may reach into them. */
  readonly open: Diagram;
  /** The packets that the guards pass on; where the guard changed, what both pass on. */
  readonly passed: Diagram;
  readonly sameGuard: boolean;
  /** What both sides say, by leaf. */
  readonly said: { readonly before: Diagram; readonly after: Diagram; readonly of: ReadonlyMap<Diagram, Said> };
}

export interface CompareOptions {
  /** Further questions that the space must have levels for. */
  readonly also?: (planner: Planner, way: Way) => void;
  readonly budget?: number;
  /** The ports in question have the same addresses before and after. */
  readonly sameFacts: boolean;
}

/** Compares. Throws `TooComplexError` when the budget is used up. */
export function compareWays(old: Way, now: Way, options: CompareOptions): WayComparison {
  const parts = [comparableProfile(old.profile), comparableProfile(now.profile)] as const;
  const isReassembled = old.place.isReassembled && now.place.isReassembled;
  const meant = (way: Way, { profile }: Comparable): Way => ({
    ...way,
    profile,
    place: { ...way.place, state: 'conntrack', isReassembled },
    answerMark: undefined,
  });
  const [before, after] = [meant(old, parts[0]), meant(now, parts[1])];
  const sameGuard = guardKey(old.profile) === guardKey(now.profile);
  const planned = planWays([before, after], (planner) => options.also?.(planner, after), options.budget);
  const { space } = planned;
  const { diagrams } = space;
  const of = new Map<Diagram, Said>();
  // A guard that stays hands the same packets on: only what follows is compared, and then looked at for those packets.
  const followed = (way: Way): Way => (sameGuard ? { ...way, profile: withoutGuard(way.profile) } : way);
  const first = read(followed(before), 'old', parts[0], space, of);
  const second = read(followed(after), 'new', parts[1], space, of);
  const joined = changesOf(space, of, first, second);
  if (joined.size === 0)
    return {
      before,
      after,
      planned,
      space,
      changes: [],
      open: NOTHING,
      passed: NOTHING,
      sameGuard,
      said: { before: first, after: second, of },
    };
  const headers = new Headers(space);
  const mine = options.sameFacts ? waySet(before, planned) : packetBounds(headers, before.place, planned.twice);
  const coming = diagrams.where(waySet(after, planned), mine);
  const passed = sameGuard
    ? passedSet(after, space)
    : diagrams.where(passedSet(before, space), passedSet(after, space));
  const seen = sameGuard ? diagrams.where(coming, passed) : coming;
  const changes = [...joined].flatMap(([within, kind]): readonly PacketChange[] => {
    const set = diagrams.where(seen, within);
    return set === NOTHING ? [] : [{ kind, set, within: sameGuard ? within : set }];
  });
  const known = stateSet(headers, [STATES.established, STATES.related, STATES.invalid]);
  const all = changes.reduce<Diagram>((sum, { set }) => diagrams.orElse(sum, set), NOTHING);
  const isStateful = before.profile.stateful && after.profile.stateful && diagrams.where(known, all) === NOTHING;
  const open = diagrams.orElse(diagrams.not(coming), isStateful ? known : NOTHING);
  return {
    before,
    after,
    planned,
    space,
    changes,
    open,
    passed,
    sameGuard,
    said: { before: first, after: second, of },
  };
}

/** Equal for guards that say the same, wherever they are written. */
function guardKey({ guard }: Way['profile']): string {
  const places: ReadonlySet<string> = new Set(['origin', 'span', 'name']);
  return JSON.stringify([guard?.in, guard?.out], (key, value: unknown) =>
    places.has(key) ? undefined : typeof value === 'bigint' ? `${value}` : value,
  );
}

const withoutGuard = ({ name, attachment, filters, stateful, own }: Way['profile']): Way['profile'] => ({
  name,
  attachment,
  filters,
  stateful,
  own,
});

/** WHY: what a target cannot answer is still refused; the difference of two policies is not that of two targets. */
const worldFor = (way: Way, space: Space, leaf: ProfileWorld['leaf']): ProfileWorld => ({
  ...worldOf(way, space, leaf),
  canReject: true,
});

function read(way: Way, side: 'old' | 'new', { deciders }: Comparable, space: Space, of: Map<Diagram, Said>): Diagram {
  const numbers = new Map<Origin, number>();
  const world = worldFor(way, space, (outcome, rule) => {
    const decider = rule && deciders.get(rule.origin);
    if (rule !== undefined && !numbers.has(rule.origin)) numbers.set(rule.origin, numbers.size);
    const number = rule === undefined ? '' : (numbers.get(rule.origin) ?? '');
    const leaf = space.diagrams.value(`${side} ${outcomeKey(outcome)} by ${number}`, outcome);
    of.set(leaf, { outcome, limits: decider?.limits ?? {}, decider });
    return leaf;
  });
  return profileDiagram(way.profile, way.direction, world);
}

/** The sets of changes. */
function changesOf(
  { diagrams }: Space,
  of: ReadonlyMap<Diagram, Said>,
  before: Diagram,
  after: Diagram,
): ReadonlyMap<Diagram, ChangeKind> {
  const kinds = new Map<Diagram, ChangeKind>();
  const joined = diagrams.zip(before, after, (a, b) => {
    const [was, is] = [of.get(a), of.get(b)];
    const change = was && is && changeOf(was, is);
    if (change === undefined) return NOTHING;
    const leaf = diagrams.value(`change ${change.key}`, { verdict: 'returned', effects: NO_EFFECTS });
    kinds.set(leaf, change.kind);
    return leaf;
  });
  return new Map(
    diagrams.leaves(joined).flatMap((leaf) => {
      const kind = kinds.get(leaf);
      return kind === undefined ? [] : [[diagrams.whereLeaf(joined, leaf), kind] as const];
    }),
  );
}

/** What changed; `key` is equal for changes that are told together. */
export function changeOf(was: Said, is: Said): { readonly kind: ChangeKind; readonly key: string } | undefined {
  const [accepted, accepts] = [was, is].map(({ outcome }) => outcome.verdict === 'accept');
  if (accepted !== accepts) return accepts ? { kind: 'allowed', key: 'allowed' } : { kind: 'refused', key: 'refused' };
  const [a, b] = [was, is].map(
    ({ outcome, limits }) =>
      `${outcome.verdict} ${outcome.reject ?? ''} ${effectsKey(outcome.effects)} ${JSON.stringify(limits)}`,
  );
  return a === b ? undefined : { kind: 'changed', key: `${a} to ${b}` };
}

/** The packets that a profile's guard hands on. */
function passedSet(way: Way, space: Space): Diagram {
  const { diagrams } = space;
  if (way.profile.guard === undefined) return EVERYTHING;
  const [passed, decided] = [
    space.outcome({ verdict: 'accept', effects: NO_EFFECTS }),
    space.outcome({ verdict: 'drop', effects: NO_EFFECTS }),
  ];
  // Without filters, only what the guard passed on is accepted without a rule.
  const world = worldFor(way, space, (_, rule) => (rule === undefined ? passed : decided));
  const diagram = profileDiagram({ ...way.profile, filters: [], stateful: false }, way.direction, world);
  return diagrams.whereLeaf(diagram, passed);
}
