/**
 * A profile in one direction as a diagram: guard, link frames, the connection's state, filters.
 *
 * In: a profile and the terms. Out: for every packet its outcome. Guaranteed: total; limits, quotas and counts of connections
 * are facts that may hold or not at any time.
 */
import type {
  DecisionList,
  Direction,
  PolicyNode,
  PolicyRule,
  PolicyVerdict,
  Profile,
  Rate,
  RuleOptions,
} from '@weir/compiler';
import { NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { NO_EFFECTS, effectsKey, withEffect } from '../outcome.ts';
import type { Effects, Outcome } from '../outcome.ts';
import { STATES, markSet, stateSet } from '../space/bounds.ts';
import { oracleFact, ruleLabel } from '../space/oracle.ts';
import { matchSet } from './match-set.ts';
import type { MatchWorld } from './match-set.ts';

/** What a profile is read against beside its matches. */
export interface ProfileWorld extends MatchWorld {
  /** The target can answer what is refused in this direction; elsewhere a reject drops. */
  readonly canReject: boolean;
  /** The bit by which the kernel's own answers to refused packets are known; they are delivered once the guard passed them. */
  readonly answerMark?: number;
  /** The leaf of an outcome. */
  readonly leaf: (outcome: Outcome, rule: DecisionRule | undefined) => Diagram;
}

/** Whatever gave a verdict: a rule or a default. */
export type DecisionRule = Pick<PolicyRule, 'origin'>;

/** What becomes of packets in one direction. */
export function profileDiagram(profile: Profile, direction: Direction, world: ProfileWorld): Diagram {
  return new ProfileReader(profile, direction, world).guard();
}

/** Asks everything that a profile asks in one direction, in no order, so that a planner sees it. */
export function planProfile(profile: Profile, direction: Direction, world: ProfileWorld): void {
  const { headers, answerMark } = world;
  headers.ip();
  if (answerMark !== undefined) markSet(headers, answerMark);
  stateSet(headers, [STATES.established, STATES.related]);
  stateSet(headers, [STATES.invalid]);
  for (const rule of rulesOf(profile, direction)) {
    ruleSet(rule, world);
    planLog(rule, rule.options, world);
  }
  const lists = [...(profile.guard === undefined ? [] : [profile.guard]), ...profile.filters];
  for (const { [direction]: list } of lists) planLog(list.default, list.default.options, world);
}

function planLog(rule: DecisionRule, { log }: Pick<RuleOptions, 'log'>, { headers }: ProfileWorld): void {
  if (log?.rate !== undefined) logFact(headers, rule, log.rate);
}

/** Every rule of a profile in one direction, in order; those of blocks where they were placed. */
export function rulesOf({ guard, filters }: Profile, direction: Direction): readonly PolicyRule[] {
  const flat = (nodes: readonly PolicyNode[]): readonly PolicyRule[] =>
    nodes.flatMap((node) => (node.kind === 'rule' ? [node] : flat(node.nodes)));
  return [...(guard === undefined ? [] : [guard]), ...filters].flatMap((one) => flat(one[direction].nodes));
}

/** The packets for which a rule matches: its match, and that its limits let it. */
export function ruleSet({ match, options, origin }: PolicyRule, world: MatchWorld): Diagram {
  const { headers } = world;
  const { limit, quota, connections } = options;
  const label = ruleLabel(origin);
  return headers.all(
    matchSet(match, world),
    ...(limit === undefined ? [] : [headers.terms.fact(oracleFact(label, 'limit', limit))]),
    ...(quota === undefined ? [] : [headers.terms.fact(oracleFact(label, 'quota', quota))]),
    ...(connections === undefined ? [] : [headers.terms.fact(oracleFact(label, 'connections', connections))]),
  );
}

type Verdict = Exclude<PolicyVerdict, { readonly kind: 'return' | 'continue' }>;

/** What follows a verdict of a list. */
type Then = (verdict: Verdict, effects: Effects, rule: DecisionRule) => Diagram;

class ProfileReader {
  readonly #profile: Profile;
  readonly #direction: Direction;
  readonly #world: ProfileWorld;
  readonly #matches = new Map<PolicyRule, Diagram>();
  readonly #filters = new Map<string, Diagram>();

  constructor(profile: Profile, direction: Direction, world: ProfileWorld) {
    this.#profile = profile;
    this.#direction = direction;
    this.#world = world;
  }

  guard(): Diagram {
    const { guard } = this.#profile;
    if (guard === undefined) return this.#passed(NO_EFFECTS);
    return this.#list(guard[this.#direction], NO_EFFECTS, (verdict, effects, rule) =>
      verdict.kind === 'pass' ? this.#passed(effects) : this.#end(verdict, effects, rule),
    );
  }

  /** What the guard passed. */
  #passed(effects: Effects): Diagram {
    const { headers, answerMark } = this.#world;
    const { diagrams } = headers.terms;
    const accept = this.#end({ kind: 'accept', stateless: true }, effects, undefined);
    if (this.#profile.filters.length === 0) return accept;
    let decided = diagrams.where(diagrams.not(headers.ip()), accept);
    if (answerMark !== undefined)
      decided = diagrams.orElse(decided, diagrams.where(markSet(headers, answerMark), accept));
    if (this.#profile.stateful) {
      const known = stateSet(headers, [STATES.established, STATES.related]);
      const drop = this.#end({ kind: 'drop' }, effects, undefined);
      decided = diagrams.orElse(decided, diagrams.where(known, accept));
      decided = diagrams.orElse(decided, diagrams.where(stateSet(headers, [STATES.invalid]), drop));
    }
    return diagrams.orElse(decided, this.#filter(0, effects));
  }

  /** The filters from one on: the first that does not accept decides. */
  #filter(at: number, effects: Effects): Diagram {
    const filter = this.#profile.filters[at];
    if (filter === undefined) throw new Error('no filter to ask');
    const key = `${at} ${effectsKey(effects)}`;
    const known = this.#filters.get(key);
    if (known !== undefined) return known;
    const isLast = at + 1 === this.#profile.filters.length;
    const made = this.#list(filter[this.#direction], effects, (verdict, so, rule) =>
      verdict.kind === 'accept' && !isLast ? this.#filter(at + 1, so) : this.#end(verdict, so, rule),
    );
    this.#filters.set(key, made);
    return made;
  }

  /** WHY: `pass` in a filter cannot be written; a policy that has it all the same does not accept by it. */
  #end(verdict: Verdict, effects: Effects, rule: DecisionRule | undefined): Diagram {
    const { leaf, canReject } = this.#world;
    if (verdict.kind === 'accept') return leaf({ verdict: 'accept', effects }, rule);
    if (verdict.kind === 'reject' && canReject) return leaf({ verdict: 'reject', reject: verdict.with, effects }, rule);
    return leaf({ verdict: 'drop', effects }, rule);
  }

  #list(list: DecisionList, effects: Effects, then: Then): Diagram {
    const asDefault = (so: Effects): Diagram => {
      const { verdict, options } = list.default;
      // A default that returns would ask for itself: nothing was accepted, so it drops.
      const given: Verdict = verdict.kind === 'return' || verdict.kind === 'continue' ? { kind: 'drop' } : verdict;
      return this.#after(so, options, list.default, (after) => then(given, after, list.default));
    };
    return this.#nodes(list.nodes, 0, effects, then, asDefault);
  }

  /** Nodes from one on; `leave`: what follows a `return`, and the end of the nodes. */
  #nodes(nodes: readonly PolicyNode[], from: number, effects: Effects, then: Then, leave: Leave): Diagram {
    const { diagrams } = this.#world.headers.terms;
    let decided: Diagram = NOTHING;
    for (let at = from; at < nodes.length && !diagrams.isTotal(decided); at += 1) {
      const node = nodes[at];
      if (node === undefined) continue;
      const behind: Leave = (so) => this.#nodes(nodes, at + 1, so, then, leave);
      const step =
        node.kind === 'rule'
          ? this.#rule(node, effects, then, { leave, behind })
          : this.#block(node.nodes, effects, then, behind);
      decided = diagrams.orElse(decided, step);
    }
    return diagrams.orElse(decided, leave(effects));
  }

  /** A block that was placed here; what leaves it goes on behind it, here too unless it had effects. */
  #block(nodes: readonly PolicyNode[], effects: Effects, then: Then, behind: Leave): Diagram {
    const { headers, leaf } = this.#world;
    const { diagrams } = headers.terms;
    const left = new Map<Diagram, Effects>();
    const inside = this.#nodes(nodes, 0, effects, then, (so) => {
      const mark = leaf({ verdict: 'returned', effects: so }, undefined);
      left.set(mark, so);
      return mark;
    });
    const decided = diagrams.map(inside, (one) => (left.has(one) ? NOTHING : one));
    return [...left]
      .filter(([, so]) => effectsKey(so) !== effectsKey(effects))
      .reduce(
        (sum, [mark, so]) => diagrams.orElse(sum, diagrams.where(diagrams.whereLeaf(inside, mark), behind(so))),
        decided,
      );
  }

  #rule(
    rule: PolicyRule,
    effects: Effects,
    then: Then,
    ways: { readonly leave: Leave; readonly behind: Leave },
  ): Diagram {
    const { headers } = this.#world;
    const { diagrams } = headers.terms;
    const { verdict, options } = rule;
    const follow = (so: Effects): Diagram => {
      if (verdict.kind === 'return') return ways.leave(so);
      if (verdict.kind !== 'continue') return then(verdict, so, rule);
      // A rule that changed nothing is as if it were not there.
      return effectsKey(so) === effectsKey(effects) ? NOTHING : ways.behind(so);
    };
    const matched = this.#matched(rule);
    const { dscp } = options;
    if (dscp === undefined) return diagrams.where(matched, this.#after(effects, options, rule, follow));
    // Only IP packets have a code point.
    const marked = this.#after(effects, options, rule, (so) =>
      diagrams.either(headers.ip(), follow(withEffect(so, { dscp })), follow(so)),
    );
    return diagrams.where(matched, marked);
  }

  #matched(rule: PolicyRule): Diagram {
    const known = this.#matches.get(rule);
    if (known !== undefined) return known;
    const made = ruleSet(rule, this.#world);
    this.#matches.set(rule, made);
    return made;
  }

  /** What follows a rule's effects. A log that has a rate may be left out at any time. */
  #after(
    effects: Effects,
    { log, count, mark }: Pick<RuleOptions, 'log' | 'count' | 'mark'>,
    rule: DecisionRule,
    follow: (effects: Effects) => Diagram,
  ): Diagram {
    const { headers, ownMarks } = this.#world;
    const done = withEffect(effects, {
      ...(mark !== undefined && { mark: { keep: (ownMarks & ~mark) >>> 0, set: mark >>> 0 } }),
      counts: count === undefined ? [] : [count === true ? '' : count],
    });
    if (log === undefined) return follow(done);
    const { rate, ...line } = log;
    const logged = follow(withEffect(done, { logs: [line] }));
    if (rate === undefined) return logged;
    return headers.terms.diagrams.either(logFact(headers, rule, rate), logged, follow(done));
  }
}

/** The rate of a rule's log lets it log now. */
function logFact({ terms }: MatchWorld['headers'], { origin }: DecisionRule, rate: Rate): Diagram {
  return terms.fact(oracleFact(ruleLabel(origin), 'limit', { ...rate, over: false }));
}

/** What follows when nodes are left without a verdict. */
type Leave = (effects: Effects) => Diagram;
