/**
 * A `network` item: the common settings by the core's schema, all others by its mode's.
 *
 * In: the item, what else is declared, and the modes. Out: what could be read of it. Guaranteed: each common setting is
 * read on its own, so that a problem in one hides none in another; a network with a problem is spoilt in the findings.
 */
import type { SettingsOf, SettingsSchema, Span } from '@weir/plugin';
import { defineDiagnostic, type Edit, type Placed } from '@weir/plugin';
import type { RegisteredMode, Registry } from '../../registry.ts';
import { checkSettings } from '../../settings/check-settings.ts';
import { guestElsewhere, guestPortUnclear, unknownGuestPort } from '../../settings/findings.ts';
import { sought, spanOf } from '../../settings/scope.ts';
import type { SettingsContext } from '../../settings/settings-context.ts';
import { bridgeNameOf } from './bridge-name.ts';
import { COMMON_KEYS, commonSettings, isCommonKey, type CommonKey } from './common-settings.ts';
import type { Declared } from './declarations.ts';
import type { Findings } from './findings.ts';
import type { GuestPorts } from './guest-ports.ts';
import { readSubnets, type ReadSubnet } from './read-subnets.ts';

export const unknownMode = defineDiagnostic<{ word: string; near?: Edit; known: readonly string[] }>(
  { code: 'inventory/unknown-mode', severity: 'error', title: 'a mode that no plugin brings' },
  ({ word, near, known }) => ({
    message: `there is no mode \`${word}\``,
    help: [
      ...(near ? [`did you mean \`${near.text}\`?`] : []),
      known.length === 0 ? 'no plugin brings one' : `the modes: ${known.map((name) => `\`${name}\``).join(', ')}`,
    ].join(' '),
    ...(near && { fix: [near] }),
  }),
);
export const reachesItself = defineDiagnostic<{ network: string }>(
  { code: 'inventory/reaches-itself', severity: 'error', title: 'a network that is to reach itself' },
  ({ network }) => ({
    message: `network \`${network}\` reaches itself anyway`,
    help: 'name other networks, or remove the setting',
  }),
);
export const subnetMissing = defineDiagnostic<{ network: string; mode: string }>(
  { code: 'inventory/subnet-missing', severity: 'error', title: 'a network that needs a subnet' },
  ({ network, mode }) => ({
    message: `network \`${network}\` needs a subnet: mode \`${mode}\` gives the host an address in it`,
    help: 'add `subnet ADDRESS/LENGTH`',
  }),
);
export const subnetUnwanted = defineDiagnostic<{ network: string; mode: string }>(
  { code: 'inventory/subnet-unwanted', severity: 'error', title: 'a subnet that the mode has no use for' },
  ({ network, mode }) => ({
    message: `network \`${network}\` has no subnet of its own on this host: its mode is \`${mode}\``,
    help: 'remove `subnet`, or choose another mode',
  }),
);

/** A network as far as it could be read. */
export interface NetworkDraft {
  readonly name: string;
  /** The place of its name. */
  readonly span: Span;
  readonly mode?: RegisteredMode;
  /** The written bridge, or the made one at the place of the network's name. */
  readonly bridge?: Placed<string>;
  /** Absent when they could not be read. */
  readonly subnets?: readonly ReadSubnet[];
  readonly reaches: readonly string[];
  readonly isolatePorts: boolean;
  readonly mtu?: number;
  /** The mode's own settings. */
  readonly settings?: SettingsOf<SettingsSchema>;
}

/** What a network is read among. */
export interface NetworkSurroundings {
  readonly registry: Registry;
  readonly guestPorts: GuestPorts;
  /** Sorted. */
  readonly guestNames: readonly string[];
  readonly networkNames: readonly string[];
  readonly findings: Findings;
}

export function readNetwork({ file, item, name }: Declared, around: NetworkSurroundings): NetworkDraft {
  const { findings, guestNames, networkNames } = around;
  const span = spanOf(name, { file });
  const context: SettingsContext = {
    file,
    owner: `network \`${name.text}\``,
    at: span,
    guestPorts: () => undefined,
    guestNames,
    networkNames,
  };
  const read = <K extends CommonKey>(key: K) => {
    const entries = item.block.entries.filter((entry) => entry.key.text === key);
    const schema = { [key]: commonSettings[key] } as Pick<typeof commonSettings, K>;
    const { value, diagnostics } = checkSettings(entries, schema, context);
    for (const diagnostic of diagnostics) findings.report(diagnostic, name.text);
    return value?.[key];
  };
  const mode = findMode(read('mode'), name.text, around);
  const bridge = item.block.entries.some(({ key }) => key.text === 'bridge')
    ? read('bridge')
    : { value: bridgeNameOf(name.text), span };
  const mtu = read('mtu')?.value;
  const [prefixes, gateways] = [read('subnet'), read('gateway')];
  const subnets = prefixes && gateways && readSubnets(prefixes, gateways, findings, name.text);
  if (mode && subnets) checkSubnetNeed(name.text, mode, { span, subnets }, findings);
  const settings = mode && readModeSettings({ file, item, name }, mode, context, around);
  return {
    name: name.text,
    span,
    reaches: readReaches(read('reaches') ?? [], name.text, findings),
    isolatePorts: read('isolate-ports')?.value ?? false,
    ...(mode && { mode }),
    ...(bridge && { bridge }),
    ...(subnets && { subnets }),
    ...(mtu !== undefined && { mtu }),
    ...(settings && { settings }),
  };
}

function findMode(
  written: Placed<string> | undefined,
  network: string,
  { registry, findings }: NetworkSurroundings,
): RegisteredMode | undefined {
  if (!written) return undefined;
  const mode = registry.modes.get(written.value);
  if (!mode) {
    const known = [...registry.modes.keys()].toSorted();
    findings.report(unknownMode(written.span, sought(written.value, known, written.span)), network);
  }
  return mode;
}

function readReaches(written: readonly Placed<string>[], network: string, findings: Findings): readonly string[] {
  for (const { value, span } of written) {
    if (value === network) findings.report(reachesItself(span, { network }), network);
  }
  return [...new Set(written.map(({ value }) => value))];
}

function checkSubnetNeed(
  network: string,
  { mode }: RegisteredMode,
  { span, subnets }: { readonly span: Span; readonly subnets: readonly ReadSubnet[] },
  findings: Findings,
): void {
  const first = subnets[0];
  if (mode.subnets === 'required' && !first) {
    findings.report(subnetMissing(span, { network, mode: mode.name }), network);
  }
  if (mode.subnets === 'none' && first) {
    findings.report(subnetUnwanted(first.subnet.span, { network, mode: mode.name }), network);
  }
}

/** What a reference to a guest can miss when the guest could not be read. */
const OF_UNREAD_GUESTS: readonly string[] = [guestElsewhere.code, guestPortUnclear.code, unknownGuestPort.code];

function readModeSettings(
  { item, name }: Declared,
  { mode }: RegisteredMode,
  common: SettingsContext,
  { guestPorts, findings }: NetworkSurroundings,
): SettingsOf<SettingsSchema> | undefined {
  let askedUnread = false;
  const context: SettingsContext = {
    ...common,
    owner: `${common.owner} (mode \`${mode.name}\`)`,
    otherSettings: COMMON_KEYS,
    guestPorts: (guest) => {
      if (guestPorts.isUnread(guest)) askedUnread = true;
      return guestPorts.of(guest, name.text);
    },
  };
  const own = item.block.entries.filter(({ key }) => !isCommonKey(key.text));
  const { value, diagnostics } = checkSettings(own, mode.settings, context);
  if (askedUnread) findings.spoil(name.text);
  for (const diagnostic of diagnostics) {
    if (!(askedUnread && OF_UNREAD_GUESTS.includes(diagnostic.code))) findings.report(diagnostic, name.text);
  }
  return value;
}
