// The table of modes as connections between the lab's stations, with what must come of each: asked of kernels and of the reference semantics.
// In: nothing. Out: rows. Guarantees: every pair of guests, both ways between guests, host and outside, and every declared forwarding.
import { FAR, GATEWAYS, GUESTS, HOST, LAN, type SiteGuest } from './site.ts';

export type Family = 'ipv4' | 'ipv6';
export const FAMILIES: readonly Family[] = ['ipv4', 'ipv6'];

/** A guest's name, `host`, `far` (behind the uplink) or `lan` (on the segment of the bridged guests). */
export type Station = string;
export type ModeOutcome = 'connected' | 'kept apart';

export interface ModeRow {
  readonly name: string;
  readonly protocol: 'tcp' | 'udp';
  readonly from: Station;
  readonly to: Readonly<Record<Family, string>>;
  readonly port: number;
  /** In the lab, where nobody routes between the outside and the segment of the bridged guests. */
  readonly outcome: ModeOutcome;
  /** Where somebody does. */
  readonly whereRouted?: ModeOutcome;
  /** Whose address the other end sees. */
  readonly seenAs?: Readonly<Record<Family, string>>;
  /** Not so where state is carried through br_netfilter: the bridge would have to send the frame back where it came from. */
  readonly needsBridgeConntrack?: boolean;
}

/** The port that every station listens on. */
export const PORT = 80;

type Rest = Omit<Partial<ModeRow>, 'from' | 'to'>;

function row(from: Station, to: ModeRow['to'], toName: string, outcome: ModeOutcome, rest: Rest = {}): ModeRow {
  const { port = PORT, protocol = 'tcp' } = rest;
  return { name: `${from} to ${toName}`, from, to, outcome, ...rest, port, protocol };
}

export const isServed = (network: SiteGuest['network']): network is keyof typeof GATEWAYS => network !== 'wire';

/** Ways that lead from a network to the outside, or in from there. */
const leavesFrom = (network: SiteGuest['network']): boolean => network !== 'closed';
const entersTo = (network: SiteGuest['network']): boolean => network === 'routed' || network === 'wire';

/** Of guests of two networks, of which one stands on the segment outside. */
function throughOutside(a: SiteGuest, b: SiteGuest): { readonly whereRouted?: ModeOutcome } {
  if (a.network === b.network || (a.network !== 'wire' && b.network !== 'wire')) return {};
  return leavesFrom(a.network) && entersTo(b.network) ? { whereRouted: 'connected' } : {};
}

/** Guests reach their own network and no other. */
export const BETWEEN_GUESTS: readonly ModeRow[] = GUESTS.flatMap((a) =>
  GUESTS.filter((b) => b !== a).map((b) =>
    row(a.name, b, b.name, a.network === b.network ? 'connected' : 'kept apart', throughOutside(a, b)),
  ),
);

/** Guests and the host reach each other where the host serves the network. */
export const WITH_HOST: readonly ModeRow[] = GUESTS.flatMap((guest) =>
  isServed(guest.network)
    ? [row(guest.name, GATEWAYS[guest.network], 'host', 'connected'), row('host', guest, guest.name, 'connected')]
    : [],
);

/** Only natted, routed and bridged guests reach the outside, each with the address promised. */
export const TO_OUTSIDE: readonly ModeRow[] = [
  row('n1', FAR, 'far', 'connected', { seenAs: HOST }),
  row('r1', FAR, 'far', 'connected', { seenAs: GUESTS[2] }),
  row('c1', FAR, 'far', 'kept apart'),
  row('w1', LAN, 'lan', 'connected', { seenAs: GUESTS[6] }),
];

/** The outside reaches routed and bridged guests only. */
export const FROM_OUTSIDE: readonly ModeRow[] = [
  row('far', GUESTS[0], 'n1', 'kept apart'),
  row('far', GUESTS[2], 'r1', 'connected'),
  row('far', GUESTS[4], 'c1', 'kept apart'),
  row('far', GUESTS[6], 'w1', 'kept apart', { whereRouted: 'connected' }),
  row('lan', GUESTS[6], 'w1', 'connected'),
];

/** Forwards work from outside, by hairpin and from the host itself. */
export const FORWARDS: readonly ModeRow[] = [
  row('far', HOST, '8443', 'connected', { port: 8443, seenAs: FAR }),
  row('n2', HOST, '8443', 'connected', { port: 8443 }),
  row('n1', HOST, 'itself by 8443', 'connected', { port: 8443, needsBridgeConntrack: true }),
  row('host', HOST, '8443', 'connected', { port: 8443 }),
  row('far', HOST, '9000', 'connected', { port: 9000 }),
  row('far', HOST, '9001', 'connected', { port: 9001, seenAs: FAR }),
  row('far', HOST, '9002', 'connected', { port: 9002 }),
  row('far', HOST, 'udp 5353', 'connected', { port: 5353, protocol: 'udp' }),
];

export const MODE_TABLE: readonly ModeRow[] = [
  ...BETWEEN_GUESTS,
  ...WITH_HOST,
  ...TO_OUTSIDE,
  ...FROM_OUTSIDE,
  ...FORWARDS,
];
