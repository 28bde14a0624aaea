import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import { readJsonTree, type JsonNode } from './json-tree.ts';

function valueOf(node: JsonNode): unknown {
  switch (node.kind) {
    case 'scalar':
      return node.value;
    case 'array':
      return node.items.map(valueOf);
    case 'object':
      return Object.fromEntries(node.members.map((member) => [member.key, valueOf(member.value)]));
    default:
      return node satisfies never;
  }
}

test('reads what JSON.parse reads', () => {
  fc.assert(
    fc.property(fc.json(), (text) => {
      const tree = readJsonTree(text);
      expect('kind' in tree && JSON.stringify(valueOf(tree))).toBe(JSON.stringify(JSON.parse(text)));
    }),
  );
});

test('refuses what JSON.parse refuses', () => {
  const piece = fc.constantFrom(
    '{',
    '}',
    '[',
    ']',
    ',',
    ':',
    '"a"',
    '1',
    '01',
    '-',
    'true',
    ' ',
    '"',
    '1e',
    "'a'",
    '\n',
    'nul',
  );
  fc.assert(
    fc.property(fc.array(piece, { maxLength: 8 }), (pieces) => {
      const text = pieces.join('');
      let valid = true;
      try {
        JSON.parse(text);
      } catch {
        valid = false;
      }
      const tree = readJsonTree(text);
      const repeated = !('kind' in tree) && tree.message.includes('second time');
      expect('kind' in tree || repeated).toBe(valid);
    }),
  );
});

test('says what was expected, and where', () => {
  expect(readJsonTree('{ "a": 1, }')).toEqual({
    message: 'expected a key in double quotes, found `}`',
    start: 10,
    end: 11,
  });
  expect(readJsonTree('{ "a": ')).toEqual({ message: 'expected a value but the file ends', start: 7, end: 7 });
  expect(readJsonTree('[1] x')).toEqual({ message: 'expected the end of the file, found `x`', start: 4, end: 5 });
});

test('a key that stands twice is refused where it stands again', () => {
  expect(readJsonTree('{"a":1,"a":2}')).toEqual({
    message: 'the key `a` stands here a second time',
    start: 7,
    end: 10,
  });
});

test('a tower of brackets is refused, not followed', () => {
  expect(readJsonTree('['.repeat(100_000))).toMatchObject({ message: 'nested too deeply' });
});
