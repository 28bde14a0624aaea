/**
 * Typed matches: a boolean expression over fields, with every name resolved.
 *
 * INVARIANT: a test is true exactly when its field's header is present and `(value & mask)` is (or, `negated`, is not)
 * among the operand. `not` is plain logical negation, so `not (tcp.destination == 22)` holds for a frame without TCP
 * while `tcp.destination != 22` does not.
 */
import type { Span } from '@weir/plugin';

/** Inclusive. */
export interface ValueRange {
  readonly low: bigint;
  readonly high: bigint;
}

/** What belongs to the port that is asked: looked up, never copied into a rule. */
export type SelfFact = 'mac' | 'ipv4' | 'ipv6' | 'ifname';

export type Operand =
  /** Sorted by `low`, disjoint, not adjacent, not empty. */
  | { readonly kind: 'values'; readonly ranges: readonly ValueRange[] }
  /** The `id` of a set in {@link Policy.sets}. */
  | { readonly kind: 'named'; readonly set: string }
  | { readonly kind: 'self'; readonly fact: SelfFact };

/** Raw bits: `payload(link|network|transport, offset, bits)`. */
export interface PayloadField {
  readonly kind: 'payload';
  readonly base: 'link' | 'network' | 'transport';
  /** Bits from the start of the header. */
  readonly offset: number;
  /** 1–128. */
  readonly bits: number;
}

export interface Test {
  readonly kind: 'test';
  /** An id of the field table, or raw bits. */
  readonly field: string | PayloadField;
  readonly mask?: bigint;
  readonly negated: boolean;
  readonly operand: Operand;
  readonly span?: Span;
}

export type Match =
  | { readonly kind: 'always' }
  | { readonly kind: 'all'; readonly of: readonly Match[] }
  | { readonly kind: 'any'; readonly of: readonly Match[] }
  | { readonly kind: 'not'; readonly of: Match }
  | Test;
