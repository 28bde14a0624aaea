/**
 * Reads a rule file into a tree.
 *
 * In: a file's name and text. Out: the tree and every syntax problem. Guaranteed: pure; never throws on any text; what
 * could not be read is an error node or marks the item around it as `broken`, and has a problem; nothing is skipped
 * silently.
 */
import { parse, SyntaxError as Unreadable } from '../generated/parser.js';
import { diagnose, type Complaint } from './diagnose.ts';
import { readLayout, type Layout } from './layout.ts';
import type { SyntaxProblem } from './problem.ts';
import type { Claim, FileTree, Flow, Item, Located } from './tree.ts';

/** What {@link parseFile} gives. */
export interface ParsedFile {
  readonly tree: FileTree;
  /** In order of appearance; empty when the whole file was read. */
  readonly problems: readonly SyntaxProblem[];
}

/** What {@link parseFlow} gives: `flow` is absent when there are problems. */
export interface ParsedFlow {
  readonly flow?: Flow;
  readonly problems: readonly SyntaxProblem[];
}

/** What {@link parseClaim} gives: `claim` is absent when there are problems. */
export interface ParsedClaim {
  readonly claim?: Claim;
  readonly problems: readonly SyntaxProblem[];
}

type StrictRule = 'StrictItem' | 'StrictStatement' | 'StrictSetting' | 'StrictExpectation' | 'StrictClaim';

interface Hole extends Located {
  readonly rule: StrictRule;
}

/** Parses one rule file. `file` is only carried into the tree. */
export function parseFile(file: string, text: string): ParsedFile {
  const layout = readLayout(text);
  if (layout.tooDeep) {
    const items = [{ kind: 'error-item', start: 0, end: text.length }] as const;
    return { tree: { file, text, items, comments: layout.comments }, problems: layout.problems };
  }
  const found: Hole[] = [];
  const read = parse(text, { startRule: 'File', layout, base: 0, holes: found });
  const holes = distinct(text, found);
  const problems = [...layout.problems, ...holes.flatMap((hole) => problemsOf(text, hole, layout))].toSorted(
    (a, b) => a.start - b.start || a.end - b.end,
  );
  const items = markBroken(
    read.map((item) => (item.kind === 'error-item' ? trimmed(text, item) : item)),
    [...holes, ...layout.problems],
  );
  return { tree: { file, text, items, comments: layout.comments }, problems };
}

/** Parses a flow as tests write it: `tcp 203.0.113.9 -> web1 port 443`. Offsets are into `text`. */
export function parseFlow(text: string): ParsedFlow {
  const { found, problems } = parseWhole<Flow>(text, 'StrictFlow');
  return { ...(found && { flow: found }), problems };
}

/** Parses a claim as asserts write it: `never from world to network(lab)`. Offsets are into `text`. */
export function parseClaim(text: string): ParsedClaim {
  const { found, problems } = parseWhole<Claim>(text, 'StrictClaim');
  return { ...(found && { claim: found }), problems };
}

/** INVARIANT: the start rule gives a `T`. */
function parseWhole<T>(
  text: string,
  startRule: 'StrictFlow' | 'StrictClaim',
): { readonly found?: T; readonly problems: readonly SyntaxProblem[] } {
  const layout = readLayout(text);
  if (layout.problems.length > 0) return { problems: layout.problems };
  try {
    return { found: parse(text, { startRule, layout, base: 0, holes: [] }) as T, problems: [] };
  } catch (error) {
    const hole = trimmed(text, { start: 0, end: text.length });
    return { problems: [diagnose(text, hole, complaintOf(error, 0))] };
  }
}

/** The same hole may be met twice when the parser goes back; an outer one does not replace those inside it. */
function distinct(text: string, holes: readonly Hole[]): readonly Hole[] {
  const byPlace = new Map<string, Hole>();
  for (const hole of holes) byPlace.set(`${hole.start}-${hole.end}`, trimmed(text, hole));
  return [...byPlace.values()].toSorted((a, b) => a.start - b.start || b.end - a.end);
}

/** A problem of the layout inside the hole explains it already. */
function problemsOf(text: string, hole: Hole, layout: Layout): readonly SyntaxProblem[] {
  if (firstWithin(layout.problems, hole)) return [];
  const slice = text.slice(hole.start, hole.end);
  try {
    parse(slice, { startRule: hole.rule, layout, base: hole.start, holes: [] });
    return [diagnose(text, hole, undefined)];
  } catch (error) {
    return [diagnose(text, hole, complaintOf(error, hole.start))];
  }
}

function complaintOf(error: unknown, base: number): Complaint {
  if (!(error instanceof Unreadable)) throw error;
  return { at: error.location.start.offset + base, expected: error.expected ?? [] };
}

/** Items around a hole or a layout problem are marked, so that nothing is emitted for them. Both lists are in order. */
function markBroken(items: readonly Item[], wrong: readonly Located[]): readonly Item[] {
  if (wrong.length === 0) return items;
  const places = wrong.toSorted((a, b) => a.start - b.start);
  return items.map((item) =>
    item.kind !== 'error-item' && firstWithin(places, item) ? { ...item, broken: true } : item,
  );
}

/** The first of `places` (sorted by start) that begins within `area`. */
function firstWithin<T extends Located>(places: readonly T[], area: Located): T | undefined {
  let [low, high] = [0, places.length];
  while (low < high) {
    const middle = (low + high) >> 1;
    if ((places[middle]?.start ?? 0) < area.start) low = middle + 1;
    else high = middle;
  }
  const place = places[low];
  return place && place.start < Math.max(area.end, area.start + 1) ? place : undefined;
}

/** Error nodes are cut before the blanks that end them. */
function trimmed<T extends Located>(text: string, at: T): T {
  let { end } = at;
  while (end > at.start && ' \t\r\n'.includes(text.charAt(end - 1))) end -= 1;
  return end === at.end ? at : { ...at, end };
}
