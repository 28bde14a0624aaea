/** What the interpreter answers: the verdict, who gave it, and everything that was asked on the way. */
import type { Origin, PolicyRule, PolicyVerdict, RejectKind, RuleOptions } from '@weir/compiler';
import type { Miss } from './misses.ts';

/** Who gave the verdict. */
export type Decider =
  | {
      readonly kind: 'rule' | 'default';
      readonly stage: 'guard' | 'filter';
      readonly name: string;
      readonly origin: Origin;
    }
  /** A known connection was delivered, or an invalid packet dropped. */
  | { readonly kind: 'connection'; readonly state: 'established' | 'related' | 'invalid' }
  /** Passed by the guard and neither IPv4 nor IPv6. */
  | { readonly kind: 'not-ip' }
  /** Passed by the guard of a port that has no filter. */
  | { readonly kind: 'no-filter' };

/** One thing that was asked. */
export interface Step {
  readonly stage: 'guard' | 'filter';
  /** The guard's or filter's name. */
  readonly name: string;
  readonly origin: Origin;
  /** `held-back`: the match held, but a limit, a quota or a count of connections said no. */
  readonly outcome: 'missed' | 'held-back' | 'matched' | 'default';
  readonly verdict: PolicyVerdict;
  /** Why it missed, where `explain` was asked for. */
  readonly misses?: readonly Miss[];
}

/** What is done besides the verdict, by the rules that matched, in order. */
export interface Effect {
  readonly origin: Origin;
  readonly options: Pick<RuleOptions, 'log' | 'count' | 'mark' | 'dscp'>;
}

export interface Decision {
  readonly verdict: 'accept' | 'drop' | 'reject';
  /** With `reject` only: what the sender is told. */
  readonly rejectWith?: RejectKind;
  /** Of several filters that all accept, the last one's rule. */
  readonly by: Decider;
  readonly trace: readonly Step[];
  readonly effects: readonly Effect[];
}

/** Says whether a rule's limit, quota and count of connections let it match now. */
export type Oracle = (rule: PolicyRule) => boolean;

/** Everything is within its limit: plain limits and quotas hold, those that ask for an excess do not. */
export const withinLimits: Oracle = ({ options }) =>
  options.limit?.over !== true && options.quota?.over !== true && options.connections === undefined;
