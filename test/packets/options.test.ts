// What a rule does or asks besides its match, packet by packet: limits, quotas and counts of connections that let a few through, marks that the other
// port sees, code points in the packet that arrives, and states of connections in every form of a test.
import type { Direction } from '@weir/compiler';
import { type ConnectionState, decide, type DecideOptions, type Oracle, readFrame } from '@weir/semantics';
import { afterAll, beforeAll, expect } from 'vitest';
import { isRecording, note, Recorder, writeRecording } from '../constructs/recorder.ts';
import { arp, ascii, BROADCAST, ETHERTYPE, ethernet, hex, ipv4, ipv6, tcp, udp } from '../kernel/frames.ts';
import { type Lab, openLab } from '../kernel/lab.ts';
import { has, kernelTest, LAB, type Requirement, requirements } from '../kernel/requirements.ts';
import { type AppliedSite, siteIn } from './applied.ts';
import {
  ASKED,
  BOUNDED,
  COUNTED,
  MARKS,
  OWN_BITS,
  OPTION_LAB,
  optionSite,
  PACKET_BYTES,
  RECEIVER,
  SENDER,
  STATES,
  UNMARKED,
} from './option-site.ts';
import { readSite, type ReadSite } from './read-site.ts';

let lab: Lab;
let site: AppliedSite | undefined;
let made: ReadSite | undefined;

type Family = 'ipv4' | 'ipv6';
const FAMILIES = ['ipv4', 'ipv6'] as const satisfies readonly Family[];

beforeAll(async () => {
  if (requirements(LAB).missing) return;
  lab = await openLab(OPTION_LAB);
  await lab.ready();
  site = siteIn(lab);
  const text = optionSite(has('bridge-ct'));
  made = readSite(text);
  await site.apply(text);
  const ports = [...STATES.map(([port]) => port), COUNTED.inAll, COUNTED.perSource];
  await Promise.all([
    ...ports.map((port) => lab.agent('b').listenTcp(port)),
    lab.agent('a').listenUdp(OWN_BITS),
    ...ASKED.map(([port]) => lab.agent('a').listenTcp(port)),
  ]);
});

afterAll(async () => {
  writeRecording();
  await site?.remove();
  await lab?.close();
});

/** A datagram from the sender, told from others by its number. */
function datagram(family: Family, port: number, number: number, tos = 0): Uint8Array {
  const ends = { src: SENDER[family], dst: RECEIVER[family] };
  const header = family === 'ipv4' ? 20 : 40;
  const payload = udp(ends, {
    sport: 1000 + number,
    dport: port,
    payload: ascii('.'.repeat(PACKET_BYTES - header - 8)),
  });
  const packet =
    family === 'ipv4'
      ? ipv4({ ...ends, protocol: 17, payload, tos })
      : withTrafficClass(ipv6({ ...ends, nextHeader: 17, payload }), tos);
  const type = family === 'ipv4' ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
  return ethernet({ src: SENDER.mac, dst: RECEIVER.mac, type, payload: packet });
}

/** A TCP segment. */
function segment(family: Family, from: typeof SENDER, to: typeof SENDER, port: number): Uint8Array {
  const ends = { src: from[family], dst: to[family] };
  const payload = tcp(ends, { sport: 40_000, dport: port });
  const packet =
    family === 'ipv4' ? ipv4({ ...ends, protocol: 6, payload }) : ipv6({ ...ends, nextHeader: 6, payload });
  const type = family === 'ipv4' ? ETHERTYPE.ipv4 : ETHERTYPE.ipv6;
  return ethernet({ src: from.mac, dst: to.mac, type, payload: packet });
}

/** The four bits behind the version, and the four after them (RFC 8200 section 3). */
function withTrafficClass(packet: Uint8Array, value: number): Uint8Array {
  const changed = packet.slice();
  changed[0] = 0x60 | (value >> 4);
  changed[1] = (value & 15) << 4;
  return changed;
}

/** Sends frames one behind the other; those that arrive. WHY: the last one asks for an address, which no filter sees, and comes behind all others. */
async function arriving(frames: readonly Uint8Array[]): Promise<ReadonlySet<string>> {
  const last = arp({
    src: SENDER.mac,
    dst: BROADCAST,
    senderIp: SENDER.ipv4,
    targetIp: RECEIVER.ipv4,
    operation: 'request',
  });
  const capture = await lab.agent('b').capture('eth0');
  await lab.agent('a').send('eth0', [...frames, last]);
  await capture.frames([last], 2);
  return new Set((await capture.stop()).map(hex));
}

/** Tells the report of constructs about a frame at one of the two ports. */
function record(
  guest: string,
  direction: Direction,
  frame: Uint8Array,
  options: DecideOptions = {},
  state: ConnectionState = 'new',
): void {
  if (!isRecording() || made === undefined) return;
  recorder ??= new Recorder(made.sources, made.policy);
  const port = made.policy.ports.find((one) => one.guest === guest);
  if (port !== undefined) recorder.see({ port, direction, frame: readFrame(frame), state, options });
}
let recorder: Recorder | undefined;

/** What the reference says of a first packet. */
function verdictOf(guest: string, direction: Direction, frame: Uint8Array, options: DecideOptions): string {
  const port = made?.policy.ports.find((one) => one.guest === guest);
  if (made === undefined || port === undefined) throw new Error(`no port of ${guest}`);
  return decide(made.policy, port, direction, readFrame(frame), 'new', options).verdict;
}

for (const { port, lines, passes, isOver } of BOUNDED) {
  kernelTest(`${lines[0]} lets ${passes} packets of ${PACKET_BYTES} bytes through`, LAB, async () => {
    const frames = Array.from({ length: passes + 3 }, (_, number) => datagram('ipv4', port, number));
    const came = await arriving(frames);
    expect(frames.map((frame) => came.has(hex(frame)))).toEqual(frames.map((_, index) => index < passes));
    for (const [index, frame] of frames.entries()) {
      const isWithin = index < passes;
      const oracle: Oracle = ({ options }) =>
        options.limit === undefined && options.quota === undefined ? true : isWithin !== isOver;
      expect(verdictOf('a', 'out', frame, { oracle })).toBe(isWithin ? 'accept' : 'drop');
      record('a', 'out', frame, { oracle });
    }
  });
}

for (const family of FAMILIES) {
  kernelTest(`${family}: the other port sees the mark, and nobody else's bits in it`, LAB, async () => {
    const sent = MARKS.flatMap(([port, condition]) =>
      [port, port + UNMARKED].map((to) => ({ condition, mark: to === port ? 7 : 0, frame: datagram(family, to, 1) })),
    );
    const came = await arriving(sent.map(({ frame }) => frame));
    const held = (condition: string, mark: number): boolean => (mark === 7) !== condition.includes('!=');
    expect(sent.map(({ condition, mark, frame }) => `${condition} on ${mark}: ${came.has(hex(frame))}`)).toEqual(
      sent.map(({ condition, mark }) => `${condition} on ${mark}: ${held(condition, mark)}`),
    );
    for (const { frame, mark } of sent) {
      record('a', 'out', frame);
      record('b', 'in', frame, { mark });
    }
  });

  kernelTest(`${family}: bits of ours are none of the mark that a rule asks for`, LAB, async () => {
    const port = 30_000 + Number(family === 'ipv6');
    for (let time = 0; time < 3; time++)
      expect(await lab.agent('host').udp(SENDER[family], OWN_BITS, { sourcePort: port })).toMatchObject({
        outcome: 'answered',
      });
  });

  kernelTest(`${family}: the packet that arrives has the code point of the rule`, LAB, async () => {
    const ef = 46 << 2;
    const [changed, plain] = [datagram(family, 120, 1), datagram(family, 121, 1)];
    const came = await arriving([changed, plain]);
    expect(came.has(hex(datagram(family, 120, 1, ef)))).toBe(true);
    expect([changed, plain].filter((frame) => came.has(hex(frame)))).toEqual([]);
    record('a', 'out', changed);
    note('dscp', 'held');
    note('dscp', 'missed');
  });

  kernelTest(`${family}: a state is tested as the number that it is`, LAB, async () => {
    const outcomes = await Promise.all(
      STATES.map(async ([port, condition]) => [condition, (await lab.agent('a').tcp(RECEIVER[family], port)).outcome]),
    );
    expect(outcomes).toEqual(STATES.map(([, condition, isIn]) => [condition, isIn ? 'connected' : 'timeout']));
    for (const [port] of STATES) record('b', 'in', segment(family, SENDER, RECEIVER, port));
  });

  kernelTest(`${family}: filters that follow no connections may ask for its state`, LAB, async () => {
    const outcomes = await Promise.all(
      ASKED.map(async ([port]) => (await lab.agent('host').tcp(SENDER[family], port)).outcome),
    );
    expect(outcomes).toEqual(ASKED.map(() => 'stalled'));
    for (const [port] of ASKED) {
      record('a', 'in', segment(family, RECEIVER, SENDER, port));
      record('a', 'in', segment(family, RECEIVER, SENDER, port), {}, 'established');
    }
  });
}

const COUNTING: readonly Requirement[] = [...LAB, 'bridge-ct'];

kernelTest('so many connections in all, and no more', COUNTING, async () => {
  const opened = [];
  for (const from of ['a', 'host', 'a']) opened.push(await lab.agent(from).stream(RECEIVER.ipv4, COUNTED.inAll));
  expect(await lab.agent('a').tcp(RECEIVER.ipv4, COUNTED.inAll)).toMatchObject({ outcome: 'timeout' });
  expect(await Promise.all(opened.map((stream) => stream.exchange()))).toEqual(['answered', 'answered', 'answered']);
  await Promise.all(opened.map((stream) => stream.close()));
  note('connections over', 'held');
  note('connections over', 'missed');
});

kernelTest('so many connections from each source, and no more', COUNTING, async () => {
  const opened = [];
  for (const from of ['a', 'host', 'a', 'host'])
    opened.push(await lab.agent(from).stream(RECEIVER.ipv4, COUNTED.perSource));
  for (const from of ['a', 'host'])
    expect(await lab.agent(from).tcp(RECEIVER.ipv4, COUNTED.perSource)).toMatchObject({ outcome: 'timeout' });
  expect(new Set(await Promise.all(opened.map((stream) => stream.exchange())))).toEqual(new Set(['answered']));
  await Promise.all(opened.map((stream) => stream.close()));
  note('connections over per source', 'held');
  note('connections over per source', 'missed');
});
