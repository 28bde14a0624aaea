/**
 * The contract kit: what every plugin must hold, ours and strangers'.
 *
 * In: a plugin, and what its modes cannot do without. Out: findings; none means that the contract holds on the sample
 * networks. Guaranteed: no exception of the plugin escapes; no test framework is needed.
 */
import { PLUGIN_API, type Plugin } from '../define-plugin.ts';
import type { ForwardingMode, Guarantee } from '../mode.ts';
import type { NetworkView } from '../network.ts';
import { opennessFindings } from './checks/openness-findings.ts';
import { purityFindings } from './checks/purity-findings.ts';
import { ruleFindings } from './checks/rule-findings.ts';
import { schemaFindings } from './checks/schema-findings.ts';
import { topologyFindings } from './checks/topology-findings.ts';
import { findingsAt, type Finding } from './finding.ts';
import { recordRegistrations } from './recorded-registrations.ts';
import { sampleCases, type NetworkCase, type SampleSettings } from './sample-networks.ts';

export interface ContractOptions {
  /** Values of the settings that the modes require. */
  readonly settings?: SampleSettings;
  /** More networks to try, with optional settings in use. */
  readonly cases?: readonly NetworkCase[];
  /** The modes let the outside open connections to guests: why that is meant. */
  readonly opens?: string;
}

/** Everything that does not hold. */
export function contractFindings(plugin: Plugin, options: ContractOptions = {}): readonly Finding[] {
  const { modes, findings } = recordRegistrations(plugin);
  return [...pluginFindings(plugin), ...findings, ...modes.flatMap((mode) => modeFindings(plugin, mode, options))];
}

/** The contract as one test; `test` is that of any framework. */
export function contractTest(
  test: (name: string, run: () => void) => void,
  plugin: Plugin,
  options: ContractOptions = {},
): void {
  test(`plugin ${plugin.name} keeps the contract`, () => {
    const findings = contractFindings(plugin, options);
    if (findings.length === 0) return;
    throw new Error(findings.map(({ rule, where, message }) => `${rule}: ${where}: ${message}`).join('\n'));
  });
}

function pluginFindings({ name, api, requires }: Plugin): readonly Finding[] {
  const found = findingsAt(`plugin ${name}`);
  return [
    ...(/^[a-z][a-z0-9]*(-[a-z0-9]+)*$/.test(name)
      ? []
      : [found('names', 'the name is no lower-case name with hyphens')]),
    ...(api === PLUGIN_API ? [] : [found('api', `made for version ${api} of the contract, and this is ${PLUGIN_API}`)]),
    ...(requires.includes(name) ? [found('names', 'requires itself')] : []),
  ];
}

function modeFindings(plugin: Plugin, mode: ForwardingMode, options: ContractOptions): readonly Finding[] {
  const cases = [...sampleCases(mode, options.settings ?? {}), ...(options.cases ?? [])];
  return [
    ...schemaFindings(mode),
    ...cases.flatMap(({ name, network }) => {
      const where = `mode ${mode.name} on ${name}`;
      const impure = purityFindings(mode, network, where);
      return impure.length > 0 ? impure : networkFindings(plugin, mode, network, options.opens !== undefined, where);
    }),
  ];
}

function networkFindings(
  plugin: Plugin,
  mode: ForwardingMode,
  network: NetworkView,
  opens: boolean,
  where: string,
): readonly Finding[] {
  const found = findingsAt(where);
  const rules = mode.rules(network);
  const problems = mode.check(network);
  return [
    ...problems
      .filter(({ code }) => !code.startsWith(`${plugin.name}/`))
      .map(({ code }) => found('codes', `the code \`${code}\` does not start with the plugin's name`)),
    ...problems
      .filter(({ severity }) => severity === 'error')
      .map(({ message }) => found('sample-refused', `check() refuses the network: ${message}`)),
    ...ruleFindings(rules, mode.hooks, where),
    ...opennessFindings(network, rules, opens, where),
    ...topologyFindings(mode.topology(network), network, where),
    ...mode.guarantees(network).flatMap((guarantee) => guaranteeFindings(guarantee, network, opens, where)),
  ];
}

function guaranteeFindings(
  { title, claim }: Guarantee,
  { name }: NetworkView,
  opens: boolean,
  where: string,
): readonly Finding[] {
  const found = findingsAt(where);
  const oneLine = [title, claim].every((text) => text.trim() !== '' && !text.includes('\n'));
  return [
    ...(oneLine && /^(never|always) /.test(claim) ? [] : [found('guarantees', `\`${claim}\` is no claim of one line`)]),
    ...(opens && claim === `never from world to network(${name})`
      ? [found('guarantees', 'claims that nothing enters, and is said to let the outside in')]
      : []),
  ];
}
