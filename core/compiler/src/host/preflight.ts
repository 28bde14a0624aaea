/**
 * What is checked of all plugins before any of them runs.
 *
 * In: imported default exports and where they came from. Out: plugins in the order in which they register, and every problem.
 * Guaranteed: nothing of a plugin is called; the order of the list does not show.
 */
import { PLUGIN_API, type Diagnostic, type Plugin } from '@weir/plugin';
import type { PassResult } from '../pass-result.ts';
import { circularPlugins, duplicatePlugin, missingPlugin, notAPlugin, wrongApi } from './findings.ts';
import { orderPlugins } from './order-plugins.ts';

/** What was imported, not yet known to be a plugin. */
export interface PluginCandidate {
  readonly plugin: unknown;
  /** Package name or path, as the project names it. */
  readonly source: string;
}

interface SourcedPlugin {
  readonly plugin: Plugin;
  readonly source: string;
}

/** The checked plugins; use them only when there are no errors. */
export function preflight(candidates: readonly PluginCandidate[]): PassResult<readonly Plugin[]> {
  const shapeProblems: Diagnostic[] = [];
  const plugins: SourcedPlugin[] = [];
  for (const { plugin, source } of candidates.toSorted(bySource)) {
    const why = shapeProblem(plugin);
    if (why === undefined) plugins.push({ plugin: plugin as Plugin, source });
    else shapeProblems.push(notAPlugin(undefined, { source, why }));
  }
  const sorted = plugins.toSorted((a, b) => compare(a.plugin.name, b.plugin.name) || bySource(a, b));
  const { ordered, circles } = orderPlugins(sorted.map(({ plugin }) => plugin));
  return {
    value: ordered,
    diagnostics: [
      ...shapeProblems,
      ...apiProblems(sorted),
      ...nameProblems(sorted),
      ...requireProblems(sorted),
      ...circles.map((names) => circularPlugins(undefined, { names })),
    ],
  };
}

/** Code-unit order. */
function compare(a: string, b: string): number {
  return a < b ? -1 : a > b ? 1 : 0;
}

function bySource(a: { readonly source: string }, b: { readonly source: string }): number {
  return compare(a.source, b.source);
}

function shapeProblem(value: unknown): string | undefined {
  if (typeof value !== 'object' || value === null) return 'its default export is no object';
  const { name, api, requires, register } = value as Partial<Record<keyof Plugin, unknown>>;
  if (typeof name !== 'string' || !/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)) {
    return 'its `name` is no lower-case name with hyphens';
  }
  if (typeof api !== 'number') return 'its `api` is no number';
  if (!Array.isArray(requires) || !requires.every((entry) => typeof entry === 'string')) {
    return 'its `requires` is no list of names';
  }
  return typeof register === 'function' ? undefined : 'its `register` is no function';
}

function apiProblems(plugins: readonly SourcedPlugin[]): readonly Diagnostic[] {
  return plugins
    .filter(({ plugin }) => plugin.api !== PLUGIN_API)
    .map(({ plugin: { name, api } }) => wrongApi(undefined, { plugin: name, api, supported: PLUGIN_API }));
}

function nameProblems(plugins: readonly SourcedPlugin[]): readonly Diagnostic[] {
  const names = [...new Set(plugins.map(({ plugin }) => plugin.name))];
  return names.flatMap((name) => {
    const sources = plugins.filter(({ plugin }) => plugin.name === name).map(({ source }) => source);
    return sources.length < 2 ? [] : [duplicatePlugin(undefined, { plugin: name, sources })];
  });
}

function requireProblems(plugins: readonly SourcedPlugin[]): readonly Diagnostic[] {
  const names = new Set(plugins.map(({ plugin }) => plugin.name));
  return plugins.flatMap(({ plugin: { name, requires } }) =>
    requires
      .filter((needs) => !names.has(needs))
      .toSorted(compare)
      .map((needs) => missingPlugin(undefined, { plugin: name, needs })),
  );
}
