/**
 * The plugin host: turns plugins into the registry that the passes read.
 *
 * In: imported default exports. Out: the registry and every problem. Guaranteed: everything is checked before anything
 * of a plugin runs; a plugin that throws becomes a diagnostic; the order of the list does not show; nothing is kept
 * between calls. With an error in the checks no plugin runs and the registry is empty.
 */
// WHY: tsyringe needs it before its own first line runs.
// oxlint-disable-next-line import/no-unassigned-import
import 'reflect-metadata';
import { container, type DependencyContainer, type InjectionToken } from 'tsyringe';
import {
  ATTACHMENT,
  FORWARDING_MODE,
  type Attachment,
  type Diagnostic,
  type ForwardingMode,
  type Plugin,
} from '@weir/plugin';
import { hasErrors, type PassResult } from '../pass-result.ts';
import type { Registry } from '../registry.ts';
import { bridgePortPlugin } from './bridge-port.ts';
import { attachmentProblem, modeProblem } from './contribution-shape.ts';
import { malformed, pluginThrew, registersNothing } from './findings.ts';
import { preflight, type PluginCandidate } from './preflight.ts';
import { buildRegistry, type Contribution } from './build-registry.ts';

/** Loads the plugins, and with them what comes with Weir. A plugin without a source is known by its name alone. */
export function loadPlugins(plugins: readonly (Plugin | PluginCandidate)[]): PassResult<Registry> {
  const checked = preflight([...plugins.map(candidateOf), { plugin: bridgePortPlugin, source: '@weir/compiler' }]);
  if (hasErrors(checked.diagnostics)) {
    return { value: { modes: new Map(), attachments: new Map() }, diagnostics: checked.diagnostics };
  }
  const host = container.createChildContainer();
  const loaded = checked.value.map((plugin) => loadPlugin(plugin, host));
  const registry = buildRegistry(
    loaded.flatMap(({ modes }) => modes),
    loaded.flatMap(({ attachments }) => attachments),
  );
  const diagnostics = [...checked.diagnostics, ...loaded.flatMap((one) => one.diagnostics), ...registry.diagnostics];
  return { value: registry.value, diagnostics };
}

function candidateOf(entry: Plugin | PluginCandidate): PluginCandidate {
  return 'plugin' in entry ? entry : { plugin: entry, source: entry.name };
}

interface Loaded {
  readonly modes: readonly Contribution<ForwardingMode>[];
  readonly attachments: readonly Contribution<Attachment>[];
  readonly diagnostics: readonly Diagnostic[];
}

/**
 * WHY: a child's registrations hide its parent's in `resolveAll`, so a child container for each plugin is what tells
 * whose registrations these are.
 */
function loadPlugin(plugin: Plugin, host: DependencyContainer): Loaded {
  const own = host.createChildContainer();
  try {
    plugin.register(own);
    return inspect(plugin.name, registered(own, FORWARDING_MODE), registered(own, ATTACHMENT));
  } catch (error) {
    const why = firstLine(error);
    return { modes: [], attachments: [], diagnostics: [pluginThrew(undefined, { plugin: plugin.name, why })] };
  }
}

/** WHY: `resolveAll` throws when nothing is registered. */
function registered<T>(own: DependencyContainer, token: InjectionToken<T>): readonly T[] {
  return own.isRegistered(token) ? own.resolveAll(token) : [];
}

function firstLine(error: unknown): string {
  return (error instanceof Error ? error.message : String(error)).split('\n')[0] ?? '';
}

function inspect(plugin: string, modes: readonly ForwardingMode[], attachments: readonly Attachment[]): Loaded {
  const goodModes = modes.filter((mode) => modeProblem(mode) === undefined);
  const goodAttachments = attachments.filter((attachment) => attachmentProblem(attachment) === undefined);
  const problems = [
    ...modes.map((mode) => ({ what: whatOf('mode', mode), why: modeProblem(mode) })),
    ...attachments.map((attachment) => ({
      what: whatOf('attachment', attachment),
      why: attachmentProblem(attachment),
    })),
  ];
  const diagnostics = problems.flatMap(({ what, why }) =>
    why === undefined ? [] : [malformed(undefined, { plugin, what, why })],
  );
  const nothing = modes.length + attachments.length === 0 ? [registersNothing(undefined, { plugin })] : [];
  return {
    modes: goodModes.map((value) => ({ value, plugin })),
    attachments: goodAttachments.map((value) => ({ value, plugin })),
    diagnostics: [...nothing, ...diagnostics],
  };
}

function whatOf(kind: string, value: unknown): string {
  const name: unknown = typeof value === 'object' && value !== null && 'name' in value ? value.name : undefined;
  return typeof name === 'string' ? `${kind} \`${name}\`` : `a ${kind}`;
}
