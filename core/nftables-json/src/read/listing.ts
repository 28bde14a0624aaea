/**
 * The lenient reader of what nft prints. In: text or parsed JSON of nft 1.0.6 to 1.1.6. Out: typed objects in the order of the listing.
 * Guaranteed: never throws; what cannot be read is in `problems` and left out; lists that a release prints as bare strings are arrays.
 */
import type { Problem, ProblemCode } from '../check/problem.ts';
import { jsonPointer } from '../check/problem.ts';
import type { Metainfo } from '../types/command.ts';
import { OBJECT_KINDS } from '../types/kind.ts';
import type { NftObject } from '../types/object.ts';

/** What nft printed. */
export interface Listing {
  readonly metainfo: Metainfo | undefined;
  readonly objects: readonly NftObject[];
  /** What could not be read; empty for every known release. */
  readonly problems: readonly Problem[];
}

type Json = Readonly<Record<string, unknown>>;

const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value);

/** Reads a listing. */
export function readListing(source: unknown): Listing {
  const problems: Problem[] = [];
  const report = (path: readonly (string | number)[], code: ProblemCode, message: string): void => {
    problems.push({ path, pointer: jsonPointer(path), code, message });
  };
  const document = typeof source === 'string' ? parse(source, report) : source;
  const entries = isRecord(document) && Array.isArray(document['nftables']) ? document['nftables'] : undefined;
  if (entries === undefined) {
    if (problems.length === 0) report([], 'wrong-type', 'a listing is {"nftables": […]}');
    return { metainfo: undefined, objects: [], problems };
  }
  const objects: NftObject[] = [];
  let metainfo: Metainfo | undefined;
  for (const [index, entry] of entries.entries()) {
    const kind = isRecord(entry) ? Object.keys(entry)[0] : undefined;
    const body = isRecord(entry) && kind !== undefined ? entry[kind] : undefined;
    if (kind === undefined || !isRecord(body))
      report(['nftables', index], 'wrong-type', 'an entry is an object of one kind');
    else if (kind === 'metainfo') metainfo = body as Metainfo;
    else if (!isKnown(kind)) report(['nftables', index], 'unknown-word', `there is no object \`${kind}\``);
    else objects.push({ [kind]: readValue(kind, body) } as unknown as NftObject);
  }
  return { metainfo, objects, problems };
}

function isKnown(kind: string): boolean {
  return (OBJECT_KINDS as readonly string[]).includes(kind);
}

function parse(text: string, report: (path: readonly string[], code: ProblemCode, message: string) => void): unknown {
  try {
    return JSON.parse(text) as unknown;
  } catch (error) {
    report([], 'wrong-type', `the listing is no JSON: ${error instanceof Error ? error.message : String(error)}`);
    return undefined;
  }
}

/** Properties that are lists; nft 1.1.4 printed lists of one as the bare item. */
const LISTS: ReadonlySet<string> = new Set(['flags', 'type_flags']);

function readValue(key: string, value: unknown): unknown {
  if (LISTS.has(key) && typeof value === 'string') return [value];
  if (Array.isArray(value))
    return value.map((item) => (typeof item === 'object' ? readValue('', item) : (item as unknown)));
  return isRecord(value) ? readRecord(value) : value;
}

function readRecord(value: Json): Json {
  const result: Record<string, unknown> = {};
  for (const key of Object.keys(value)) result[key] = readValue(key, value[key]);
  return result;
}
