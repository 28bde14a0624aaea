/**
 * The default export of a plugin package.
 *
 * The host checks `name`, `api` and `requires` of all plugins before it calls any `register`; `register` only registers
 * factories under the tokens of this package.
 */
import type { DependencyContainer } from 'tsyringe';
import type { DiagnosticHead } from './diagnostic.ts';

/** The version of this contract. A plugin made for another one is refused before anything of it runs. */
export const PLUGIN_API = 1;

export interface Plugin {
  /** Lower-case kebab name, unique in a project; prefix of the plugin's diagnostic codes. */
  readonly name: string;
  readonly api: number;
  /** Names of plugins that must be present as well. */
  readonly requires: readonly string[];
  /** Every diagnostic that the plugin can raise, for the list of codes and for formats that describe them. */
  readonly diagnostics?: readonly DiagnosticHead[];
  register(container: DependencyContainer): void;
}

/** Marks and types a plugin; returns it unchanged. */
export function definePlugin(plugin: Plugin): Plugin {
  return plugin;
}
