import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import { indexLines, lineEnd, lineStart, positionAt } from './line-index.ts';

test('lines and columns count from one, columns in UTF-16 code units', () => {
  const index = indexLines('ab\nc😀d');
  expect(positionAt(index, 0)).toEqual({ line: 1, column: 1 });
  expect(positionAt(index, 2)).toEqual({ line: 1, column: 3 });
  expect(positionAt(index, 3)).toEqual({ line: 2, column: 1 });
  expect(positionAt(index, 6)).toEqual({ line: 2, column: 4 });
});

test('a carriage return before a newline belongs to the end of the line', () => {
  const index = indexLines('ab\r\ncd\r\n');
  expect(index.text.slice(lineStart(index, 1), lineEnd(index, 1))).toBe('ab');
  expect(index.text.slice(lineStart(index, 2), lineEnd(index, 2))).toBe('cd');
  expect(positionAt(index, 4)).toEqual({ line: 2, column: 1 });
});

test('offsets outside the text are clamped', () => {
  const index = indexLines('ab');
  expect(positionAt(index, -5)).toEqual({ line: 1, column: 1 });
  expect(positionAt(index, 99)).toEqual({ line: 1, column: 3 });
});

test('every offset agrees with counting newlines', () => {
  fc.assert(
    fc.property(fc.array(fc.constantFrom('a', '\n', '\r\n', 'é', '😀')), fc.nat(60), (parts, at) => {
      const text = parts.join('');
      const offset = Math.min(at, text.length);
      const before = text.slice(0, offset).split('\n');
      expect(positionAt(indexLines(text), offset)).toEqual({
        line: before.length,
        column: (before.at(-1) ?? '').length + 1,
      });
    }),
  );
});
