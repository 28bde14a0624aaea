/**
 * What a rule asks of a frame before its action: one alternative of a match.
 *
 * The outer EtherType and the upper-layer protocol are kept as sets of values until the rule is written, so that
 * conditions that several tests share are asked once, and alternatives that contradict themselves vanish.
 */
import type { PayloadBase, Statement } from '@weir/nftables-json';
import type { ValueRange } from '../policy/match.ts';
import { intersection } from '../values/ranges.ts';
import { complementRanges, sameRanges, singles } from './value-ranges.ts';

export const ETHER_IP4 = 0x0800;
export const ETHER_IP6 = 0x86dd;
export const ETHER_ARP = 0x0806;
export const ETHER_RARP = 0x8035;
export const ETHER_VLAN = 0x8100;

/** Outer EtherTypes of IP packets. */
export const IP_TYPES = singles(ETHER_IP4, ETHER_IP6);
/** Every EtherType, and every upper-layer protocol. */
export const ANY_TYPE = complementRanges([], 16);
export const ANY_PROTOCOL = complementRanges([], 8);

/** A look at a port's own addresses that takes a chain of its own: afterwards the packet priority is 1 for yes, 0 for no. */
export interface OwnCheck {
  readonly fact: 'mac' | 'ipv4' | 'ipv6';
  readonly base: PayloadBase;
  readonly offset: number;
  readonly negated: boolean;
}

/** All of it must hold. */
export interface Question {
  readonly ether: readonly ValueRange[];
  readonly protocol: readonly ValueRange[];
  readonly statements: readonly Statement[];
  /** Lists of questions of which none may hold: logical `not` of tests whose header may be absent. */
  readonly without: readonly (readonly Question[])[];
  readonly checks: readonly OwnCheck[];
}

/** A question that everything answers with yes. */
export const ALWAYS: Question = { ether: ANY_TYPE, protocol: ANY_PROTOCOL, statements: [], without: [], checks: [] };

/** A question with these parts. */
export function question(parts: Partial<Question>): Question {
  return { ...ALWAYS, ...parts };
}

/** Both; undefined when no frame can satisfy both. */
export function bothQuestions(a: Question, b: Question): Question | undefined {
  const ether = intersection(a.ether, b.ether);
  const protocol = intersection(a.protocol, b.protocol);
  if (ether.length === 0 || protocol.length === 0) return undefined;
  return {
    ether,
    protocol,
    // Both may ask the same thing first, such as whether the upper layer is there.
    statements: [...a.statements, ...b.statements.filter((statement) => !a.statements.includes(statement))],
    without: [...a.without, ...b.without],
    checks: [...a.checks, ...b.checks],
  };
}

/** True when the question asks for an upper-layer protocol. */
export function asksProtocol(asked: Question): boolean {
  return !sameRanges(asked.protocol, ANY_PROTOCOL);
}

/** True when statements of one rule cannot ask it: a chain of its own is needed. */
export function needsChain(asked: Question): boolean {
  return asked.without.length > 0 || asked.checks.length > 0;
}
