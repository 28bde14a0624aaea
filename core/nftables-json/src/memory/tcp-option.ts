/**
 * Whether a TCP option is there. In: the kind. Out: a load of 0 or 1. WHY: the walk is that of Linux (6.18, nft_exthdr): it needs the whole
 * header, passes an end-of-options byte, never looks at the last byte, and finds nothing behind an option that is longer than the header.
 */
import type { ExpressionBodies } from '../types/expression.ts';
import type { TcpOptionName } from '../types/option-field.ts';
import type { Load, Run } from './run.ts';

const TCP = 6;
const FIXED_LENGTH = 20;

/** Undefined for what reads more than presence. A kind by its number with its first byte asks for just that (nft 1.0.6, tried). */
export function loadTcpOption(body: ExpressionBodies['tcp option']): Load | undefined {
  const kind = kindOf(body);
  return kind === undefined ? undefined : (run) => (isThere(run, kind) ? 1 : 0);
}

function kindOf(body: ExpressionBodies['tcp option']): number | undefined {
  if ('base' in body) return body.offset === 0 && body.len === 8 ? body.base : undefined;
  return body.field === undefined ? KINDS[body.name] : undefined;
}

/** Kinds of the TCP options that have a name (IANA). */
const KINDS: Readonly<Partial<Record<TcpOptionName, number>>> = {
  maxseg: 2,
  window: 3,
  'sack-permitted': 4,
  'sack-perm': 4,
  sack: 5,
  timestamp: 8,
  md5sig: 19,
  mptcp: 30,
  fastopen: 34,
};

function isThere({ layers }: Run, kind: number): boolean {
  const { bytes, transport, l4proto } = layers;
  if (l4proto !== TCP || transport === undefined) return false;
  const length = ((bytes[transport + 12] ?? 0) >> 4) * 4;
  if (length < FIXED_LENGTH || transport + length > bytes.length) return false;
  let at = FIXED_LENGTH;
  while (at < length - 1) {
    const [found = 0, size = 0] = bytes.subarray(transport + at, transport + at + 2);
    const step = found < 2 || size === 0 ? 1 : size;
    if (found === kind) return at + step <= length;
    at += step;
  }
  return false;
}
