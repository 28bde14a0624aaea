// The difference of two policies against the reference interpreter: on generated sites and edited copies of them, a frame lies inside
// the difference exactly when the interpreter gives it another fate, and every witness shows what is told.
import { compareWays, diffPolicies, isEmptyDiff, pointOf, waySet, waysOf } from '@weir/analysis';
import type { ChangeKind, PolicyEnv, WayComparison } from '@weir/analysis';
import { findTarget } from '@weir/compiler';
import type { Policy, Port } from '@weir/compiler';
import { decide, readFrame } from '@weir/semantics';
import type { ConnectionState, Decision } from '@weir/semantics';
import { expect, test } from 'vitest';
import { probes } from '../agreement/probes.ts';
import { shippedRegistry } from '../compile/compile-case.ts';
import { editedSite } from './edited-site.ts';
import type { EditedSite } from './edited-site.ts';
import { factsOf } from './facts.ts';

const SITES = Number(process.env['WEIR_DIFF_SITES'] ?? 3);
const SEED = Number(process.env['WEIR_DIFF_SEED'] ?? 1);
const PORTS = 3;
const FRAMES = 30;
const STATES: readonly ConnectionState[] = ['new', 'established', 'invalid', 'untracked'];
const TIMEOUT = 120_000;
const { attachments } = shippedRegistry();
const SEEDS = Array.from({ length: SITES }, (_, index) => SEED + index);
const sites = new Map<number, EditedSite | undefined>();

function siteOf(seed: number): EditedSite | undefined {
  if (!sites.has(seed)) sites.set(seed, editedSite(seed, PORTS));
  return sites.get(seed);
}

function envOf(policy: Policy): PolicyEnv {
  const target = findTarget('debian-12');
  if (target === undefined) throw new Error('no target');
  return { policy, target, attachments };
}

/** Limits hold, as the point of a frame says too. */
const ask = (
  policy: Policy,
  port: Port,
  direction: 'in' | 'out',
  bytes: Uint8Array,
  state: ConnectionState,
): Decision => decide(policy, port, direction, readFrame(bytes), state, { oracle: () => true });

/** What the interpreter says changed; logs, marks and counters included. */
function changeOf(was: Decision, is: Decision): ChangeKind | undefined {
  const [accepted, accepts] = [was, is].map(({ verdict }) => verdict === 'accept');
  if (accepted !== accepts) return accepts ? 'allowed' : 'refused';
  return was.verdict === is.verdict && was.rejectWith === is.rejectWith ? undefined : 'changed';
}

function portIn(policy: Policy, ifname: string): Port {
  const port = policy.ports.find((one) => one.ifname === ifname);
  if (port === undefined) throw new Error(`no port ${ifname}`);
  return port;
}

test.each(SEEDS)(
  'a frame is in the difference exactly when its fate changes (seed %i)',
  (seed) => {
    const edited = siteOf(seed);
    if (edited === undefined) return;
    const { before, after } = edited;
    const [old, now] = [waysOf(envOf(before)), waysOf(envOf(after))];
    let looked = 0;
    for (const port of after.ports) {
      const was = portIn(before, port.ifname);
      for (const direction of ['in', 'out'] as const) {
        const ways = [old, now].map((list, at) =>
          list.find((way) => way.profile.name === (at === 0 ? was : port).profile && way.direction === direction),
        );
        const [first, second] = ways;
        if (first === undefined || second === undefined) throw new Error('no way');
        const comparison = compareWays(first, second, { sameFacts: true });
        const coming = waySet(comparison.after, comparison.planned);
        const frames = [
          ...probes({ policy: before, port: was, direction, seed, count: FRAMES }),
          ...probes({ policy: after, port, direction, seed: seed + 1, count: FRAMES }),
        ];
        for (const [at, bytes] of frames.entries()) {
          const state = STATES[at % STATES.length] ?? 'new';
          const point = pointOf(comparison.space, factsOf(bytes, { port, state, oracle: () => true }));
          const rank = (level: number): number => point[level] ?? 0;
          if (comparison.space.diagrams.at(coming, rank) !== 1) continue;
          const expected = changeOf(
            ask(before, was, direction, bytes, state),
            ask(after, port, direction, bytes, state),
          );
          const told = kindAt(comparison, rank);
          looked += 1;
          if (expected === told) continue;
          // What only changes a mark, a counter or a line of the log is told, and no change of verdict.
          expect({ told, expected, edit: edited.edit, frame: Buffer.from(bytes).toString('hex') }).toMatchObject({
            told: 'changed',
            expected: undefined,
          });
        }
      }
    }
    expect(looked).toBeGreaterThan(60);
  },
  TIMEOUT,
);

function kindAt({ changes, space }: WayComparison, rank: (level: number) => number): ChangeKind | undefined {
  return changes.find(({ set }) => space.diagrams.at(set, rank) === 1)?.kind;
}

test.each(SEEDS)('a policy does not differ from itself, and both ways tell the same changes (seed %i)', (seed) => {
  const edited = siteOf(seed);
  if (edited === undefined) return;
  const [before, after] = [envOf(edited.before), envOf(edited.after)];
  expect(isEmptyDiff(diffPolicies(before, before))).toBe(true);
  const [there, back] = [diffPolicies(before, after), diffPolicies(after, before)];
  const opposite = { allowed: 'refused', refused: 'allowed', changed: 'changed' } as const;
  const listed = (flows: typeof there.flows, turn: (kind: ChangeKind) => ChangeKind): readonly string[] =>
    flows
      .map(({ kind, direction, text, ports }) =>
        JSON.stringify([turn(kind), direction, text, ports.map(({ ifname }) => ifname).toSorted()]),
      )
      .toSorted();
  // WHY: which names and deciders merge differs; the packets of each text do not.
  const texts = (lines: readonly string[]): ReadonlySet<string> => new Set(lines);
  expect(texts(listed(back.flows, (kind) => opposite[kind]))).toEqual(texts(listed(there.flows, (kind) => kind)));
});

test.each(SEEDS)('every witness gets what is told before and after (seed %i)', (seed) => {
  const edited = siteOf(seed);
  if (edited === undefined) return;
  const { before, after } = edited;
  const { flows } = diffPolicies(envOf(before), envOf(after));
  for (const { kind, direction, ports, witness, text } of flows) {
    if (witness === undefined) continue;
    const [port] = ports;
    const ifname = port?.ifname ?? '';
    const state = stateOf(witness.state);
    const oracle = { oracle: () => true };
    const isLimited = /limit/.test(text);
    if (isLimited || kind === 'changed') continue;
    const frame = readFrame(witness.bytes);
    const [was, is] = [before, after].map((policy) =>
      decide(policy, portIn(policy, ifname), direction, frame, state, { mark: witness.mark, ...oracle }),
    );
    expect(
      { was: was?.verdict === 'accept', is: is?.verdict === 'accept' },
      `${text} ${Buffer.from(witness.bytes).toString('hex')} ${edited.edit}`,
    ).toEqual({ was: kind === 'refused', is: kind === 'allowed' });
  }
});

function stateOf(bits: number): ConnectionState {
  const names: Readonly<Record<number, ConnectionState>> = { 1: 'invalid', 2: 'established', 4: 'related', 8: 'new' };
  return names[bits] ?? 'untracked';
}
