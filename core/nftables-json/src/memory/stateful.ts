/**
 * Statements that remember: counters, rates, quotas, connection counts. In: their bodies. Out: state that one packet after another is
 * put to, on a clock that the caller turns. WHY: the arithmetic is that of Linux: a rate is a bucket of time, paid by the packet.
 */
import type { LimitBody, LimitPeriod, QuotaBody } from '../types/statement.ts';
import { EvaluationError } from './error.ts';

/** What a stateful statement looks at. */
export interface Arrival {
  /** Nanoseconds on the virtual clock. */
  readonly now: number;
  /** Length of the packet in bytes, without its Ethernet header. */
  readonly length: number;
  /** What `ct count` finds; undefined when the caller did not say. */
  readonly connections: number | undefined;
}

/** One remembering statement; `pass` is false when the rule ends there. */
export type Stateful =
  | { readonly kind: 'counter'; packets: number; bytes: number }
  | { readonly kind: 'last'; used: number | undefined }
  | { readonly kind: 'limit'; readonly body: LimitBody; tokens: number; last: number }
  | { readonly kind: 'quota'; readonly body: QuotaBody; used: number }
  | { readonly kind: 'ct count'; readonly limit: number; readonly isInverted: boolean };

const SECONDS: Readonly<Record<LimitPeriod, number>> = { second: 1, minute: 60, hour: 3600, day: 86400, week: 604800 };
const BYTES = { bytes: 1, kbytes: 1024, mbytes: 1024 * 1024 } as const;
const DEFAULT_BURST = 5;

const isByBytes = (body: LimitBody): boolean => body.rate_unit !== undefined && body.rate_unit !== 'packets';

function rateOf(body: LimitBody): number {
  const unit = body.rate_unit === undefined || body.rate_unit === 'packets' ? 1 : BYTES[body.rate_unit];
  return body.rate * unit;
}

/** The most time a bucket holds, in nanoseconds. */
function capacity(body: LimitBody): number {
  const period = SECONDS[body.per] * 1e9;
  if (!isByBytes(body)) return Math.floor(period / body.rate) * (body.burst ?? DEFAULT_BURST);
  const burst = (body.burst ?? 0) * BYTES[body.burst_unit ?? 'bytes'];
  return Math.floor((period * (rateOf(body) + burst)) / rateOf(body));
}

function cost(body: LimitBody, length: number): number {
  return Math.floor((SECONDS[body.per] * 1e9 * (isByBytes(body) ? length : 1)) / rateOf(body));
}

/** A full bucket. */
export function limitState(body: LimitBody, now: number): Stateful {
  return { kind: 'limit', body, tokens: capacity(body), last: now };
}

/** A quota with what it says is used. */
export function quotaState(body: QuotaBody): Stateful {
  return { kind: 'quota', body, used: (body.used ?? 0) * BYTES[body.used_unit ?? 'bytes'] };
}

/** Puts a packet to the statement; false when the rule ends there. */
export function pass(state: Stateful, arrival: Arrival): boolean {
  switch (state.kind) {
    case 'counter':
      state.packets += 1;
      state.bytes += arrival.length;
      return true;
    case 'last':
      state.used = arrival.now;
      return true;
    case 'limit':
      return passLimit(state, arrival);
    case 'quota': {
      state.used += arrival.length;
      // WHY: a quota that is just used up is not over it since Linux 6.15.
      const isOver = state.used > state.body.val * BYTES[state.body.val_unit];
      return isOver === (state.body.inv === true);
    }
    case 'ct count': {
      const count = arrival.connections;
      if (count === undefined) throw new EvaluationError('fact-missing', '`ct count` is asked but not given');
      return count > state.limit === state.isInverted;
    }
    default:
      return state satisfies never;
  }
}

function passLimit(state: Stateful & { readonly kind: 'limit' }, arrival: Arrival): boolean {
  const filled = Math.min(state.tokens + arrival.now - state.last, capacity(state.body));
  const rest = filled - cost(state.body, arrival.length);
  state.last = arrival.now;
  state.tokens = rest >= 0 ? rest : filled;
  return rest >= 0 !== (state.body.inv === true);
}
