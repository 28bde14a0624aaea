/**
 * A set of packets as flows that people can read. In: a set, and what flows may reach into. Out: flows in words, each with its
 * packets, and what is left when there are too many. Guaranteed: together they are exactly the set; a flow speaks of fields of
 * one kind of frames.
 */
import { NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { FRAME_KINDS, Headers, typesOfKind } from '../space/headers.ts';
import type { FrameKind } from '../space/headers.ts';
import { otherRanges, valuesOf } from '../space/ranges.ts';
import type { Space } from '../space/space.ts';
import type { Terms } from '../space/terms.ts';
import { flowBoxes, flowBoxSet, withTypesOf } from './flow-boxes.ts';
import type { FlowBox } from './flow-boxes.ts';
import { joinedFamilies } from './flow-families.ts';
import type { SetFlow } from './flow-families.ts';
import { boxWords } from './flow-words.ts';
import type { FlowWords, Vocabulary } from './flow-words.ts';

export interface ReadableFlows {
  readonly flows: readonly SetFlow[];
  readonly rest: Diagram;
}

const WORDS: Readonly<Record<FrameKind, string>> = {
  ip4: 'ipv4',
  ip6: 'ipv6',
  arp: 'arp',
  tag: 'vlan',
  other: 'other frames',
};

/** Packets whose upper layers are read alike; `word` for those of them that name no protocol. */
const UPPER = [
  { values: valuesOf(1, 58), word: 'icmp, icmpv6' },
  { values: valuesOf(6, 17, 33, 132, 136), word: '{ tcp, udp, dccp, sctp, udplite }' },
  { values: otherRanges(valuesOf(1, 6, 17, 33, 58, 132, 136), 9), word: 'other protocols' },
] as const;

/** Asks what {@link readableFlows} asks, so that a planner sees it. */
export function planReadable(terms: Terms): void {
  const headers = new Headers(terms);
  for (const kind of FRAME_KINDS) headers.kind(kind);
  for (const { values } of UPPER) headers.protocol(values);
}

/** Finds the flows. */
export function readableFlows(
  space: Space,
  set: Diagram,
  open: Diagram,
  { vocabulary, limit }: { readonly vocabulary: Vocabulary; readonly limit: number },
): ReadableFlows {
  const { diagrams } = space;
  const headers = new Headers(space);
  const kinds = FRAME_KINDS.map((kind) => ({ kind, all: headers.kind(kind) }));
  const flows: SetFlow[] = [];
  let rest: Diagram = NOTHING;
  for (const { kind, all } of kinds) {
    const part = diagrams.where(all, set);
    if (part === NOTHING) continue;
    const slices = slicesOf(space, headers, part, diagrams.orElse(open, diagrams.not(all)), limit);
    for (const { found, set: slice, word } of slices) {
      for (const box of found.boxes) {
        const own = diagrams.where(slice, flowBoxSet(space, box));
        const words = boxWords(space, withTypesOf(space, box, own), vocabulary);
        flows.push({ words: framed(words, kind, word), set: own });
      }
      if (!found.isWhole)
        rest = diagrams.orElse(
          rest,
          found.boxes.reduce((left, box) => diagrams.except(left, flowBoxSet(space, box)), slice),
        );
    }
  }
  return { flows: joinedFamilies(diagrams, flows), rest };
}

interface Slice {
  readonly set: Diagram;
  readonly found: ReturnType<typeof flowBoxes>;
  readonly word?: string;
}

/** One slice, or three where a box would read upper layers of protocols that have nothing there. */
function slicesOf(space: Space, headers: Headers, set: Diagram, open: Diagram, limit: number): readonly Slice[] {
  const { diagrams } = space;
  const found = flowBoxes(space, set, open, limit);
  if (!found.boxes.some((box) => readsBlindly(space, box))) return [{ set, found }];
  return UPPER.flatMap(({ values, word }): readonly Slice[] => {
    const all = headers.protocol(values);
    const part = diagrams.where(all, set);
    if (part === NOTHING) return [];
    return [{ set: part, found: flowBoxes(space, part, diagrams.orElse(open, diagrams.not(all)), limit), word }];
  });
}

/** The box asks about the upper layer, and has protocols of several sorts. */
function readsBlindly(space: Space, box: FlowBox): boolean {
  const strips = new Map<string, readonly { readonly low: bigint; readonly high: bigint }[]>();
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind === 'bits')
      strips.set(
        subject.piece.strip,
        ranks.map(({ low, high }) => space.valuesAt(level, low, high)),
      );
  }
  if (!strips.has('upper') && !strips.has('icmp')) return false;
  const protocols = strips.get('protocol');
  return !UPPER.slice(0, 2).some(({ values }) =>
    protocols?.every(({ low, high }) => values.some((one) => one.low <= low && high <= one.high)),
  );
}

function framed(words: FlowWords, kind: FrameKind, word: string | undefined): FlowWords {
  const named = word === undefined || words.protocol !== undefined ? words : { ...words, protocol: word };
  // Types that are told one by one stay.
  const types = typesOfKind(kind).length;
  return words.frames !== undefined && (kind === 'other' || types > 1) && words.frames.startsWith('frames of type')
    ? named
    : { ...named, frames: WORDS[kind] };
}
