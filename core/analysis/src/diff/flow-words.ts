/**
 * A box of packets in words: `tcp from office to web1 port 443`. In: a box and the names. Out: its parts in the order in which
 * rules are written; what is left out may be anything.
 */
import { FIELDS, PROTOCOLS, formatMac } from '@weir/compiler';
import type { NamedSet, Policy, ValueRange } from '@weir/compiler';
import type { Ranks } from '../engine/diagrams.ts';
import { FIELD_PLACES, HEADER_KINDS, UPPER_PROTOCOLS } from '../policy/field-place.ts';
import { typesOfKind } from '../space/headers.ts';
import { normalRanges, otherRanges, rangesKey } from '../space/ranges.ts';
import type { Space } from '../space/space.ts';
import { NO_PROTOCOL } from '../space/strip.ts';
import type { Piece } from '../space/strip.ts';
import type { AddressFamily, AddressNames } from './address-names.ts';
import { listWords } from './address-names.ts';
import type { FlowBox } from './flow-boxes.ts';

/** A flow in parts; what is absent may be anything. */
export interface FlowWords {
  /** `ipv4`, `ipv6`, `arp`, … */
  readonly frames?: string;
  readonly protocol?: string;
  readonly from?: string;
  readonly fromPort?: string;
  readonly to?: string;
  readonly port?: string;
  readonly type?: string;
  readonly code?: string;
  readonly state?: string;
  /** Further conditions, as in a `where`. */
  readonly where: readonly string[];
}

/** What words are made with. */
export interface Vocabulary {
  readonly addresses: AddressNames;
  /** Both policies, the newer one first. */
  readonly policies: readonly Pick<Policy, 'sets'>[];
}

/** One line. */
export function flowText(words: FlowWords): string {
  const { frames, protocol, from, fromPort, to, port, type, code, state, where } = words;
  const parts = [
    ...(frames === undefined || protocol !== undefined ? [] : [frames]),
    ...(protocol === undefined ? [] : [frames === undefined ? protocol : `${protocol} over ${frames}`]),
    ...(from === undefined ? [] : [`from ${from}`]),
    ...(fromPort === undefined ? [] : [from === undefined ? `from port ${fromPort}` : `port ${fromPort}`]),
    ...(to === undefined ? [] : [`to ${to}`]),
    ...(port === undefined ? [] : [`port ${port}`]),
    ...(type === undefined ? [] : [`type ${type}`]),
    ...(code === undefined ? [] : [`code ${code}`]),
    ...(state === undefined ? [] : [`state ${state}`]),
    ...(where.length === 0 ? [] : [`where ${where.join(' and ')}`]),
  ];
  return parts.length === 0 ? 'anything' : parts.join(' ');
}

/** The words of a box. */
export function boxWords(space: Space, box: FlowBox, vocabulary: Vocabulary): FlowWords {
  const parts: Parts = { where: [] };
  const protocols = protocolsOf(space, box);
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind === 'fact') {
      factWords(subject.fact, ranks, parts, vocabulary);
      continue;
    }
    if (subject === undefined) continue;
    const values = normalRanges(ranks.map(({ low, high }) => space.valuesAt(level, low, high)));
    bitsWords(subject.piece, values, protocols, parts, vocabulary);
  }
  return parts;
}

type Parts = { -readonly [K in Exclude<keyof FlowWords, 'where'>]?: string } & { readonly where: string[] };

function protocolsOf(space: Space, box: FlowBox): readonly number[] | undefined {
  for (const [level, ranks] of box) {
    const subject = space.subjects[level];
    if (subject?.kind !== 'bits' || subject.piece.strip !== 'protocol') continue;
    const values = ranks.map(({ low, high }) => space.valuesAt(level, low, high));
    const count = values.reduce((sum, { low, high }) => sum + Number(high - low) + 1, 0);
    if (count > 16) return undefined;
    return values.flatMap(({ low, high }) =>
      Array.from({ length: Number(high - low) + 1 }, (_, at) => Number(low) + at),
    );
  }
  return undefined;
}

const PROTOCOL_NAMES = new Map(Object.entries(PROTOCOLS).map(([name, number]) => [Number(number), name]));
const STATE_NAMES: readonly (readonly [bigint, string])[] = [
  [8n, 'new'],
  [2n, 'established'],
  [4n, 'related'],
  [1n, 'invalid'],
  [64n, 'untracked'],
];
const FRAMES = (['ip4', 'ip6', 'arp', 'tag', 'other'] as const).map((kind) => ({
  kind,
  ranges: typesOfKind(kind),
  word: { ip4: 'ipv4', ip6: 'ipv6', arp: 'arp', tag: 'vlan', other: 'other' }[kind],
}));

function bitsWords(
  piece: Piece,
  values: readonly ValueRange[],
  protocols: readonly number[] | undefined,
  parts: Parts,
  { addresses }: Vocabulary,
): void {
  const { strip, offset, bits } = piece;
  const is = (wanted: Piece['strip'], at: number, width: number): boolean =>
    strip === wanted && offset === at && bits === width;
  const address = (family: AddressFamily): string => addresses.of(family, values);
  if (is('link', 96, 16)) setUnless(parts, 'frames', frameWords(values));
  else if (strip === 'protocol') setUnless(parts, 'protocol', protocolWords(values));
  else if (is('ip4', 96, 32)) parts.from = address('ipv4');
  else if (is('ip4', 128, 32)) parts.to = address('ipv4');
  else if (is('ip6', 64, 128)) parts.from = address('ipv6');
  else if (is('ip6', 192, 128)) parts.to = address('ipv6');
  else if (is('upper', 0, 16) && havePorts(protocols)) parts.fromPort = numberWords(values, 16);
  else if (is('upper', 16, 16) && havePorts(protocols)) parts.port = numberWords(values, 16);
  else if (is('icmp', 0, 8)) parts.type = namedWords(values, protocols?.[0] === 58 ? 'icmpv6.type' : 'icmp.type');
  else if (is('icmp', 8, 8)) parts.code = namedWords(values, protocols?.[0] === 58 ? 'icmpv6.code' : 'icmp.code');
  else if (strip === 'state') parts.state = stateWords(values);
  else if (strip === 'transport') transportWords(values, parts);
  else if (strip === 'length' && values[0]?.high === 0xffff_ffffn) return;
  else parts.where.push(`${fieldAt(piece, protocols)} ${comparison(piece, protocols, values)}`);
}

/** Where the upper layer starts in the packet; that it does is said by whatever asks about it. */
function transportWords(values: readonly ValueRange[], parts: Parts): void {
  const [first, ...more] = values;
  if (first === undefined || more.length > 0) return;
  if (first.low === 0n && first.high === 0n) parts.where.push('no upper layer');
}

function setUnless(parts: Parts, key: 'frames' | 'protocol', word: string | undefined): void {
  if (word !== undefined) parts[key] = word;
}

const PORT_PROTOCOLS: readonly number[] = [6, 17, 33, 132, 136];
const havePorts = (protocols: readonly number[] | undefined): boolean =>
  protocols?.every((protocol) => PORT_PROTOCOLS.includes(protocol)) === true;

/** Undefined for both families of IP together: a protocol says as much. */
function frameWords(values: readonly ValueRange[]): string | undefined {
  const key = rangesKey(values);
  const of = (kinds: readonly string[]): string =>
    rangesKey(normalRanges(FRAMES.filter(({ kind }) => kinds.includes(kind)).flatMap(({ ranges }) => ranges)));
  if (key === of(['ip4', 'ip6'])) return 'ip';
  const single = FRAMES.filter(({ ranges }) =>
    ranges.every(({ low, high }) => values.some((one) => one.low <= low && high <= one.high)),
  );
  if (key === of(single.map(({ kind }) => kind)) && single.length > 0)
    return listWords(single.map(({ word }) => (word === 'other' ? 'other frames' : word)));
  return `frames of type ${namedWords(values, 'ether.type')}`;
}

function protocolWords(values: readonly ValueRange[]): string | undefined {
  const isAbsentToo = values.some(({ high }) => high >= BigInt(NO_PROTOCOL));
  const known = values.flatMap(({ low, high }): readonly ValueRange[] => {
    const most = BigInt(NO_PROTOCOL) - 1n;
    return low > most ? [] : [{ low, high: high > most ? most : high }];
  });
  const others = otherRanges(normalRanges(known), 8);
  if (known.length === 0) return 'no protocol';
  if (others.length === 0) return isAbsentToo ? undefined : 'any protocol';
  const words = (ranges: readonly ValueRange[]): string =>
    listWords(
      ranges.flatMap(({ low, high }) =>
        high - low < 4n
          ? Array.from(
              { length: Number(high - low) + 1 },
              (_, at) => PROTOCOL_NAMES.get(Number(low) + at) ?? `${Number(low) + at}`,
            )
          : [`${low}-${high}`],
      ),
    );
  return others.length < known.length || isAbsentToo ? `not ${words(others)}` : words(known);
}

function stateWords(values: readonly ValueRange[]): string {
  const names = STATE_NAMES.filter(([bit]) => values.some(({ low, high }) => low <= bit && bit <= high)).map(
    ([, name]) => name,
  );
  return listWords(names);
}

function numberWords(values: readonly ValueRange[], bits: number): string {
  const others = otherRanges(values, bits);
  const isMost = others.length > 0 && others.length < values.length;
  const text = listWords(
    (isMost ? others : values).map(({ low, high }) => (low === high ? `${low}` : `${low}-${high}`)),
  );
  return isMost ? `not ${text}` : text;
}

/** Numbers of a field by their names where there are few. */
function namedWords(values: readonly ValueRange[], field: string): string {
  const type = FIELDS.get(field)?.type;
  if (type?.kind === 'mac')
    return listWords(
      values.map(({ low, high }) => (low === high ? formatMac(low) : `${formatMac(low)}-${formatMac(high)}`)),
    );
  const names = new Map(
    Object.entries((type?.kind === 'number' ? type.names : undefined) ?? {}).map(([name, number]) => [
      BigInt(number),
      name,
    ]),
  );
  return listWords(
    values.flatMap(({ low, high }) =>
      high - low < 4n
        ? Array.from(
            { length: Number(high - low) + 1 },
            (_, at) => names.get(low + BigInt(at)) ?? `${low + BigInt(at)}`,
          )
        : [`${low}-${high}`],
    ),
  );
}

/** The field that stands there, or the bits themselves. */
function fieldAt({ strip, offset, bits }: Piece, protocols: readonly number[] | undefined): string {
  for (const [header, fields] of Object.entries(FIELD_PLACES)) {
    const protocol: number | undefined = UPPER_PROTOCOLS[header as keyof typeof UPPER_PROTOCOLS];
    const own =
      protocol === undefined
        ? header === 'frame'
          ? 'link'
          : HEADER_KINDS[header as keyof typeof HEADER_KINDS]
        : protocol === 1 || protocol === 58
          ? 'icmp'
          : 'upper';
    if (own !== strip || (protocol !== undefined && protocols?.includes(protocol) !== true)) continue;
    const found = Object.entries(fields).find(([, place]) => place[0] === offset && place[1] === bits);
    if (found !== undefined) return found[0];
  }
  const numbers: Readonly<Partial<Record<Piece['strip'], string>>> = {
    fragment: 'ip6.fragment',
    'hop-by-hop': 'ip6.hop-by-hop',
    routing: 'ip6.routing',
    'destination-options': 'ip6.destination-options',
    'routing-type': 'ip6.routing-type',
    direction: 'connection.direction',
    'connection-mark': 'connection.mark',
    mark: 'packet.mark',
    'packet-type': 'packet.type',
    length: 'bytes behind the link header',
  };
  return numbers[strip] ?? `${strip} bits ${offset} to ${offset + bits - 1}`;
}

function comparison(piece: Piece, protocols: readonly number[] | undefined, values: readonly ValueRange[]): string {
  const field = fieldAt(piece, protocols);
  const text = namedWords(values, field);
  const [first] = values;
  return values.length === 1 && first?.low === first?.high ? `== ${text}` : `in ${text}`;
}

function factWords(
  fact: Extract<Space['subjects'][number], { kind: 'fact' }>['fact'],
  ranks: readonly Ranks[],
  parts: Parts,
  { policies }: Vocabulary,
): void {
  const holds = ranks.some(({ high }) => high === 1);
  const said = (words: string): string => (holds ? words : `not ${words}`);
  if (fact.own !== undefined) {
    const key = endOf(fact.own.piece);
    const word = fact.own.own === 'mac' ? 'self.mac' : 'self.addresses';
    if (key !== undefined && parts[key] === undefined) parts[key] = said(fact.own.own === 'mac' ? word : 'self');
    else parts.where.push(`${fieldAt(fact.own.piece, undefined)} ${holds ? '==' : '!='} ${word}`);
    return;
  }
  const piece = pieceOfKey(fact.key);
  const set = piece && policies.flatMap(({ sets }) => sets).find((one) => isListOf(fact, one));
  if (piece !== undefined && set !== undefined) {
    const key = endOf(piece);
    if (key !== undefined && parts[key] === undefined) parts[key] = said(set.label);
    else parts.where.push(`${fieldAt(piece, undefined)} ${holds ? 'in' : 'not in'} ${set.label}`);
    return;
  }
  // That a limit holds is said by the limit of the rule that decides.
  if (fact.kind !== 'oracle') parts.where.push(said(`(${fact.label})`));
  else if (!holds) parts.where.push('a limit does not let its rule match');
}

function endOf({ strip, offset }: Piece): 'from' | 'to' | undefined {
  if ((strip === 'ip4' && offset === 96) || (strip === 'ip6' && offset === 64)) return 'from';
  return (strip === 'ip4' && offset === 128) || (strip === 'ip6' && offset === 192) ? 'to' : undefined;
}

function pieceOfKey(key: string): Piece | undefined {
  const [, strip, offset, bits] = /^member ([a-z0-9-]+):(\d+)\+(\d+) & /.exec(key) ?? [];
  return strip === undefined
    ? undefined
    : { strip: strip as Piece['strip'], offset: Number(offset), bits: Number(bits) };
}

/** A long list is a set's when it has as many ranges and every end of them. */
function isListOf(fact: { readonly label: string; readonly holds?: unknown }, set: NamedSet): boolean {
  const holds = fact.holds as ((about: { port: unknown; value: () => bigint }) => boolean) | undefined;
  const ranges = normalRanges([...set.ranges, ...set.contributed.flatMap((one) => one.ranges)]);
  return (
    holds !== undefined &&
    fact.label.endsWith(` of ${ranges.length} ranges`) &&
    ranges.every(
      ({ low, high }) => holds({ port: undefined, value: () => low }) && holds({ port: undefined, value: () => high }),
    )
  );
}
