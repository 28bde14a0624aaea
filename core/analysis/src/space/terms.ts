/**
 * The vocabulary in which both sides of a comparison ask about packets. The same code runs twice: first on a planner, which
 * notes every question, then on the space that has a level for all of them.
 */
import type { Port, ValueRange } from '@weir/compiler';
import type { Diagram, Diagrams } from '../engine/diagrams.ts';
import type { Outcome } from '../outcome.ts';
import type { Piece } from './strip.ts';

/** A yes-or-no fact that no level of bits tells. */
export interface Fact {
  /** Equal exactly for the same fact. */
  readonly key: string;
  /** In words, for reports. */
  readonly label: string;
  /** `own`: bits are the port's own address; `member`: bits are in a long list, or equal to others; `option`: a header has an option; `oracle`: a limit or the like; `port`: of the port alone. */
  readonly kind: 'own' | 'member' | 'option' | 'oracle' | 'port';
  /** Of `own`: whose bits are what. */
  readonly own?: {
    readonly own: 'mac' | 'ipv4' | 'ipv6';
    readonly piece: Piece;
    readonly part: { readonly kind: string };
  };
  /** Tells the fact from the bits that it is about; absent where none tell it. */
  readonly holds?: (about: FactSubject) => boolean;
}

/** What a fact can be told from. */
export interface FactSubject {
  readonly port: Pick<Port, 'mac' | 'ipv4' | 'ipv6'>;
  /** The number in these bits. */
  readonly value: (pieces: readonly Piece[]) => bigint;
}

/** What can be asked. */
export interface Terms {
  readonly diagrams: Diagrams<Outcome>;
  /** The number in these bits, with the ones that the mask leaves out read as 0, is in the ranges (normal list). */
  bits(piece: Piece, ranges: readonly ValueRange[], mask?: bigint): Diagram;
  /** As `bits`, over pieces that stand side by side. */
  join(pieces: readonly Piece[], ranges: readonly ValueRange[], mask?: bigint): Diagram;
  fact(fact: Fact): Diagram;
}
