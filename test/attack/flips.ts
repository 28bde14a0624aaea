// Frames of one UDP exchange between a port and the witness, and what an attacker makes of it once connection tracking knows it. In: who is who.
// Out: the opening datagram with its answer, and later datagrams of the same ports. Guarantees: pure; all frames differ.
import type { Actors, CatalogueEntry } from './catalogue.ts';
import { pass, stop as stopped } from './catalogue/entry.ts';
import { ascii, ETHERTYPE, ethernet, ipv4, ipv4Fragments, llcSnap, PROTOCOL, tagged, udp } from '../kernel/frames.ts';

const PORT_OWN = 40100;
const PORT_WITNESS = 40101;

interface Flow {
  readonly mac: string;
  readonly src: string;
  readonly text: string;
}

const packetOf = (a: Actors, { src, text }: Flow) => ({
  src,
  dst: a.witness.ipv4,
  protocol: PROTOCOL.udp,
  payload: udp(
    { src, dst: a.witness.ipv4 },
    { sport: PORT_OWN, dport: PORT_WITNESS, payload: ascii(text.padEnd(32, '.')) },
  ),
});

const frameOf = (a: Actors, flow: Flow): Uint8Array =>
  ethernet({ dst: a.witness.mac, src: flow.mac, type: ETHERTYPE.ipv4, payload: ipv4(packetOf(a, flow)) });

/** The first datagram and its answer: after both the connection is established. */
export function opening(a: Actors): { readonly there: Uint8Array; readonly back: Uint8Array } {
  const ends = { src: a.witness.ipv4, dst: a.own.ipv4 };
  const answer = udp(ends, { sport: PORT_WITNESS, dport: PORT_OWN, payload: ascii('answer') });
  return {
    there: frameOf(a, { mac: a.own.mac, src: a.own.ipv4, text: 'opening' }),
    back: ethernet({
      dst: a.own.mac,
      src: a.witness.mac,
      type: ETHERTYPE.ipv4,
      payload: ipv4({ ...ends, protocol: PROTOCOL.udp, payload: answer }),
    }),
  };
}

/** Later frames of that connection, honest and not; the honest one is last. */
export function flips(a: Actors): readonly CatalogueEntry[] {
  const own = { mac: a.own.mac, src: a.own.ipv4 };
  const stop = stopped('mac', 'a connection that is established must not carry frames around the guard');
  const packet = packetOf(a, { ...own, text: 'in disguise' });
  const [, second] = ipv4Fragments(packetOf(a, { ...own, src: a.victim.ipv4, text: 'in pieces' }));
  const wrap = { dst: a.witness.mac, src: a.own.mac, type: ETHERTYPE.ipv4 };
  return [
    stop('the same ports from a foreign MAC', frameOf(a, { ...own, mac: a.victim.mac, text: 'foreign MAC' })),
    stop('the same ports from a foreign IP', frameOf(a, { ...own, src: a.victim.ipv4, text: 'foreign IP' })),
    stop('the same packet in a VLAN', tagged(frameOf(a, { ...own, text: 'tagged' }), [{ vid: 5 }])),
    stop('the same packet with a priority tag', tagged(frameOf(a, { ...own, text: 'priority' }), [{ vid: 0 }])),
    stop('the same packet in LLC/SNAP', llcSnap({ ...wrap, payload: ipv4(packet) })),
    stop('a second fragment from a foreign IP', ethernet({ ...wrap, payload: second })),
    pass('the connection itself goes on')('the next datagram', frameOf(a, { ...own, text: 'honest' })),
  ];
}
