/**
 * What sets keyed by device hold for the ports of one profile: read off the elements of every one of them, not off names.
 *
 * In: a set, the profile's ports. Out: the meaning that the elements of all ports bear out. Refused: elements that are nobody's
 * facts. A name that tells which word of an address a set is for is taken as a claim, and checked like the rest.
 */
import type { Port, ValueRange } from '@weir/compiler';
import { normalRanges, sameRanges } from '../space/ranges.ts';
import { OWN_BITS, ownRanges, slotWords, slotsOf, wordAt, wordMask } from '../space/own.ts';
import type { OwnKind, OwnPart, Slot } from '../space/own.ts';
import { UnreadableError } from '../unreadable.ts';
import type { IndexedSet } from './ruleset-index.ts';

/** What "the device and these bits are in the set" says of a port of the profile. */
export type OwnMeaning =
  | { readonly kind: 'never' }
  | { readonly kind: 'own'; readonly own: OwnKind; readonly part: OwnPart }
  /** The bits are a word of the address in that slot. */
  | { readonly kind: 'word'; readonly own: OwnKind; readonly slot: Slot; readonly word: number };

type Elements = ReadonlyMap<string, readonly ValueRange[]>;

const known = new WeakMap<IndexedSet, Elements>();

/** For each device what the rest of the key is; an empty list where the device is the whole key. */
function byDevice(set: IndexedSet): Elements {
  const found = known.get(set);
  if (found !== undefined) return found;
  const lists = new Map<string, ValueRange[]>();
  for (const { device, key } of set.elements) {
    const [ranges = []] = key;
    if (device === undefined || key.length > 1) throw new UnreadableError(`the keys of the set ${set.name}`);
    const list = lists.get(device);
    if (list === undefined) lists.set(device, [...ranges]);
    else list.push(...ranges);
  }
  const made = new Map([...lists].map(([device, ranges]) => [device, normalRanges(ranges)] as const));
  known.set(set, made);
  return made;
}

/** A set of device and bits. */
export function meaningOf(set: IndexedSet, ports: readonly Port[]): OwnMeaning {
  const elements = byDevice(set);
  const holds = (expected: (port: Port) => readonly ValueRange[]): boolean =>
    ports.every((port) => sameRanges(elements.get(port.ifname) ?? [], normalRanges(expected(port))));
  if (holds(() => [])) return { kind: 'never' };
  if (set.types[1]?.type === 'classid') return wordMeaning(set, holds);
  for (const own of ['mac', 'ipv4', 'ipv6'] as const) {
    if (OWN_BITS[own] !== set.types[1]?.bits) continue;
    for (const kind of ['all', 'single', 'ranges'] as const) {
      const fits = ({ low, high }: ValueRange): boolean => kind === 'all' || (low === high) === (kind === 'single');
      if (holds((port) => ownRanges(port, own).filter(fits))) return { kind: 'own', own, part: { kind } };
    }
  }
  throw new UnreadableError(`the set ${set.name} does not hold the addresses of the ports that look there`);
}

const WORD_NAME = /(?:^|-)self-(mac|ipv4|ipv6)-(\d{1,3})-(\d+)-w(\d)$/;

/** WHY: a little-endian host has the bytes of the payload in the packet's priority the other way round. */
const swapped = (word: bigint): bigint =>
  ((word & 0xffn) << 24n) | ((word & 0xff00n) << 8n) | ((word >> 8n) & 0xff00n) | (word >> 24n);

function claimOf(name: string): { readonly own: OwnKind; readonly slot: Slot; readonly word: number } | undefined {
  const [, own, length, number, word] = WORD_NAME.exec(name) ?? [];
  if (own === undefined) return undefined;
  return { own: own as OwnKind, slot: { length: Number(length), number: Number(number) }, word: Number(word) };
}

function wordMeaning(
  { name }: IndexedSet,
  holds: (expected: (port: Port) => readonly ValueRange[]) => boolean,
): OwnMeaning {
  const claim = claimOf(name);
  if (claim === undefined) throw new UnreadableError(`what the words in the set ${name} are`);
  const { own, slot, word } = claim;
  const offset = slotWords(own, slot.length)[word];
  if (offset === undefined) throw new UnreadableError(`the word that the set ${name} is named for`);
  const mask = wordMask(own, slot.length, word);
  const isBorneOut = holds((port) =>
    slotsOf(port, own)
      .filter((one) => one.length === slot.length && one.number === slot.number)
      .map(({ value }) => {
        const element = swapped(wordAt(own, value, offset) & mask);
        return { low: element, high: element };
      }),
  );
  if (!isBorneOut)
    throw new UnreadableError(`the set ${name} does not hold the words of the addresses that it is named for`);
  return { kind: 'word', own, slot, word };
}

/** A set of devices alone: all of the ports, none, or those that have a prefix of length 0. */
export function deviceMeaning(
  set: IndexedSet,
  ports: readonly Port[],
): 'all' | 'none' | { readonly own: OwnKind; readonly slot: Slot } {
  const elements = byDevice(set);
  const listed = ports.filter(({ ifname }) => elements.has(ifname));
  if (listed.length === 0) return 'none';
  if (listed.length === ports.length) return 'all';
  const claim = claimOf(set.name);
  if (claim === undefined || claim.slot.length !== 0)
    throw new UnreadableError(`which ports stand in the set ${set.name}`);
  const { own, slot } = claim;
  const has = (port: Port): boolean =>
    slotsOf(port, own).some((one) => one.length === slot.length && one.number === slot.number);
  if (!ports.every((port) => has(port) === elements.has(port.ifname)))
    throw new UnreadableError(`which ports stand in the set ${set.name}`);
  return { own, slot };
}
