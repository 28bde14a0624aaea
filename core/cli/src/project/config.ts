/**
 * The project file `weir.config.json`: which plugins, which target, which mark bits.
 *
 * In: its text and the file's name for diagnostics. Out: the settings with their places. Guaranteed: every unknown key
 * and every value of a wrong kind is a located error; nothing is skipped.
 */
import { MARK_NAMES, suggest, type MarkBits, type PassResult } from '@weir/compiler';
import type { Diagnostic, Span } from '@weir/plugin';
import { badConfig, unknownKey } from './diagnostics.ts';
import { readJsonTree, type JsonMember, type JsonNode } from './json-tree.ts';

/** Name of the project file; the directory it stands in is the project's root. */
export const CONFIG_FILE = 'weir.config.json';

/** A setting and where it stands. */
export interface Configured<T> {
  readonly value: T;
  readonly span: Span;
}

/** What a project file can say. */
export interface ProjectConfig {
  /** Package names, relative paths (`./…`, `../…`) or `weir:builtin`; replaces the default list. */
  readonly plugins?: readonly Configured<string>[];
  /** Name of a target, or `running`. */
  readonly target?: Configured<string>;
  /** Bits of the packet mark that Weir may use instead of the target's. */
  readonly marks?: Configured<Partial<MarkBits>>;
}

interface Reading {
  readonly file: string;
  readonly found: Diagnostic[];
}

type Reader = (node: JsonNode, reading: Reading) => unknown;

const KEYS: Readonly<Record<'$schema' | keyof ProjectConfig, Reader>> = {
  $schema: readText,
  plugins: readPlugins,
  target: readText,
  marks: readMarks,
};

/** Reads a project file. On errors the value holds what could be read. */
export function readConfig(text: string, file: string): PassResult<ProjectConfig> {
  const reading: Reading = { file, found: [] };
  const tree = readJsonTree(text);
  if (!('kind' in tree)) {
    return { value: {}, diagnostics: [badConfig({ file, start: tree.start, end: tree.end }, { what: tree.message })] };
  }
  const value = readObject(tree, KEYS, reading);
  return { value: value as ProjectConfig, diagnostics: reading.found };
}

function spanOf(node: JsonNode | JsonMember, reading: Reading): Span {
  return { file: reading.file, start: node.start, end: node.end };
}

function refuse(node: JsonNode, reading: Reading, what: string): undefined {
  reading.found.push(badConfig(spanOf(node, reading), { what }));
  return undefined;
}

function readObject(node: JsonNode, keys: Readonly<Record<string, Reader>>, reading: Reading): Record<string, unknown> {
  const value: Record<string, unknown> = {};
  if (node.kind !== 'object') {
    refuse(node, reading, 'an object `{ … }` is expected here');
    return value;
  }
  for (const member of node.members) {
    const reader = Object.hasOwn(keys, member.key) ? keys[member.key] : undefined;
    const near = reader ? undefined : suggest(member.key, Object.keys(keys));
    if (!reader) {
      const parameters = { key: member.key, known: Object.keys(keys), ...(near !== undefined && { near }) };
      reading.found.push(unknownKey(spanOf(member, reading), parameters));
      continue;
    }
    const read = reader(member.value, reading);
    if (read !== undefined) value[member.key] = read;
  }
  return value;
}

function readText(node: JsonNode, reading: Reading): Configured<string> | undefined {
  if (node.kind === 'scalar' && typeof node.value === 'string' && node.value !== '') {
    return { value: node.value, span: spanOf(node, reading) };
  }
  return refuse(node, reading, 'a text in double quotes is expected here');
}

function readPlugins(node: JsonNode, reading: Reading): readonly Configured<string>[] | undefined {
  if (node.kind !== 'array') return refuse(node, reading, 'a list of package names or paths is expected here');
  return node.items.flatMap((item) => readText(item, reading) ?? []);
}

function readMarks(node: JsonNode, reading: Reading): Configured<Partial<MarkBits>> {
  const bits = readObject(node, Object.fromEntries(MARK_NAMES.map((name) => [name, readBit])), reading);
  return { value: bits as Partial<MarkBits>, span: spanOf(node, reading) };
}

/** A bit of the packet mark, as a number or as text (`"0x400"`); whether it is one bit, the target's check says. */
function readBit(node: JsonNode, reading: Reading): number | undefined {
  const raw = node.kind === 'scalar' ? node.value : undefined;
  const value = typeof raw === 'string' && /^0x[0-9a-fA-F]{1,8}$/.test(raw) ? Number(raw) : raw;
  if (typeof value === 'number') return value;
  return refuse(node, reading, 'a number is expected here, e.g. `"0x400"`');
}
