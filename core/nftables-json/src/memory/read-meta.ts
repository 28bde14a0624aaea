/** Loads of `meta`: what is known of a packet beside its headers. In: a key. Out: its load. */
import type { MetaKey } from '../types/meta-key.ts';
import { metaKeyInfo } from '../types/meta-key.ts';
import { SYMBOLS } from '../types/symbol.ts';
import { EvaluationError } from './error.ts';
import type { Load, Run } from './run.ts';
import { nfprotoOf } from './scope.ts';

const ETHER = 1;

/** The packet type as a number: what the caller said, else what the destination address tells of itself. */
function packetType(run: Run): number {
  if (run.pkttype !== undefined) return run.pkttype;
  const { layers } = run;
  if (layers.hasLink && (layers.bytes[0] ?? 0) % 2 === 1) {
    const isBroadcast = layers.bytes.subarray(0, 6).every((byte) => byte === 0xff);
    return isBroadcast ? 1 : 2;
  }
  throw new EvaluationError('fact-missing', '`meta pkttype` is asked but not given');
}

/** WHY: a device that the hook does not have reads as the empty name; its other properties break the rule (Linux nft_meta). */
const LOADS: Readonly<Partial<Record<MetaKey, Load>>> = {
  length: ({ layers }) => layers.length,
  protocol: ({ layers }) => layers.protocol,
  nfproto: nfprotoOf,
  l4proto: ({ layers }) => layers.l4proto,
  priority: (run) => run.priority,
  mark: (run) => run.mark,
  nftrace: (run) => run.nftrace,
  iif: ({ input }) => input.iifname ?? '',
  oif: ({ input }) => input.oifname ?? '',
  iifname: ({ input }) => input.iifname ?? '',
  oifname: ({ input }) => input.oifname ?? '',
  iiftype: ({ input, layers }) => input.meta?.['iiftype'] ?? (layers.hasLink ? ETHER : undefined),
  ibrname: ({ input }) => input.ibrname,
  ibriport: ({ input }) => input.ibrname,
  obrname: ({ input }) => input.obrname,
  obriport: ({ input }) => input.obrname,
  pkttype: packetType,
};

/** The load of a meta key. Keys that depend on more than the packet are asked from `meta` of the packet. */
export function loadMeta(key: MetaKey): Load {
  const known = LOADS[key];
  if (known !== undefined) return known;
  const isName = metaKeyInfo(key)?.type === 'ifname';
  return ({ input }) => {
    const value = input.meta?.[key];
    if (value !== undefined) return value;
    if (isName) throw new EvaluationError('unsupported', `the in-memory nftables does not carry out \`meta ${key}\``);
    throw new EvaluationError('fact-missing', `\`meta ${key}\` is asked but not given`);
  };
}

/** Number of a packet type by its word. */
export function packetTypeOf(word: string | undefined): number | undefined {
  return word === undefined ? undefined : SYMBOLS.pkt_type?.[word];
}
