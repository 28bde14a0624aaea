// The rule package as a whole: everything that it exports is documented, compiles for every target, and loads.
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Documents, TARGETS } from '@weir/compiler';
import { expect, test } from 'vitest';
import { compileTexts, targetNamed } from '../compile/compile-case.ts';
import { loadInOrder } from '../compile/load.ts';
import { kernelTest, TIER } from '../kernel/requirements.ts';
import { exampleOf, type LibraryPart, PARTS, wholeExampleOf } from './library-items.ts';
import { libraryPage } from './library-page.ts';

const ROOT = join(import.meta.dirname, '../..');
const ITEMS = PARTS.flatMap((part) => part.policies.map((item) => ({ part: part.name, name: item.name.text, item })));
/** WHY: that kernel cannot count connections of bridged packets, and says so at the rule. */
const NOT_FOR: Readonly<Record<string, readonly string[]>> = { 'no-bridge-conntrack': ['connection-cap'] };

test.skipIf(TIER === 2).for(ITEMS)('$name of $part says what it means and what each parameter is', ({ item }) => {
  expect(item.doc).toMatch(/^[^\n]{10,}/);
  expect(item.params.filter(({ name }) => !item.doc?.includes(`\n- \`${name.text}\`: `))).toEqual([]);
});

test.skipIf(TIER === 2)('networks say what they are, and services stand under a heading', () => {
  expect(PARTS.flatMap(({ networks }) => networks).filter(({ doc }) => doc === undefined)).toEqual([]);
  for (const { services, text } of PARTS) {
    for (const { start } of services) expect(text.slice(0, start).split('\n\n').at(-1)).toMatch(/^# |^export service/);
  }
});

/** Imports of every name of the package that a text has and does not import itself. */
function importsFor(text: string): string {
  const lines = PARTS.flatMap(({ name: part, policies }) => {
    const names = policies
      .map(({ name }) => name.text)
      .filter((name) => new RegExp(`(?<![\\w-])${name}(?![\\w-])`).test(text));
    return names.length === 0 || part === '@weir/rules' ? [] : [`import { ${names.join(', ')} } from "${part}"`];
  });
  return text.includes('import {') ? '' : `${lines.join('\n')}\n`;
}

const EXAMPLES = ['docs/library.md', 'rules/README.md'].flatMap((file) => {
  const blocks = [...readFileSync(join(ROOT, file), 'utf8').matchAll(/^```weir\n(.*?)^```/gms)];
  return blocks.map(([, text = ''], index) => ({ file, number: index + 1, text }));
});

test.skipIf(TIER === 2).for(EXAMPLES)('example $number of $file compiles', ({ text }) => {
  const { diagnostics } = compileTexts(new Map([['a.weir', importsFor(text) + text]]), targetNamed('debian-12'));
  expect(diagnostics.filter(({ severity }) => severity === 'error')).toEqual([]);
});

test.skipIf(TIER === 2)('docs/library.md is what the files say', async () => {
  await expect(libraryPage(PARTS)).toMatchFileSnapshot(join(ROOT, 'docs/library.md'));
});

test.skipIf(TIER === 2)('the README of the package names every part', () => {
  const readme = readFileSync(join(ROOT, 'rules/README.md'), 'utf8');
  expect(PARTS.filter(({ name }) => !readme.includes(`\`${name}\``))).toEqual([]);
});

/** Every item on a port of its own, twice: as its example has it, and with every argument. */
function siteText(parts: readonly LibraryPart[], without: readonly string[]): string {
  let port = 0;
  const lines = parts.flatMap((part, index) =>
    part.policies.flatMap((item) => {
      if (without.includes(item.name.text)) return [];
      return [exampleOf(item), wholeExampleOf(item)].map((use) => {
        port += 1;
        const name = `p${port}`;
        const call = use.replace(item.name.text, `${item.name.text}-of-${index}`);
        const policy = item.of === 'guard' ? `guard ${call}` : `filter ${call}`;
        const mac = `52:54:00:00:02:${port.toString(16).padStart(2, '0')}`;
        return `guest ${name} { interface ${name} { network lan; mac ${mac}; address 10.20.0.${port + 20}, fd00:20::2:${port.toString(16)}; ${policy} } }`;
      });
    }),
  );
  const imports = parts.map((part, index) => {
    const names = part.policies.map(({ name }) => `${name.text} as ${name.text}-of-${index}`);
    return `import { ${names.join(', ')} } from "${part.name}"`;
  });
  const network = 'network lan { mode routed; uplink eth0; bridge br-lan; subnet 10.20.0.0/24; subnet fd00:20::/64 }';
  return [...imports, 'import { mysql } from "@weir/rules"', network, ...lines, ''].join('\n');
}

function documentsFor(target: string): Documents {
  const text = siteText(PARTS, NOT_FOR[target] ?? []);
  const { documents, report } = compileTexts(new Map([['library.weir', text]]), targetNamed(target));
  if (documents === undefined) throw new Error(report);
  return documents;
}

test.skipIf(TIER === 2).for(TARGETS.map(({ name }) => name))('everything compiles for %s', (target) => {
  const { interfaces } = documentsFor(target);
  expect(interfaces.size).toBe(2 * (ITEMS.length - (NOT_FOR[target] ?? []).length));
});

test.skipIf(TIER === 2)('what a target cannot do is refused at its place', () => {
  for (const [target, names] of Object.entries(NOT_FOR)) {
    const { documents, diagnostics } = compileTexts(
      new Map([['library.weir', siteText(PARTS, [])]]),
      targetNamed(target),
    );
    expect(documents).toBeUndefined();
    const errors = diagnostics.filter(({ severity }) => severity === 'error');
    expect(errors.map(({ code }) => code)).toEqual(names.map(() => 'lower/unsupported-option'));
  }
});

test.skipIf(TIER === 2)('the tests of the package, written in Weir, are about what it exports', () => {
  const directory = join(ROOT, 'rules/test');
  const files = readdirSync(directory).filter((file) => file.endsWith('.weir'));
  const texts = new Map(files.map((file) => [file, readFileSync(join(directory, file), 'utf8')]));
  const { documents, report } = compileTexts(texts, targetNamed('debian-12'));
  expect(documents, report).toBeDefined();
  const all = [...texts.values()].join('\n');
  const untold = ITEMS.filter(({ item, name }) => item.of === 'filter' && !new RegExp(`\\b${name}\\b`).test(all));
  expect(untold.map(({ name }) => name)).toEqual(['connection-cap']);
});

const KERNEL = ['root', 'ip', 'nft', 'netns', 'nft-bridge'] as const;

kernelTest('everything loads where connection state is carried in marks', KERNEL, async (context) => {
  if (TIER === 2) context.skip('the running kernel carries it');
  const { objects } = await loadInOrder([documentsFor('no-bridge-conntrack').ruleset]);
  expect(objects.length).toBeGreaterThan(500);
});

kernelTest('everything loads where the kernel follows bridged connections', [...KERNEL, 'bridge-ct'], async () => {
  const { objects } = await loadInOrder([documentsFor('debian-12').ruleset]);
  expect(objects.length).toBeGreaterThan(500);
});
