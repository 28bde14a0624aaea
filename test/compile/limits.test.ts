/** Files that are large, deep or full of errors end in documents or in errors with places, in reasonable time. */
import { expect, test } from 'vitest';
import { compileText, compileTexts, targetNamed } from './compile-case.ts';

const SITE = `network lan { mode isolated; bridge br-lan; subnet 10.20.0.0/24 }
guest web1 { interface vnet0 { network lan; mac 52:54:00:00:00:01; address 10.20.0.11; guard none; filter web } }
`;

function refusedAt(text: string): readonly string[] {
  const { documents, diagnostics } = compileText(text);
  const errors = diagnostics.filter(({ severity }) => severity === 'error');
  expect(documents).toBeUndefined();
  expect(errors.length).toBeGreaterThan(0);
  expect(errors.filter(({ span }) => span === undefined)).toEqual([]);
  return errors.map(({ code }) => code);
}

test('a line of a megabyte is read, and refused in a report that stays readable', () => {
  const many = Array.from({ length: 60_000 }, (_, at) => `10.${at >> 16}.${(at >> 8) & 255}.${at & 255}`).join(', ');
  const text = `addresses many = { ${many} }\nfilter web { in accept tcp from many; out accept }\n${SITE}`;
  expect(compileText(text).documents).toBeDefined();
  const { report } = compileText(text.replace('10.0.1.7,', '10.0.1.777,'));
  expect(report).toContain('`10.0.1.777` is no IPv4 address');
  expect(report.length).toBeLessThan(2_000);
});

test('a megabyte of one character is refused', () => {
  for (const character of ['x', '{', '}', '(', '"', '#', '@', ' ', '\\', '\u{1F600}']) {
    const text = `filter web { in accept }\n${character.repeat(130_000)}\n${SITE}`;
    if (character === '#' || character === ' ') expect(compileText(text).documents).toBeDefined();
    else expect(refusedAt(text)).not.toEqual([]);
  }
});

test.for([100, 5_000, 50_000])('conditions, sets and blocks nested %i deep never end the run', (depth) => {
  const open = (bracket: string): string => bracket.repeat(depth);
  const nested = [
    `filter web { in accept where ${open('(')}ip.ttl == 1${open(')')} }\n`,
    `filter web { in accept where ${open('not (')}ip.ttl == 1${open(')')} }\n`,
    `filter web { in accept tcp port ${open('{')}80${open('}')} }\n`,
    `network deep ${open('{ a ')}${open('}')}\nfilter web { in accept }\n`,
    `filter web { in accept where ${'ip.ttl == 1 and '.repeat(Math.min(depth, 5_000))}ip.ttl == 1 }\n`,
  ];
  for (const text of nested) {
    const { documents, diagnostics } = compileText(`${text}${SITE}`);
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(documents === undefined).toBe(errors.length > 0);
    expect(errors.filter(({ span }) => span === undefined)).toEqual([]);
  }
});

test('filters that use each other in a long chain compile or are refused', () => {
  const chain = Array.from({ length: 3_000 }, (_, at) => `filter f${at} { use f${at + 1} }\n`).join('');
  const { documents, diagnostics } = compileText(`${chain}filter f3000 { in accept }\nfilter web { use f0 }\n${SITE}`);
  expect(documents).toBeUndefined();
  expect(new Set(diagnostics.map(({ code }) => code))).toContain('resolve/uses-too-deep');
});

test('ten thousand errors are all reported', () => {
  const rules = Array.from({ length: 10_000 }, (_, at) => `  in accept nosuch${at}\n`).join('');
  expect(refusedAt(`filter web {\n${rules}}\n${SITE}`)).toHaveLength(10_000);
});

test('texts that are no rule files are refused', () => {
  for (const text of ['\0', '\u{FEFF}\u{FEFF}x', '%PDF-1.4', '<?xml version="1.0"?>', '{"nftables":[]}', '\uD800']) {
    expect(refusedAt(`${text}\n`)).not.toEqual([]);
  }
});

test('nothing at all gives an empty host', () => {
  for (const texts of [new Map<string, string>(), new Map([['a.weir', '']]), new Map([['a.weir', '# only words\n']])]) {
    expect(compileTexts(texts, targetNamed('debian-12')).documents?.interfaces.size).toBe(0);
  }
});
