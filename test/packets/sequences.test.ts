// Connections packet by packet, every packet by hand: what belongs to a connection is delivered, what only looks like it is not. For each packet the
// reference is asked with the state that RFC 9293 and connection tracking give it; the last step of many is one that breaks the rules of its protocol.
import type { ConnectionState } from '@weir/semantics';
import { afterAll, beforeAll, expect } from 'vitest';
import { writeRecording } from '../constructs/recorder.ts';
import { ascii, type Ends, icmp, icmpv6, ipv4Fragments, join, PROTOCOL, TCP_FLAG, udp, u32 } from '../kernel/frames.ts';
import { kernelTest, LAB, requirements } from '../kernel/requirements.ts';
import {
  ACTORS,
  type Family,
  GATEWAY,
  openSequenceLab,
  packetOf,
  SEQUENCE_SITE,
  type SequenceLab,
} from './sequence-lab.ts';
import { differingOf, handshake, segments, type Step } from './sequence-steps.ts';

let net: SequenceLab | undefined;

beforeAll(async () => {
  if (!requirements(LAB).missing) net = await openSequenceLab();
});

afterAll(async () => {
  writeRecording();
  await net?.close();
});

const FAMILIES = ['ipv4', 'ipv6'] as const satisfies readonly Family[];
const { syn, ack, rst, fin, psh, urg } = TCP_FLAG;
let ports = 20_000;

const theLab = (): SequenceLab => {
  if (net === undefined) throw new Error('no lab');
  return net;
};
const differing = (steps: readonly Step[]): Promise<readonly string[]> => differingOf(theLab(), steps);

const FAR_AWAY = 2 ** 30;

for (const family of FAMILIES) {
  const [a, b, far, host] = [ACTORS.a[family], ACTORS.b[family], ACTORS.far[family], ACTORS.host[family]];

  kernelTest(`${family}: TCP inside its window passes, and outside of it does not`, LAB, async () => {
    const sport = ports++;
    const { there, back, data } = segments(family, a, b, sport);
    const other = segments(family, a, b, sport, 81);
    expect(
      await differing([
        ...handshake(family, sport),
        { name: 'data', from: 'a', to: 'b', packet: there(ack | psh, 101, 501, data), state: 'established' },
        { name: 'answer', from: 'b', to: 'a', packet: back(ack | psh, 501, 111, data), state: 'established' },
        {
          name: 'data far outside',
          from: 'a',
          to: 'b',
          packet: there(ack | psh, FAR_AWAY, 501, data),
          state: 'invalid',
        },
        { name: 'answer far outside', from: 'b', to: 'a', packet: back(ack, FAR_AWAY, 111), state: 'invalid' },
        { name: 'reset far outside', from: 'a', to: 'b', packet: there(rst, FAR_AWAY), state: 'invalid' },
        {
          name: 'reset far outside, from the server',
          from: 'b',
          to: 'a',
          packet: back(rst, FAR_AWAY),
          state: 'invalid',
        },
        {
          name: 'flags that no segment has',
          from: 'a',
          to: 'b',
          packet: there(syn | fin | rst, 111),
          state: 'invalid',
        },
        { name: 'no flags', from: 'a', to: 'b', packet: there(0, 111, 511), state: 'invalid' },
        { name: 'the same to another port', from: 'a', to: 'b', packet: other.there(ack, 101, 501), state: 'new' },
        { name: 'data still', from: 'a', to: 'b', packet: there(ack | psh, 111, 511, data), state: 'established' },
        { name: 'reset inside', from: 'b', to: 'a', packet: back(rst | ack, 511, 121), state: 'established' },
      ]),
    ).toEqual([]);
  });

  kernelTest(`${family}: a packet that answers nothing is no answer`, LAB, async () => {
    const [first, second, third] = [ports++, ports++, ports++];
    const one = segments(family, a, b, first);
    const two = segments(family, a, b, second);
    const three = segments(family, a, b, third);
    expect(
      await differing([
        { name: 'SYN and ACK', from: 'b', to: 'a', packet: one.back(syn | ack, 500, 101), state: 'invalid' },
        { name: 'reset from the server', from: 'b', to: 'a', packet: one.back(rst | ack, 500, 101), state: 'invalid' },
        { name: 'reset to the server', from: 'a', to: 'b', packet: two.there(rst, 100), state: 'invalid' },
        { name: 'FIN', from: 'a', to: 'b', packet: two.there(fin, 100), state: 'invalid' },
        { name: 'Christmas tree', from: 'a', to: 'b', packet: two.there(fin | psh | urg, 100), state: 'invalid' },
        // An ACK may belong to a connection from before the rules were there: the filter decides it as new.
        { name: 'ACK to the server', from: 'a', to: 'b', packet: three.there(ack, 100, 500), state: 'new' },
        {
          name: 'ACK from the server',
          from: 'b',
          to: 'a',
          packet: segments(family, a, b, ports++).back(ack, 500, 101),
          state: 'new',
        },
      ]),
    ).toEqual([]);
  });

  kernelTest(`${family}: UDP is answered from the port that was asked, and by nobody else`, LAB, async () => {
    const sport = ports++;
    const ask = { src: a, dst: b };
    const answer = { src: b, dst: a };
    const datagram = (ends: Ends, from: number, to: number, text: string): Uint8Array =>
      packetOf(family, ends, 'udp', udp(ends, { sport: from, dport: to, payload: ascii(text) }));
    const error = (quoted: Uint8Array): Uint8Array =>
      packetOf(
        family,
        answer,
        'icmp',
        family === 'ipv4'
          ? icmp({ type: 3, code: 3, rest: join(u32(0), quoted) })
          : icmpv6(answer, { type: 1, code: 4, rest: join(u32(0), quoted) }),
      );
    const question = datagram(ask, sport, 53, 'question');
    expect(
      await differing([
        {
          name: 'answer before the question',
          from: 'b',
          to: 'a',
          packet: datagram(answer, 53, sport, 'early'),
          state: 'new',
        },
        { name: 'question', from: 'a', to: 'b', packet: question, state: 'new' },
        { name: 'answer', from: 'b', to: 'a', packet: datagram(answer, 53, sport, 'answer'), state: 'established' },
        {
          name: 'answer from another port',
          from: 'b',
          to: 'a',
          packet: datagram(answer, 54, sport, 'other'),
          state: 'new',
        },
        {
          name: 'answer to another port',
          from: 'b',
          to: 'a',
          packet: datagram(answer, 53, sport + 1, 'other'),
          state: 'new',
        },
        { name: 'error about the question', from: 'b', to: 'a', packet: error(question), state: 'related' },
        {
          name: 'error about no question',
          from: 'b',
          to: 'a',
          packet: error(datagram(ask, sport + 7, 53, 'none')),
          state: 'invalid',
        },
      ]),
    ).toEqual([]);
  });

  kernelTest(
    `${family}: a connection through the translation is answered at its outer address alone`,
    LAB,
    async () => {
      const sport = ports++;
      const inner = segments(family, a, far, sport);
      const outer = segments(family, host, far, sport);
      const stray = segments(family, host, far, sport, 8080);
      const strayInner = segments(family, a, far, sport, 8080);
      const step = (
        way: 'there' | 'back',
        flags: number,
        sequence: number,
        acknowledgement: number,
        state: ConnectionState,
      ) =>
        way === 'there'
          ? ({
              from: 'a',
              to: 'far',
              packet: inner.there(flags, sequence, acknowledgement),
              arriving: outer.there(flags, sequence, acknowledgement),
              state,
            } as const)
          : ({
              from: 'far',
              to: 'a',
              packet: outer.back(flags, sequence, acknowledgement),
              arriving: inner.back(flags, sequence, acknowledgement),
              state,
            } as const);
      expect(
        await differing([
          { name: 'SYN', ...step('there', syn, 100, 0, 'new') },
          { name: 'SYN and ACK', ...step('back', syn | ack, 500, 101, 'established') },
          { name: 'ACK', ...step('there', ack, 101, 501, 'established') },
          { name: 'data', ...step('back', ack | psh, 501, 101, 'established') },
          { name: 'reset far outside', ...step('back', rst, FAR_AWAY, 0, 'invalid') },
          {
            name: 'another port of the far end',
            from: 'far',
            to: 'a',
            packet: stray.back(syn | ack, 500, 101),
            arriving: strayInner.back(syn | ack, 500, 101),
            state: 'new',
            isLost: true,
          },
          {
            name: 'straight to the inner address',
            from: 'far',
            to: 'a',
            packet: inner.back(ack, 501, 101),
            state: 'invalid',
            isLost: true,
          },
        ]),
      ).toEqual([]);
    },
  );

  kernelTest(`${family}: a forward translates both ways, from outside and from a neighbour`, LAB, async () => {
    const sport = ports++;
    const outer = segments(family, far, host, sport, 8080);
    const inner = segments(family, far, b, sport, 80);
    const near = ports++;
    const asked = segments(family, a, host, near, 8080);
    const seen = segments(family, GATEWAY[family], b, near, 80);
    expect(
      await differing([
        {
          name: 'SYN from outside',
          from: 'far',
          to: 'b',
          packet: outer.there(syn, 100),
          arriving: inner.there(syn, 100),
          state: 'new',
        },
        {
          name: 'its answer',
          from: 'b',
          to: 'far',
          packet: inner.back(syn | ack, 500, 101),
          arriving: outer.back(syn | ack, 500, 101),
          state: 'established',
        },
        {
          name: 'its ACK',
          from: 'far',
          to: 'b',
          packet: outer.there(ack, 101, 501),
          arriving: inner.there(ack, 101, 501),
          state: 'established',
        },
        {
          name: 'SYN from a neighbour',
          from: 'a',
          to: 'b',
          packet: asked.there(syn, 100),
          arriving: seen.there(syn, 100),
          state: 'new',
        },
        {
          name: 'its answer to the neighbour',
          from: 'b',
          to: 'a',
          packet: seen.back(syn | ack, 500, 101),
          arriving: asked.back(syn | ack, 500, 101),
          state: 'established',
        },
        {
          name: 'the ACK of the neighbour',
          from: 'a',
          to: 'b',
          packet: asked.there(ack, 101, 501),
          arriving: seen.there(ack, 101, 501),
          state: 'established',
        },
      ]),
    ).toEqual([]);
  });
}

kernelTest('fragments of a connection are delivered together, and never alone', LAB, async () => {
  const ends = { src: ACTORS.a.ipv4, dst: ACTORS.b.ipv4 };
  const whole = (sport: number, id: number) => ({
    ...ends,
    id,
    protocol: PROTOCOL.udp,
    payload: udp(ends, { sport, dport: 53, payload: ascii('.'.repeat(64)) }),
  });
  const [first, second] = ipv4Fragments(whole(ports++, 0x1111), 32);
  const [hidden, late] = ipv4Fragments(whole(ports++, 0x2222), 32);
  const frame = (packet: Uint8Array): Uint8Array => theLab().frame('a', packet, 'b');
  expect(await theLab().arrives('a', [frame(first), frame(second)], 'b', first)).toBe(true);
  expect(await theLab().arrives('a', [frame(late)], 'b', late)).toBe(false);
  expect(await theLab().arrives('a', [frame(hidden)], 'b', late)).toBe(true);
});

kernelTest(
  'what a connection was accepted by may go; a guard that changes is asked at once',
  LAB,
  async () => {
    const [sport, later] = [ports++, ports++];
    const { there, back, data } = segments('ipv4', ACTORS.a.ipv4, ACTORS.b.ipv4, sport);
    const next = segments('ipv4', ACTORS.a.ipv4, ACTORS.b.ipv4, later);
    expect(await differing(handshake('ipv4', sport))).toEqual([]);
    const sent = (from: 'a' | 'b', packet: Uint8Array): Promise<boolean> => {
      const to = from === 'a' ? 'b' : 'a';
      return theLab().arrives(from, [theLab().frame(from, packet, to)], to, packet);
    };
    await theLab().site.apply(SEQUENCE_SITE.replace('in accept tcp port 80', ''));
    expect(await sent('a', there(ack | psh, 101, 501, data))).toBe(true);
    expect(await sent('b', back(ack | psh, 501, 110, data))).toBe(true);
    expect(await sent('a', next.there(syn, 100))).toBe(false);
    await theLab().site.apply(SEQUENCE_SITE.replace(`address ${ACTORS.a.ipv4}, `, 'address 10.9.0.99, '));
    expect(await sent('a', there(ack | psh, 110, 510, data))).toBe(false);
    await theLab().site.apply(SEQUENCE_SITE);
    expect(await sent('a', there(ack | psh, 110, 510, data))).toBe(true);
  },
  60_000,
);
