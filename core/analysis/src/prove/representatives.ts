/**
 * A policy with few ports that stands for one with many.
 *
 * In: a policy, and what else names addresses. Out: the policy with at most three ports of each class; a class has one
 * network and profile, and its ports' addresses lie alike in every set, range and mask that anybody asks about. WHY that is
 * sound: a packet has two ends and two addresses. Where its ports and addresses are exchanged for those of ports of the same
 * classes, different ones for different ones, every question about it has the same answer; three of a class are enough for
 * a sender, a receiver and one whose address is borrowed.
 */
import type {
  Match,
  NamedSet,
  PayloadField,
  Policy,
  PolicyNode,
  Port,
  Profile,
  Test,
  ValueRange,
} from '@weir/compiler';
import { isAmong, normalRanges, rangesKey } from '../space/ranges.ts';
import { OWN_BITS, ownRanges, type OwnKind } from '../space/own.ts';

export interface PortClass {
  /** Up to three. */
  readonly ports: readonly Port[];
  /** All of its ports, in the policy's order. */
  readonly members: readonly Port[];
}

export interface Represented {
  readonly policy: Policy;
  readonly classes: readonly PortClass[];
  /** Lists of addresses without those of ports that are represented by others. */
  readonly shortened: (match: Match) => Match;
}

const PER_CLASS = 3;
/** Lists that are no longer stay as they are. */
const SHORT = 64;

interface Mentioned {
  readonly own: OwnKind;
  readonly mask: bigint;
  readonly ranges: readonly ValueRange[];
}

/** `also`: further matches whose addresses count. `blocks`: addresses that networks' rules and the host name. */
export function representatives(
  policy: Policy,
  also: readonly Match[],
  blocks: Readonly<Record<'ipv4' | 'ipv6', readonly ValueRange[]>>,
): Represented {
  const profiles = policy.profiles.map(matchesOf);
  const asked = [...profiles.flat(), ...also];
  const mentioned = asked.some(readsRaw) ? undefined : mentionedIn(policy, asked, blocks);
  const classes = new Map<string, Port[]>();
  for (const port of policy.ports) {
    const key = mentioned === undefined ? port.ifname : keyOf(port, mentioned);
    classes.set(key, [...(classes.get(key) ?? []), port]);
  }
  const found = [...classes.values()].map((members): PortClass => ({ members, ports: members.slice(0, PER_CLASS) }));
  const kept = new Set(found.flatMap(({ ports }) => ports.map(({ ifname }) => ifname)));
  const gone = policy.ports.filter(({ ifname }) => !kept.has(ifname));
  const away = {
    mac: normalRanges(gone.flatMap((port) => ownRanges(port, 'mac'))),
    ipv4: normalRanges(gone.flatMap((port) => port.ipv4)),
    ipv6: normalRanges(gone.flatMap((port) => port.ipv6)),
  };
  const shorter = (ranges: readonly ValueRange[], own: OwnKind): readonly ValueRange[] =>
    ranges.length <= SHORT ? ranges : ranges.filter((range) => !within(range, away[own]));
  return {
    classes: found,
    policy: {
      ...policy,
      ports: policy.ports.filter(({ ifname }) => kept.has(ifname)),
      sets: policy.sets.map((set): NamedSet => ({
        ...set,
        ranges: set.type === 'port' ? set.ranges : shorter(set.ranges, set.type),
        contributed: set.contributed.filter(({ ifname }) => kept.has(ifname)),
      })),
    },
    shortened: (match) => mapValues(match, shorter),
  };
}

const within = ({ low, high }: ValueRange, sorted: readonly ValueRange[]): boolean => {
  const at = sorted[lastFrom(sorted, low)];
  return at !== undefined && at.low <= low && high <= at.high;
};

/** The place of the last range that starts at or before a value; -1 where none does. */
function lastFrom(sorted: readonly ValueRange[], value: bigint): number {
  let [low, high] = [0, sorted.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((sorted[middle]?.low ?? 0n) <= value) low = middle + 1;
    else high = middle;
  }
  return low - 1;
}

/** Which kind of address a field holds; undefined for other fields. */
function kindOf(field: string): OwnKind | undefined {
  if (/^(?:ip\.(?:source|destination)|arp\.(?:sender|target)-ip|igmp\.group)$/.test(field)) return 'ipv4';
  if (/^(?:ip6\.(?:source|destination)|icmpv6\.(?:target|group))$/.test(field)) return 'ipv6';
  return /^(?:ether\.(?:source|destination)|arp\.(?:sender|target)-mac|stp\.(?:root|bridge)-mac|icmpv6\.link-address)$/.test(
    field,
  )
    ? 'mac'
    : undefined;
}

/** Where addresses stand behind each base, in bits: headers of IP, ARP and ICMP, and of packets that ICMP quotes. */
const NETWORK = [
  ['ipv4', 96],
  ['ipv4', 128],
  ['ipv6', 64],
  ['ipv6', 192],
] as const;
const ARP = [
  ['mac', 64],
  ['ipv4', 112],
  ['mac', 144],
  ['ipv4', 192],
] as const;
const QUOTED = NETWORK.map(([own, at]) => [own, at + 64] as const);
const OPTIONS = [80, 144, 208, 336].map((at) => ['mac', at] as const);
const PLACES: Readonly<Record<PayloadField['base'], readonly (readonly [own: OwnKind, at: number])[]>> = {
  link: [['mac', 0], ['mac', 48], ...[...NETWORK, ...ARP].map(([own, at]) => [own, at + 112] as const)],
  network: [...NETWORK, ...ARP],
  transport: [['ipv6', 64], ['ipv6', 192], ...QUOTED, ...OPTIONS],
};

/** What raw bits ask of addresses that they lie in; undefined where they are a part of one and of something else. */
function askedOfRaw({ base, offset, bits }: PayloadField, test: Test): readonly Mentioned[] | undefined {
  if (test.operand.kind === 'self') return [];
  const over = PLACES[base].filter(([own, at]) => offset < at + OWN_BITS[own] && at < offset + bits);
  const inside = over.filter(([own, at]) => offset >= at && offset + bits <= at + OWN_BITS[own]);
  if (test.operand.kind !== 'values' || inside.length < over.length) return over.length === 0 ? [] : undefined;
  const { ranges } = test.operand;
  return inside.map(([own, at]) => {
    const shift = BigInt(at + OWN_BITS[own] - offset - bits);
    const mask = (test.mask ?? (1n << BigInt(bits)) - 1n) << shift;
    return {
      own,
      mask,
      ranges: normalRanges(ranges.map(({ low, high }) => ({ low: low << shift, high: high << shift }))),
    };
  });
}

/** Raw bits may be part of an address, and nobody knows which. */
function readsRaw(match: Match): boolean {
  if (match.kind === 'test') return typeof match.field !== 'string' && askedOfRaw(match.field, match) === undefined;
  return match.kind === 'not' ? readsRaw(match.of) : match.kind !== 'always' && match.of.some(readsRaw);
}

function matchesOf({ guard, filters }: Profile): readonly Match[] {
  const of = (nodes: readonly PolicyNode[]): readonly Match[] =>
    nodes.flatMap((node) => (node.kind === 'rule' ? [node.match] : of(node.nodes)));
  return [...(guard ? [guard] : []), ...filters].flatMap((list) => [...of(list.in.nodes), ...of(list.out.nodes)]);
}

function mentionedIn(
  policy: Policy,
  asked: readonly Match[],
  blocks: Readonly<Record<'ipv4' | 'ipv6', readonly ValueRange[]>>,
): readonly Mentioned[] {
  const found = new Map<string, Mentioned>();
  const note = (own: OwnKind, ranges: readonly ValueRange[], mask?: bigint): void => {
    const full = (1n << BigInt(OWN_BITS[own])) - 1n;
    const one = { own, ranges, mask: mask ?? full };
    found.set(`${own} ${one.mask} ${rangesKey(ranges)}`, one);
  };
  const sets = new Map(policy.sets.map((set) => [set.id, set]));
  const walk = (match: Match): void => {
    if (match.kind === 'not') return walk(match.of);
    if (match.kind === 'all' || match.kind === 'any') return match.of.forEach(walk);
    if (match.kind === 'always') return undefined;
    if (typeof match.field !== 'string')
      return askedOfRaw(match.field, match)?.forEach((one) => note(one.own, one.ranges, one.mask));
    const own = kindOf(match.field);
    if (own === undefined || match.operand.kind === 'self') return undefined;
    if (match.operand.kind === 'values') return note(own, normalRanges(match.operand.ranges), match.mask);
    if (match.mask === undefined) return undefined;
    const set = sets.get(match.operand.set);
    return note(
      own,
      normalRanges([...(set?.ranges ?? []), ...(set?.contributed ?? []).flatMap((c) => c.ranges)]),
      match.mask,
    );
  };
  asked.forEach(walk);
  for (const { type, ranges, contributed } of policy.sets)
    if (type !== 'port') note(type, normalRanges([...ranges, ...contributed.flatMap((one) => one.ranges)]));
  for (const family of ['ipv4', 'ipv6'] as const) for (const block of blocks[family]) note(family, [block]);
  return [...found.values()];
}

/** Equal for ports that nothing tells from each other but their own addresses. */
function keyOf(port: Port, mentioned: readonly Mentioned[]): string {
  const marks: string[] = [port.network, port.profile];
  for (const own of ['mac', 'ipv4', 'ipv6'] as const) {
    const ranges = ownRanges(port, own);
    // Ports with several addresses, or ranges of them, compare as lists.
    marks.push(ranges.map(({ low, high }) => (low === high ? '1' : `${low}-${high}`)).join(','));
    for (const { low, high } of ranges) {
      if (low !== high) return port.ifname;
      for (const one of mentioned) {
        if (one.own !== own) continue;
        const value = low & one.mask;
        const at = one.ranges[lastFrom(one.ranges, value)];
        marks.push(at !== undefined && isAmong(value, [at]) ? 'i' : 'o');
      }
    }
  }
  return marks.join(' ');
}

function mapValues(
  match: Match,
  shorter: (ranges: readonly ValueRange[], own: OwnKind) => readonly ValueRange[],
): Match {
  switch (match.kind) {
    case 'always':
      return match;
    case 'all':
    case 'any':
      return { kind: match.kind, of: match.of.map((inner) => mapValues(inner, shorter)) };
    case 'not':
      return { kind: 'not', of: mapValues(match.of, shorter) };
    case 'test': {
      const own = typeof match.field === 'string' ? kindOf(match.field) : undefined;
      if (own === undefined || match.mask !== undefined || match.operand.kind !== 'values') return match;
      return { ...match, operand: { kind: 'values', ranges: shorter(match.operand.ranges, own) } };
    }
    default:
      return match satisfies never;
  }
}
