// A Linux bridge around the nftables in memory. In: a loaded ruleset, a frame at a guest's port, and what the host knows of it. Out: what came of the
// frame at that port. Guarantees: the hooks are called in the kernel's order; where the connection state is carried, only the chains that Weir wrote
// put it into the mark.
import type { Direction, Target } from '@weir/compiler';
import type { HookResult, MemoryNft, MemoryPacket } from '@weir/nftables-json';
import type { ConnectionState } from '@weir/semantics';

/** The bridge of all ports, and a port of it that no rule knows. */
export const BRIDGE = 'br0';
export const STRANGER = 'vnet-h';

/** What the host knows beside the frame. */
export interface Facts {
  readonly state: ConnectionState;
  /** The mark with which the frame comes in. */
  readonly mark: number;
  /** Of a frame for one receiver; groups tell themselves. */
  readonly packetType?: 'host' | 'other';
}

/** A frame at a port. */
export interface Passage {
  readonly ifname: string;
  readonly direction: Direction;
  readonly frame: Uint8Array;
  readonly facts: Facts;
}

/** What came of it. */
export interface Outcome {
  readonly verdict: 'accept' | 'drop' | 'reject';
  readonly effects: HookResult['effects'];
  readonly matched: HookResult['matched'];
  /** The packet as it left. */
  readonly packet: MemoryPacket;
}

/** WHY: br_netfilter calls the inet hooks from bridge prerouting at this priority (kernel: NF_BR_PRI_BRNF). */
const NETFILTER = 0;
const FAMILIES: Readonly<Record<number, 'ip' | 'ip6'>> = { 0x0800: 'ip', 0x86dd: 'ip6' };

/** Carries a frame from a guest's port into the bridge (`out`), or from elsewhere through the bridge to the port (`in`). */
export function carry(nft: MemoryNft, { kernel }: Target, passage: Passage): Outcome {
  const { ifname, direction, frame, facts } = passage;
  const isCarried = !kernel.bridgeConntrack;
  const course = new Course(nft, {
    frame,
    mark: facts.mark,
    pkttype: packetType(frame, facts),
    ...(!isCarried && { ct: { state: facts.state, count: 1 } }),
  });
  const device = direction === 'out' ? ifname : STRANGER;
  const isIn =
    course.visit('bridge', 'prerouting', { iifname: device, ibrname: BRIDGE }, { below: NETFILTER }) &&
    (!isCarried || course.netfilter(facts.state)) &&
    course.visit('bridge', 'prerouting', { iifname: device, ibrname: BRIDGE }, { from: NETFILTER });
  if (isIn && direction === 'in') course.visit('bridge', 'postrouting', { oifname: ifname, obrname: BRIDGE });
  return course.outcome();
}

/** The packet type of a frame. */
export function packetType(
  frame: Uint8Array,
  { packetType: given = 'other' }: Facts,
): NonNullable<MemoryPacket['pkttype']> {
  if (((frame[0] ?? 0) & 1) === 0) return given;
  return frame.subarray(0, 6).every((byte) => byte === 0xff) ? 'broadcast' : 'multicast';
}

type Devices = Pick<MemoryPacket, 'iifname' | 'oifname' | 'ibrname' | 'obrname'>;

/** One frame on its way. */
class Course {
  readonly #nft: MemoryNft;
  #packet: MemoryPacket;
  readonly #effects: HookResult['effects'][number][] = [];
  readonly #matched: HookResult['matched'][number][] = [];
  #verdict: HookResult['verdict'] = 'accept';

  constructor(nft: MemoryNft, packet: MemoryPacket) {
    this.#nft = nft;
    this.#packet = packet;
  }

  /** Calls a hook; false when the frame ends there. */
  visit(
    family: 'bridge' | 'ip' | 'ip6',
    hook: 'prerouting' | 'postrouting',
    devices: Devices,
    priorities?: { readonly from?: number; readonly below?: number },
  ): boolean {
    const { iifname: _in, oifname: _out, ibrname: _inBridge, obrname: _outBridge, ...packet } = this.#packet;
    const result = this.#nft.evaluate(
      { ...packet, ...devices },
      { family, hook, ...(priorities !== undefined && { priorities }) },
    );
    this.#effects.push(...result.effects);
    this.#matched.push(...result.matched);
    this.#packet = result.packet;
    this.#verdict = result.verdict;
    return result.verdict === 'accept';
  }

  /** Shows the packet to inet prerouting, where connections are tracked; the bridge's hooks do not see them. */
  netfilter(state: ConnectionState): boolean {
    const frame = this.#packet.frame ?? new Uint8Array();
    const family = FAMILIES[((frame[12] ?? 0) << 8) | (frame[13] ?? 0)];
    if (family === undefined) return true;
    this.#packet = { ...this.#packet, ct: { state } };
    const isAccepted = this.visit(family, 'prerouting', { iifname: BRIDGE });
    const { ct: _ct, ...packet } = this.#packet;
    this.#packet = packet;
    return isAccepted;
  }

  outcome(): Outcome {
    const [effects, matched, packet] = [this.#effects, this.#matched, this.#packet];
    const isRefused = this.#verdict === 'drop' && effects.some(({ kind }) => kind === 'reject');
    return { verdict: isRefused ? 'reject' : this.#verdict, effects, matched, packet };
  }
}
