// The hooks of the memory host: the loaded ruleset is asked at each, and connections are looked up and translated where the kernel does.
// In: a packet under way, a hook, its devices. Out: whether it goes on; the packet is changed in place.
import type { HookPlace, HookResult, MemoryNft, MemoryPacket } from '@weir/nftables-json';
import { type Conntrack, type Tracking, type Translate, translated } from './conntrack.ts';
import { type Family, familyOf, type Side } from './packet.ts';
import { type Bridge, fibOf, type Plan } from './plan.ts';

/** The running host. */
export interface Host {
  readonly plan: Plan;
  readonly nft: MemoryNft;
  /** Connections, and those of packets that came back in from outside. WHY: as if another host had them; see `memory-host.ts`. */
  readonly conntracks: readonly [Conntrack, Conntrack];
  /** Bridged packets pass the inet hooks too, and the bridge's own hooks know no connections. */
  readonly isBridgeNetfilter: boolean;
}

/** A packet under way. */
export interface Travelling {
  frame: Uint8Array;
  mark: number;
  /** Undefined: nobody has looked it up yet. */
  tracking: Tracking | undefined;
  /** What connection tracking will say, where it is told; a related one is the first of its connection. */
  readonly assumed?: 'invalid' | 'untracked' | 'related';
  /** Verdicts are not obeyed: the connection is one that other rules let in. */
  readonly isWavedThrough: boolean;
  /** The host's device to the outside. */
  readonly device: string;
  /** It was outside of the host already. */
  hasLeft: boolean;
  /** Which of the tables of connections is asked. */
  leg: 0 | 1;
}

export const conntrackOf = ({ conntracks }: Host, { leg }: Travelling): Conntrack => conntracks[leg];

export type Devices = Pick<MemoryPacket, 'iifname' | 'oifname' | 'ibrname' | 'obrname'>;
export type Word = 'accept' | 'drop' | 'reject';
type Priorities = NonNullable<HookPlace['priorities']>;

const LINK_BYTES = 14;
const FAMILY = { ipv4: 'ip', ipv6: 'ip6' } as const;

export function track(host: Host, packet: Travelling): void {
  if (packet.tracking !== undefined) return;
  const found = conntrackOf(host, packet).track(packet.frame, packet.assumed === 'related');
  const isNone = packet.assumed === 'invalid' || packet.assumed === 'untracked';
  packet.tracking = found === undefined ? undefined : isNone ? packet.assumed : found;
}

const connectionOf = (tracking: Tracking | undefined): Pick<MemoryPacket, 'ct'> => {
  if (tracking === undefined) return {};
  if (typeof tracking === 'string') return { ct: { state: tracking } };
  const { entry, direction, state } = tracking;
  const status = [...entry.translated].map((side) => (side === 'source' ? 'snat' : 'dnat') as 'snat' | 'dnat');
  return { ct: { state, direction, status, count: 1 } };
};

function ask(
  { nft, plan }: Host,
  packet: Travelling,
  place: HookPlace,
  devices: Devices,
  given: Pick<MemoryPacket, 'frame' | 'packet' | 'ct'>,
): { readonly word: Word; readonly result: HookResult } {
  const isGroup = ((packet.frame[0] ?? 0) & 1) !== 0;
  const result = nft.evaluate(
    { ...given, ...devices, mark: packet.mark, fib: fibOf(plan), ...(!isGroup && { pkttype: 'other' }) },
    place,
  );
  packet.mark = result.packet.mark ?? 0;
  const isRefused = result.verdict === 'drop' && result.effects.some(({ kind }) => kind === 'reject');
  return { result, word: packet.isWavedThrough ? 'accept' : isRefused ? 'reject' : result.verdict };
}

/** A hook of the bridge. */
export function askBridge(
  host: Host,
  packet: Travelling,
  hook: 'prerouting' | 'output' | 'postrouting',
  devices: Devices,
  priorities?: Priorities,
): Word {
  const ct = host.isBridgeNetfilter ? {} : connectionOf(packet.tracking);
  const place: HookPlace = { family: 'bridge', hook, ...(priorities && { priorities }) };
  const { word, result } = ask(host, packet, place, devices, { frame: packet.frame, ...ct });
  packet.frame = result.packet.frame ?? packet.frame;
  return word;
}

/** Where the IP stack translates what (kernel: NF_IP_PRI_NAT_DST, NF_IP_PRI_NAT_SRC). */
const TRANSLATIONS = {
  prerouting: { priority: -100, side: 'destination' },
  output: { priority: -100, side: 'destination' },
  input: { priority: 100, side: 'source' },
  postrouting: { priority: 100, side: 'source' },
} as const satisfies Readonly<Record<string, { readonly priority: number; readonly side: Side }>>;

type InetHook = keyof typeof TRANSLATIONS | 'forward';

/** A hook of the IP stack, with translation at its place. */
export function askInet(host: Host, packet: Travelling, hook: InetHook, devices: Devices): Word {
  const family = familyOf(packet.frame);
  if (family === undefined) return 'accept';
  if (hook === 'prerouting' || hook === 'output') track(host, packet);
  if (hook === 'forward') return askPart(host, packet, family, hook, devices).word;
  const { priority, side } = TRANSLATIONS[hook];
  const before = askPart(host, packet, family, hook, devices, { below: priority }).word;
  if (before !== 'accept') return before;
  const word = translate(host, packet, family, hook, devices, side, priority);
  return word === 'accept' ? askPart(host, packet, family, hook, devices, { from: priority + 1 }).word : word;
}

function askPart(
  host: Host,
  packet: Travelling,
  family: Family,
  hook: InetHook,
  devices: Devices,
  priorities?: Priorities,
): ReturnType<typeof ask> {
  const place: HookPlace = { family: FAMILY[family], hook, ...(priorities && { priorities }) };
  const bare = packet.frame.subarray(LINK_BYTES);
  return ask(host, packet, place, devices, { packet: bare, ...connectionOf(packet.tracking) });
}

/** WHY: rules are asked about the first packet alone, and once for each end; all others are translated as it was (nf_nat_inet_fn). */
function translate(
  host: Host,
  packet: Travelling,
  family: Family,
  hook: InetHook,
  devices: Devices,
  side: Side,
  priority: number,
): Word {
  const { tracking } = packet;
  if (tracking === undefined || typeof tracking === 'string') return 'accept';
  const { entry, state } = tracking;
  if (state !== 'established' && !entry.settled.has(side)) {
    const { word, result } = askPart(host, packet, family, hook, devices, { from: priority, below: priority + 1 });
    if (word !== 'accept') return word;
    const effect = result.effects.find((one): one is Translate => ['snat', 'dnat', 'masquerade'].includes(one.kind));
    conntrackOf(host, packet).settle(entry, side, effect, ownAddress(host.plan, devices.oifname, family));
  }
  packet.frame = translated(packet.frame, tracking, side);
  return 'accept';
}

/** The host's address on a device. */
function ownAddress({ bridges, outer }: Plan, device: string | undefined, family: Family): bigint | undefined {
  const bridge: Bridge | undefined = bridges.find(({ name }) => name === device);
  const inside = bridge?.addresses.find((own) => own.family === family)?.address;
  return inside ?? outer.find((own) => own.family === family)?.low;
}
