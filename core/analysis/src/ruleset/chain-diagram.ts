/**
 * Chains as diagrams: what becomes of the packets that enter one, in a state.
 *
 * In: a table, the ports whose packets they are, the terms. Out: for every packet the outcome, or that the chain was left.
 * Guaranteed: a chain is read once for each state in which it can be entered.
 */
import type { Port } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { NO_EFFECTS, effectsKey, withEffect } from '../outcome.ts';
import type { Effects, Outcome } from '../outcome.ts';
import type { Headers } from '../space/headers.ts';
import { UnreadableError } from '../unreadable.ts';
import { lookupSet, vmapCases } from './lookup-set.ts';
import type { LookupWorld } from './lookup-set.ts';
import type { Read } from './read.ts';
import { bitsSet, knownAfter, knownOf, testSet } from './read-set.ts';
import type { Known } from './read-set.ts';
import type { IndexedChain, IndexedRule } from './ruleset-index.ts';
import { stepsOf } from './step.ts';
import type { Step, StepWorld, Verdict } from './step.ts';

/** What chains are read against. */
export interface ChainWorld extends StepWorld, LookupWorld {
  readonly headers: Headers;
  readonly ports: readonly Port[];
  readonly leaf: (outcome: Outcome, rule: IndexedRule | undefined) => Diagram;
}

/** What rules change as they go on. `priority`: what was copied there. */
export interface State {
  readonly priority: bigint | Read | undefined;
  readonly effects: Effects;
}

export const START: State = { priority: undefined, effects: NO_EFFECTS };

const stateKey = ({ priority, effects }: State): string =>
  `${typeof priority === 'bigint' ? priority.toString() : JSON.stringify(priority, (_, value: unknown) => (typeof value === 'bigint' ? `${value}n` : value))} ${effectsKey(effects)}`;

const knownKey = ({ kinds, uppers, later }: Known): string => `${kinds.join()} ${uppers.join()} ${String(later)}`;

/** What has come to a step of a rule. */
interface Course {
  readonly set: Diagram;
  readonly state: State;
  readonly known: Known;
}

/** Packets that left a rule: with a verdict, or to go on in a state that it changed. */
interface Exit extends Course {
  readonly verdict: Verdict | undefined;
}

export class ChainReader {
  readonly #world: ChainWorld;
  readonly #steps = new Map<IndexedRule, readonly Step[]>();
  readonly #done = new Map<string, Diagram>();
  /** Leaves that stand for a chain that was left, with its state then. */
  readonly #left = new Map<Diagram, State>();
  readonly #leftLeaves = new Map<string, Diagram>();

  constructor(world: ChainWorld) {
    this.#world = world;
  }

  /** What becomes of packets at a base chain. */
  base(chain: IndexedChain, known: Known): Diagram {
    const inside = this.#chain(chain, 0, START, known);
    const policy = chain.body.policy ?? 'accept';
    return this.#world.headers.terms.diagrams.map(inside, (leaf) => {
      const state = this.#left.get(leaf);
      return state === undefined ? leaf : this.#world.leaf({ verdict: policy, effects: state.effects }, undefined);
    });
  }

  /** Asks everything that can be asked from a chain on, in no order, so that a planner sees it. */
  plan(chain: IndexedChain, known: Known, seen = new Set<string>()): void {
    const key = `${chain.name} ${knownKey(known)}`;
    if (seen.has(key)) return;
    seen.add(key);
    knownOf(this.#world.headers, known, EVERYTHING);
    const marks = [undefined, ...this.#marksFrom(chain)];
    for (const rule of chain.rules) {
      let state = START;
      let so = known;
      for (const step of this.#stepsOf(rule)) {
        if (step.kind === 'test' && step.read.kind === 'mark')
          for (const mark of marks)
            this.#test(step, { ...START, effects: { ...NO_EFFECTS, ...(mark && { mark }) } }, so);
        else if (step.kind === 'test' && step.read.kind !== 'priority') this.#test(step, state, so);
        else if (step.kind === 'lookup') lookupSet(step, state.priority, so, this.#world);
        else if (step.kind === 'oracle') this.#world.headers.terms.fact(step.fact);
        else if (step.kind === 'priority') {
          if (typeof step.value !== 'bigint') this.#there(step.value, so);
          state = { ...state, priority: step.value };
        }
        if (step.kind === 'test') so = knownAfter(so, step.read, step.ranges, step.negated);
        for (const verdict of this.#verdictsOf(step, state, so))
          if ('target' in verdict) this.plan(this.#chainNamed(verdict.target), so, seen);
      }
    }
  }

  #verdictsOf(step: Step, state: State, known: Known): readonly Verdict[] {
    if (step.kind === 'end') return [step.verdict];
    return step.kind === 'vmap'
      ? vmapCases(step, state.priority, known, this.#world).map(({ verdict }) => verdict)
      : [];
  }

  /** Every change of the mark in a chain. */
  #marksFrom({ rules }: IndexedChain): readonly Effects['mark'][] {
    return rules.flatMap((rule) =>
      this.#stepsOf(rule).flatMap((step) => (step.kind === 'effect' && step.effect.mark ? [step.effect.mark] : [])),
    );
  }

  #chainNamed(name: string): IndexedChain {
    const chain = this.#world.table.chains.get(name);
    if (chain === undefined) throw new UnreadableError(`a jump to the unknown chain ${name}`);
    return chain;
  }

  #stepsOf(rule: IndexedRule): readonly Step[] {
    const known = this.#steps.get(rule);
    if (known !== undefined) return known;
    const made = stepsOf(rule, this.#world);
    this.#steps.set(rule, made);
    return made;
  }

  /** A chain from one of its rules on. */
  #chain(chain: IndexedChain, from: number, state: State, known: Known): Diagram {
    const key = `${chain.name} ${from} ${stateKey(state)} ${knownKey(known)}`;
    const done = this.#done.get(key);
    if (done !== undefined) return done;
    const { diagrams } = this.#world.headers.terms;
    let decided: Diagram = NOTHING;
    let so = known;
    for (let at = from; at < chain.rules.length && !diagrams.isTotal(decided); at += 1) {
      const rule = chain.rules[at];
      if (rule === undefined) continue;
      for (const exit of this.#rule(rule, { set: EVERYTHING, state, known: so })) {
        const follows = this.#follow(exit, rule, (later, about) =>
          stateKey(later) === stateKey(state) ? NOTHING : this.#chain(chain, at + 1, later, about),
        );
        decided = diagrams.orElse(decided, diagrams.where(exit.set, follows));
      }
      so = { ...so, kinds: so.kinds.filter((kind) => this.#isOpen(decided, kind)) };
    }
    const made = diagrams.orElse(decided, this.#leftLeaf(state));
    this.#done.set(key, made);
    return made;
  }

  /** Some packet of a kind is not decided yet. */
  #isOpen(decided: Diagram, kind: Known['kinds'][number]): boolean {
    const { headers } = this.#world;
    const { diagrams } = headers.terms;
    if (decided === NOTHING) return true;
    if (diagrams.isTotal(decided)) return false;
    const of = headers.kind(kind);
    if (diagrams.level(decided) !== diagrams.level(of)) return true;
    const ways = diagrams.edges(decided).filter(({ to }) => !diagrams.isTotal(to));
    return diagrams
      .edges(of)
      .some(
        ({ ranks, to }) =>
          to !== NOTHING && ways.some((way) => way.ranks.low <= ranks.high && ranks.low <= way.ranks.high),
      );
  }

  /** The leaf of packets that leave a chain. */
  #leftLeaf(state: State): Diagram {
    const key = stateKey(state);
    const known = this.#leftLeaves.get(key);
    if (known !== undefined) return known;
    const leaf = this.#world.headers.terms.diagrams.value(`left ${key}`, {
      verdict: 'returned',
      effects: state.effects,
    });
    this.#leftLeaves.set(key, leaf);
    this.#left.set(leaf, state);
    return leaf;
  }

  /** What follows an exit of a rule; `behind`: what becomes of packets that go on behind it. */
  #follow(exit: Exit, rule: IndexedRule, behind: (state: State, known: Known) => Diagram): Diagram {
    const { headers, leaf } = this.#world;
    const { verdict, state } = exit;
    if (verdict === undefined) return behind(state, exit.known);
    switch (verdict.kind) {
      case 'continue':
        return behind(state, exit.known);
      case 'accept':
      case 'drop':
        return leaf({ verdict: verdict.kind, effects: state.effects }, rule);
      case 'reject':
        return leaf({ verdict: 'reject', reject: verdict.with, effects: state.effects }, rule);
      case 'return':
        return this.#leftLeaf(state);
      case 'goto':
        return this.#chain(this.#chainNamed(verdict.target), 0, state, knownOf(headers, exit.known, exit.set));
      case 'jump': {
        const known = knownOf(headers, exit.known, exit.set);
        return this.#returned(this.#chain(this.#chainNamed(verdict.target), 0, state, known), (so) =>
          behind(so, known),
        );
      }
      default:
        return verdict satisfies never;
    }
  }

  /** The diagram of a chain that was jumped to, with what follows in place of the leaves that left it. */
  #returned(inside: Diagram, behind: (state: State) => Diagram): Diagram {
    const { diagrams } = this.#world.headers.terms;
    const left = diagrams.leaves(inside).filter((leaf) => this.#left.has(leaf));
    const decided = diagrams.map(inside, (leaf) => (this.#left.has(leaf) ? NOTHING : leaf));
    return left.reduce((sum, leaf) => {
      const state = this.#left.get(leaf);
      const follows = state === undefined ? NOTHING : behind(state);
      return follows === NOTHING
        ? sum
        : diagrams.orElse(sum, diagrams.where(diagrams.whereLeaf(inside, leaf), follows));
    }, decided);
  }

  /** Where packets leave a rule. Those that it leaves alone are no exit. */
  #rule(rule: IndexedRule, start: Course): readonly Exit[] {
    const { diagrams } = this.#world.headers.terms;
    const exits: Exit[] = [];
    let course = start;
    const narrow = (to: Diagram): void => {
      const failed = diagrams.except(course.set, to);
      // What was changed before a test that fails stays changed.
      if (failed !== NOTHING && stateKey(course.state) !== stateKey(start.state))
        exits.push({ ...course, set: failed, verdict: undefined });
      course = { ...course, set: diagrams.where(to, course.set) };
    };
    for (const step of this.#stepsOf(rule)) {
      if (course.set === NOTHING) return exits;
      switch (step.kind) {
        case 'test':
          narrow(this.#test(step, course.state, course.known));
          course = { ...course, known: knownAfter(course.known, step.read, step.ranges, step.negated) };
          break;
        case 'lookup':
          narrow(lookupSet(step, course.state.priority, course.known, this.#world));
          break;
        case 'vmap': {
          let rest = course.set;
          for (const { set, verdict } of vmapCases(step, course.state.priority, course.known, this.#world)) {
            const taken = diagrams.where(set, rest);
            if (taken !== NOTHING) exits.push({ ...course, set: taken, verdict });
            rest = diagrams.except(rest, set);
          }
          if (stateKey(course.state) !== stateKey(start.state))
            exits.push({ ...course, set: rest, verdict: undefined });
          return exits;
        }
        case 'oracle':
          narrow(this.#world.headers.terms.fact(step.fact));
          break;
        case 'priority':
          if (typeof step.value !== 'bigint') narrow(this.#there(step.value, course.known));
          course = { ...course, state: { ...course.state, priority: step.value } };
          break;
        case 'effect':
          course = { ...course, state: { ...course.state, effects: withEffect(course.state.effects, step.effect) } };
          break;
        case 'end':
          return [...exits, { ...course, verdict: step.verdict }];
        default:
          step satisfies never;
      }
    }
    return stateKey(course.state) === stateKey(start.state) ? exits : [...exits, { ...course, verdict: undefined }];
  }

  #test(step: Extract<Step, { readonly kind: 'test' }>, state: State, known: Known): Diagram {
    const { read, ranges, negated } = step;
    if (read.kind === 'priority') {
      if (typeof state.priority !== 'bigint') throw new UnreadableError('a comparison of a priority that nobody set');
      const value = read.mask === undefined ? state.priority : state.priority & read.mask;
      return ranges.some(({ low, high }) => low <= value && value <= high) !== negated ? EVERYTHING : NOTHING;
    }
    return testSet(this.#world.headers, read, ranges, negated, known, state.effects.mark);
  }

  /** The bits can be read. */
  #there(read: Read, known: Known): Diagram {
    if (read.kind !== 'bits') throw new UnreadableError(`a copy of ${read.kind}`);
    return bitsSet(this.#world.headers, read, () => EVERYTHING, known);
  }
}
