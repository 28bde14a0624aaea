/**
 * The check that every mode with an uplink needs.
 *
 * In: a network and its uplinks. Out: problems under the mode's own code. Guaranteed: no network has its own bridge, or a
 * port of it, as its way out, and none has one twice.
 */
import { defineDiagnostic, type Diagnostic, type DiagnosticDefinition, type DiagnosticHead } from './diagnostic.ts';
import type { NetworkView } from './network.ts';
import type { Placed } from './settings.ts';

interface UplinkFindings {
  readonly inside: DiagnosticDefinition<{ device: string; what: string }>;
  readonly twice: DiagnosticDefinition<{ device: string }>;
}

function uplinkFindings(plugin: string): UplinkFindings {
  const inside = defineDiagnostic<{ device: string; what: string }>(
    { code: `${plugin}/uplink-inside`, severity: 'error', title: 'an uplink that belongs to the network itself' },
    ({ device, what }) => ({
      message: `\`${device}\` cannot be the uplink: it is ${what}`,
      help: 'the uplink is the host device that leads outside, such as `eth0`',
    }),
  );
  const twice = defineDiagnostic<{ device: string }>(
    { code: `${plugin}/uplink-twice`, severity: 'error', title: 'an uplink that is written twice' },
    ({ device }) => ({ message: `the uplink \`${device}\` is given twice`, help: 'keep one of them' }),
  );
  return { inside, twice };
}

/** What the check can find, for the list of the plugin's diagnostics. */
export function uplinkDiagnostics(plugin: string): readonly DiagnosticHead[] {
  return Object.values(uplinkFindings(plugin)) as readonly DiagnosticHead[];
}

/** The check, with a code that starts with the mode's plugin name. */
export function uplinkCheck(
  plugin: string,
): (
  network: Pick<NetworkView, 'name' | 'bridge' | 'ports'>,
  uplinks: readonly Placed<string>[],
) => readonly Diagnostic[] {
  const { inside, twice } = uplinkFindings(plugin);
  return ({ name, bridge, ports }, uplinks) =>
    uplinks.flatMap(({ value, span }, index) => {
      if (uplinks.slice(0, index).some((other) => other.value === value)) return [twice(span, { device: value })];
      const guest = ports.find(({ ifname }) => ifname === value)?.guest;
      if (value === bridge) return [inside(span, { device: value, what: `the bridge of network \`${name}\` itself` })];
      return guest === undefined ? [] : [inside(span, { device: value, what: `the interface of guest \`${guest}\`` })];
    });
}
