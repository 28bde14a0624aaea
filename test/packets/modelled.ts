// Rule files read as a project reads them, for the reference semantics: no disk but the rule library, no host.
// In: texts by file name. Out: the policy, its tests and its names; throws with the first words of what is wrong.
import { readFileSync } from 'node:fs';
import { gatherSources, hasErrors, loadPlugins, readFlow, readSite, type Flow, type Site } from '@weir/compiler';
import type { Plugin } from '@weir/plugin';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';

const LIBRARY = new URL('../../rules/src/', import.meta.url);
const SHIPPED: readonly Plugin[] = [nat, routed, isolated, bridged];

/** The site of these files, with the shipped modes and further ones. */
export function modelled(files: Readonly<Record<string, string>>, plugins: readonly Plugin[] = []): Site {
  const registry = loadPlugins([...SHIPPED, ...plugins]);
  const sources = gatherSources(Object.keys(files), {
    read: (id) => (id === '@weir/rules' ? readFileSync(new URL('index.weir', LIBRARY), 'utf8') : files[id]),
    resolveImport: (specifier) => (specifier === '@weir/rules' ? specifier : specifier.replace('./', '')),
  });
  const read = readSite(sources.value, registry.value);
  const wrong = [...registry.diagnostics, ...sources.diagnostics, ...read.diagnostics].filter(
    ({ severity }) => severity === 'error',
  );
  if (read.value === undefined || hasErrors(wrong)) {
    throw new Error(wrong.map(({ code, message }) => `${code} ${message}`).join('\n'));
  }
  return read.value;
}

/** A flow of that site, as the command line reads it. */
export function flowIn({ model }: Site, text: string): Flow {
  const { value, diagnostics } = readFlow(text, model);
  if (value === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return value;
}
