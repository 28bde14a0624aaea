import { expect, test } from 'vitest';
import { readConfig } from './config.ts';

function found(text: string): readonly string[] {
  return readConfig(text, 'weir.config.json').diagnostics.map(
    ({ message, help, span }) =>
      `${text.slice(span?.start, span?.end)}: ${message}${help === undefined ? '' : ` (${help})`}`,
  );
}

test('every key is read, with its place', () => {
  const text =
    '{ "target": "debian-13", "plugins": ["weir:builtin", "./mode.js"], "marks": { "stack": "0x10", "invalid": 4 } }';
  const { value, diagnostics } = readConfig(text, 'weir.config.json');
  expect(diagnostics).toEqual([]);
  expect(value.target).toEqual({ value: 'debian-13', span: { file: 'weir.config.json', start: 12, end: 23 } });
  expect(value.plugins?.map((plugin) => plugin.value)).toEqual(['weir:builtin', './mode.js']);
  expect(value.marks?.value).toEqual({ stack: 16, invalid: 4 });
});

test('an empty object and a schema for the editor are fine', () => {
  expect(readConfig('{}', 'c').diagnostics).toEqual([]);
  expect(readConfig('{ "$schema": "x" }', 'c').diagnostics).toEqual([]);
});

test('unknown keys are errors, with a suggestion where one is near', () => {
  expect(found('{ "targt": "x" }')).toEqual(['"targt": unknown key `targt` (did you mean `target`?)']);
  expect(found('{ "marks": { "zzzzzz": 1 } }')).toEqual([
    '"zzzzzz": unknown key `zzzzzz` (known keys: `established`, `invalid`, `stack`, `answer`)',
  ]);
  expect(found('{ "__proto__": 1, "constructor": 2 }')).toHaveLength(2);
});

test('values of a wrong kind are errors at their place, all of them', () => {
  expect(found('{ "target": 12, "plugins": "nat", "marks": { "stack": [3], "invalid": "0x100000000" } }')).toEqual([
    '12: a text in double quotes is expected here',
    '"nat": a list of package names or paths is expected here',
    '[3]: a number is expected here, e.g. `"0x400"`',
    '"0x100000000": a number is expected here, e.g. `"0x400"`',
  ]);
  expect(found('[]')).toEqual(['[]: an object `{ … }` is expected here']);
});

test('text that is not JSON is an error where it stops being JSON', () => {
  expect(found('{ "target" "x" }')).toEqual(['": expected `:`, found `"`']);
});

test('what is wrong with the file has a code for each kind of mistake', () => {
  const codes = (text: string): readonly string[] => readConfig(text, 'c').diagnostics.map(({ code }) => code);
  expect(codes('{ "target": 12 }')).toEqual(['project/bad-config']);
  expect(codes('not JSON')).toEqual(['project/bad-config']);
  expect(codes('{ "targt": "x" }')).toEqual(['project/unknown-key']);
});
