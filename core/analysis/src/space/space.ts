/**
 * The packet space of one comparison: a level for each piece of a header and each fact that some question asks about, with
 * ranks for the ranges of values that the questions tell apart.
 *
 * In: the questions. Out: their sets. Guaranteed: two packets that no question tells apart are one point.
 */
import { createHash } from 'node:crypto';
import type { ValueRange } from '@weir/compiler';
import { Diagrams, EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { outcomeKey } from '../outcome.ts';
import type { Outcome } from '../outcome.ts';
import { clipRanges, isAmong, isFull, rangesKey } from './ranges.ts';
import { askedRanges, partsOf, segmentsOf, widthOf } from './segments.ts';
import type { Asked } from './segments.ts';
import type { AskedTwice } from './bounds.ts';
import { FACT_ORDER, ORACLE_ORDER, orderOf } from './strip.ts';
import type { Piece } from './strip.ts';
import type { Fact, Terms } from './terms.ts';
import { valueTree } from './value-tree.ts';
import type { ValueTree } from './value-tree.ts';

/** What a level asks. */
export type Subject =
  | { readonly kind: 'bits'; readonly piece: Piece; readonly cuts: readonly bigint[] }
  | { readonly kind: 'fact'; readonly fact: Fact };

/** A list with more ranges than this is one fact instead of many, so that large sets cost as little as small ones. */
const LONGEST_LIST = 256;

/** A question that needs no levels: decided, or asked as a fact. */
function simplified(
  pieces: readonly Piece[],
  ranges: readonly ValueRange[],
  mask?: bigint,
): Fact | boolean | undefined {
  const bits = widthOf(pieces);
  const clipped = clipRanges(ranges, bits);
  if (clipped.length === 0) return false;
  if (isFull(clipped, bits)) return true;
  if (clipped.length <= LONGEST_LIST) return undefined;
  const where = pieces.map(({ strip, offset, bits: width }) => `${strip}:${offset}+${width}`).join(' ');
  const digest = createHash('sha256').update(rangesKey(clipped)).digest('hex').slice(0, 16);
  const label = `${where} is in a list of ${clipped.length} ranges`;
  const holds: Fact['holds'] = ({ value }) =>
    isAmong(mask === undefined ? value(pieces) : value(pieces) & mask, clipped);
  return { kind: 'member', key: `member ${where} & ${String(mask)} ${digest}`, label, holds };
}

/** Notes questions and answers nothing: every set is {@link EVERYTHING}. */
export class Planner implements Terms {
  readonly diagrams = new Diagrams<Outcome>([]);
  readonly #asked: Asked[] = [];
  readonly #facts = new Map<string, Fact>();

  bits(piece: Piece, ranges: readonly ValueRange[], mask?: bigint): Diagram {
    return this.join([piece], ranges, mask);
  }

  join(pieces: readonly Piece[], ranges: readonly ValueRange[], mask?: bigint): Diagram {
    const simple = simplified(pieces, ranges, mask);
    if (simple === undefined) this.#asked.push({ pieces, ranges: clipRanges(ranges, widthOf(pieces)), mask });
    else if (typeof simple !== 'boolean') this.fact(simple);
    return EVERYTHING;
  }

  fact(fact: Fact): Diagram {
    this.#facts.set(fact.key, fact);
    return EVERYTHING;
  }

  /** Which facts about fragments were asked both ways. */
  askedTwice(): AskedTwice {
    const asks = (strip: Piece['strip'], from: number, to: number): boolean =>
      this.#asked.some(({ pieces }) =>
        pieces.some((piece) => piece.strip === strip && piece.offset < to && from < piece.offset + piece.bits),
      );
    const upper = asks('transport', 0, 17);
    return { fragment4: upper && asks('ip4', 51, 64), fragment6: upper && asks('fragment', 0, 1) };
  }

  /** The space of everything that was asked. */
  finish(budget?: number): Space {
    return new Space(this.#asked, [...this.#facts.values()], budget);
  }
}

/** A space that is planned for all of its questions; other ones throw. */
export class Space implements Terms {
  readonly diagrams: Diagrams<Outcome>;
  /** What each level asks. */
  readonly subjects: readonly Subject[];
  readonly #levels = new Map<string, { readonly level: number; readonly bits: number }>();
  readonly #facts = new Map<string, number>();
  readonly #ranks: readonly ReadonlyMap<bigint, number>[];

  constructor(asked: readonly Asked[], facts: readonly Fact[], budget?: number) {
    const planned = [
      ...segmentsOf(asked).map((piece) => ({ order: orderOf(piece), key: '', piece, fact: undefined })),
      ...facts.map((fact) => ({
        order: fact.kind === 'oracle' ? ORACLE_ORDER : FACT_ORDER,
        key: fact.key,
        piece: undefined,
        fact,
      })),
    ].toSorted((a, b) => a.order - b.order || (a.key < b.key ? -1 : 1));
    for (const [level, { piece, fact }] of planned.entries()) {
      if (piece !== undefined) this.#levels.set(`${piece.strip} ${piece.offset}`, { level, bits: piece.bits });
      if (fact !== undefined) this.#facts.set(fact.key, level);
    }
    const cuts = planned.map(() => new Set<bigint>([0n]));
    for (const one of asked) {
      askedRanges(one, this.#levelOf, (level, { low, high }) => {
        const known = cuts[level];
        known?.add(low);
        if ((high + 1n) >> BigInt(planned[level]?.piece?.bits ?? 0) === 0n) known?.add(high + 1n);
      });
    }
    const sorted = cuts.map((set) => [...set].toSorted((a, b) => (a < b ? -1 : 1)));
    this.#ranks = sorted.map((list) => new Map(list.map((cut, rank) => [cut, rank])));
    this.subjects = planned.map(({ piece, fact }, level): Subject =>
      fact === undefined && piece !== undefined
        ? { kind: 'bits', piece, cuts: sorted[level] ?? [] }
        : { kind: 'fact', fact: fact ?? { key: '', label: '', kind: 'oracle' } },
    );
    this.diagrams = new Diagrams(
      this.subjects.map((subject) => (subject.kind === 'fact' ? 2 : subject.cuts.length)),
      budget,
    );
  }

  readonly #levelOf = (strip: Piece['strip'], offset: number): { level: number; bits: number } | undefined =>
    this.#levels.get(`${strip} ${offset}`);

  bits(piece: Piece, ranges: readonly ValueRange[], mask?: bigint): Diagram {
    return this.join([piece], ranges, mask);
  }

  join(pieces: readonly Piece[], ranges: readonly ValueRange[], mask?: bigint): Diagram {
    const simple = simplified(pieces, ranges, mask);
    if (simple === true) return EVERYTHING;
    if (simple === false) return NOTHING;
    if (simple !== undefined) return this.fact(simple);
    const parts = partsOf(pieces, mask, this.#levelOf);
    const sets = clipRanges(ranges, widthOf(pieces)).map((range) => this.#treeSet(valueTree(parts, range)));
    return this.#union(sets);
  }

  fact({ key }: Fact): Diagram {
    const level = this.#facts.get(key);
    if (level === undefined) throw new Error(`nobody planned the fact ${key}`);
    return this.diagrams.among(level, [{ low: 1, high: 1 }]);
  }

  /** The leaf of an outcome. */
  outcome(outcome: Outcome): Diagram {
    return this.diagrams.value(outcomeKey(outcome), outcome);
  }

  /** The values that ranks of a level of bits stand for. */
  valuesAt(level: number, low: number, high: number): ValueRange {
    const subject = this.subjects[level];
    if (subject?.kind !== 'bits') return { low: BigInt(low), high: BigInt(high) };
    const next = subject.cuts[high + 1];
    const last = next === undefined ? (1n << BigInt(subject.piece.bits)) - 1n : next - 1n;
    return { low: subject.cuts[low] ?? 0n, high: last };
  }

  #union(sets: readonly Diagram[]): Diagram {
    if (sets.length <= 2) return this.diagrams.orElse(sets[0] ?? NOTHING, sets[1] ?? NOTHING);
    const half = sets.length >> 1;
    return this.diagrams.orElse(this.#union(sets.slice(0, half)), this.#union(sets.slice(half)));
  }

  #treeSet(tree: ValueTree): Diagram {
    if (typeof tree === 'boolean') return tree ? EVERYTHING : NOTHING;
    const { level, choices } = tree;
    return this.#union(
      choices.map(({ range, to }) =>
        this.diagrams.where(this.diagrams.among(level, [this.#ranksOf(level, range)]), this.#treeSet(to)),
      ),
    );
  }

  #ranksOf(level: number, { low, high }: ValueRange): { low: number; high: number } {
    const ranks = this.#ranks[level];
    const from = ranks?.get(low);
    if (ranks === undefined || from === undefined) throw new Error(`nobody planned the value ${low} of level ${level}`);
    const next = ranks.get(high + 1n);
    const { high: most } = this.valuesAt(level, 0, ranks.size - 1);
    if (next === undefined && high !== most) throw new Error(`nobody planned the value ${high} of level ${level}`);
    return { low: from, high: next === undefined ? ranks.size - 1 : next - 1 };
  }
}
