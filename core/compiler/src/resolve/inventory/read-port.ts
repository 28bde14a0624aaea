/**
 * One `interface` of a guest.
 *
 * In: the setting and the names that exist. Out: what could be read of it, complete or not. Guaranteed: `complete` only
 * when nothing was wrong; what is there is right in itself, and nothing has been compared with other ports yet.
 */
import type { Setting } from '@weir/grammar';
import type { Diagnostic, Placed, Span } from '@weir/plugin';
import { defineDiagnostic } from '@weir/plugin';
import type { PolicyUse } from '../../model/inventory.ts';
import { readInterface, readNetwork } from '../../settings/read-name.ts';
import { simpleName, spanOf, type Scope } from '../../settings/scope.ts';
import type { SettingsContext } from '../../settings/settings-context.ts';
import { DEFAULT_NETWORK } from './declarations.ts';
import { readPortAddresses, type PortAddresses } from './port-addresses.ts';
import { readBlock, type ReadKey } from './read-block.ts';
import { readMac } from './read-mac.ts';
import { readGuard, readPolicyUse } from './read-policy-uses.ts';

export const noDefaultNetwork = defineDiagnostic<{ owner: string }>(
  { code: 'inventory/no-default-network', severity: 'error' },
  ({ owner }) => ({
    message: `${owner} names no network, and there is no network \`${DEFAULT_NETWORK}\``,
    help: 'write `network NAME`, or install `@weir/rules`, which has a default one',
  }),
);

/** An interface as far as it could be read. */
export interface PortDraft {
  readonly guest: string;
  readonly ifname?: string;
  /** The interface's name, or its whole setting where there is none. */
  readonly span: Span;
  readonly labels: Readonly<Record<string, string>>;
  /** A declared one. */
  readonly network?: string;
  readonly mac?: Placed<bigint>;
  readonly addresses?: PortAddresses;
  readonly guard?: PolicyUse | 'none';
  readonly filters: readonly PolicyUse[];
  readonly complete: boolean;
}

const KEYS = {
  network: { wants: 'the name of a network', doc: 'the network that the interface is in' },
  mac: { wants: 'a MAC address', doc: "the guest's hardware address, like `52:54:00:12:34:56`", required: true },
  address: {
    wants: 'addresses, prefixes, ranges or `any`',
    doc: 'the addresses that the guest may use; `any` leaves them all open',
    required: true,
    takes: 'values',
  },
  guard: { wants: 'the name of a guard, or `none`', doc: 'what may pass on the link; `clean-traffic` by default' },
  filter: { wants: 'names of filters', doc: 'which connections are allowed', repeat: true, takes: 'values' },
} as const;

/** What an interface stands in. */
export interface PortContext {
  readonly guest: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly context: SettingsContext;
  readonly networkNames: ReadonlySet<string>;
  report(diagnostic: Diagnostic): void;
}

/** `nameScope` is where the interface's own name is read. */
export function readPort(entry: Setting, nameScope: Scope, around: PortContext): PortDraft {
  const { guest, labels } = around;
  let complete = true;
  const report = (diagnostic: Diagnostic): void => {
    around.report(diagnostic);
    if (diagnostic.severity === 'error') complete = false;
  };
  const name = entry.values[0];
  const span = spanOf(name ?? entry, around.context);
  const ifname = name && readInterface(name, { ...nameScope, report });
  const context: SettingsContext = {
    ...around.context,
    owner:
      ifname === undefined ? `this interface of guest \`${guest}\`` : `interface \`${ifname}\` of guest \`${guest}\``,
    at: span,
  };
  const keys = readBlock(entry.block?.entries ?? [], KEYS, context, report);
  const network = readPortNetwork(keys.get('network'), { ...around, context, report });
  const settings = { ...readMacAndAddresses(keys), ...readPolicies(keys) };
  return { guest, labels, span, ...settings, ...(ifname !== undefined && { ifname }), ...network, complete };
}

function readPortNetwork(read: ReadKey | undefined, around: PortContext): { readonly network?: string } {
  const { context, networkNames, report } = around;
  const value = read?.values[0];
  if (!read || !value) {
    if (networkNames.has(DEFAULT_NETWORK)) return { network: DEFAULT_NETWORK };
    report(noDefaultNetwork(context.at, { owner: context.owner }));
    return {};
  }
  const word = simpleName(value)?.text;
  if (word !== undefined && networkNames.has(word)) return { network: word };
  readNetwork(value, { ...read.scope, report });
  return {};
}

function readMacAndAddresses(keys: ReadonlyMap<string, ReadKey>): Pick<PortDraft, 'mac' | 'addresses'> {
  const [macs, listed] = [keys.get('mac'), keys.get('address')];
  const written = macs?.values[0];
  const mac = macs && written && readMac(written, macs.scope);
  const addresses = listed && readPortAddresses(listed.values, listed.scope);
  return {
    ...(macs && written && mac !== undefined && { mac: { value: mac, span: spanOf(written, macs.scope.context) } }),
    ...(addresses !== undefined && { addresses }),
  };
}

function readPolicies(keys: ReadonlyMap<string, ReadKey>): Pick<PortDraft, 'guard' | 'filters'> {
  const [guards, filters] = [keys.get('guard'), keys.get('filter')];
  const written = guards?.values[0];
  const guard = guards && written && readGuard(written, guards.scope);
  const uses = filters?.values.map((value) => readPolicyUse(value, filters.scope)) ?? [];
  return { ...(guard !== undefined && { guard }), filters: uses.filter((use) => use !== undefined) };
}
