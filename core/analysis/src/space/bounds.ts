/**
 * The packets that there are: what holds between the facts that a space asks separately. In: what is known of the place where
 * packets are looked at. Out: a set. Guaranteed: leaves out only what cannot come, so whatever is equal in it is equal for
 * every real packet. The bytes behind an IPv4 header without options may also be asked as bits of `ip4`; such double reads
 * count as independent, which only makes the set larger.
 */
import type { MarkBits, StateSource } from '@weir/compiler';
import { EVERYTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { IP_KINDS } from './headers.ts';
import type { Headers } from './headers.ts';
import { valuesOf } from './ranges.ts';

/** Where packets are looked at. */
export interface Place {
  /** Which frames are seen: all, or IP packets only. */
  readonly layer: 'link' | 'network';
  readonly state: StateSource;
  readonly marks: MarkBits;
  /** Connections are followed, so fragments have been put together. */
  readonly isReassembled: boolean;
}

/** Bits of the kernel: invalid, established, related, new, untracked. */
export const STATES = { none: 0, invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;

/** Which states a packet can have. WHY: marks that carry the state do not tell a new connection from an untracked packet. */
const STATES_OF: Readonly<Record<StateSource, readonly number[]>> = {
  conntrack: [STATES.invalid, STATES.established, STATES.related, STATES.new, STATES.untracked],
  carried: [STATES.invalid, STATES.established, STATES.related, STATES.new],
  none: [STATES.none],
};

/** Bytes of the headers whose fields are always there. */
const HEADER_BYTES = { arp: 28, ip4: 20, ip6: 40 } as const;

/** Bytes that every upper layer has at least. */
const SHORTEST_UPPER = 4;

/** Which double reads must be brought together, because somebody asks both ways. */
export interface AskedTwice {
  /** The offset in the IPv4 header, and whether the upper layer starts here. */
  readonly fragment4: boolean;
  /** The IPv6 fragment header, and whether the upper layer starts here. */
  readonly fragment6: boolean;
}

/** The state is one of these. */
export function stateSet(headers: Headers, states: readonly number[]): Diagram {
  return headers.terms.bits({ strip: 'state', offset: 0, bits: 7 }, valuesOf(...states));
}

/** The packet belongs to a connection, so that its mark and direction are known. */
export const trackedSet = (headers: Headers): Diagram =>
  stateSet(headers, [STATES.established, STATES.related, STATES.new]);

/** Some bit of the mark is set. */
export function markSet(headers: Headers, bits: number): Diagram {
  const { terms } = headers;
  return terms.diagrams.not(terms.bits({ strip: 'mark', offset: 0, bits: 32 }, valuesOf(0), BigInt(bits)));
}

/** The set of packets that there are. */
export function packetBounds(headers: Headers, place: Place, twice: AskedTwice): Diagram {
  const { diagrams } = headers.terms;
  const implies = (a: Diagram, b: Diagram): Diagram => diagrams.orElse(diagrams.not(a), b);
  const starts = headers.hasUpper(0);
  const known = headers.hasProtocol();
  const bounds = [
    place.layer === 'network' ? headers.ip() : EVERYTHING,
    ...(['arp', 'ip4', 'ip6'] as const).map((kind) =>
      implies(headers.kind(kind), headers.hasBytes(HEADER_BYTES[kind])),
    ),
    implies(starts, known),
    implies(known, headers.any([...IP_KINDS.map((kind) => headers.kind(kind)), headers.kind('tag')])),
    stateSet(headers, STATES_OF[place.state]),
    ...(place.isReassembled ? [implies(headers.all(headers.ip(), known), starts)] : []),
    // WHY: rules ask for that many bytes, to keep off the data of later fragments; a stump that is shorter matches no test of
    // an upper layer in the kernel, and some in the language.
    implies(starts, headers.hasUpper(SHORTEST_UPPER)),
    ...(place.state === 'carried' ? carriedBounds(headers, place.marks) : []),
    ...(twice.fragment4
      ? [implies(headers.all(headers.kind('ip4'), known), same(headers, starts, firstFragment(headers)))]
      : []),
    ...(twice.fragment6
      ? [implies(headers.all(headers.kind('ip6'), known, diagrams.not(starts)), fragmentHeader(headers))]
      : []),
  ];
  return headers.all(...bounds);
}

function same(headers: Headers, a: Diagram, b: Diagram): Diagram {
  return headers.terms.diagrams.either(a, b, headers.terms.diagrams.not(b));
}

const firstFragment = (headers: Headers): Diagram =>
  headers.terms.bits({ strip: 'ip4', offset: 51, bits: 13 }, valuesOf(0));

const fragmentHeader = (headers: Headers): Diagram =>
  headers.terms.bits({ strip: 'fragment', offset: 0, bits: 1 }, valuesOf(1));

function carriedBounds(headers: Headers, marks: MarkBits): readonly Diagram[] {
  return [
    same(headers, markSet(headers, marks.established), stateSet(headers, [STATES.established, STATES.related])),
    same(headers, markSet(headers, marks.invalid), stateSet(headers, [STATES.invalid])),
  ];
}
