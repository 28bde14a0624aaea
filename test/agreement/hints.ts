// Values at which a policy changes its mind: the constants of its tests and their neighbours. In: a policy's rules. Out: for each rule the fields that
// it tests, with the values worth trying; and bits written into frames. Guarantees: pure; frames given are not changed.
import type {
  DecisionList,
  Match,
  PayloadField,
  Policy,
  PolicyNode,
  PolicyRule,
  Port,
  Test,
  ValueRange,
} from '@weir/compiler';
import { FIELDS } from '@weir/compiler';
import { PLACES, type Place, readFrame } from '@weir/semantics';

/** A field and values worth trying in it. */
export interface Hint {
  readonly field: string | PayloadField;
  readonly bits: number;
  readonly values: readonly bigint[];
}

/** The rules of a list, blocks included. */
export const rulesOf = (list: DecisionList): readonly PolicyRule[] => {
  const flat = (nodes: readonly PolicyNode[]): readonly PolicyRule[] =>
    nodes.flatMap((node) => (node.kind === 'rule' ? [node] : flat(node.nodes)));
  return flat(list.nodes);
};

/** What a rule's tests are about. */
export function hintsOf(match: Match, policy: Policy, port: Port): readonly Hint[] {
  switch (match.kind) {
    case 'always':
      return [];
    case 'test':
      return [hintOf(match, policy, port)];
    case 'not':
      return hintsOf(match.of, policy, port);
    case 'all':
    case 'any':
      return match.of.flatMap((one) => hintsOf(one, policy, port));
    default:
      return match satisfies never;
  }
}

function hintOf(test: Test, policy: Policy, port: Port): Hint {
  const bits = widthOf(test.field);
  const max = (1n << BigInt(bits)) - 1n;
  const near = rangesOf(test, policy, port).flatMap(({ low, high }) => [
    low - 1n,
    low,
    low,
    (low + high) / 2n,
    high,
    high,
    high + 1n,
  ]);
  const masked = test.mask === undefined ? [] : near.map((value) => value | (max & ~(test.mask ?? 0n)));
  return { field: test.field, bits, values: [...near, ...masked].filter((value) => value >= 0n && value <= max) };
}

function rangesOf({ operand }: Test, policy: Policy, port: Port): readonly ValueRange[] {
  switch (operand.kind) {
    case 'values':
      return operand.ranges;
    case 'named': {
      const set = policy.sets.find(({ id }) => id === operand.set);
      return [...(set?.ranges ?? []), ...(set?.contributed.flatMap(({ ranges }) => ranges) ?? [])];
    }
    case 'self':
      if (operand.fact === 'ifname') return [];
      return operand.fact === 'mac' ? [{ low: port.mac, high: port.mac }] : port[operand.fact];
    default:
      return operand satisfies never;
  }
}

function widthOf(field: string | PayloadField): number {
  if (typeof field !== 'string') return field.bits;
  const place = PLACES.get(field);
  if (place !== undefined) return place.bits;
  const type = FIELDS.get(field)?.type;
  return type?.kind === 'number' ? type.bits : 1;
}

/** Protocols and fragments have no place of their own; this is where a header without extensions has them. */
const WRITTEN: ReadonlyMap<string, Place> = new Map<string, Place>([
  ['ip.protocol', { base: 'network', offset: 72, bits: 8 }],
  ['ip6.protocol', { base: 'network', offset: 48, bits: 8 }],
  ['icmpv6.link-address', { base: 'transport', offset: 208, bits: 48 }],
]);

/** The frame with a field set, where it has room for it. */
export function withField(frame: Uint8Array, { field }: Hint, value: bigint): Uint8Array {
  const { ip } = readFrame(frame);
  const byFamily = field === 'packet.protocol' ? (ip?.family === 'ipv6' ? 'ip6.protocol' : 'ip.protocol') : field;
  const place = typeof byFamily === 'string' ? (PLACES.get(byFamily) ?? WRITTEN.get(byFamily)) : byFamily;
  if (place === undefined) return frame;
  const start = place.base === 'link' ? 0 : place.base === 'network' ? 14 : ip?.transport;
  return start === undefined ? frame : withBits(frame, start * 8 + place.offset, place.bits, value);
}

function withBits(frame: Uint8Array, offset: number, bits: number, value: bigint): Uint8Array {
  if (Math.ceil((offset + bits) / 8) > frame.length) return frame;
  const out = frame.slice();
  for (let bit = 0; bit < bits; bit++) {
    const at = offset + bits - 1 - bit;
    const mask = 0x80 >> (at % 8);
    const byte = out[at >> 3] ?? 0;
    out[at >> 3] = (value >> BigInt(bit)) & 1n ? byte | mask : byte & ~mask;
  }
  return out;
}
