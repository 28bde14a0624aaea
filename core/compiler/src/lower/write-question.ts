/** Questions as nft statements. */
import { match, meta, payload } from '@weir/nftables-json';
import type { Expression, Statement } from '@weir/nftables-json';
import type { ValueRange } from '../policy/match.ts';
import { intersection } from '../values/ranges.ts';
import type { Place } from './place.ts';
import { ANY_TYPE, IP_TYPES, asksProtocol } from './question.ts';
import type { Question } from './question.ts';
import { complementRanges, sameRanges, singles } from './value-ranges.ts';
import { writeOperand } from './write-value.ts';
import type { ValueForm } from './write-value.ts';

/** `left` is among the values, written with the fewer elements of the values and their complement. */
function amongValues(left: Expression, ranges: readonly ValueRange[], bits: number, form: ValueForm): Statement {
  const rest = complementRanges(ranges, bits);
  return rest.length > 0 && rest.length < ranges.length
    ? match(left, '!=', writeOperand(rest, form))
    : match(left, '==', writeOperand(ranges, form));
}

/**
 * The statements that ask the question; `without` is the caller's. `isIp`: it is known that the frame is untagged IP.
 *
 * WHY: a VLAN-tagged IPv4 frame matches `ip saddr` in the kernel (its network header is set), but not `ether type ip`;
 * so wherever the outer type is not known yet, it is asked in front of every IP or transport field.
 */
export function writeQuestion(asked: Question, place: Place, isIp: boolean): readonly Statement[] {
  const protocol = protocolStatements(asked);
  // WHY: nft 1.0.6 aborts when it lists raw bits of the upper layer behind the protocol GRE (an assertion of its own).
  const parts = sameRanges(asked.protocol, GRE) ? [asked.statements, protocol] : [protocol, asked.statements];
  return [...etherStatements(asked, place, isIp), ...parts.flat()];
}

const GRE = singles(47);

function etherStatements(asked: Question, place: Place, isIp: boolean): readonly Statement[] {
  const known = isIp || !place.isLink ? IP_TYPES : ANY_TYPE;
  if (sameRanges(intersection(asked.ether, known), known)) return [];
  const wanted = isIp || !place.isLink ? intersection(asked.ether, IP_TYPES) : asked.ether;
  if (place.isLink) return [amongValues(payload('ether', 'type'), wanted, 16, 'ether-type')];
  return [match(meta('nfproto'), '==', writeOperand(wanted, 'nfproto'))];
}

function protocolStatements(asked: Question): readonly Statement[] {
  if (!asksProtocol(asked)) return [];
  // WHY: `meta l4proto` is the upper-layer protocol behind IPv6 extension headers; `ip6 nexthdr` is only the first one.
  return [amongValues(meta('l4proto'), asked.protocol, 8, 'protocol')];
}
