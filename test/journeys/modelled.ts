// Rule files read as a project reads them, for the reference semantics: no disk but the rule library, no host.
// In: texts by file name. Out: the policy, its tests and its names; throws with the first words of what is wrong.
import { readFileSync } from 'node:fs';
import {
  gatherSources,
  hasErrors,
  loadPlugins,
  lower,
  readFlow,
  readSite,
  TARGETS,
  type Flow,
  type Site,
} from '@weir/compiler';
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

/** The chains of the networks' own rules as a target gets them: the purposes of their rules by chain. */
export function networkChains({ policy }: Site): ReadonlyMap<string, readonly string[]> {
  const [target] = TARGETS;
  if (target === undefined) throw new Error('there are no targets');
  const { attachments } = loadPlugins(SHIPPED).value;
  const { chains } = lower(policy, { target, attachments }).value;
  const purposes = chains.map(({ name, rules }) => {
    const words = rules.map(({ origin }) => ('purpose' in origin ? origin.purpose : origin.item));
    return [name, words] as const;
  });
  return new Map(purposes.filter(([name]) => name.startsWith('network-')));
}

/** A flow of that site, as the command line reads it. */
export function flowIn({ model }: Site, text: string): Flow {
  const { value, diagnostics } = readFlow(text, model);
  if (value === undefined) throw new Error(diagnostics.map(({ code, message }) => `${code} ${message}`).join('\n'));
  return value;
}
