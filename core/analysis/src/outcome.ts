/** What becomes of a packet: the verdict, and what is done besides. Guaranteed: equal outcomes have equal keys. */
import type { LogOption, RejectKind } from '@weir/compiler';

/** What is done to a packet on its way, and written down. */
export interface Effects {
  /** The mark becomes `(mark & keep) | set`, both unsigned and without common bits. Absent: it stays. */
  readonly mark?: { readonly keep: number; readonly set: number };
  /** The code point that the packet's header gets. */
  readonly dscp?: number;
  readonly logs: readonly LogOption[];
  /** Names of counters, sorted; `` for a rule's own. */
  readonly counts: readonly string[];
}

export interface Outcome {
  /** `returned`: a chain was left without a verdict. */
  readonly verdict: 'accept' | 'drop' | 'reject' | 'returned';
  readonly reject?: RejectKind;
  readonly effects: Effects;
}

export const NO_EFFECTS: Effects = { logs: [], counts: [] };

const logKey = ({ prefix, level, group }: LogOption): string => JSON.stringify([prefix, level, group]);

/** Text that is equal for equal effects. */
export function effectsKey({ mark, dscp, logs, counts }: Effects): string {
  if (mark === undefined && dscp === undefined && logs.length === 0 && counts.length === 0) return '';
  return JSON.stringify([mark?.keep, mark?.set, dscp, logs.map(logKey), counts]);
}

/** Text that is equal for equal outcomes. */
export const outcomeKey = ({ verdict, reject, effects }: Outcome): string =>
  `${verdict} ${reject ?? ''} ${effectsKey(effects)}`;

/** The mark changed once more. */
export function markAfter(first: Effects['mark'], then: NonNullable<Effects['mark']>): NonNullable<Effects['mark']> {
  if (first === undefined) return then;
  const set = ((first.set & then.keep) | then.set) >>> 0;
  return { keep: (first.keep & then.keep & ~set) >>> 0, set };
}

/** One effect after others. */
export function withEffect(effects: Effects, more: Partial<Effects>): Effects {
  const { mark, dscp = effects.dscp } = more;
  const changed = mark === undefined ? effects.mark : markAfter(effects.mark, mark);
  return {
    ...(changed && { mark: changed }),
    ...(dscp !== undefined && { dscp }),
    logs: [...effects.logs, ...(more.logs ?? [])],
    counts: [...effects.counts, ...(more.counts ?? [])].toSorted(),
  };
}

/** In words, for reports: `drop`, `reject with tcp-reset, logs "x"`. */
export function describeOutcome({ verdict, reject, effects }: Outcome): string {
  const { mark, dscp, logs, counts } = effects;
  return [
    reject === undefined ? verdict : `${verdict} with ${reject}`,
    ...(mark === undefined ? [] : [`mark set to 0x${mark.set.toString(16)} keeping 0x${mark.keep.toString(16)}`]),
    ...(dscp === undefined ? [] : [`code point ${dscp}`]),
    ...logs.map(({ prefix }) => `logged${prefix === undefined ? '' : ` as "${prefix}"`}`),
    ...counts.map((name) => (name === '' ? 'counted' : `counted in ${name}`)),
  ].join(', ');
}
