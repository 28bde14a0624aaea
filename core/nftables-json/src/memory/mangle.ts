/**
 * Changes of the packet. In: a mangle statement. Out: a step that changes marks or header fields; headers in a copy, with their checksums
 * kept right (RFC 1624) as the kernel does for named fields. Raw bits are changed without a checksum, as nft does.
 */
import type { ExpressionObject } from '../types/expression.ts';
import type { StatementBodies } from '../types/statement.ts';
import { SYMBOLS } from '../types/symbol.ts';
import { typeOfExpression } from '../value/value-type.ts';
import { writeBits } from './atom.ts';
import { EvaluationError, Refusal } from './error.ts';
import type { Place } from './read.ts';
import { bitOffset, placeOf, unsupported } from './read.ts';
import type { Load, Run, Step } from './run.ts';
import type { Scope } from './scope.ts';
import { compileValue } from './value-source.ts';

/** Compiles a change of the packet. */
export function compileMangle(body: StatementBodies['mangle'], scope: Scope): Step {
  const key = body.key as ExpressionObject;
  const [type] = typeOfExpression(key) ?? [];
  if (type === undefined) throw new Refusal('wrong-type', 'this cannot be set');
  if ('payload' in key) {
    const place = placeOf(key.payload, scope);
    if (place === undefined) return unsupportedStep('a change inside of a payload');
    const load = compileValue(body.value, type, 'network', scope);
    const name =
      'base' in key.payload
        ? `@${key.payload.base},${place.offset},${place.bits}`
        : `${key.payload.protocol} ${key.payload.field}`;
    return changing(load, name, (run, value) => writePlace(run, place, value));
  }
  if ('meta' in key) {
    const load = compileValue(body.value, type, 'host', scope);
    const write = META_WRITES[key.meta.key];
    return write === undefined
      ? unsupportedStep(`setting \`meta ${key.meta.key}\``)
      : changing(load, `meta ${key.meta.key}`, write);
  }
  if ('ct' in key && key.ct.key === 'mark')
    return changing(compileValue(body.value, type, 'host', scope), 'ct mark', writeCtMark);
  return unsupportedStep('setting this place');
}

function unsupportedStep(what: string): Step {
  const refuse = unsupported(what);
  return (run) => (refuse(run) === undefined ? 'break' : 'next');
}

/** True when it was changed; false breaks the rule. */
type Write = (run: Run, value: ReturnType<Load> & {}) => boolean;

function changing(load: Load, place: string, write: Write): Step {
  return (run) => {
    const value = load(run);
    if (value === undefined) return 'break';
    if (!write(run, value)) return 'break';
    run.effects.push({ kind: 'mangle', rule: run.rule, place, value });
    return 'next';
  };
}

const META_WRITES: Readonly<Partial<Record<string, Write>>> = {
  mark: (run, value) => {
    run.mark = Number(value);
    return true;
  },
  priority: (run, value) => {
    run.priority = Number(value);
    return true;
  },
  nftrace: (run, value) => {
    run.nftrace = Number(value);
    return true;
  },
  pkttype: (run, value) => {
    const names = SYMBOLS.pkt_type ?? {};
    if (!Object.values(names).includes(Number(value)))
      throw new EvaluationError('misuse', `there is no packet type ${value}`);
    run.pkttype = Number(value);
    return true;
  },
};

/** WHY: without an entry the kernel leaves it at that and goes on with the rule. */
function writeCtMark(run: Run, value: ReturnType<Load> & {}): boolean {
  if (run.input.ct !== undefined && run.ctState !== 'invalid' && run.ctState !== 'untracked')
    run.ctMark = Number(value);
  return true;
}

function writePlace(run: Run, place: Place, value: ReturnType<Load> & {}): boolean {
  const start = bitOffset(place, run);
  if (start === undefined) return false;
  const bytes = run.layers.bytes.slice();
  if (!writeBits(bytes, start, place.bits, value)) return false;
  for (const checksum of checksums(run, place)) adjust(bytes, run.layers.bytes, start, place.bits, checksum);
  run.layers = { ...run.layers, bytes };
  return true;
}

/** A checksum to keep right: where it is, where its words are counted from, and whether zero means that there is none. */
interface Checksum {
  readonly at: number;
  readonly from: number;
  readonly isOptional: boolean;
}

/** Offset of the checksum in the transport header, by protocol number. */
const TRANSPORT_CHECKSUMS: Readonly<Record<number, number>> = { 1: 2, 2: 2, 6: 16, 17: 6, 33: 6, 58: 2, 136: 6 };
/** Protocols whose checksum covers the addresses. */
const COVERS_ADDRESSES: ReadonlySet<number> = new Set([6, 17, 58, 136]);

function checksums({ layers }: Run, place: Place): readonly Checksum[] {
  const { network, transport, l4proto } = layers;
  const found: Checksum[] = [];
  const offset = l4proto === undefined ? undefined : TRANSPORT_CHECKSUMS[l4proto];
  const own =
    transport === undefined || offset === undefined
      ? undefined
      : { at: transport + offset, isOptional: l4proto === 17 };
  if (place.protocol === 'ip') {
    found.push({ at: network + 10, from: network, isOptional: false });
    const isAddress = place.offset >= 96;
    if (isAddress && own !== undefined && l4proto !== 58 && COVERS_ADDRESSES.has(l4proto ?? 0))
      found.push({ ...own, from: network });
  } else if (place.protocol === 'ip6') {
    const isAddress = place.offset >= 64;
    if (isAddress && own !== undefined && COVERS_ADDRESSES.has(l4proto ?? 0)) found.push({ ...own, from: network });
  } else if (
    place.base === 'th' &&
    place.protocol !== undefined &&
    place.protocol !== 'th' &&
    own !== undefined &&
    transport !== undefined
  ) {
    found.push({ ...own, from: transport });
  }
  return found;
}

/** RFC 1624: the new checksum from the old one and the words that changed. */
function adjust(bytes: Uint8Array, before: Uint8Array, start: number, bits: number, checksum: Checksum): void {
  const first = checksum.from + (((start >> 3) - checksum.from) & ~1);
  const last = (start + bits + 7) >> 3;
  const isSelf = checksum.at >= first && checksum.at < last;
  const old = word(bytes, checksum.at);
  if (isSelf || checksum.at + 2 > bytes.length || (checksum.isOptional && old === 0)) return;
  let sum = ~old & 0xffff;
  for (let at = first; at < last; at += 2) sum += (~word(before, at) & 0xffff) + word(bytes, at);
  while (sum > 0xffff) sum = (sum & 0xffff) + (sum >>> 16);
  const fresh = ~sum & 0xffff;
  const stored = fresh === 0 && checksum.isOptional ? 0xffff : fresh;
  bytes[checksum.at] = stored >> 8;
  bytes[checksum.at + 1] = stored & 0xff;
}

function word(bytes: Uint8Array, at: number): number {
  return ((bytes[at] ?? 0) << 8) | (bytes[at + 1] ?? 0);
}
