// What an nftables in memory says to the frames of a corpus site: at the ports, and at the hooks of the networks' tables. In: loaded rules. Out: one line
// for each frame: the verdict and everything else that a packet can show.
import type { Policy, Target } from '@weir/compiler';
import { createMemoryNft, EvaluationError, MemoryNftError } from '@weir/nftables-json';
import type { HookPlace, HookResult, MemoryNft, MemoryPacket, NftDocument } from '@weir/nftables-json';
import { baseFrames, type Ends } from '../agreement/base-frames.ts';
import type { State, Trial } from './corpus-site.ts';

const plain = (_key: string, value: unknown): unknown =>
  typeof value === 'bigint' ? `${value}` : value instanceof Uint8Array ? [...value].join(' ') : value;

/** Verdict, effects and marks, without the places of rules. */
function shown({ verdict, effects, packet }: HookResult): string {
  const bare = effects.map(({ rule: _rule, ...rest }) => rest);
  return `${verdict} ${JSON.stringify([bare, packet.mark, packet.ct?.mark, packet.frame?.length], plain)}`;
}

/** Which rules matched, and what each chain said. */
const ways = ({ chains, matched }: HookResult): string =>
  JSON.stringify([
    chains.map(({ chain, verdict, rule }) => [chain, verdict, rule?.comment]),
    matched.map(({ chain, comment }) => [chain, comment]),
  ]);

export interface Answer {
  readonly shown: string;
  readonly verdict: 'accept' | 'drop';
  readonly way: string;
}

function answer(nft: MemoryNft, packet: MemoryPacket, place: HookPlace): Answer {
  try {
    const result = nft.evaluate(packet, place);
    return { shown: shown(result), verdict: result.verdict, way: ways(result) };
  } catch (error) {
    if (!(error instanceof EvaluationError)) throw error;
    return { shown: `no verdict: ${error.message}`, verdict: 'drop', way: '' };
  }
}

/** The documents in a memory of their own; undefined where it says that it cannot do what they ask for. */
export function loaded(documents: readonly NftDocument[], { nft: version }: Target): MemoryNft | undefined {
  const nft = createMemoryNft({ version });
  try {
    for (const one of documents) nft.load(one);
  } catch (error) {
    if (error instanceof MemoryNftError && error.reason === 'unsupported') return undefined;
    throw error;
  }
  return nft;
}

/** What connection tracking has told the bridge: itself, or by bits of the mark where it does not see bridged frames. */
function known({ kernel, marks }: Target, state: State): Pick<MemoryPacket, 'ct' | 'mark'> {
  if (kernel.bridgeConntrack) return { ct: { state, direction: state === 'new' ? 'original' : 'reply' } };
  return { mark: state === 'new' ? 0 : state === 'invalid' ? marks.invalid : marks.established };
}

/** Answers to the frames of one port. */
export function atPort(nft: MemoryNft, target: Target, { port, direction, frames }: Trial): readonly Answer[] {
  const device = direction === 'out' ? { iifname: port.ifname } : { oifname: port.ifname };
  const place = { family: 'bridge', hook: direction === 'out' ? 'prerouting' : 'postrouting' } as const;
  return frames.map(({ bytes, state }) => answer(nft, { frame: bytes, ...device, ...known(target, state) }, place));
}

const text4 = (value: bigint): string => [24n, 16n, 8n, 0n].map((shift) => (value >> shift) & 255n).join('.');
const text6 = (value: bigint): string =>
  [112n, 96n, 80n, 64n, 48n, 32n, 16n, 0n].map((shift) => ((value >> shift) & 0xffffn).toString(16)).join(':');

const MAC = '52:54:00:00:00:99';

/** Ends between guests of different networks, the world and a stranger. */
function endsOf({ ports, networks }: Policy): readonly Ends[] {
  const firsts = networks.flatMap(({ view }) => ports.filter(({ network }) => network === view.name).slice(0, 2));
  const four = [...firsts.flatMap(({ ipv4 }) => ipv4.slice(0, 1).map(({ low }) => text4(low + 1n))), '198.51.100.7'];
  const six = [...firsts.flatMap(({ ipv6 }) => ipv6.slice(0, 1).map(({ low }) => text6(low + 1n))), '2001:db8::7'];
  const rounds = Math.max(four.length, six.length);
  return Array.from({ length: rounds }, (_, at) => ({
    srcMac: MAC,
    dstMac: MAC,
    src4: four[at % four.length] ?? '',
    dst4: four[(at + 1) % four.length] ?? '',
    src6: six[at % six.length] ?? '',
    dst6: six[(at + 1) % six.length] ?? '',
  }));
}

interface Question {
  readonly packet: MemoryPacket;
  readonly place: HookPlace;
}

const HOOKS = ['prerouting', 'input', 'forward', 'output', 'postrouting'] as const;

/** Packets for the hooks of IPv4 and IPv6: between the bridges and the device `eth0`, from and to guests and others. */
export function hookQuestions(policy: Policy): readonly Question[] {
  const devices = [...policy.networks.slice(0, 3).map(({ topology }) => topology.bridge.name), 'eth0'];
  const packets = endsOf(policy).flatMap((ends) =>
    baseFrames(ends)
      .filter((frame) => (frame[12] === 0x08 ? frame[13] === 0 : frame[12] === 0x86))
      .filter((_, at) => at % 7 === 0)
      .map((frame) => ({ packet: frame.slice(14), family: frame[12] === 0x08 ? ('ip' as const) : ('ip6' as const) })),
  );
  const states = ['new', 'established', 'invalid'] as const;
  return packets.flatMap(({ packet, family }, number) =>
    HOOKS.flatMap((hook, turn): readonly Question[] => {
      const iifname = hook === 'output' || hook === 'postrouting' ? '' : devices[(number + turn) % devices.length];
      const oifname = hook === 'prerouting' || hook === 'input' ? '' : devices[(number + turn + 1) % devices.length];
      const state = states[(number >> 1) % states.length] ?? 'new';
      return [
        { packet: { packet, iifname: iifname ?? '', oifname: oifname ?? '', ct: { state } }, place: { family, hook } },
      ];
    }),
  );
}

/** Answers to them. */
export const atHooks = (nft: MemoryNft, questions: readonly Question[]): readonly Answer[] =>
  questions.map(({ packet, place }) => answer(nft, packet, place));
