/** Broken inputs of the corpus that are too large to write out, by name. */

const lines = (count: number, of: (index: number) => string): string =>
  Array.from({ length: count }, (_, index) => of(index)).join('\n');

export const GENERATED: ReadonlyMap<string, () => string> = new Map([
  [
    'one wrong element among many',
    () =>
      `addresses scanners = {\n${lines(10_000, (i) => `  10.${i >> 8}.${i & 255}.${i === 7321 ? 256 : 1},`)}\n}\n` +
      'filter web { in drop from scanners }\n',
  ],
  ['200 brackets', () => `filter web { in accept where ${'('.repeat(200)}ip.ttl == 1${')'.repeat(200)} }\n`],
  ['braces that are never closed', () => '{'.repeat(5000)],
  ['a name of 100,000 letters', () => `filter web { in accept tcp from ${'a'.repeat(100_000)} }\n`],
  ['a number of 100,000 digits', () => `filter web { in accept tcp port ${'9'.repeat(100_000)} }\n`],
  ['a line of 10,000 rules', () => `filter web { ${'in accept tcp port 80; '.repeat(10_000)}in acept }\n`],
  ['70 filters that use the next one', () => chain(70)],
  ['filters that use the next one twice', () => doubling(12)],
  [
    'an address set of 40 unknown names',
    () => `addresses all = { ${lines(40, (i) => `missing-${i}`).replaceAll('\n', ', ')} }\n`,
  ],
]);

function chain(length: number): string {
  return `${lines(length, (i) => `filter f${i} { ${i + 1 < length ? `use f${i + 1}` : 'in accept'} }`)}\n`;
}

function doubling(depth: number): string {
  return `${lines(depth, (i) => `filter f${i} { ${i + 1 < depth ? `use f${i + 1}; use f${i + 1}` : 'in accept'} }`)}\n`;
}
