/**
 * The first look at a file: comments, text and brackets, before any grammar.
 *
 * In: the text. Out: where comments stand, which brackets are partners, which newlines are inside round brackets, and
 * what is wrong at this level. Guaranteed: linear time, never throws, and the same notion of comment and text as the
 * grammar. When brackets do not balance, indentation decides which one is to blame, so that the rest of the file is
 * still read; such a guess never makes a file valid, because the problem is reported either way.
 */
import { isStrange, strangeProblem } from './characters.ts';
import { isItemHead } from './item-head.ts';
import type { SyntaxProblem } from './problem.ts';
import type { Comment } from './tree.ts';

/** What the grammar may ask. All offsets are into the whole file. */
export interface Layout {
  readonly comments: readonly Comment[];
  /** Doc comments by the offset of what follows them directly. */
  readonly docs: ReadonlyMap<number, string>;
  readonly problems: readonly SyntaxProblem[];
  /** True when brackets nest deeper than {@link MAX_DEPTH}: the text must not be given to the grammar. */
  readonly tooDeep: boolean;
  /** Is the newline at this offset inside round brackets? */
  isSoft(offset: number): boolean;
  /** Does the opening bracket at this offset have its partner? */
  isPaired(offset: number): boolean;
  /** Does the `}` at this offset close nothing? */
  isStray(offset: number): boolean;
  /** Is a missing `}` taken to stand before this offset because an item begins here? */
  isBoundary(offset: number): boolean;
  /** Is the missing `}` of the `{` at `open` taken to stand at `offset`? */
  closesAt(open: number, offset: number): boolean;
}

/** Deepest nesting of brackets that is read. Real files stay below ten. */
export const MAX_DEPTH = 100;

interface Opening {
  readonly offset: number;
  readonly brace: boolean;
  readonly indent: number;
  /** How many soft newlines were known when it opened. */
  readonly soft: number;
}

interface Line {
  readonly start: number;
  indent: number;
  first: boolean;
}

interface Scan {
  readonly text: string;
  /** Second run: brackets are known not to balance, so indentation is heeded. */
  readonly recovering: boolean;
  readonly comments: Comment[];
  readonly docs: Map<number, string>;
  readonly problems: SyntaxProblem[];
  readonly open: Opening[];
  readonly soft: number[];
  readonly paired: Set<number>;
  readonly stray: Set<number>;
  readonly boundaries: Set<number>;
  readonly closes: Map<number, number>;
  line: Line;
  lineNumber: number;
  pendingDoc: string[];
  pendingDocLine: number;
  lastClosed: { readonly open: number; readonly close: number } | undefined;
  tooDeep: boolean;
}

/** Reads the layout of a text. Linear; at most two runs. */
export function readLayout(text: string): Layout {
  const plain = scan(text, false);
  const unbalanced = plain.problems.some(
    (p) => p.code === 'syntax/unclosed-bracket' || p.code === 'syntax/stray-bracket',
  );
  const result = unbalanced && !plain.tooDeep ? scan(text, true) : plain;
  const soft = new Set(result.soft);
  return {
    comments: result.comments,
    docs: result.docs,
    problems: result.problems.toSorted((a, b) => a.start - b.start || a.end - b.end),
    tooDeep: result.tooDeep,
    isSoft: (offset) => soft.has(offset),
    isPaired: (offset) => result.paired.has(offset),
    isStray: (offset) => result.stray.has(offset),
    isBoundary: (offset) => result.boundaries.has(offset),
    closesAt: (open, offset) => result.closes.get(open) === offset,
  };
}

function scan(text: string, recovering: boolean): Scan {
  const state: Scan = {
    text,
    recovering,
    comments: [],
    docs: new Map(),
    problems: [],
    open: [],
    soft: [],
    paired: new Set(),
    stray: new Set(),
    boundaries: new Set(),
    closes: new Map(),
    line: { start: 0, indent: 0, first: true },
    lineNumber: 0,
    pendingDoc: [],
    pendingDocLine: -1,
    lastClosed: undefined,
    tooDeep: false,
  };
  let at = text.startsWith('\uFEFF') ? 1 : 0;
  state.line = { start: at, indent: 0, first: true };
  while (at < text.length && !state.tooDeep) at = step(state, at);
  if (!state.tooDeep) closeAll(state, text.length);
  return state;
}

/** Reads one character, comment or text at `at`; gives the offset after it. */
function step(state: Scan, at: number): number {
  const char = state.text.charCodeAt(at);
  if (char === SPACE || char === TAB) return at + 1;
  if (char === LF || char === CR) return newline(state, at, char);
  if (char === HASH) return comment(state, at);
  if (state.line.first) lineBegins(state, at);
  switch (char) {
    case QUOTE:
      return quoted(state, at);
    case OPEN_BRACE:
    case OPEN_PAREN:
      return opening(state, at, char === OPEN_BRACE);
    case CLOSE_BRACE:
      return closingBrace(state, at);
    case CLOSE_PAREN:
      return closingParen(state, at);
    default:
      return isStrange(char) ? strange(state, at) : at + 1;
  }
}

function newline(state: Scan, at: number, char: number): number {
  if (state.open.at(-1)?.brace === false) state.soft.push(at);
  const next = char === CR && state.text.charCodeAt(at + 1) === LF ? at + 2 : at + 1;
  state.line = { start: next, indent: 0, first: true };
  state.lineNumber += 1;
  return next;
}

/** The first thing on a line that is neither blank nor a comment. */
function lineBegins(state: Scan, at: number): void {
  state.line.first = false;
  state.line.indent = at - state.line.start;
  if (state.pendingDocLine === state.lineNumber - 1 && state.pendingDoc.length > 0) {
    state.docs.set(at, state.pendingDoc.join('\n'));
  }
  state.pendingDoc = [];
  if (!state.recovering || state.open.length === 0) return;
  const outermost = state.open[0];
  if (outermost && state.line.indent <= outermost.indent && isItemHead(state.text, at)) {
    closeAll(state, at);
    state.boundaries.add(at);
  }
}

function comment(state: Scan, at: number): number {
  const end = lineEnd(state.text, at);
  const doc = state.text.charCodeAt(at + 1) === HASH;
  const marks = doc ? 2 : 1;
  const from = at + marks + (state.text.charCodeAt(at + marks) === SPACE ? 1 : 0);
  const text = state.text.slice(Math.min(from, end), end);
  state.comments.push({ kind: 'comment', start: at, end, doc, text });
  if (state.line.first) notePendingDoc(state, doc, text);
  findHidden(state, at, end);
  return end;
}

/** A doc comment belongs to what stands directly below its last line. */
function notePendingDoc(state: Scan, doc: boolean, text: string): void {
  if (!doc) state.pendingDoc = [];
  else if (state.pendingDocLine === state.lineNumber - 1) state.pendingDoc.push(text);
  else state.pendingDoc = [text];
  if (doc) state.pendingDocLine = state.lineNumber;
}

function quoted(state: Scan, at: number): number {
  const { text } = state;
  let end = at + 1;
  for (; end < text.length; end += 1) {
    const char = text.charCodeAt(end);
    if (char === QUOTE) break;
    if (char === LF || char === CR) break;
    if (char === BACKSLASH && end + 1 < text.length && !isLineBreak(text.charCodeAt(end + 1))) end += 1;
  }
  if (end < text.length && text.charCodeAt(end) === QUOTE) {
    findHidden(state, at, end);
    return end + 1;
  }
  const stop = Math.min(end, text.length);
  state.problems.push({
    code: 'syntax/unclosed-text',
    start: at,
    end: stop,
    message: 'this text is not closed on its line',
    expected: ['`"`'],
    help: 'text stands in double quotes on one line; write a line break in it as `\\n`',
  });
  return stop;
}

/** Characters in comments and text that are invisible or turn the reading direction: a reviewer would not see them. */
function findHidden(state: Scan, from: number, to: number): void {
  for (let at = from; at < to; at += 1) {
    const problem = strangeProblem(state.text, at, 'quoted');
    if (problem) state.problems.push(problem);
  }
}

function strange(state: Scan, at: number): number {
  const problem = strangeProblem(state.text, at, 'code');
  if (problem) state.problems.push(problem);
  return problem?.end ?? at + 1;
}

function opening(state: Scan, at: number, brace: boolean): number {
  state.open.push({ offset: at, brace, indent: state.line.indent, soft: state.soft.length });
  if (state.open.length > MAX_DEPTH) {
    state.tooDeep = true;
    state.problems.push({
      code: 'syntax/too-deep',
      start: at,
      end: at + 1,
      message: `brackets nest deeper than ${MAX_DEPTH} levels here`,
      expected: [],
      help: 'give the inner parts names, or check for brackets that were never closed',
    });
  }
  return at + 1;
}

function closingParen(state: Scan, at: number): number {
  const top = state.open.at(-1);
  if (top === undefined || top.brace) {
    state.problems.push(strayProblem(state, at, ')'));
  } else {
    state.open.pop();
    state.paired.add(top.offset);
  }
  return at + 1;
}

function closingBrace(state: Scan, at: number): number {
  if (!state.open.some((opened) => opened.brace)) return strayBrace(state, at);
  while (state.open.at(-1)?.brace === false) unclosed(state, at);
  if (state.recovering && at - state.line.start === state.line.indent) {
    while (dedented(state)) unclosed(state, at);
    while (state.open.at(-1)?.brace === false) unclosed(state, at);
    const top = state.open.at(-1);
    if (top && state.line.indent > top.indent && closedBelow(state, at, top.indent)) return strayBrace(state, at);
  }
  const top = state.open.pop();
  if (top) {
    state.paired.add(top.offset);
    state.lastClosed = { open: top.offset, close: at };
  }
  return at + 1;
}

/** Is the innermost `{` indented more than this line, while an outer one is left to be closed by it? */
function dedented(state: Scan): boolean {
  const top = state.open.at(-1);
  return top !== undefined && top.indent > state.line.indent && state.open.some((o) => o !== top && o.brace);
}

/** Does a later line, before the next item, begin with the `}` that fits the indentation? Then this one is too many. */
function closedBelow(state: Scan, at: number, indent: number): boolean {
  const { text } = state;
  for (
    let line = nextLine(text, at), seen = 0;
    line < text.length && seen < LOOK_AHEAD;
    line = nextLine(text, line), seen += 1
  ) {
    let first = line;
    while (text.charCodeAt(first) === SPACE || text.charCodeAt(first) === TAB) first += 1;
    if (first - line > indent || isLineBreak(text.charCodeAt(first))) continue;
    return text.charCodeAt(first) === CLOSE_BRACE && first - line === indent;
  }
  return false;
}

function strayBrace(state: Scan, at: number): number {
  state.stray.add(at);
  state.problems.push(strayProblem(state, at, '}'));
  return at + 1;
}

function strayProblem(state: Scan, at: number, bracket: string): SyntaxProblem {
  const before = state.lastClosed;
  const help = before && bracket === '}' && state.stray.size <= MAX_HELPS;
  return {
    code: 'syntax/stray-bracket',
    start: at,
    end: at + 1,
    message: `this \`${bracket}\` closes nothing`,
    expected: [],
    ...(help && { help: `the block before it was closed on line ${lineOf(state.text, before.close)} already` }),
  };
}

/** Takes the innermost bracket for one that was never closed, its missing partner standing at `at`. */
function unclosed(state: Scan, at: number): void {
  const top = state.open.pop();
  if (!top) return;
  if (top.brace) state.closes.set(top.offset, at);
  else state.soft.length = Math.min(state.soft.length, top.soft);
  const bracket = top.brace ? '{' : '(';
  state.problems.push({
    code: 'syntax/unclosed-bracket',
    start: top.offset,
    end: top.offset + 1,
    message: `this \`${bracket}\` is never closed`,
    expected: [top.brace ? '`}`' : '`)`'],
  });
}

function closeAll(state: Scan, at: number): void {
  while (state.open.length > 0) unclosed(state, at);
}

function lineEnd(text: string, from: number): number {
  let end = from;
  while (end < text.length && !isLineBreak(text.charCodeAt(end))) end += 1;
  return end;
}

function nextLine(text: string, from: number): number {
  return lineEnd(text, from) + 1;
}

function lineOf(text: string, offset: number): number {
  let line = 1;
  for (let at = 0; at < offset; at += 1) if (text.charCodeAt(at) === LF) line += 1;
  return line;
}

function isLineBreak(char: number): boolean {
  return char === LF || char === CR;
}

const [TAB, LF, CR, SPACE, QUOTE, HASH] = [9, 10, 13, 32, 34, 35] as const;
const [OPEN_PAREN, CLOSE_PAREN, BACKSLASH, OPEN_BRACE, CLOSE_BRACE] = [40, 41, 92, 123, 125] as const;
const LOOK_AHEAD = 200;
/** Finding a line number costs a walk over the text, so only the first stray brackets get that help. */
const MAX_HELPS = 10;
