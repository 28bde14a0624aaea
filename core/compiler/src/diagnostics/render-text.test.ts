import { expect, test } from 'vitest';
import { fc } from '@fast-check/vitest';
import type { Diagnostic, Span } from '@weir/plugin';
import { renderText, summarizeDiagnostics } from './render-text.ts';

const SITE = `addresses office = { 198.51.100.0/24 }

filter web {
  in accept https from offce
  in accept tcp port 90-80
}
`;

function at(text: string, part: string, file = 'site.weir'): Span {
  const start = text.indexOf(part);
  return { file, start, end: start + part.length };
}

function show(diagnostic: Omit<Diagnostic, 'code' | 'severity'>, text = SITE): string {
  const texts = new Map([['site.weir', text]]);
  return renderText([{ code: 'resolve/unknown-name', severity: 'error', ...diagnostic }], { texts });
}

test('an error shows its code, its place, the line with carets, other places, help and fix', () => {
  const shown = show({
    message: 'unknown name `offce`',
    span: at(SITE, 'offce'),
    labels: [{ span: at(SITE, 'office'), text: '`office` is declared here' }],
    help: 'did you mean `office`?',
    fix: [{ span: at(SITE, 'offce'), text: 'office' }],
  });
  expect(shown).toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: unknown name \`offce\`
     --> site.weir:4:24
      |
    1 | addresses office = { 198.51.100.0/24 }
      |           ------ \`office\` is declared here
    ...
    4 |   in accept https from offce
      |                        ^^^^^
      = help: did you mean \`office\`?
      = fix: write \`office\` instead of \`offce\` at site.weir:4:24

    "
  `);
});

test('a label in another file gets a frame of its own', () => {
  const texts = new Map([
    ['site.weir', SITE],
    ['lib/names.weir', 'macs office = 52:54:00:00:00:01\n'],
  ]);
  const shown = renderText(
    [
      {
        code: 'resolve/declared-twice',
        severity: 'error',
        message: '`office` is declared twice',
        span: at(SITE, 'office'),
        labels: [{ span: { file: 'lib/names.weir', start: 5, end: 11 }, text: 'first declared here' }],
      },
    ],
    { texts },
  );
  expect(shown).toMatchInlineSnapshot(`
    "error[resolve/declared-twice]: \`office\` is declared twice
     --> site.weir:1:11
      |
    1 | addresses office = { 198.51.100.0/24 }
      |           ^^^^^^
     ::: lib/names.weir:1:6
      |
    1 | macs office = 52:54:00:00:00:01
      |      ------ first declared here

    "
  `);
});

test('a span over several lines is marked where it starts and where it ends', () => {
  const start = SITE.indexOf('filter');
  const shown = show({ message: 'this filter says nothing', span: { file: 'site.weir', start, end: SITE.length - 1 } });
  expect(shown).toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: this filter says nothing
     --> site.weir:3:1
      |
    3 | filter web {
      | ^^^^^^^^^^^^
    ...
    6 | }
      | ^

    "
  `);
});

test('tabs, wide characters and combining marks keep the carets under the text', () => {
  const text = '\tlabel 漢字 e\u0301x = bad # tail\r\n';
  expect(show({ message: 'unknown name `bad`', span: at(text, 'bad') }, text)).toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: unknown name \`bad\`
     --> site.weir:1:17
      |
    1 |     label 漢字 éx = bad # tail
      |                     ^^^

    "
  `);
});

test('a very long line is cut around the mark', () => {
  const text = `addresses a = { ${'10.0.0.1, '.repeat(500)}bad, ${'10.0.0.2, '.repeat(500)} }`;
  const shown = show({ message: 'unknown name `bad`', span: at(text, 'bad') }, text);
  expect(shown).toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: unknown name \`bad\`
     --> site.weir:1:5017
      |
    1 | …10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, 10.0.0.1, bad, 10.0.0.2, 10.0.0.2, 10.0.0.2, 10.0.0.2, 10.0.0.2, 10.0.0.2, 10.0.0.2, 10.0.0.2, 10.0.0.2, 10.0.…
      |                                                              ^^^

    "
  `);
});

test('two marks far apart on one long line are both shown', () => {
  const text = `${'a'.repeat(300)} bad ${'b'.repeat(300)} worse ${'c'.repeat(300)}`;
  const shown = show(
    { message: 'x', span: at(text, 'bad'), labels: [{ span: at(text, 'worse'), text: 'and here' }] },
    text,
  );
  expect(shown).toContain('^^^');
  expect(shown).toContain('----- and here');
  expect(shown).toContain(' worse ');
});

test('an empty span at the end of the file gets one caret', () => {
  expect(show({ message: 'expected `}`', span: { file: 'site.weir', start: 3, end: 3 } }, 'a {'))
    .toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: expected \`}\`
     --> site.weir:1:4
      |
    1 | a {
      |    ^

    "
  `);
});

test('control characters and direction overrides are shown, never sent to the terminal', () => {
  const text = 'log "\u001b[2J\u202edrop"\r\n';
  const shown = show({ message: 'odd text `\u001b]0;x\u0007\nsecond`', span: at(text, '"\u001b[2J\u202edrop"') }, text);
  expect(shown).toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: odd text \`␛]0;x␇␊second\`
     --> site.weir:1:5
      |
    1 | log "␛[2J<U+202E>drop"
      |     ^^^^^^^^^^^^^^^^^^

    "
  `);
});

test('no text and no span can bring a raw control character into the output', () => {
  fc.assert(
    fc.property(
      fc.string({ unit: 'binary' }),
      fc.nat(40),
      fc.nat(40),
      fc.string({ unit: 'binary' }),
      (text, a, b, message) => {
        const span = { file: 'site.weir', start: Math.min(a, b), end: Math.max(a, b) };
        const shown = show({ message, span, labels: [{ span, text: message }], help: message }, text);
        // oxlint-disable-next-line no-control-regex
        expect(shown).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f\u202a-\u202e]/);
      },
    ),
  );
});

test('colours appear only when asked for', () => {
  const diagnostic: Diagnostic = { code: 'a/b', severity: 'warning', message: 'm', span: at(SITE, 'web') };
  const texts = new Map([['site.weir', SITE]]);
  expect(renderText([diagnostic], { texts })).not.toContain('\u001b');
  expect(renderText([diagnostic], { texts, colour: true })).toContain('\u001b[1;33mwarning[a/b]\u001b[0m');
});

test('line numbers of several digits move everything below them', () => {
  const text = `${'\n'.repeat(119)}x bad`;
  expect(show({ message: 'unknown name `bad`', span: at(text, 'bad'), help: 'first\nsecond' }, text))
    .toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: unknown name \`bad\`
       --> site.weir:120:3
        |
    120 | x bad
        |   ^^^
        = help: first
          second

    "
  `);
});

test('a problem without a place, or in a file that could not be read, still says where it can', () => {
  expect(show({ message: 'cannot find the package `@x/y`', help: 'npm install @x/y' })).toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: cannot find the package \`@x/y\`
      = help: npm install @x/y

    "
  `);
  expect(show({ message: 'cannot be read', span: { file: 'gone.weir', start: 0, end: 0 } })).toMatchInlineSnapshot(`
    "error[resolve/unknown-name]: cannot be read
     --> gone.weir

    "
  `);
});

test('diagnostics come in the order of the files, whatever order they were found in', () => {
  const one: Diagnostic = { code: 'a/one', severity: 'error', message: '1', span: at(SITE, 'office') };
  const two: Diagnostic = { code: 'a/two', severity: 'error', message: '2', span: at(SITE, 'web') };
  const texts = new Map([['site.weir', SITE]]);
  expect(renderText([two, one], { texts })).toBe(renderText([one, two], { texts }));
});

test('the summary counts in words', () => {
  const make = (severity: Diagnostic['severity']): Diagnostic => ({ code: 'a/b', severity, message: 'm' });
  expect(summarizeDiagnostics([])).toBe('');
  expect(summarizeDiagnostics([make('error'), make('warning'), make('error')])).toBe('2 errors, 1 warning');
  expect(summarizeDiagnostics([make('info')])).toBe('1 note');
});
