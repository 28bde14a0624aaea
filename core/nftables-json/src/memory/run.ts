/** One packet's way through one hook: what steps of rules read and change, what they answer, and what is reported in the end. */
import type { Family, Hook } from '../types/family.ts';
import type { CtState } from '../types/ct-key.ts';
import type { LogBody, NatFlag } from '../types/statement.ts';
import type { Layers, MemoryPacket } from './packet.ts';
import type { Atom } from './atom.ts';
import type { TableState } from './state.ts';

/** A verdict as rules and maps give it. */
export type Verdict =
  | { readonly kind: 'accept' | 'drop' | 'continue' | 'return' }
  | { readonly kind: 'jump' | 'goto'; readonly target: string };

/** What one statement says: go on with the rule, leave the rule, or a verdict. */
export type StepResult = 'next' | 'break' | Verdict;

/** One statement, ready to run. */
export type Step = (run: Run) => StepResult;

/** A read, ready to run; undefined when the packet has no such thing, which breaks the rule. */
export type Load = (run: Run) => Atom | undefined;

/** A rule, ready to run. */
export interface CompiledRule {
  readonly steps: readonly Step[];
  /** Chains that its statements lead to. */
  readonly targets: readonly string[];
  /** Sets and objects that it names; objects as `kind name`. */
  readonly sets: readonly string[];
  readonly objects: readonly string[];
  /** What to print for the rule: its statements with their state. */
  readonly print: () => readonly object[];
}

/** Where a rule stands. */
export interface RulePlace {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  readonly handle: number;
  readonly comment: string | undefined;
}

/** Something that happened on the way besides the verdict. */
export type Effect =
  | { readonly kind: 'log'; readonly rule: RulePlace; readonly body: LogBody }
  | {
      /** The answer to the sender. `isAnswered` is false where the kernel drops without one (no IP, or a broadcast in a bridge). */
      readonly kind: 'reject';
      readonly rule: RulePlace;
      readonly type: 'tcp reset' | 'icmp' | 'icmpv6' | 'icmpx';
      /** Number of the ICMP code; undefined for a reset. */
      readonly code: number | undefined;
      readonly isAnswered: boolean;
    }
  | {
      readonly kind: 'snat' | 'dnat' | 'masquerade' | 'redirect';
      readonly rule: RulePlace;
      /** First and last address, as numbers. */
      readonly address: readonly [Atom, Atom] | undefined;
      readonly port: readonly [Atom, Atom] | undefined;
      readonly flags: readonly NatFlag[];
    }
  | { readonly kind: 'notrack'; readonly rule: RulePlace }
  | { readonly kind: 'mangle'; readonly rule: RulePlace; readonly place: string; readonly value: Atom }
  | {
      readonly kind: 'set';
      readonly rule: RulePlace;
      readonly op: 'add' | 'update' | 'delete';
      readonly set: string;
      readonly key: readonly Atom[];
    };

/** The packet while it is under way. Headers that are changed are changed in a copy. */
export interface Run {
  readonly input: MemoryPacket;
  readonly family: 'ip' | 'ip6' | 'arp' | 'bridge' | 'netdev';
  readonly hook: Hook;
  /** Nanoseconds on the virtual clock. */
  readonly now: number;
  layers: Layers;
  mark: number;
  priority: number;
  pkttype: number | undefined;
  nftrace: number;
  ctState: CtState;
  ctMark: number;
  isTranslated: boolean;
  readonly effects: Effect[];
  /** The table and rule that is being run. */
  table: TableState;
  rule: RulePlace;
}
