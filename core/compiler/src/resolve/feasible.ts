/**
 * Whether any frame can satisfy a match, as far as headers say: an ICMP rule for an IPv6 address cannot.
 *
 * Guaranteed: false only when no frame can; a match may be unsatisfiable for finer reasons and still pass.
 */
import { ETHERTYPES } from '../policy/field-names.ts';
import { fieldOf } from '../policy/fields.ts';
import type { Header } from '../policy/field.ts';
import type { Match, Test, ValueRange } from '../policy/match.ts';
import { full, intersection, subtract } from '../values/ranges.ts';

interface Headers {
  readonly ether: readonly ValueRange[];
  readonly protocol: readonly ValueRange[];
}

const ANY: Headers = { ether: [full(16)], protocol: [full(8)] };
const just = (...values: readonly number[]): readonly ValueRange[] =>
  values.map((value) => ({ low: BigInt(value), high: BigInt(value) }));

const IP = just(ETHERTYPES.ipv4, ETHERTYPES.ipv6);
const BOUNDS: Readonly<Record<Header, Partial<Headers>>> = {
  frame: {},
  packet: {},
  // An 802.3 frame: a length stands where the EtherType would.
  stp: { ether: [{ low: 0n, high: 0x5ffn }] },
  connection: { ether: IP },
  vlan: { ether: just(ETHERTYPES.vlan) },
  arp: { ether: just(ETHERTYPES.arp, ETHERTYPES.rarp) },
  ip: { ether: IP },
  ipv4: { ether: just(ETHERTYPES.ipv4) },
  ipv6: { ether: just(ETHERTYPES.ipv6) },
  tcp: { ether: IP, protocol: just(6) },
  udp: { ether: IP, protocol: just(17) },
  udplite: { ether: IP, protocol: just(136) },
  sctp: { ether: IP, protocol: just(132) },
  dccp: { ether: IP, protocol: just(33) },
  icmp: { ether: just(ETHERTYPES.ipv4), protocol: just(1) },
  icmpv6: { ether: just(ETHERTYPES.ipv6), protocol: just(58) },
  nd: { ether: just(ETHERTYPES.ipv6), protocol: just(58) },
  'nd-link': { ether: just(ETHERTYPES.ipv6), protocol: just(58) },
  mld: { ether: just(ETHERTYPES.ipv6), protocol: just(58) },
  igmp: { ether: just(ETHERTYPES.ipv4), protocol: just(2) },
  gre: { ether: IP, protocol: just(47) },
  esp: { ether: IP, protocol: just(50) },
  ah: { ether: IP, protocol: just(51) },
};

/** More alternatives than this are not followed: the answer is then "perhaps", which is true. */
const LIMIT = 512;

export function canMatch(match: Match): boolean {
  return headers(match).length > 0;
}

function headers(match: Match): readonly Headers[] {
  switch (match.kind) {
    case 'always':
    case 'not':
      return [ANY];
    case 'any': {
      const sum = match.of.flatMap(headers);
      return sum.length > LIMIT ? [ANY] : sum;
    }
    case 'all': {
      let product: readonly Headers[] = [ANY];
      for (const part of match.of) {
        const next = headers(part);
        if (product.length * next.length > LIMIT) return [ANY];
        product = product.flatMap((a) => next.map((b) => both(a, b))).filter(isPossible);
      }
      return product;
    }
    case 'test':
      return [ofTest(match)].filter(isPossible);
    default:
      return match satisfies never;
  }
}

const isPossible = (found: Headers): boolean => found.ether.length > 0 && found.protocol.length > 0;

const both = (a: Headers, b: Headers): Headers => ({
  ether: intersection(a.ether, b.ether),
  protocol: intersection(a.protocol, b.protocol),
});

function ofTest(test: Test): Headers {
  const field = typeof test.field === 'string' ? fieldOf(test.field) : undefined;
  if (field === undefined) return ANY;
  const bound: Headers = { ...ANY, ...BOUNDS[field.header] };
  if (test.mask !== undefined || test.operand.kind !== 'values') return bound;
  const chosen = (bits: number): readonly ValueRange[] =>
    test.operand.kind !== 'values'
      ? []
      : test.negated
        ? subtract([full(bits)], test.operand.ranges)
        : test.operand.ranges;
  if (field.id === 'ether.type') return { ...bound, ether: intersection(bound.ether, chosen(16)) };
  if (field.id.endsWith('.protocol') && field.type.kind === 'number' && field.type.bits === 8) {
    return { ...bound, protocol: intersection(bound.protocol, chosen(8)) };
  }
  return bound;
}
