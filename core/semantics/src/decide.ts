/**
 * The meaning of a policy: what becomes of one frame, in one direction, at one port.
 *
 * In: a policy, a port, a direction, a frame, and what the host knows of it. Out: the verdict, who gave it, and the trace.
 * Guaranteed: pure; an effect of a rule (a mark, a code point) is told but never seen by later rules.
 */
import type { Direction, Policy, Port, Profile } from '@weir/compiler';
import { decideList } from './decide-list.ts';
import type { Inquiry, ListVerdict } from './decide-list.ts';
import { withinLimits } from './decision.ts';
import type { Decider, Decision, Effect, Oracle, Step } from './decision.ts';
import type { Frame } from './frame.ts';
import type { ConnectionState, HostFacts, Subject } from './subject.ts';

export interface DecideOptions extends Omit<HostFacts, 'state'> {
  /** {@link withinLimits} unless given. */
  readonly oracle?: Oracle;
  /** Say in the trace why rules missed; false unless given. */
  readonly explain?: boolean;
}

/** Decides a frame. Throws when the port's profile is not in the policy. */
export function decide(
  policy: Policy,
  port: Port,
  direction: Direction,
  frame: Frame,
  state?: ConnectionState,
  options: DecideOptions = {},
): Decision {
  const { oracle = withinLimits, explain = false, ...facts } = options;
  const subject: Subject = { policy, port, frame, ...facts, ...(state !== undefined && { state }) };
  return new Course(profileOf(policy, port), direction, subject, { oracle, explain }).run();
}

function profileOf(policy: Policy, port: Port): Profile {
  const found = policy.profiles.find(({ name }) => name === port.profile);
  if (found === undefined) throw new Error(`no profile ${JSON.stringify(port.profile)} in this policy`);
  return found;
}

/** One frame's way: guard, link frames, connection, filters. */
class Course {
  readonly #profile: Profile;
  readonly #direction: Direction;
  readonly #subject: Subject;
  readonly #manner: Pick<Inquiry, 'oracle' | 'explain'>;
  readonly #trace: Step[] = [];
  readonly #effects: Effect[] = [];

  constructor(profile: Profile, direction: Direction, subject: Subject, manner: Pick<Inquiry, 'oracle' | 'explain'>) {
    this.#profile = profile;
    this.#direction = direction;
    this.#subject = subject;
    this.#manner = manner;
  }

  run(): Decision {
    return this.#guard() ?? this.#link() ?? this.#connection() ?? this.#filters();
  }

  /** The guard's answer, unless it passes the frame on. */
  #guard(): Decision | undefined {
    const { guard } = this.#profile;
    if (guard === undefined) return undefined;
    const { verdict, by } = decideList(guard[this.#direction], this.#inquiry('guard', guard.name));
    return verdict.kind === 'pass' ? undefined : this.#end(verdict, by);
  }

  /** Filters are asked about IPv4 and IPv6 only. */
  #link(): Decision | undefined {
    if (this.#profile.filters.length === 0) return this.#accept({ kind: 'no-filter' });
    return this.#subject.frame.ip === undefined ? this.#accept({ kind: 'not-ip' }) : undefined;
  }

  #connection(): Decision | undefined {
    if (!this.#profile.stateful) return undefined;
    const { state } = this.#subject;
    if (state === 'established' || state === 'related') return this.#accept({ kind: 'connection', state });
    return state === 'invalid' ? this.#end({ kind: 'drop' }, { kind: 'connection', state }) : undefined;
  }

  /** The first that does not accept decides. INVARIANT: there is at least one. */
  #filters(): Decision {
    let last: Decision | undefined;
    for (const filter of this.#profile.filters) {
      const { verdict, by } = decideList(filter[this.#direction], this.#inquiry('filter', filter.name));
      last = this.#end(verdict, by);
      if (last.verdict !== 'accept') return last;
    }
    if (last === undefined) throw new Error('no filter to ask');
    return last;
  }

  #inquiry(stage: 'guard' | 'filter', name: string): Inquiry {
    const subject = this.#subject;
    return { stage, name, subject, ...this.#manner, trace: this.#trace, effects: this.#effects };
  }

  #accept(by: Decider): Decision {
    return this.#end({ kind: 'accept', stateless: true }, by);
  }

  /** WHY: `pass` in a filter cannot be written; a policy that has it all the same does not accept by it. */
  #end(verdict: ListVerdict, by: Decider): Decision {
    const common = { by, trace: [...this.#trace], effects: [...this.#effects] };
    if (verdict.kind === 'accept') return { verdict: 'accept', ...common };
    if (verdict.kind === 'reject') return { verdict: 'reject', rejectWith: verdict.with, ...common };
    return { verdict: 'drop', ...common };
  }
}
