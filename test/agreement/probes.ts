// Probe frames for one port and direction: for each of its rules some that hit it and some that just miss it, then odd ones. In: a policy, a port,
// a source of chance. Out: distinct frames that a bridge forwards. Guarantees: the same seed gives the same frames.
import type { Direction, Policy, PolicyRule, Port } from '@weir/compiler';
import { FIELDS } from '@weir/compiler';
import { type Frame, hasHeader, matches, readFrame } from '@weir/semantics';
import { hex } from '../kernel/frames.ts';
import { baseFrames, type Ends } from './base-frames.ts';
import { IPV4, IPV6, MACS } from './generate-condition.ts';
import { type Hint, hintsOf, rulesOf, withField } from './hints.ts';

/** Chance with a seed (mulberry32): numbers in [0, 1). */
export function chance(seed: number): Chance {
  let state = seed >>> 0;
  return () => {
    state = (state + 0x6d2b79f5) >>> 0;
    let mixed = Math.imul(state ^ (state >>> 15), state | 1);
    mixed ^= mixed + Math.imul(mixed ^ (mixed >>> 7), mixed | 61);
    return ((mixed ^ (mixed >>> 14)) >>> 0) / 2 ** 32;
  };
}

/** Numbers in [0, 1). */
export type Chance = () => number;

/** One of the values. Throws when there is none. */
export const pick = <T>(values: readonly T[], random: Chance): T => {
  const value = values[Math.floor(random() * values.length)];
  if (value === undefined) throw new Error('nothing to pick from');
  return value;
};

/** The values in another order. */
export function shuffled<T>(values: readonly T[], random: Chance): readonly T[] {
  return values
    .map((value) => ({ value, at: random() }))
    .toSorted((a, b) => a.at - b.at)
    .map(({ value }) => value);
}

const macText = (mac: bigint): string => (mac.toString(16).padStart(12, '0').match(/../g) ?? []).join(':');

const v4Text = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
const v6Text = (value: bigint): string =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 0xffffn).toString(16)).join(':');

/** Ends of which the port's own are mostly its own. */
function endsOf(port: Port, direction: Direction, random: Chance): Ends {
  const isHonest = random() < 0.8;
  const own4 = port.ipv4.map(({ low }) => v4Text(low));
  const own6 = port.ipv6.map(({ low }) => v6Text(low));
  const self4 = isHonest && own4.length > 0 ? pick(own4, random) : pick(IPV4, random);
  const self6 = isHonest && own6.length > 0 ? pick(own6, random) : pick(IPV6, random);
  const selfMac = isHonest ? macText(port.mac) : pick(MACS, random);
  const other = { mac: pick(MACS, random), v4: pick(IPV4, random), v6: pick(IPV6, random) };
  return direction === 'out'
    ? { srcMac: selfMac, dstMac: other.mac, src4: self4, dst4: other.v4, src6: self6, dst6: other.v6 }
    : { srcMac: other.mac, dstMac: selfMac, src4: other.v4, dst4: self4, src6: other.v6, dst6: self6 };
}

/** WHY: a bridge takes no frame from a group's or no address, keeps the other link-local groups of 802.1D, and cannot untag a cut-off tag. */
function isForwarded(frame: Uint8Array): boolean {
  if (frame.length < 14 || frame.length > 1514) return false;
  const source = frame.slice(6, 12);
  if (((source[0] ?? 0) & 1) === 1 || source.every((byte) => byte === 0)) return false;
  if (hex(frame.slice(0, 5)) === '0180c20000' && (frame[5] ?? 0) > 0 && (frame[5] ?? 0) < 0x10) return false;
  return hasWholeTags(frame, 12);
}

function hasWholeTags(frame: Uint8Array, at: number): boolean {
  const type = ((frame[at] ?? 0) << 8) | (frame[at + 1] ?? 0);
  if (type !== 0x8100 && type !== 0x88a8) return true;
  return frame.length >= at + 8 && hasWholeTags(frame, at + 4);
}

/** What a probe is made for. */
export interface ProbeSpec {
  readonly policy: Policy;
  readonly port: Port;
  readonly direction: Direction;
  readonly seed: number;
  /** About as many frames. */
  readonly count: number;
  /** How many pairs of ends the frames are between; 6 unless given. */
  readonly ends?: number;
}

/** Probe frames, distinct. */
export function probes({ policy, port, direction, seed, count, ends = 6 }: ProbeSpec): readonly Uint8Array[] {
  const random = chance(seed);
  const profile = policy.profiles.find(({ name }) => name === port.profile);
  const lists = [...(profile?.guard === undefined ? [] : [profile.guard]), ...(profile?.filters ?? [])].map(
    (one) => one[direction],
  );
  const rules = lists.flatMap(rulesOf);
  const pool = Array.from({ length: ends }, () => baseFrames(endsOf(port, direction, random))).flat();
  const frames = pool.map((bytes) => readFrame(bytes));
  const found = new Map<string, Uint8Array>();
  const add = (frame: Uint8Array): void => {
    if (isForwarded(frame)) found.set(hex(frame), frame);
  };
  const budget = Math.floor((count * 0.7) / Math.max(1, rules.length));
  for (const rule of rules) {
    const near = withHeaders(frames, hintsOf(rule.match, policy, port));
    const base = (): Uint8Array =>
      near.length > 0 && random() < 0.7 ? pick(pick(near, random), random) : pick(pool, random);
    for (const frame of aimed(rule, { policy, port, random, base, count: budget })) add(frame);
  }
  const everything = rules.flatMap((rule) => hintsOf(rule.match, policy, port));
  for (let tries = 0; found.size < count && tries < count * 4; tries++) {
    const frame = mutated(pick(pool, random), everything, random, 0.15);
    add(random() < 0.2 ? frame.slice(0, 14 + Math.floor(random() * (frame.length - 14))) : frame);
  }
  return [...found.values()];
}

/** By family, the frames that have the header of some tested field. */
function withHeaders(frames: readonly Frame[], hints: readonly Hint[]): readonly (readonly Uint8Array[])[] {
  const headers = hints.flatMap(({ field }) => (typeof field === 'string' ? (FIELDS.get(field)?.header ?? []) : []));
  const near = frames.filter((frame) => headers.some((header) => hasHeader(frame, header)));
  return ([undefined, 'ipv4', 'ipv6'] as const)
    .map((family) => near.filter(({ ip }) => ip?.family === family).map(({ bytes }) => bytes))
    .filter((group) => group.length > 0);
}

interface Aim {
  readonly policy: Policy;
  readonly port: Port;
  readonly random: Chance;
  readonly base: () => Uint8Array;
  readonly count: number;
}

/** Frames of which about half hit the rule. */
function aimed(rule: PolicyRule, { policy, port, random, base, count }: Aim): readonly Uint8Array[] {
  const hints = hintsOf(rule.match, policy, port);
  const hits: Uint8Array[] = [];
  const misses: Uint8Array[] = [];
  for (let tries = 0; tries < count * 12 && hits.length + Math.min(misses.length, count / 2) < count; tries++) {
    const frame = mutated(base(), hints, random, 0.7);
    if (matches(rule.match, { policy, port, frame: readFrame(frame) })) hits.push(frame);
    else if (misses.length < count / 2) misses.push(frame);
  }
  return [...hits, ...misses];
}

/** The frame with some of the fields set, each with the given likelihood; link fields first, as they move all others. */
function mutated(frame: Uint8Array, hints: readonly Hint[], random: Chance, likelihood: number): Uint8Array {
  return hints
    .filter(
      ({ field, values }) => values.length > 0 && random() < (field === 'ether.type' ? likelihood / 8 : likelihood),
    )
    .reduce((changed, hint) => withField(changed, hint, pick(hint.values, random)), frame);
}
