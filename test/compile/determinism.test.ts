/** The same meaning gives the same bytes: however files and items are ordered, wherever they lie, whenever it runs. */
import { cpSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { type Documents, documentFiles } from '@weir/compiler';
import { parseFile } from '@weir/grammar';
import { run } from '@weir/cli';
import { readFileSync, readdirSync } from 'node:fs';
import { expect, test } from 'vitest';
import { compileTexts, readCases, targetNamed, type Texts } from './compile-case.ts';
import { shuffled } from './order.ts';
import { SITE } from './site.ts';

const TARGET = targetNamed('debian-12');
const WHOLE: readonly string[] = ['ruleset.json', 'topology.json', 'manifest.json'];

function compiled(texts: Texts, entries?: readonly string[]): Documents {
  const { documents, report } = compileTexts(texts, TARGET, entries);
  if (documents === undefined) throw new Error(report);
  return documents;
}

const filesOf = (documents: Documents): ReadonlyMap<string, string> =>
  new Map([...documentFiles(documents)].map(({ path, text }) => [path, text]));

/** Every file but the manifest, whose places may differ. */
function bytesOf(texts: Texts, entries?: readonly string[]): ReadonlyMap<string, string> {
  const files = new Map(filesOf(compiled(texts, entries)));
  files.delete('manifest.json');
  return files;
}

/** The items of a file in another order; imports may stand anywhere. */
function withShuffledItems(text: string, seed: number): string {
  const { tree } = parseFile('f', text);
  return shuffled(tree.items, seed)
    .map(({ start, end }) => text.slice(start, end))
    .join('\n\n');
}

const SITES: readonly (readonly [string, Texts])[] = [
  ['the example site', SITE],
  ...readCases()
    .filter(({ isRefused }) => !isRefused)
    .map(({ name, texts }) => [name, texts] as const),
];

test.for(SITES)('%s compiles to the same bytes twice', ([, texts]) => {
  expect(filesOf(compiled(texts))).toEqual(filesOf(compiled(texts)));
});

test.for(SITES)('%s compiles to the same bytes from shuffled files and items', ([, texts]) => {
  const expected = bytesOf(texts);
  for (const seed of [1, 2, 3]) {
    expect(bytesOf(texts, shuffled([...texts.keys()], seed))).toEqual(expected);
    const entries = shuffled([...texts], seed);
    const turned = new Map(entries.map(([file, text]) => [file, withShuffledItems(text, seed)]));
    expect(bytesOf(turned)).toEqual(expected);
  }
});

test('a port with a policy that others have adds its own document and changes no other', () => {
  const before = filesOf(compiled(SITE));
  const more =
    'import { dmz } from "./networks.weir"\nimport { web } from "./policy.weir"\n' +
    'guest web9 { labels { colour = red }; interface vnet99 { network dmz; mac 52:54:00:00:00:99; address 10.20.0.99, fd00:20::99; filter web } }\n';
  const after = filesOf(compiled(new Map([...SITE, ['more.weir', more]])));
  const changed = [...after].filter(([path, text]) => before.get(path) !== text).map(([path]) => path);
  expect(changed.toSorted()).toEqual([...WHOLE, 'interfaces/vnet99.json'].toSorted());
  expect([...before.keys()].filter((path) => !after.has(path))).toEqual([]);
});

test('a comment or an empty line above a rule changes nothing but places in the manifest', () => {
  const moved = new Map(
    [...SITE].map(([file, text]) => [file, `# Moved.\n\n${text.replaceAll('{\n', '{\n\n  # Here.\n')}`]),
  );
  expect(bytesOf(moved)).toEqual(bytesOf(SITE));
});

const sink = { write: () => true, isTTY: false };

test('no path of this machine is in any document', async () => {
  const outputs = await Promise.all(['a', 'a longer name'].map((name) => compileOnDisk(name)));
  const [first, second] = outputs;
  expect(first?.size).toBeGreaterThan(10);
  expect(first).toEqual(second);
  for (const text of first?.values() ?? []) expect(text).not.toContain(tmpdir());
});

async function compileOnDisk(name: string): Promise<ReadonlyMap<string, string>> {
  const directory = mkdtempSync(join(tmpdir(), `weir-${name}-`));
  try {
    for (const [file, text] of SITE) writeFileSync(join(directory, file), text);
    cpSync(
      join(import.meta.dirname, '../../rules/examples/site/weir.config.json'),
      join(directory, 'weir.config.json'),
    );
    const code = await run(['compile', '.', '-o', 'out'], { cwd: directory, env: {}, stdout: sink, stderr: sink });
    expect(code).toBe(0);
    const entries = readdirSync(join(directory, 'out'), { recursive: true, withFileTypes: true });
    const files = entries.filter((entry) => entry.isFile()).map((entry) => join(entry.parentPath, entry.name));
    return new Map(files.toSorted().map((file) => [file.slice(directory.length), readFileSync(file, 'utf8')]));
  } finally {
    rmSync(directory, { recursive: true, force: true });
  }
}
