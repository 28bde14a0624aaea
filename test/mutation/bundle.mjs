// Makes one file of an area's probes and everything they import, with the mutants inside. In: the entry, the sources with mutants. Out: the path of the
// file. It stands below node_modules, so that packages are found from there.
import { mkdirSync, readFileSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { fileURLToPath, pathToFileURL } from 'node:url';
import { build, defaultServerConditions } from 'vite';

const here = dirname(fileURLToPath(import.meta.url));
const root = join(here, '../..');

/** WHY: in the bundle a module's own place would be the bundle's. */
const withPlaces = (code, id) =>
  code
    .replaceAll('import.meta.dirname', JSON.stringify(dirname(id)))
    .replaceAll('import.meta.url', JSON.stringify(pathToFileURL(id).href));

const mutantsIn = (texts) => ({
  name: 'weir-mutants',
  enforce: 'pre',
  load: (id) =>
    id.includes('/node_modules/') || !id.endsWith('.ts')
      ? undefined
      : withPlaces(texts.get(id) ?? readFileSync(id, 'utf8'), id),
});

/** Bundles files, to be run in that order, into a directory of that name. */
export async function bundle(imported, texts, name) {
  const outDir = join(root, 'node_modules/.cache/weir-mutants', name);
  const entry = `${outDir}-entry.mjs`;
  mkdirSync(dirname(entry), { recursive: true });
  writeFileSync(entry, imported.map((path) => `import ${JSON.stringify(path)};\n`).join(''));
  const conditions = ['source', ...defaultServerConditions];
  const standIn = join(here, 'vitest-in-process.ts');
  await build({
    configFile: false,
    root,
    logLevel: 'error',
    plugins: [mutantsIn(texts)],
    resolve: {
      conditions,
      alias: [
        { find: /^vitest$/, replacement: standIn },
        { find: /^@fast-check\/vitest$/, replacement: join(here, 'fast-check-in-process.ts') },
      ],
    },
    ssr: { resolve: { conditions } },
    build: {
      ssr: entry,
      outDir,
      emptyOutDir: true,
      minify: false,
      target: 'node20',
      rolldownOptions: { output: { entryFileNames: 'bundle.mjs', codeSplitting: false } },
    },
  });
  return join(outDir, 'bundle.mjs');
}
