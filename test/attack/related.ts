// Two conversations of one guest, and errors about them from both other ends and from somebody else. In: who is who. Out: frames. Guarantees: pure;
// all frames differ. WHY: connection tracking takes an error for a part of the connection that it quotes and never asks who sent it.
import { ascii, PROTOCOL, udp } from '../kernel/frames.ts';
import { in4, in6 } from './catalogue/actors.ts';
import { error4, error6, type Quoted } from './catalogue/errors.ts';
import type { Actors, Identity } from './catalogue.ts';

const PORTS = { sport: 40300, dport: 40301 };

type Family = 'ipv4' | 'ipv6';

/** `from` as the sender, `to` as the station to which its frames go. */
const between = (from: Identity, to: Identity): Actors => ({ own: from, witness: to, victim: to, gateway: to });

/** The first datagram of a conversation, in both families. */
export function openings(from: Identity, to: Identity): readonly Uint8Array[] {
  const a = between(from, to);
  const said = ascii('a conversation');
  const payload = (family: Family): Uint8Array =>
    udp({ src: from[family], dst: to[family] }, { ...PORTS, payload: said });
  return [
    in4(a, { protocol: PROTOCOL.udp, payload: payload('ipv4') }),
    in6(a, { nextHeader: PROTOCOL.udp, payload: payload('ipv6') }),
  ];
}

/** Errors from `sender` to `talker` about its conversation with `other`: unreachable and too big, in both families. */
export function errorsAbout(sender: Identity, talker: Identity, other: Identity): readonly Uint8Array[] {
  const a = between(sender, talker);
  const quoted = (family: Family): Quoted => ({ src: talker[family], dst: other[family], ...PORTS });
  return [
    error4(a, 3, 3, quoted('ipv4')),
    error4(a, 3, 4, quoted('ipv4')),
    error6(a, 1, 4, quoted('ipv6')),
    error6(a, 2, 0, quoted('ipv6')),
  ];
}

/** An error about nobody's conversation, which connection tracking calls invalid. */
export const errorAboutNothing = (sender: Identity, talker: Identity): Uint8Array =>
  error4(between(sender, talker), 3, 3, { src: talker.ipv4, dst: sender.ipv4, sport: 1, dport: 2 });
