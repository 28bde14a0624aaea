/**
 * What a rule supposes about the packet, and the matches that nft puts in by itself. In: the protocol of each header that is read, in
 * order. Out: the steps before the read, and a refusal when headers exclude each other.
 * WHY: which field is asked depends on the family and the header, as `nft --debug=netlink` (1.0.6) shows. In bridge tables `ip` and `ip6`
 * ask `meta protocol`, which a frame with one VLAN tag satisfies; `arp`, `icmp`, `icmpv6`, `igmp` and extension headers ask the type field
 * of the Ethernet header, which such a frame does not.
 */
import type { Family } from '../types/family.ts';
import type { ExpressionObject } from '../types/expression.ts';
import { Refusal } from './error.ts';
import { readBits } from './atom.ts';
import type { Run, Step } from './run.ts';
import type { TableState } from './state.ts';

/** Numbers of the network protocols. */
export const L3 = { ip: 0x0800, arp: 0x0806, ip6: 0x86dd, vlan: 0x8100 } as const;

/** The state of one rule while it is being compiled. */
export interface Scope {
  readonly family: Family;
  /** The table as it is when the rule is added. */
  readonly table: TableState;
  readonly steps: Step[];
  readonly targets: string[];
  readonly sets: string[];
  readonly objects: string[];
  l3: number | undefined;
  l4: number | undefined;
  /** A VLAN tag was asked for: the network protocol is then that behind the tag. */
  hasVlan: boolean;
  hasLink: boolean;
  icmpType: number | undefined;
  /** First and last type of ICMP that a match of a range left over. */
  icmpTypes: readonly [number, number] | undefined;
}

const FAMILY_L3: Readonly<Partial<Record<Family, number>>> = { ip: L3.ip, ip6: L3.ip6, arp: L3.arp };

/** The scope at the start of a rule. */
export function startScope(table: TableState): Scope {
  const { family } = table;
  const hasLink = family === 'bridge' || family === 'netdev';
  return {
    family,
    table,
    steps: [],
    targets: [],
    sets: [],
    objects: [],
    l3: FAMILY_L3[family],
    l4: undefined,
    hasVlan: false,
    hasLink,
    icmpType: undefined,
    icmpTypes: undefined,
  };
}

/** The number nftables gives the family of a packet. */
export function nfprotoOf(run: Run): number {
  return run.family === 'ip'
    ? 2
    : run.family === 'ip6'
      ? 10
      : run.family === 'bridge'
        ? 7
        : run.family === 'arp'
          ? 3
          : 5;
}

const linkType =
  (value: number, offset: number): Step =>
  ({ layers }) =>
    layers.hasLink && readBits(layers.bytes, offset, 16) === value ? 'next' : 'break';

const metaProtocol =
  (value: number): Step =>
  ({ layers }) =>
    layers.protocol === value ? 'next' : 'break';

function conflict(what: string): never {
  throw new Refusal('conflicting-protocols', `the rule already reads something that excludes ${what}`);
}

/** The rule reads the Ethernet header. */
export function needLink(scope: Scope): void {
  if (scope.hasLink) return;
  if (scope.family === 'arp') return;
  scope.hasLink = true;
  scope.steps.push(({ layers }) => (layers.hasLink ? 'next' : 'break'));
}

/** The rule reads the VLAN tag. */
export function needVlan(scope: Scope): void {
  if (scope.hasVlan) return;
  const isPreset = FAMILY_L3[scope.family] !== undefined;
  if (scope.l3 !== undefined && !isPreset) conflict('`vlan`');
  needLink(scope);
  scope.hasVlan = true;
  scope.steps.push(linkType(L3.vlan, 96));
}

/** The rule reads a network header. `how` tells what a bridge asks when nothing was said before. */
export function needNetwork(scope: Scope, l3: number, how: 'meta' | 'link'): void {
  if (scope.l3 === l3) return;
  const isOpen = scope.l3 === undefined;
  // WHY: ICMP of the other family is taken in ip and ip6 tables; only its own dependency on the transport protocol is added.
  if (!isOpen && how === 'link' && FAMILY_L3[scope.family] !== undefined && l3 !== L3.arp) return;
  if (!isOpen || (l3 === L3.arp && scope.family === 'inet')) conflict(`the network protocol ${l3}`);
  scope.l3 = l3;
  if (scope.hasVlan) scope.steps.push(linkType(l3, 128));
  else if (scope.family === 'inet')
    scope.steps.push((run) => (nfprotoOf(run) === (l3 === L3.ip ? 2 : 10) ? 'next' : 'break'));
  else scope.steps.push(how === 'meta' ? metaProtocol(l3) : linkType(l3, 96));
}

/** The rule reads the header of a transport protocol. */
export function needTransport(scope: Scope, l4: number): void {
  const isOnIp = scope.l3 === undefined || scope.l3 === L3.ip || scope.l3 === L3.ip6;
  if (!isOnIp || (scope.l4 !== undefined && scope.l4 !== l4)) conflict(`the transport protocol ${l4}`);
  if (scope.l4 === l4) return;
  scope.l4 = l4;
  scope.steps.push(({ layers }) => (layers.l4proto === l4 ? 'next' : 'break'));
}

/** Type numbers that ICMP fields belong to; the first of them are what nft asks for when the rule named no type. */
interface IcmpField {
  readonly asked: readonly number[];
  readonly allowed: readonly number[];
}

const icmp = (asked: readonly number[], more: readonly number[] = []): IcmpField => ({
  asked,
  allowed: [...asked, ...more],
});
const echo = icmp([0, 8], [13, 14, 15, 16, 17, 18]);
const echo6 = icmp([128, 129]);

const ICMP_FIELDS: Readonly<Record<string, IcmpField>> = {
  'icmp id': echo,
  'icmp sequence': echo,
  'icmp gateway': icmp([5]),
  'icmp mtu': icmp([3]),
  'icmpv6 id': echo6,
  'icmpv6 sequence': echo6,
  'icmpv6 mtu': icmp([2]),
  'icmpv6 parameter-problem': icmp([4]),
  'icmpv6 max-delay': icmp([130]),
  'icmpv6 daddr': icmp([137]),
  // WHY: what nft asks for by itself differs here from release to release; the rule has to name the types.
  'icmpv6 taddr': icmp([], [130, 131, 132, 135, 136, 137]),
};

/** The rule reads a field that only some types of ICMP have. */
export function needIcmpType(scope: Scope, field: string): void {
  const info = ICMP_FIELDS[field];
  if (info === undefined) return;
  if (scope.icmpType !== undefined) {
    if (!info.allowed.includes(scope.icmpType)) conflict(`\`${field}\` (type ${scope.icmpType} has none)`);
    return;
  }
  if (info.asked.length === 0) {
    const [low, high] = scope.icmpTypes ?? [0, 255];
    const isOver = Array.from({ length: high - low + 1 }, (_, at) => low + at).every((type) =>
      info.allowed.includes(type),
    );
    // WHY: what nft asks for by itself holds for every type that is left.
    if (isOver) return;
    throw new Refusal('unsupported', `\`${field}\` needs a match of its types before it`);
  }
  if (info.asked.length === 1) scope.icmpType = info.asked[0];
  scope.steps.push(({ layers }) => {
    const type = layers.shortTransport === undefined ? undefined : layers.bytes[layers.shortTransport];
    return type !== undefined && info.asked.includes(type) ? 'next' : 'break';
  });
}

/** Learns from a match of a field with one value: later reads need not ask again. */
export function learn(scope: Scope, left: ExpressionObject, value: number): void {
  const isLayer2 = scope.family === 'bridge' || scope.family === 'netdev';
  if ('meta' in left) {
    if (left.meta.key === 'l4proto') scope.l4 = value;
    else if (left.meta.key === 'protocol' && isLayer2) scope.l3 = value;
    else if (left.meta.key === 'nfproto') setNetwork(scope, value === 2 ? L3.ip : L3.ip6);
  } else if ('payload' in left && 'protocol' in left.payload) {
    const field = `${left.payload.protocol} ${left.payload.field}`;
    if (field === 'ether type') {
      if (VLAN_TAGS.has(value)) scope.hasVlan = true;
      else setNetwork(scope, value);
    } else if (field === 'vlan type') setNetwork(scope, value);
    else if (field === 'ip protocol' || field === 'ip6 nexthdr') setTransport(scope, value);
    else if (field === 'icmp type' || field === 'icmpv6 type') scope.icmpType = value;
  }
}

/** Learns from a match of a field with a range. */
export function learnRange(scope: Scope, left: ExpressionObject, low: number, high: number): void {
  if (!('payload' in left) || !('protocol' in left.payload)) return;
  const { protocol, field } = left.payload;
  if (field === 'type' && (protocol === 'icmp' || protocol === 'icmpv6')) scope.icmpTypes = [low, high];
}

/** WHY: nft has the same header behind both kinds of tags (its table of protocols). */
const VLAN_TAGS: ReadonlySet<number> = new Set([L3.vlan, 0x88a8]);
const KNOWN_NETWORKS: ReadonlySet<number> = new Set([...Object.values(L3), 0x88a8]);

function setNetwork(scope: Scope, l3: number): void {
  if (FAMILY_L3[scope.family] === undefined && KNOWN_NETWORKS.has(l3)) scope.l3 = l3;
}

/** WHY: in a header, only protocols that nft knows count; a match of another number leaves the question open, unlike one of `meta`. */
const KNOWN_TRANSPORTS: ReadonlySet<number> = new Set([1, 2, 6, 17, 33, 47, 50, 51, 58, 108, 132, 136]);

function setTransport(scope: Scope, l4: number): void {
  if (KNOWN_TRANSPORTS.has(l4)) scope.l4 = l4;
}
