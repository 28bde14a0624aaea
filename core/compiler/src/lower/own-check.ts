/**
 * Comparing raw bits with a port's own addresses where nft's JSON has no set that could hold them.
 *
 * WHY: nft 1.0.6 refuses to look raw bits up in a set of addresses ("datatype mismatch"), and its JSON cannot declare a
 * set of raw bits (`typeof` came with 1.1.2 and 1.0.6.1). So the bits are copied into the packet's priority, 32 at a time,
 * and looked up there. Every port has its addresses in numbered slots, so the number of chains and sets follows the most
 * addresses of one port, not the ports. The mark is not touched; the priority of the packets asked ends as 0.
 * It relies on little-endian hosts: nft 1.0.6 makes the payload's bytes the priority as they are, without swapping them.
 */
import { and, concat, jump, mangle, match, meta, rawPayload, ret, setRef } from '@weir/nftables-json';
import type { Expression, PayloadBase, Statement } from '@weir/nftables-json';
import type { ValueRange } from '../policy/match.ts';
import type { Port, Profile } from '../policy/policy.ts';
import type { Direction } from '../policy/rule.ts';
import type { LayoutChain, LayoutElements, LayoutSet } from './layout.ts';
import { deviceOf, nameIn } from './place.ts';
import type { Place } from './place.ts';
import type { OwnCheck } from './question.ts';
import { prefixLength, prefixesOf } from './value-ranges.ts';

type Fact = OwnCheck['fact'];

interface Wanted {
  readonly fact: Fact;
  readonly base: PayloadBase;
  readonly offset: number;
  readonly direction: Direction;
}

/** Which checks rules ask for, and which facts the ports of a profile need for them. */
export class OwnChecks {
  readonly wanted = new Map<string, Wanted>();
  readonly facts = new Map<string, Set<Fact>>();

  /** The chain of a check; afterwards the priority is 1 when the bits are the port's own, else 0. */
  chain(check: OwnCheck, place: Place, direction: Direction, profile: Profile): string {
    const { fact, base, offset } = check;
    const name = nameIn(place, `self-${fact}-${base}-${offset}-${direction}`);
    this.wanted.set(name, { fact, base, offset, direction });
    const facts = this.facts.get(profile.name) ?? new Set<Fact>();
    this.facts.set(profile.name, facts.add(fact));
    return name;
  }
}

const BITS: Readonly<Record<Fact, number>> = { mac: 48, ipv4: 32, ipv6: 128 };

/** The kind of a slot: the prefix length of the addresses in it, and its number among those of a port. */
interface Shape {
  readonly fact: Fact;
  readonly length: number;
  readonly number: number;
}

/** A slot and the prefix that one port has in it. */
interface Slot extends Shape {
  readonly value: bigint;
}

/** Words of 32 bits that are compared: where they start, and which of their bits count. A MAC's two words overlap. */
function wordsOf({ fact, length }: Shape): readonly { readonly at: number; readonly mask: number }[] {
  if (fact === 'mac') return [0, 16].map((at) => ({ at, mask: 0xffff_ffff }));
  return Array.from({ length: Math.ceil(length / 32) }, (_, word) => {
    const bits = Math.min(32, length - word * 32);
    return { at: word * 32, mask: bits === 32 ? 0xffff_ffff : (0xffff_ffff << (32 - bits)) >>> 0 };
  });
}

function slotsOf(port: Port, fact: Fact): readonly Slot[] {
  if (fact === 'mac') return [{ fact, length: BITS.mac, number: 1, value: port.mac }];
  const own: readonly ValueRange[] = fact === 'ipv4' ? port.ipv4 : port.ipv6;
  const counts = new Map<number, number>();
  return own.flatMap((range) =>
    prefixesOf(range).map((prefix) => {
      const length = prefixLength(prefix, BITS[fact]) ?? BITS[fact];
      const number = (counts.get(length) ?? 0) + 1;
      counts.set(length, number);
      return { fact, length, number, value: prefix.low };
    }),
  );
}

const shapeName = ({ fact, length, number }: Shape): string => `self-${fact}-${length}-${number}`;
const wordSet = (place: Place, shape: Shape, word: number): string => nameIn(place, `${shapeName(shape)}-w${word}`);

/** A word as the priority shows it on a little-endian host, in nft's notation. */
function writeWord(slot: Slot, at: number): string {
  const bits = Number((slot.value >> BigInt(BITS[slot.fact] - at - 32)) & 0xffff_ffffn);
  const swapped = (bits << 24) | ((bits & 0xff00) << 8) | ((bits >>> 8) & 0xff00) | (bits >>> 24);
  return `${((swapped >>> 16) & 0xffff).toString(16)}:${(swapped & 0xffff).toString(16)}`;
}

/** Everything that the checks of one place need. */
export interface OwnCheckLayout {
  readonly sets: readonly LayoutSet[];
  readonly chains: readonly LayoutChain[];
  elementsOf(port: Port): readonly LayoutElements[];
}

/** Builds the checks for the ports of a place. */
export function layOutOwnChecks(place: Place, checks: OwnChecks, ports: readonly Port[]): OwnCheckLayout {
  const slots = (port: Port): readonly Slot[] =>
    [...(checks.facts.get(port.profile) ?? [])].toSorted().flatMap((fact) => slotsOf(port, fact));
  const shapes = new Map<string, Shape>();
  for (const port of ports) for (const slot of slots(port)) shapes.set(shapeName(slot), slot);
  const sorted = sortedValues(shapes);
  return {
    sets: sorted.flatMap((shape) => slotSets(place, shape)),
    chains: [...checks.wanted.keys()].toSorted().flatMap((name) => {
      const wanted = checks.wanted.get(name);
      return wanted === undefined ? [] : checkChains(place, name, wanted, sorted);
    }),
    elementsOf: (port) => slots(port).flatMap((slot) => slotElements(place, port.ifname, slot)),
  };
}

function sortedValues<T>(map: ReadonlyMap<string, T>): readonly T[] {
  return [...map].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, value]) => value);
}

function slotElements(place: Place, ifname: string, slot: Slot): readonly LayoutElements[] {
  const { table } = place;
  if (slot.length === 0) return [{ table, set: wordSet(place, slot, 0), elements: [ifname] }];
  return wordsOf(slot).map(({ at }, word) => ({
    table,
    set: wordSet(place, slot, word),
    elements: [concat(ifname, writeWord(slot, at))],
  }));
}

/** A prefix of length 0 is everything: its set holds devices alone. */
function slotSets(place: Place, shape: Shape): readonly LayoutSet[] {
  const type = shape.length === 0 ? ('ifname' as const) : (['ifname', 'classid'] as const);
  return Array.from({ length: Math.max(1, wordsOf(shape).length) }, (_, word) => ({
    table: place.table,
    name: wordSet(place, shape, word),
    type,
    flags: [],
    elements: [],
  }));
}

const priority = meta('priority');
const setPriority = (value: Expression): Statement => mangle(priority, value);

/** The chain of one check, and one chain for each slot that it goes through. */
function checkChains(place: Place, name: string, wanted: Wanted, shapes: readonly Shape[]): readonly LayoutChain[] {
  const origin = { item: 'weir', purpose: `own-${wanted.fact}` };
  const chain = (chainName: string, rules: readonly (readonly Statement[])[]): LayoutChain => ({
    table: place.table,
    name: chainName,
    rules: rules.map((statements) => ({ statements, origin })),
  });
  const slots = shapes.filter((shape) => shape.fact === wanted.fact);
  const slotChain = (shape: Shape): string => `${name}-${shape.length}-${shape.number}`;
  const visits = slots.flatMap((shape) => [[jump(slotChain(shape))], [match(priority, '==', 1), ret]]);
  return [
    ...slots.map((shape) => chain(slotChain(shape), slotRules(place, wanted, shape))),
    chain(name, [[setPriority(0)], ...visits]),
  ];
}

function slotRules(place: Place, wanted: Wanted, shape: Shape): readonly (readonly Statement[])[] {
  const device = deviceOf(place, wanted.direction);
  if (shape.length === 0) return [[match(device, '==', setRef(wordSet(place, shape, 0))), setPriority(1)]];
  const compare = wordsOf(shape).map(({ at, mask }, word): readonly Statement[] => {
    const bits = rawPayload(wanted.base, wanted.offset + at, 32);
    return [
      setPriority(mask === 0xffff_ffff ? bits : and(bits, mask)),
      match(concat(device, priority), '!=', setRef(wordSet(place, shape, word))),
      setPriority(0),
      ret,
    ];
  });
  return [...compare, [setPriority(1)]];
}

/** The rules in front of a rule's action that run a check and return when it fails. */
export function checkRules(chain: string, negated: boolean): readonly (readonly Statement[])[] {
  return negated
    ? [[jump(chain)], [match(priority, '==', 1), setPriority(0), ret]]
    : [[jump(chain)], [match(priority, '!=', 1), ret], [setPriority(0)]];
}
