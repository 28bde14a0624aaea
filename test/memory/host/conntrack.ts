// Connection tracking in memory. In: packets, and what rules translate. Out: each packet's entry, direction and state, and the packet as it is translated.
// Guarantees: an entry has two tuples, a packet is translated to the turned-round tuple of the other direction (as in nf_nat_packet).
// Not modelled: TCP's own states and windows, timeouts, helpers, zones, errors about connections.
import type { HookResult } from '@weir/nftables-json';
import { ICMP, ICMPV6, inverted, keyOf, type Side, type Tuple, tupleOf, withEnd } from './packet.ts';

export interface Entry {
  readonly original: Tuple;
  /** What answers look like: changed by translation. */
  reply: Tuple;
  hasReply: boolean;
  readonly isRelated: boolean;
  /** Whose end has been settled: translated, or left as it is for good. */
  readonly settled: Set<Side>;
  readonly translated: Set<Side>;
}

export interface Tracked {
  readonly entry: Entry;
  readonly direction: 'original' | 'reply';
  readonly state: 'new' | 'established' | 'related';
}

/** Of a packet: its connection, or that it has none. */
export type Tracking = Tracked | 'invalid' | 'untracked';

/** WHY: neighbour discovery and group messages are never tracked (nf_conntrack_icmpv6). */
const isLocalMessage = ({ protocol, destination: { port } }: Tuple): boolean =>
  protocol === ICMPV6 && port >> 8 >= 130 && port >> 8 <= 143 && port >> 8 !== 138;
const isAnswer = ({ protocol, destination: { port } }: Tuple): boolean =>
  (protocol === ICMP && port >> 8 === 0) || (protocol === ICMPV6 && port >> 8 === 129);

export type Translate = Extract<HookResult['effects'][number], { kind: 'snat' | 'dnat' | 'masquerade' | 'redirect' }>;

/** The table of connections. */
export class Conntrack {
  readonly #entries = new Map<string, { readonly entry: Entry; readonly direction: 'original' | 'reply' }>();

  /** Looks a packet up, or makes an entry that counts once it is confirmed; undefined for what is not IP. */
  track(frame: Uint8Array, isRelated = false): Tracking | undefined {
    const tuple = tupleOf(frame);
    if (tuple === undefined) return undefined;
    if (isLocalMessage(tuple)) return 'untracked';
    const known = this.#entries.get(keyOf(tuple));
    if (known !== undefined) {
      const { entry, direction } = known;
      if (direction === 'reply') entry.hasReply = true;
      return { entry, direction, state: entry.hasReply ? 'established' : entry.isRelated ? 'related' : 'new' };
    }
    const reply = inverted(tuple);
    if (reply === undefined || isAnswer(tuple)) return 'invalid';
    const entry: Entry = {
      original: tuple,
      reply,
      hasReply: false,
      isRelated,
      settled: new Set(),
      translated: new Set(),
    };
    return { entry, direction: 'original', state: isRelated ? 'related' : 'new' };
  }

  /** The packet got through: its connection is known from now on. */
  confirm(entry: Entry): void {
    this.#entries.set(keyOf(entry.original), { entry, direction: 'original' });
    this.#entries.set(keyOf(entry.reply), { entry, direction: 'reply' });
  }

  /** Settles one end of a connection: as a rule says, or as it is. `own`: the address that masquerading takes. */
  settle(entry: Entry, side: Side, effect: Translate | undefined, own: bigint | undefined): void {
    entry.settled.add(side);
    const wanted = inverted(entry.reply);
    if (wanted === undefined) return;
    const address = (effect?.kind === 'masquerade' ? own : addressOf(effect)) ?? wanted[side].address;
    const { port } = wanted[side];
    const [low, high] = effect?.port?.map(Number) ?? [undefined, undefined];
    for (let moved = low === undefined || high === undefined || (low <= port && port <= high) ? port : low; ; moved++) {
      const reply = inverted({ ...wanted, [side]: { address, port: moved } });
      if (reply === undefined) return;
      const other = this.#entries.get(keyOf(reply))?.entry;
      // WHY: another port is looked for at the source alone, and there for every connection (nf_nat_l4proto_unique_tuple).
      if (side === 'source' && other !== undefined && other !== entry && moved < 65_535) continue;
      if (effect !== undefined || moved !== port) entry.translated.add(side);
      entry.reply = reply;
      return;
    }
  }
}

const addressOf = (effect: Translate | undefined): bigint | undefined => {
  const low = effect?.address?.[0];
  return low === undefined || typeof low === 'string' ? undefined : BigInt(low);
};

/** The packet with its source or its destination as the other direction of its connection wants it. */
export function translated(frame: Uint8Array, { entry, direction }: Tracked, side: Side): Uint8Array {
  const wanted = inverted(direction === 'original' ? entry.reply : entry.original);
  const now = tupleOf(frame);
  if (wanted === undefined || now === undefined) return frame;
  const [before, after] = [now[side], wanted[side]];
  // WHY: the identifier of an echo stays; only addresses of ICMP are translated here.
  const isSame = before.address === after.address && before.port === after.port;
  return isSame ? frame : withEnd(frame, side, after);
}
