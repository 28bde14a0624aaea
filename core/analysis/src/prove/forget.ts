/** Questions dropped from a set: the points that are in it for some answer to them. */
import { NOTHING } from '../engine/diagrams.ts';
import type { Diagram, Diagrams } from '../engine/diagrams.ts';
import type { Subject } from '../space/space.ts';

/** The points of which some point that differs at those levels alone is in the set. */
export function forget<T>(diagrams: Diagrams<T>, set: Diagram, isForgotten: (level: number) => boolean): Diagram {
  const done = new Map<Diagram, Diagram>();
  const walk = (node: Diagram): Diagram => {
    if (diagrams.isLeaf(node)) return node;
    const known = done.get(node);
    if (known !== undefined) return known;
    const level = diagrams.level(node);
    const edges = diagrams.edges(node).map(({ ranks, to }) => ({ ranks, to: walk(to) }));
    const made = isForgotten(level)
      ? edges.reduce<Diagram>((sum, { to }) => diagrams.orElse(sum, to), NOTHING)
      : diagrams.choose(level, edges);
    done.set(node, made);
    return made;
  };
  return walk(set);
}

/** Bits of the IPv4 and IPv6 headers that are the same on every link: what routers and code points leave alone. */
const KEPT_FROM = { ip4: 96, ip6: 64 } as const;
const IP4_FRAGMENT = { from: 32, to: 64 } as const;

/** Whether a question is about one link, or one moment, and has another answer elsewhere on the way. */
export function isOfOneLink(subject: Subject | undefined): boolean {
  if (subject === undefined) return false;
  if (subject.kind === 'fact') return subject.fact.kind !== 'member' && subject.fact.kind !== 'option';
  const { strip, offset } = subject.piece;
  switch (strip) {
    case 'link':
      return offset < 96;
    case 'ip4':
      return offset < KEPT_FROM.ip4 && !(offset >= IP4_FRAGMENT.from && offset < IP4_FRAGMENT.to);
    case 'ip6':
      return offset < KEPT_FROM.ip6;
    case 'mark':
    case 'connection-mark':
    case 'direction':
    case 'packet-type':
    case 'length':
      return true;
    default:
      return false;
  }
}

/** Whether a question is about the source's address. */
export function isOfSourceAddress(subject: Subject | undefined): boolean {
  return isOfSource(subject) && !(subject?.kind === 'bits' && subject.piece.strip === 'upper');
}

/** Whether a question is about the source: what source translation changes. */
export function isOfSource(subject: Subject | undefined): boolean {
  if (subject?.kind === 'fact') return subject.fact.kind === 'member';
  if (subject === undefined) return false;
  const { strip, offset } = subject.piece;
  if (strip === 'ip4') return offset >= 96 && offset < 128;
  if (strip === 'ip6') return offset >= 64 && offset < 192;
  return strip === 'upper' && offset < 16;
}
