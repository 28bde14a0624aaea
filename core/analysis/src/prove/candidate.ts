/** A packet of a set, in the words of a flow: what somebody would send to lie in it. */
import type { FlowState, Port } from '@weir/compiler';
import type { Family } from '@weir/plugin';
import type { Box } from '../engine/box.ts';
import type { Space } from '../space/space.ts';
import { NO_PROTOCOL, type Strip } from '../space/strip.ts';
import { STATE_BITS } from './network-hooks.ts';
import type { End } from './ways-through.ts';

/** A packet to try. */
export interface Candidate {
  readonly from: CandidateEnd;
  readonly to: CandidateEnd;
  readonly family: Family;
  readonly protocol: number;
  readonly sourcePort?: number;
  readonly destinationPort?: number;
  readonly type?: number;
  readonly code?: number;
  readonly state: FlowState;
}

export interface CandidateEnd {
  readonly kind: End['kind'];
  /** Of a guest's port. */
  readonly port?: Port;
  /** Of the packet at this end: as it was sent, or as it arrives. */
  readonly address: bigint;
}

const WITH_PORTS: ReadonlySet<number> = new Set([6, 17, 33, 132, 136]);
const ADDRESSES = {
  ipv4: { strip: 'ip4', source: 96, destination: 128, bits: 32 },
  ipv6: { strip: 'ip6', source: 64, destination: 192, bits: 128 },
} as const;
const STATES = ['new', 'established', 'related', 'invalid', 'untracked'] as const;

/** Undefined where the box is about something that no flow is. */
export function candidateOf(space: Space, box: Box, from: End, to: End): Candidate | undefined {
  const type = bitsOf(space, box, 'link', 96, 16) ?? 0x0800n;
  const family: Family | undefined = type === 0x0800n ? 'ipv4' : type === 0x86ddn ? 'ipv6' : undefined;
  if (family === undefined) return undefined;
  const protocol = Number(bitsOf(space, box, 'protocol', 0, 9) ?? 6n);
  if (protocol === NO_PROTOCOL) return undefined;
  const { strip, source, destination, bits } = ADDRESSES[family];
  const state = bitsOf(space, box, 'state', 0, 7) ?? 8n;
  const hasPorts = WITH_PORTS.has(protocol);
  const isIcmp = protocol === 1 || protocol === 58;
  const number = (at: Strip, offset: number, width: number, otherwise: number): number =>
    Number(bitsOf(space, box, at, offset, width) ?? BigInt(otherwise));
  return {
    from: { ...shownEnd(from), address: bitsOf(space, box, strip, source, bits) ?? 0n },
    to: { ...shownEnd(to), address: bitsOf(space, box, strip, destination, bits) ?? 0n },
    family,
    protocol,
    ...(hasPorts && {
      sourcePort: number('upper', 0, 16, 40000),
      destinationPort: number('upper', 16, 16, 40001),
    }),
    ...(isIcmp && { type: number('icmp', 0, 8, protocol === 1 ? 8 : 128), code: number('icmp', 8, 8, 0) }),
    state: STATES.find((one) => BigInt(STATE_BITS[one]) === state) ?? 'new',
  };
}

const shownEnd = (end: End): Pick<CandidateEnd, 'kind' | 'port'> =>
  end.kind === 'port' ? { kind: 'port', port: end.port } : { kind: end.kind };

/** The lowest value of the box in these bits; undefined where the box leaves all of them open. */
function bitsOf(space: Space, box: Box, strip: Strip, offset: number, bits: number): bigint | undefined {
  let found: bigint | undefined;
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind !== 'bits' || subject.piece.strip !== strip) continue;
    const { piece } = subject;
    if (piece.offset < offset || piece.offset + piece.bits > offset + bits) continue;
    const shift = BigInt(offset + bits - piece.offset - piece.bits);
    found = (found ?? 0n) | (space.valuesAt(level, ranks.low, ranks.high).low << shift);
  }
  return found;
}
