/**
 * A JSON text with the place of every key and value, for files that people write by hand.
 *
 * In: text. Out: a tree with UTF-16 offsets, or where and why it cannot be read. Guaranteed: accepts exactly RFC 8259
 * and refuses a key that stands twice in one object.
 */

/** A value and where it stands. */
export type JsonNode = { readonly start: number; readonly end: number } & (
  | { readonly kind: 'scalar'; readonly value: string | number | boolean | null }
  | { readonly kind: 'array'; readonly items: readonly JsonNode[] }
  | { readonly kind: 'object'; readonly members: readonly JsonMember[] }
);

/** `"key": value`; the offsets are the key's. */
export interface JsonMember {
  readonly key: string;
  readonly start: number;
  readonly end: number;
  readonly value: JsonNode;
}

/** Why a text is not JSON, and where. */
export interface JsonProblem {
  readonly message: string;
  readonly start: number;
  readonly end: number;
}

class Stop extends Error {
  readonly problem: JsonProblem;
  constructor(problem: JsonProblem) {
    super(problem.message);
    this.problem = problem;
  }
}

const SPACE = /[ \t\r\n]*/y;
const SCALAR = /"(?:[^"\\\u0000-\u001f]|\\.)*"|-?\d[\d.eE+-]*|true|false|null/y; // oxlint-disable-line no-control-regex
const DEEPEST = 100;

interface Cursor {
  readonly text: string;
  at: number;
}

/** Reads one JSON value that is the whole text. */
export function readJsonTree(text: string): JsonNode | JsonProblem {
  const cursor: Cursor = { text, at: 0 };
  try {
    const node = readValue(cursor, 0);
    skipSpace(cursor);
    if (cursor.at < text.length) throw unexpected(cursor, 'the end of the file');
    return node;
  } catch (error) {
    if (error instanceof Stop) return error.problem;
    throw error;
  }
}

function unexpected(cursor: Cursor, wanted: string): Stop {
  const found = cursor.text.at(cursor.at);
  const message =
    found === undefined ? `expected ${wanted} but the file ends` : `expected ${wanted}, found \`${found}\``;
  return new Stop({ message, start: cursor.at, end: Math.min(cursor.at + 1, cursor.text.length) });
}

function skipSpace(cursor: Cursor): void {
  SPACE.lastIndex = cursor.at;
  SPACE.exec(cursor.text);
  cursor.at = SPACE.lastIndex;
}

function take(cursor: Cursor, sign: string): boolean {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== sign) return false;
  cursor.at += 1;
  return true;
}

function readScalar(cursor: Cursor, wanted: string): JsonNode & { readonly kind: 'scalar' } {
  const start = cursor.at;
  SCALAR.lastIndex = start;
  const found = SCALAR.exec(cursor.text)?.[0];
  if (found === undefined) throw unexpected(cursor, wanted);
  cursor.at = start + found.length;
  try {
    const value = JSON.parse(found) as string | number | boolean | null;
    return { kind: 'scalar', value, start, end: cursor.at };
  } catch {
    throw new Stop({ message: 'this is not a JSON value', start, end: cursor.at });
  }
}

function readValue(cursor: Cursor, depth: number): JsonNode {
  skipSpace(cursor);
  const start = cursor.at;
  if (depth > DEEPEST) throw new Stop({ message: 'nested too deeply', start, end: start + 1 });
  if (take(cursor, '[')) return { kind: 'array', items: readItems(cursor, depth), start, end: cursor.at };
  if (take(cursor, '{')) return { kind: 'object', members: readMembers(cursor), start, end: cursor.at };
  return readScalar(cursor, 'a value');

  function readMembers(at: Cursor): readonly JsonMember[] {
    const members: JsonMember[] = [];
    if (take(at, '}')) return members;
    do members.push(readMember(at, members, depth));
    while (take(at, ','));
    if (!take(at, '}')) throw unexpected(at, '`,` or `}`');
    return members;
  }
}

function readItems(cursor: Cursor, depth: number): readonly JsonNode[] {
  const items: JsonNode[] = [];
  if (take(cursor, ']')) return items;
  do items.push(readValue(cursor, depth + 1));
  while (take(cursor, ','));
  if (!take(cursor, ']')) throw unexpected(cursor, '`,` or `]`');
  return items;
}

function readMember(cursor: Cursor, before: readonly JsonMember[], depth: number): JsonMember {
  skipSpace(cursor);
  if (cursor.text[cursor.at] !== '"') throw unexpected(cursor, 'a key in double quotes');
  const { value: key, start, end } = readScalar(cursor, 'a key');
  if (before.some((member) => member.key === key)) {
    throw new Stop({ message: `the key \`${String(key)}\` stands here a second time`, start, end });
  }
  if (!take(cursor, ':')) throw unexpected(cursor, '`:`');
  return { key: String(key), start, end, value: readValue(cursor, depth + 1) };
}
