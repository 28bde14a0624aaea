// Notes which constructs of the language decided a frame in a kernel. In: frames with what the kernel did, which the reference would have done as well.
// Out: for each construct how often a frame's fate hung on it, once for what it says and once for what it does not. Guarantees: a construct counts only
// when the reference, told that this one part says the opposite, would have decided the frame otherwise; every unit is tried a bounded number of times.
import { appendFileSync } from 'node:fs';
import { release } from 'node:os';
import { type Direction, fieldOf, type Policy, type Port, type Profile, type SourceSet } from '@weir/compiler';
import {
  type ConnectionState,
  decide,
  type Decision,
  type DecideOptions,
  type Frame,
  matches,
  withinLimits,
} from '@weir/semantics';
import { formsOf, namingOf } from './naming.ts';
import { type Naming, type Unit, unitsOf, withOpposite } from './units.ts';
import { fieldConstruct, STATES } from './vocabulary.ts';

/** How often a frame hung on a construct that held, and on one that did not. */
export interface Evidence {
  readonly held: number;
  readonly missed: number;
}

/** What one test process has seen in its kernel. */
export interface Recording {
  /** Release of the kernel. */
  readonly kernel: string;
  readonly found: Readonly<Record<string, Evidence>>;
}

/** One frame at one port, of which kernel and reference think alike. */
export interface Sight {
  readonly port: Port;
  readonly direction: Direction;
  readonly frame: Frame;
  readonly state?: ConnectionState;
  readonly options?: DecideOptions;
}

/** More than this says nothing new. */
const ENOUGH = 2;
const TRIES = 400;

/** The environment variable that names the file to which recordings are appended. */
export const RECORDING = 'WEIR_CONSTRUCTS';

const counts = new Map<string, { held: number; missed: number }>();

/** Notes evidence for a construct by hand, where no trace tells. */
export function note(construct: string, polarity: keyof Evidence): void {
  const count = counts.get(construct) ?? { held: 0, missed: 0 };
  count[polarity] += 1;
  counts.set(construct, count);
}

const isWanted = (construct: string, polarity: keyof Evidence): boolean =>
  (counts.get(construct)?.[polarity] ?? 0) < ENOUGH;

/** Whether anybody wants to know. */
export const isRecording = (): boolean => process.env[RECORDING] !== undefined;

interface Tried {
  readonly unit: Unit;
  readonly profile: Profile;
  tries: number;
}

/** Watches the frames of one policy. */
export class Recorder {
  readonly #policy: Policy;
  readonly #naming: Naming;
  readonly #units = new Map<string, readonly Tried[]>();

  constructor(sources: SourceSet, policy: Policy) {
    this.#policy = policy;
    this.#naming = namingOf(sources, policy);
  }

  /** Counts what this frame says of the constructs that were asked about it. */
  see(sight: Sight): void {
    const { port, direction, frame, state, options } = sight;
    const actual = decide(this.#policy, port, direction, frame, state, options);
    this.#seeCourse(sight, actual);
    const asked = new Map(actual.trace.map((step) => [step.origin, step.outcome]));
    for (const tried of this.#unitsOf(port, direction)) {
      const polarity = this.#polarity(tried.unit, sight, asked);
      if (polarity === undefined || tried.tries >= TRIES) continue;
      const names = this.#namesOf(tried.unit, frame).filter((name) => isWanted(name, polarity));
      if (names.length === 0) continue;
      tried.tries += 1;
      if (this.#isDecisive(tried, sight, actual)) for (const name of names) note(name, polarity);
    }
  }

  /** What a frame says besides rules: its family, and the state of its connection. */
  #seeCourse({ direction, frame, state, port }: Sight, { verdict, by }: Decision): void {
    const family = frame.ip?.family ?? 'link';
    if (by.kind === 'rule' || by.kind === 'default') {
      const polarity = verdict === 'accept' ? 'held' : 'missed';
      note(`${by.stage} ${direction} on ${family}`, polarity);
      if (by.stage === 'filter' && (this.#profileOf(port)?.filters.length ?? 0) > 1) note('several filters', polarity);
    }
    this.#seeState(port, direction, frame, state);
  }

  /** A state counts where the frame would have gone otherwise in another one. */
  #seeState(port: Port, direction: Direction, frame: Frame, state: ConnectionState | undefined): void {
    if (state === undefined || this.#profileOf(port)?.stateful !== true) return;
    const isDelivered = (as: ConnectionState): boolean =>
      decide(this.#policy, port, direction, frame, as).verdict === 'accept';
    const actual = isDelivered(state);
    for (const other of STATES) {
      if (isDelivered(other) === actual) continue;
      note(`connection ${state} ${direction}`, 'held');
      note(`connection ${other} ${direction}`, 'missed');
    }
  }

  #polarity(
    unit: Unit,
    { port, frame, state, options }: Sight,
    asked: ReadonlyMap<object, Decision['trace'][number]['outcome']>,
  ): keyof Evidence | undefined {
    switch (unit.kind) {
      case 'default':
        return asked.has(unit.list.default.origin) ? 'held' : 'missed';
      case 'block': {
        const outcomes = unit.block.nodes.flatMap((node) => asked.get(node.origin) ?? []);
        return outcomes.length === 0 ? undefined : outcomes.includes('matched') ? 'held' : 'missed';
      }
      case 'rule': {
        const outcome = asked.get(unit.rule.origin);
        return outcome === undefined ? undefined : outcome === 'missed' ? 'missed' : 'held';
      }
      case 'condition': {
        const outcome = asked.get(unit.rule.origin);
        return outcome === 'matched' ? 'held' : outcome === 'held-back' ? 'missed' : undefined;
      }
      case 'test': {
        if (!asked.has(unit.rule.origin)) return undefined;
        const subject = { policy: this.#policy, port, frame, ...options, ...(state !== undefined && { state }) };
        return matches(unit.test, subject) ? 'held' : 'missed';
      }
      default:
        return unit satisfies never;
    }
  }

  #namesOf(unit: Unit, { ip }: Frame): readonly string[] {
    if (unit.kind !== 'test') return unit.constructs;
    const { field } = unit.test;
    if (typeof field !== 'string') return formsOf(unit.test, false).map((form) => `payload(${field.base}) ${form}`);
    const forms = formsOf(unit.test, fieldOf(field)?.type.kind === 'flag');
    return [...forms.flatMap((form) => fieldConstruct(field, form, ip?.family) ?? []), ...unit.constructs];
  }

  /** WHY: a rule that a block's or a list's default stands for is told by what decides when it is not there. */
  #isDecisive({ unit, profile }: Tried, sight: Sight, actual: Decision): boolean {
    const { port, direction, frame, state, options = {} } = sight;
    if ((unit.kind === 'block' || unit.kind === 'default') && this.#polarity(unit, sight, askedOf(actual)) === 'missed')
      return true;
    const oracle = options.oracle ?? withinLimits;
    const otherwise: DecideOptions =
      unit.kind === 'condition'
        ? { ...options, oracle: (rule) => (rule === unit.rule ? !oracle(rule) : oracle(rule)) }
        : options;
    const policy = { ...this.#policy, profiles: [profile] };
    const { verdict } = decide(policy, port, direction, frame, state, otherwise);
    return (verdict === 'accept') !== (actual.verdict === 'accept');
  }

  #profileOf({ profile }: Port): Profile | undefined {
    return this.#policy.profiles.find(({ name }) => name === profile);
  }

  #unitsOf(port: Port, direction: Direction): readonly Tried[] {
    const key = `${port.profile} ${direction}`;
    const known = this.#units.get(key);
    if (known !== undefined) return known;
    const profile = this.#profileOf(port);
    const made =
      profile === undefined
        ? []
        : unitsOf(profile, direction, this.#naming).map((unit) => ({
            unit,
            profile: withOpposite(profile, direction, unit),
            tries: 0,
          }));
    this.#units.set(key, made);
    return made;
  }
}

const askedOf = (decision: Decision): ReadonlyMap<object, Decision['trace'][number]['outcome']> =>
  new Map(decision.trace.map((step) => [step.origin, step.outcome]));

/** Appends what was seen so far to the recording, and starts anew; nothing where nobody wants to know. */
export function writeRecording(): void {
  const file = process.env[RECORDING];
  if (file === undefined || counts.size === 0) return;
  const recording: Recording = { kernel: release(), found: Object.fromEntries(counts) };
  appendFileSync(file, `${JSON.stringify(recording)}\n`);
  counts.clear();
}
