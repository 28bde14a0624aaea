/**
 * The plugins of a project: found by package name or path, imported, and checked to be plugins at all.
 *
 * In: the project's list, or none for the four modes that come with Weir. Out: plugins for the compiler's host, which
 * checks names, versions and requirements. Guaranteed: nothing a module does while loading escapes as an exception.
 */
import { resolve } from 'node:path';
import { pathToFileURL } from 'node:url';
import type { PassResult, PluginCandidate } from '@weir/compiler';
import type { Diagnostic, Plugin, Span } from '@weir/plugin';
import bridged from '@weir/plugin-bridged';
import isolated from '@weir/plugin-isolated';
import nat from '@weir/plugin-nat';
import routed from '@weir/plugin-routed';
import type { Disk } from '../host/disk.ts';
import type { Configured } from './config.ts';
import { notAPlugin, pluginBroken, pluginNotFound } from './diagnostics.ts';
import { entryOf, findPackage } from './find-package.ts';

/** Stands in a project's list for all plugins that come with Weir. */
export const BUILTIN = 'weir:builtin';

const BUILTINS: ReadonlyMap<string, Plugin> = new Map([
  ['@weir/plugin-bridged', bridged],
  ['@weir/plugin-isolated', isolated],
  ['@weir/plugin-nat', nat],
  ['@weir/plugin-routed', routed],
]);

/** Where plugins are looked for. */
export interface PluginPlace {
  readonly disk: Disk;
  /** Absolute path of the project. */
  readonly root: string;
}

/** Loads the plugins of a project, in the order of its list. */
export async function importPlugins(
  wanted: readonly Configured<string>[] | undefined,
  place: PluginPlace,
): Promise<PassResult<readonly PluginCandidate[]>> {
  if (!wanted) return { value: builtinPlugins(), diagnostics: [] };
  const results = await Promise.all(wanted.map((entry) => importPlugin(entry, place)));
  return {
    value: results.flatMap((result) => result.plugins),
    diagnostics: results.flatMap((result) => result.diagnostics),
  };
}

/** What {@link BUILTIN} stands for. */
export function builtinPlugins(): readonly { readonly source: string; readonly plugin: Plugin }[] {
  return [...BUILTINS].map(([source, plugin]) => ({ plugin, source }));
}

interface Imported {
  readonly plugins: readonly PluginCandidate[];
  readonly diagnostics: readonly Diagnostic[];
}

async function importPlugin({ value: name, span }: Configured<string>, place: PluginPlace): Promise<Imported> {
  if (name === BUILTIN) return { plugins: builtinPlugins(), diagnostics: [] };
  // WHY: the modes that come with Weir are those this version was tested with, whatever else is installed.
  const own = BUILTINS.get(name);
  if (own) return { plugins: [{ plugin: own, source: name }], diagnostics: [] };
  const file = locate(name, place);
  return file === undefined ? failed(pluginNotFound(span, { name })) : importModule(name, file, span);
}

function failed(diagnostic: Diagnostic): Imported {
  return { plugins: [], diagnostics: [diagnostic] };
}

function locate(name: string, { disk, root }: PluginPlace): string | undefined {
  const isPath = name.startsWith('./') || name.startsWith('../');
  const found = isPath ? undefined : findPackage(disk, name, root);
  const entry = found && entryOf(found);
  const file = isPath
    ? resolve(root, name)
    : found && entry !== undefined
      ? resolve(found.directory, entry)
      : undefined;
  try {
    return file !== undefined && disk.kind(file) === 'file' ? file : undefined;
  } catch {
    return undefined;
  }
}

async function importModule(name: string, file: string, span: Span): Promise<Imported> {
  try {
    const module = (await import(/* @vite-ignore */ pathToFileURL(file).href)) as { readonly default?: unknown };
    const plugin = module.default;
    return isPlugin(plugin)
      ? { plugins: [{ plugin, source: name }], diagnostics: [] }
      : failed(notAPlugin(span, { name }));
  } catch (error) {
    const why = (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
    return failed(pluginBroken(span, { name, why }));
  }
}

function isPlugin(value: unknown): value is Plugin {
  if (typeof value !== 'object' || value === null) return false;
  const candidate = value as Partial<Record<keyof Plugin, unknown>>;
  return typeof candidate.name === 'string' && typeof candidate.register === 'function';
}
