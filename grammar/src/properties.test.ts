import fc from 'fast-check';
import { expect, test } from 'vitest';
import { parseFile } from './index.ts';
import { SAMPLE } from './testing/sample.ts';

const WORDS = [
  'filter',
  'in',
  'accept',
  'from',
  'tcp',
  'port',
  '{',
  '}',
  '(',
  ')',
  ',',
  '\n',
  '\r\n',
  ';',
  '"',
  '#',
  '##',
  '=',
  '==',
  '->',
  '10.0.0.1',
  'a',
  '-',
  ':',
  '\\',
  '\0',
  '\uFEFF',
  'é',
  'network',
  'test',
  '"t"',
  'not',
  'where',
  '@',
];
const soup = fc.array(fc.constantFrom(...WORDS), { maxLength: 60 }).map((words) => words.join(' '));
const mutated = fc
  .tuple(fc.nat(SAMPLE.length), fc.nat(12), fc.constantFrom(...WORDS, ''))
  .map(([at, cut, put]) => SAMPLE.slice(0, at) + put + SAMPLE.slice(at + cut));
const anything = fc.oneof(soup, mutated, fc.string({ maxLength: 200 }), fc.string({ unit: 'binary', maxLength: 100 }));

interface Node {
  readonly start: number;
  readonly end: number;
}

/** Every child node of a value, at any depth of plain arrays. */
function children(value: unknown): readonly Node[] {
  if (Array.isArray(value)) return value.flatMap(children);
  if (typeof value !== 'object' || value === null) return [];
  if ('start' in value) return [value as Node];
  return [];
}

function checkNested(node: Node): void {
  for (const child of Object.values(node).flatMap(children)) {
    expect(child.start).toBeGreaterThanOrEqual(node.start);
    expect(child.end).toBeLessThanOrEqual(node.end);
    checkNested(child);
  }
}

/** The text with everything covered by items, comments or marks between them blanked out. */
function uncovered(text: string): string {
  const { tree } = parseFile('t', text);
  const left = text.split('');
  for (const { start, end } of [...tree.items, ...tree.comments]) left.fill(' ', start, end);
  return left
    .join('')
    .replace(/^\uFEFF/, '')
    .replace(/[ \t\r\n;]/g, '');
}

test('parsing never throws, nodes nest, and items with comments cover the text', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const { tree, problems } = parseFile('t', text);
      for (const item of tree.items) checkNested(item);
      expect(uncovered(text)).toBe('');
      for (const p of problems) {
        expect(p.start).toBeGreaterThanOrEqual(0);
        expect(p.end).toBeGreaterThanOrEqual(p.start);
        expect(p.end).toBeLessThanOrEqual(text.length);
        expect(p.message).toMatch(/^[^\r\n]+[^.\r\n]$/);
      }
    }),
    { numRuns: 1500 },
  );
});

test('an error node or a broken item comes with a problem inside it, and a clean file has neither', () => {
  fc.assert(
    fc.property(anything, (text) => {
      const { tree, problems } = parseFile('t', text);
      const marked = tree.items.filter((item) => item.kind === 'error-item' || item.broken);
      for (const item of marked) {
        expect(problems.some((p) => p.start >= item.start && p.start <= item.end)).toBe(true);
      }
      const shown = JSON.stringify(tree.items, (_, v: unknown) => (typeof v === 'bigint' ? 0 : v));
      expect(problems.length > 0 || !/"kind":"(error|hole)/.test(shown)).toBe(true);
      const errorInside = tree.items.filter(
        (i) => i.kind === 'policy' && i.body.some((s) => s.kind === 'error-statement'),
      );
      for (const item of errorInside) expect(marked).toContain(item);
    }),
    { numRuns: 1000 },
  );
});

test('removing any one character from a valid file never leaves text unread without a problem', () => {
  for (let at = 0; at < SAMPLE.length; at += 1) {
    const text = SAMPLE.slice(0, at) + SAMPLE.slice(at + 1);
    const { tree, problems } = parseFile('t', text);
    const broken = tree.items.some((item) => item.kind === 'error-item' || item.broken);
    expect(broken).toBe(problems.length > 0);
  }
});

test.each([
  ['a list that is never closed', `filter f {\n accept from { ${'10.0.0.1, '.repeat(100_000)}`],
  ['a megabyte of a word', 'x'.repeat(1_000_000)],
  ['a megabyte of digits', `addresses a = ${'9'.repeat(1_000_000)}`],
  ['a megabyte of stray braces', '}\n'.repeat(20_000)],
  ['many nots', `filter f { accept where ${'not '.repeat(100_000)} a }`],
  ['many settings with junk', `guest g {\n${'a b c\n'.repeat(20_000)}}`],
])('%s is read in bounded time', (_, text) => {
  const before = performance.now();
  expect(parseFile('t', text).problems.length).toBeGreaterThan(0);
  expect(performance.now() - before).toBeLessThan(8000);
});

test('parsing time grows with the number of rules, not faster', () => {
  const time = (rules: number): number => {
    const text = `filter f {\n${'in accept tcp port { 80, 443 } from 10.0.0.0/8 log "x"\n'.repeat(rules)}}`;
    const before = performance.now();
    expect(parseFile('t', text).problems).toEqual([]);
    return performance.now() - before;
  };
  time(5000);
  const [small, large] = [time(5000), time(20_000)];
  expect(large, `5,000 rules: ${small.toFixed(0)} ms, 20,000 rules: ${large.toFixed(0)} ms`).toBeLessThan(
    Math.max(small * 12, 1000),
  );
});
