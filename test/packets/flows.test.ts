// Generated stateful policies under real connections: fifteen guests of every mode, each with filters of its own, loaded once. What every exchange comes
// to is what the reference interpreter says of its packets at both ports. WEIR_FLOW_SEED starts elsewhere, WEIR_FLOWS sets how many exchanges are tried.
import type { Policy } from '@weir/compiler';
import { afterAll, beforeAll, expect } from 'vitest';
import { chance } from '../agreement/probes.ts';
import { isRecording, Recorder, writeRecording } from '../constructs/recorder.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import { has, kernelTest, LAB, requirements, TIER } from '../kernel/requirements.ts';
import { type AppliedSite, siteIn } from './applied.ts';
import { addressOf, type Expected, expectedOf, type Flow, hasRoute, isJoined } from './flow-outcome.ts';
import { CLOSED_PORTS, FLOW_GUESTS, FLOW_LAB, flowSite, OPEN_PORTS } from './flow-site.ts';
import { type ReadSite, tryReadSite } from './read-site.ts';

const SEED = Number(process.env['WEIR_FLOW_SEED'] ?? '7');
const FLOWS = Number(process.env['WEIR_FLOWS'] ?? (TIER === 2 ? '160' : '480'));
/** At once, so that timeouts are waited for together and nobody times out for want of a processor. */
const AT_ONCE = TIER === 2 ? 40 : 80;
/** Seconds: one more than the kernel waits before it sends the second SYN, for what is tried again. */
const PATIENCE = 2;
const STATIONS = [...FLOW_GUESTS.map(({ name }) => name), 'host', 'far', 'lan'];

let lab: Lab;
let site: AppliedSite | undefined;
let made: ReadSite | undefined;

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab(FLOW_LAB);
  await lab.ready();
  site = siteIn(lab);
  made = written(SEED);
  await site.apply(made.text);
  await Promise.all(
    STATIONS.flatMap((name) =>
      OPEN_PORTS.flatMap((port) => [lab.agent(name).listenTcp(port), lab.agent(name).listenUdp(port)]),
    ),
  );
});

afterAll(async () => {
  writeRecording();
  await site?.remove();
  await lab?.close();
});

/** The generated file without the lines that the compiler refuses: what two dice said may exclude each other. */
function written(seed: number): ReadSite {
  let text = flowSite(seed);
  for (let round = 0; round < 4; round++) {
    const read = tryReadSite(text);
    if ('policy' in read) return read;
    const wrong = new Set(read.map(({ span }) => text.slice(0, span?.start ?? 0).split('\n').length));
    const lines = text.split('\n');
    text = lines.filter((_, index) => !wrong.has(index + 1)).join('\n');
  }
  throw new Error('the generated site is refused');
}

interface Trial {
  readonly flow: Flow;
  readonly expected: Expected;
}

/** Exchanges, as many of each outcome as can be had, mostly between stations that the modes join. */
function trials(policy: Policy, answers: boolean): readonly Trial[] {
  const random = chance(SEED);
  const pick = <T>(values: readonly T[]): T | undefined => values[Math.floor(random() * values.length)];
  const byOutcome = new Map<string, Trial[]>();
  const seen = new Set<string>();
  for (let tries = 0; tries < FLOWS * 12; tries++) {
    const [client = '', server = ''] = [pick(STATIONS), pick(STATIONS)];
    const isBetweenGuests = policy.ports.some(({ guest }) => guest === client || guest === server);
    if (
      client === server ||
      !isBetweenGuests ||
      !hasRoute({ client, server }) ||
      (!isJoined({ client, server }) && random() < 0.9)
    )
      continue;
    const protocol = pick(['tcp', 'tcp', 'tcp', 'udp', 'udp', 'ping'] as const) ?? 'tcp';
    const port = protocol === 'ping' ? 0 : (pick([...OPEN_PORTS, ...OPEN_PORTS, ...CLOSED_PORTS]) ?? 0);
    const flow: Flow = { client, server, family: pick(['ipv4', 'ipv6'] as const) ?? 'ipv4', protocol, port };
    if (seen.has(nameOf(flow))) continue;
    seen.add(nameOf(flow));
    const expected = expectedOf(policy, flow, answers);
    byOutcome.set(expected.outcome, [...(byOutcome.get(expected.outcome) ?? []), { flow, expected }]);
  }
  const share = Math.ceil(FLOWS / byOutcome.size);
  return [...byOutcome.values()].flatMap((some) => some.slice(0, share));
}

const nameOf = ({ client, server, family, protocol, port }: Flow): string =>
  `${client} to ${server}, ${family} ${protocol} ${port}`;

async function tried({ client, server, family, protocol, port }: Flow, timeout: number): Promise<string> {
  const address = addressOf(server, client, family);
  const agent = lab.agent(client);
  switch (protocol) {
    case 'tcp':
      return (await agent.tcp(address, port, { timeout })).outcome;
    case 'udp':
      return (await agent.udp(address, port, { timeout })).outcome;
    case 'ping':
      return (await agent.ping(address, { timeout })).outcome;
    default:
      return protocol satisfies never;
  }
}

/** Those that came out otherwise, twice: the second time alone. */
async function differing(all: readonly Trial[]): Promise<readonly string[]> {
  const suspects: Trial[] = [];
  for (let at = 0; at < all.length; at += AT_ONCE) {
    const some = all.slice(at, at + AT_ONCE);
    const outcomes = await Promise.all(some.map(({ flow }) => tried(flow, 0.5)));
    suspects.push(...some.filter(({ expected }, index) => outcomes[index] !== expected.outcome));
  }
  const differences: string[] = [];
  for (const { flow, expected } of suspects.slice(0, 30)) {
    const outcome = await tried(flow, PATIENCE);
    if (outcome !== expected.outcome) differences.push(`${nameOf(flow)}: ${outcome}, not ${expected.outcome}`);
  }
  return differences;
}

kernelTest(
  `real exchanges come to what the reference says (seed ${SEED})`,
  LAB,
  async () => {
    const { sources, policy } = made ?? written(SEED);
    const all = trials(policy, has('bridge-reject'));
    expect(await differing(all)).toEqual([]);
    expect(all.length).toBeGreaterThan(FLOWS / 3);
    for (const word of ['connected', 'answered', 'refused', 'timeout'])
      expect(all.filter(({ expected }) => expected.outcome === word).length).toBeGreaterThan(FLOWS / 40);
    if (!isRecording()) return;
    const recorder = new Recorder(sources, policy);
    for (const { expected } of all) for (const one of expected.asked) recorder.see(one);
  },
  120_000,
);
