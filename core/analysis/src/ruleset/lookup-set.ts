/** Lookups: which packets a set has. In: what is looked up where. Out: a set; for verdict maps one for each verdict. */
import type { Port } from '@weir/compiler';
import { EVERYTHING, NOTHING } from '../engine/diagrams.ts';
import type { Diagram } from '../engine/diagrams.ts';
import { equalFact } from '../space/bit-facts.ts';
import type { Headers } from '../space/headers.ts';
import { OWN_BITS, everythingFact, slotWords, wordMask } from '../space/own.ts';
import type { OwnFacts, OwnKind, OwnPart } from '../space/own.ts';
import { normalRanges, rangesKey } from '../space/ranges.ts';
import { UnreadableError } from '../unreadable.ts';
import { deviceMeaning, meaningOf } from './own-set.ts';
import type { Read } from './read.ts';
import { bitsSet, testSet } from './read-set.ts';
import type { Known } from './read-set.ts';
import type { IndexedElement, IndexedSet, IndexedTable } from './ruleset-index.ts';
import { verdictOf } from './step.ts';
import type { LookedUp, Step, Verdict } from './step.ts';

/** What lookups are read against. */
export interface LookupWorld {
  readonly headers: Headers;
  readonly table: IndexedTable;
  /** The ports whose packets they are, and the meta key that holds their device. */
  readonly ports: readonly Port[];
  readonly device: string;
  readonly own: OwnFacts;
}

type Priority = bigint | Read | undefined;

/** The packets for which a membership holds. */
export function lookupSet(
  { reads, set, negated }: Extract<Step, { readonly kind: 'lookup' }>,
  priority: Priority,
  known: Known,
  world: LookupWorld,
): Diagram {
  const [first, second] = reads;
  if (first?.kind === 'device') {
    requireDevice(first, world);
    const named = namedSet(set, world);
    return second === undefined
      ? deviceSet(named, negated, world)
      : ownSet(named, second, negated, priority, known, world);
  }
  const found = elementsSet(reads, set.elements, known, world);
  if (!negated) return found;
  const { diagrams } = world.headers.terms;
  const there = reads.map((read) => testSet(world.headers, read, [], true, known, undefined));
  return diagrams.except(world.headers.all(...there), found);
}

function requireDevice(read: Extract<Read, { readonly kind: 'device' }>, { device }: LookupWorld): void {
  if (read.key !== device) throw new UnreadableError(`the device ${read.key} where the port's is ${device}`);
}

function namedSet({ name }: LookedUp, { table }: LookupWorld): IndexedSet {
  const set = name === undefined ? undefined : table.sets.get(name);
  if (set === undefined) throw new UnreadableError('devices compared with constants');
  return set;
}

function deviceSet(set: IndexedSet, negated: boolean, { ports, headers }: LookupWorld): Diagram {
  const meaning = deviceMeaning(set, ports);
  if (meaning === 'all' || meaning === 'none') return (meaning === 'all') !== negated ? EVERYTHING : NOTHING;
  const has = headers.terms.fact(everythingFact(meaning.own, meaning.slot));
  return negated ? headers.terms.diagrams.not(has) : has;
}

function ownSet(
  set: IndexedSet,
  read: Read,
  negated: boolean,
  priority: Priority,
  known: Known,
  world: LookupWorld,
): Diagram {
  const { headers, own } = world;
  const { diagrams } = headers.terms;
  const turned = (found: Diagram): Diagram => (negated ? diagrams.not(found) : found);
  const meaning = meaningOf(set, world.ports);
  const ask = (kind: OwnKind, part: OwnPart, bits: number, from: number, copied: Read): Diagram => {
    if (copied.kind !== 'bits') throw new UnreadableError(`own addresses compared with ${copied.kind}`);
    return bitsSet(
      headers,
      copied,
      ([piece, more]) => {
        if (piece === undefined || more !== undefined) throw new UnreadableError('own addresses in joined bits');
        return turned(own.ask(headers.terms, kind, { ...piece, offset: piece.offset - from, bits }, part));
      },
      known,
    );
  };
  const source = read.kind === 'priority' ? priority : read;
  if (source === undefined || typeof source === 'bigint')
    throw new UnreadableError('own addresses compared with a known number');
  switch (meaning.kind) {
    case 'never':
      if (source.kind !== 'bits') throw new UnreadableError(`own addresses compared with ${source.kind}`);
      return bitsSet(headers, source, () => turned(NOTHING), known);
    case 'own':
      if (
        source.kind !== 'bits' ||
        source.mask !== undefined ||
        source.bits !== OWN_BITS[meaning.own] ||
        read.kind === 'priority'
      )
        throw new UnreadableError(`the key of the set ${set.name}`);
      return ask(meaning.own, meaning.part, source.bits, 0, source);
    case 'word': {
      const { slot, word } = meaning;
      const mask = wordMask(meaning.own, slot.length, word);
      const isFitting = source.kind === 'bits' && source.bits === 32 && (source.mask ?? 0xffff_ffffn) === mask;
      if (!isFitting || read.kind !== 'priority') throw new UnreadableError(`the key of the set ${set.name}`);
      const from = slotWords(meaning.own, slot.length)[word] ?? 0;
      return ask(meaning.own, { kind: 'word', slot, word }, OWN_BITS[meaning.own], from, source);
    }
    default:
      return meaning satisfies never;
  }
}

type BitsRead = Extract<Read, { readonly kind: 'bits' }>;

/** Two bytes that are looked up among all pairs of equal ones: WHY: nft compares what it reads with constants alone. */
function equalBytes(
  reads: readonly Read[],
  elements: readonly IndexedElement[],
): readonly [BitsRead, BitsRead] | undefined {
  const [a, b, more] = reads;
  if (a?.kind !== 'bits' || b?.kind !== 'bits' || more !== undefined) return undefined;
  if (a.bits !== 8 || b.bits !== 8 || a.mask !== undefined || b.mask !== undefined) return undefined;
  const pairs = new Set(
    elements.map(({ key: [x, y] }) => {
      const isPair = x?.length === 1 && y?.length === 1 && x[0]?.low === x[0]?.high && rangesKey(x) === rangesKey(y);
      return isPair ? rangesKey(x) : '';
    }),
  );
  return pairs.size === 256 && !pairs.has('') ? [a, b] : undefined;
}

/** The packets whose key is one of the elements. */
function elementsSet(
  reads: readonly Read[],
  elements: readonly IndexedElement[],
  known: Known,
  { headers }: LookupWorld,
): Diagram {
  const [only, more] = reads;
  if (only !== undefined && more === undefined) {
    const ranges = normalRanges(elements.flatMap(({ key }) => key[0] ?? []));
    return testSet(headers, only, ranges, false, known, undefined);
  }
  const pair = equalBytes(reads, elements);
  if (pair !== undefined) {
    return bitsSet(
      headers,
      pair[0],
      ([a]) => bitsSet(headers, pair[1], ([b]) => (a && b ? headers.terms.fact(equalFact(a, b)) : NOTHING), known),
      known,
    );
  }
  return headers.any(
    elements.map(({ key }) =>
      headers.all(...reads.map((read, at) => testSet(headers, read, key[at] ?? [], false, known, undefined))),
    ),
  );
}

/** One verdict of a map, and the packets that get it. */
export interface VmapCase {
  readonly set: Diagram;
  readonly verdict: Verdict;
}

/** The cases of a verdict map. A map keyed by devices gives all ports in question the same verdict. */
export function vmapCases(
  { reads, set }: Extract<Step, { readonly kind: 'vmap' }>,
  priority: Priority,
  known: Known,
  world: LookupWorld,
): readonly VmapCase[] {
  const [first, second] = reads;
  if (priority !== undefined && reads.some(({ kind }) => kind === 'priority'))
    throw new UnreadableError('a verdict map keyed by priority');
  if (first?.kind === 'device') {
    requireDevice(first, world);
    if (second !== undefined) throw new UnreadableError('a verdict map keyed by more than the device');
    const verdict = dispatched(set, world);
    return verdict === undefined ? [] : [{ set: EVERYTHING, verdict }];
  }
  return set.elements.map((element) => ({
    set: elementsSet(reads, [element], known, world),
    verdict: verdictIn(element),
  }));
}

function verdictIn({ verdict }: IndexedElement): Verdict {
  const found = verdict === undefined ? undefined : verdictOf(verdict);
  if (found === undefined) throw new UnreadableError('a verdict map without verdicts');
  return found;
}

function dispatched({ elements, name }: LookedUp, { ports }: LookupWorld): Verdict | undefined {
  const names = new Set(ports.map(({ ifname }) => ifname));
  const found = elements.filter(({ device }) => device !== undefined && names.has(device)).map(verdictIn);
  const [first] = found;
  if (first === undefined) return undefined;
  const text = JSON.stringify(first);
  if (found.length !== ports.length || found.some((one) => JSON.stringify(one) !== text))
    throw new UnreadableError(`ports of one profile that the map ${name ?? ''} leads to different places`);
  return first;
}
