/**
 * Comparing raw bits with a port's own addresses where nft's JSON has no set that could hold them.
 *
 * WHY: nft 1.0.6 refuses to look raw bits up in a set of addresses ("datatype mismatch"), and its JSON cannot declare a
 * set of raw bits (`typeof` came with 1.1.2 and 1.0.6.1). So the bits are copied into the packet's priority, 32 at a time,
 * and looked up there. Every port has its addresses in numbered slots, so the number of chains and sets follows the most
 * addresses of one port, not the ports. The mark is not touched; the priority of the packets asked ends as 0.
 * It relies on little-endian hosts: the payload's bytes become the priority as they are.
 */
import { concat, jump, mangle, match, meta, rawPayload, ret, setRef } from '@weir/nftables-json';
import type { Expression, PayloadBase, Statement } from '@weir/nftables-json';
import type { Port } from '../policy/policy.ts';
import type { ValueRange } from '../policy/match.ts';
import type { Direction } from '../policy/rule.ts';
import { defineDiagnostic } from '@weir/plugin';
import type { Findings } from './findings.ts';
import type { LayoutChain, LayoutElements, LayoutSet } from './layout.ts';
import type { MatchContext } from './match-context.ts';
import { deviceOf, nameIn } from './place.ts';
import type { Place } from './place.ts';
import { prefixLength } from './value-ranges.ts';

export const needsNewerNft = defineDiagnostic<{ guest: string; ifname: string; target: string }>(
  { code: 'lower/needs-newer-nft', severity: 'error' },
  ({ guest, ifname, target }) => ({
    message: `the guard cannot bind the address ranges of \`${guest}\` (\`${ifname}\`) on target \`${target}\``,
    help: 'its nft is too old: give single addresses, or prefixes of 32, 64 or 96 bits, or choose a target with nft 1.1.3',
  }),
);

type Fact = 'mac' | 'ipv4' | 'ipv6';

interface Wanted {
  readonly fact: Fact;
  readonly base: PayloadBase;
  readonly offset: number;
  readonly direction: Direction;
}

/** Which checks rules ask for, and which profiles ask. */
export class OwnChecks {
  readonly wanted = new Map<string, Wanted>();
  readonly facts = new Map<string, Set<Fact>>();
}

/** The chain that compares; afterwards the priority is 1 when the bits are the port's own, else 0. */
export function checkChain(
  context: MatchContext,
  fact: Fact,
  raw: { readonly base: PayloadBase; readonly offset: number },
): string {
  const { usage, place, direction, profile } = context;
  const name = nameIn(place, `self-${fact}-${raw.base}-${raw.offset}-${direction}`);
  usage.checks.wanted.set(name, { fact, base: raw.base, offset: raw.offset, direction });
  const facts = usage.checks.facts.get(profile.name) ?? new Set<Fact>();
  facts.add(fact);
  usage.checks.facts.set(profile.name, facts);
  return name;
}

/** Words of a fact: their places in bits. A MAC's two words overlap. */
const WORDS: Readonly<Record<Fact, readonly number[]>> = { mac: [0, 16], ipv4: [0], ipv6: [0, 32, 64, 96] };
const BITS: Readonly<Record<Fact, number>> = { mac: 48, ipv4: 32, ipv6: 128 };

/** A place for one address of a port: how many of its words are compared, and its number among those. */
interface Slot {
  readonly words: number;
  readonly number: number;
  readonly value: bigint;
}

function slotsOf(port: Port, fact: Fact): readonly (Slot | undefined)[] {
  const own: readonly ValueRange[] =
    fact === 'mac' ? [{ low: port.mac, high: port.mac }] : fact === 'ipv4' ? port.ipv4 : port.ipv6;
  const counts = new Map<number, number>();
  return own.map((range) => {
    const length = fact === 'mac' ? BITS.mac : prefixLength(range, BITS[fact]);
    if (length === undefined || (fact !== 'mac' && length % 32 !== 0)) return undefined;
    const words = fact === 'mac' ? WORDS.mac.length : length / 32;
    const number = (counts.get(words) ?? 0) + 1;
    counts.set(words, number);
    return { words, number, value: range.low };
  });
}

const slotName = (fact: Fact, slot: Pick<Slot, 'words' | 'number'>): string =>
  `self-${fact}-${slot.words}-${slot.number}`;
const wordSet = (place: Place, fact: Fact, slot: Pick<Slot, 'words' | 'number'>, word: number): string =>
  nameIn(place, `${slotName(fact, slot)}-w${word}`);

/** A word as the priority shows it on a little-endian host, in nft's notation. */
function writeWord(fact: Fact, value: bigint, word: number): string {
  const at = WORDS[fact][word] ?? 0;
  const bits = Number((value >> BigInt(BITS[fact] - at - 32)) & 0xffff_ffffn);
  const swapped = ((bits & 0xff) << 24) | ((bits & 0xff00) << 8) | ((bits >>> 8) & 0xff00) | ((bits >>> 24) & 0xff);
  return `${((swapped >>> 16) & 0xffff).toString(16)}:${(swapped & 0xffff).toString(16)}`;
}

/** Everything that the checks of one place need. */
export interface OwnCheckLayout {
  readonly sets: readonly LayoutSet[];
  readonly chains: readonly LayoutChain[];
  elementsOf(port: Port): readonly LayoutElements[];
}

/** Builds the checks for the ports of a place; ports that cannot be bound are reported. */
export function layOutOwnChecks(
  place: Place,
  checks: OwnChecks,
  ports: readonly Port[],
  findings: Findings,
): OwnCheckLayout {
  const elements = new Map<string, readonly LayoutElements[]>();
  const shapes = new Map<string, { readonly fact: Fact; readonly words: number; readonly number: number }>();
  for (const port of ports) {
    const found: LayoutElements[] = [];
    for (const fact of checks.facts.get(port.profile) ?? []) {
      for (const slot of slotsOf(port, fact)) {
        if (slot === undefined) {
          const { guest, ifname } = port;
          findings.add(needsNewerNft(port.span, { guest, ifname, target: place.target.name }));
          continue;
        }
        shapes.set(slotName(fact, slot), { fact, words: slot.words, number: slot.number });
        found.push(...slotElements(place, port.ifname, fact, slot));
      }
    }
    elements.set(port.ifname, found);
  }
  const sorted = [...shapes.entries()].toSorted(([a], [b]) => (a < b ? -1 : 1)).map(([, shape]) => shape);
  return {
    sets: sorted.flatMap((shape) => slotSets(place, shape)),
    chains: [...checks.wanted.entries()]
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .flatMap(([name, wanted]) => checkChains(place, name, wanted, sorted)),
    elementsOf: (port) => elements.get(port.ifname) ?? [],
  };
}

function slotElements(place: Place, ifname: string, fact: Fact, slot: Slot): readonly LayoutElements[] {
  const { table } = place;
  if (slot.words === 0) return [{ table, set: wordSet(place, fact, slot, 0), elements: [ifname] }];
  return Array.from({ length: slot.words }, (_, word) => ({
    table,
    set: wordSet(place, fact, slot, word),
    elements: [concat(ifname, writeWord(fact, slot.value, word))],
  }));
}

function slotSets(
  place: Place,
  shape: { readonly fact: Fact; readonly words: number; readonly number: number },
): readonly LayoutSet[] {
  const type = shape.words === 0 ? ('ifname' as const) : (['ifname', 'classid'] as const);
  return Array.from({ length: Math.max(1, shape.words) }, (_, word) => ({
    table: place.table,
    name: wordSet(place, shape.fact, shape, word),
    type,
    flags: [],
    elements: [],
  }));
}

const priority = meta('priority');
const setPriority = (value: Expression): Statement => mangle(priority, value);

/** The chain of one check, and one chain for each slot that it goes through. */
function checkChains(
  place: Place,
  name: string,
  wanted: Wanted,
  shapes: readonly { readonly fact: Fact; readonly words: number; readonly number: number }[],
): readonly LayoutChain[] {
  const slots = shapes.filter((shape) => shape.fact === wanted.fact);
  const origin = { item: 'weir', purpose: `own-${wanted.fact}` };
  const chain = (chainName: string, rules: readonly (readonly Statement[])[]): LayoutChain => ({
    table: place.table,
    name: chainName,
    rules: rules.map((statements) => ({ statements, origin })),
  });
  const device = deviceOf(place, wanted.direction);
  const slotRules = (shape: (typeof slots)[number]): readonly (readonly Statement[])[] => {
    if (shape.words === 0) return [[match(device, '==', setRef(wordSet(place, shape.fact, shape, 0))), setPriority(1)]];
    const compare = Array.from({ length: shape.words }, (_, word): readonly Statement[] => [
      setPriority(rawPayload(wanted.base, wanted.offset + (WORDS[wanted.fact][word] ?? 0), 32)),
      match(concat(device, priority), '!=', setRef(wordSet(place, shape.fact, shape, word))),
      setPriority(0),
      ret,
    ]);
    return [...compare, [setPriority(1)]];
  };
  const visits = slots.flatMap((shape) => [
    [jump(`${name}-${shape.words}-${shape.number}`)],
    [match(priority, '==', 1), ret],
  ]);
  return [
    ...slots.map((shape) => chain(`${name}-${shape.words}-${shape.number}`, slotRules(shape))),
    chain(name, [[setPriority(0)], ...visits]),
  ];
}

/** The statements before a rule's action that run a check: each list is a rule of the chain that the rule jumps to. */
export function checkRules(chain: string, negated: boolean): readonly (readonly Statement[])[] {
  return negated
    ? [[jump(chain)], [match(priority, '==', 1), setPriority(0), ret]]
    : [[jump(chain)], [match(priority, '!=', 1), ret], [setPriority(0)]];
}
