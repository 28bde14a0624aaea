/**
 * Asks a network's mode what it checks, needs, adds and promises.
 *
 * In: a network without errors, and its ports. Out: the declaration, or undefined after a report. Guaranteed: a plugin
 * that throws or breaks its own word is named in an error and never ends the run.
 */
import {
  defineDiagnostic,
  type Guarantee,
  type NetworkRule,
  type NetworkTopology,
  type NetworkView,
} from '@weir/plugin';
import type { NetworkDeclaration } from '../../model/inventory.ts';
import { hasErrors } from '../../pass-result.ts';
import type { RegisteredMode } from '../../registry.ts';
import type { Findings } from './findings.ts';

export const pluginFailed = defineDiagnostic<{ plugin: string; mode: string; part: string; why: string }>(
  { code: 'inventory/plugin-failed', severity: 'error', title: 'a forwarding mode that failed' },
  ({ plugin, mode, part, why }) => ({
    message: `plugin \`${plugin}\` failed in \`${part}\` of its mode \`${mode}\`: ${why}`,
    help: 'this is a mistake in the plugin, not in the file',
  }),
);
export const undeclaredHook = defineDiagnostic<{ plugin: string; mode: string; hook: string }>(
  {
    code: 'inventory/undeclared-hook',
    severity: 'error',
    title: 'a forwarding mode that uses a hook it did not announce',
  },
  ({ plugin, mode, hook }) => ({
    message: `plugin \`${plugin}\` has a rule on \`${hook}\`, which its mode \`${mode}\` does not declare`,
    help: 'this is a mistake in the plugin, not in the file',
  }),
);

export function askMode(
  view: NetworkView,
  registered: RegisteredMode,
  findings: Findings,
): NetworkDeclaration | undefined {
  const { mode, plugin } = registered;
  const ask = <T>(part: 'check' | 'topology' | 'rules' | 'guarantees', call: () => T): T | undefined => {
    try {
      const answer = call();
      if (part === 'topology' ? typeof answer === 'object' && answer !== null : Array.isArray(answer)) return answer;
      throw new TypeError(`it gave no ${part === 'topology' ? 'object' : 'list'}`);
    } catch (error) {
      const why = firstLine(error instanceof Error ? error.message : String(error));
      findings.report(pluginFailed(view.span, { plugin, mode: mode.name, part, why }), view.name);
      return undefined;
    }
  };
  const found = ask('check', () => mode.check(view));
  for (const diagnostic of found ?? []) findings.report(diagnostic, view.name);
  if (!found || hasErrors(found)) return undefined;
  const topology: NetworkTopology | undefined = ask('topology', () => mode.topology(view));
  const rules: readonly NetworkRule[] | undefined = ask('rules', () => mode.rules(view));
  const guarantees: readonly Guarantee[] | undefined = ask('guarantees', () => mode.guarantees(view));
  const strange = [...new Set(rules?.map(({ hook }) => hook))].filter((hook) => !mode.hooks.includes(hook));
  for (const hook of strange) {
    findings.report(undeclaredHook(view.span, { plugin, mode: mode.name, hook }), view.name);
  }
  if (!topology || !rules || !guarantees || strange.length > 0) return undefined;
  return { view, mode: mode.name, plugin, attachment: mode.attachment, topology, rules, guarantees };
}

function firstLine(text: string): string {
  return text.split('\n', 1)[0] ?? '';
}
