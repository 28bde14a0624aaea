/**
 * One `interface` of a guest.
 *
 * In: the setting and the names that exist. Out: what could be read of it, complete or not. Guaranteed: `complete` only
 * when nothing was wrong; what is there is right in itself, and nothing has been compared with other ports yet.
 */
import type { Setting, Value } from '@weir/grammar';
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
import { readFilters, readGuard } from './read-policy-uses.ts';

export const noDefaultNetwork = defineDiagnostic<{ owner: string }>(
  { code: 'inventory/no-default-network', severity: 'error', title: 'an interface without a network' },
  ({ owner }) => ({
    message: `${owner} names no network, and there is no network \`${DEFAULT_NETWORK}\``,
    help: 'write `network NAME`, or install `@weir/rules`, which has a default one',
  }),
);

/** An interface as far as it could be read. */
export interface PortDraft {
  readonly guest: string;
  readonly ifname: string | undefined;
  /** The interface's name, or its whole setting where there is none. */
  readonly span: Span;
  readonly labels: Readonly<Record<string, string>>;
  /** A declared one. */
  readonly network: string | undefined;
  readonly mac: Placed<bigint> | undefined;
  readonly addresses: PortAddresses | undefined;
  readonly guard: PolicyUse | 'none' | undefined;
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
  const network = readPortNetwork(keys.network, context, around.networkNames, report);
  const { mac, address, guard, filter } = keys;
  const [macValue, guardValue] = [mac?.values[0], guard?.values[0]];
  const draft = {
    guest,
    labels,
    span,
    ifname,
    network,
    mac: mac && macValue && placedMac(macValue, mac.scope),
    addresses: address && readPortAddresses(address.values, address.scope),
    guard: guard && guardValue && readGuard(guardValue, guard.scope),
    filters: filter ? readFilters(filter.values, filter.scope) : [],
  };
  return { ...draft, complete };
}

function readPortNetwork(
  read: ReadKey | undefined,
  context: SettingsContext,
  known: ReadonlySet<string>,
  report: (diagnostic: Diagnostic) => void,
): string | undefined {
  const value = read?.values[0];
  if (!read || !value) {
    if (known.has(DEFAULT_NETWORK)) return DEFAULT_NETWORK;
    report(noDefaultNetwork(context.at, { owner: context.owner }));
    return undefined;
  }
  const word = simpleName(value)?.text;
  if (word !== undefined && known.has(word)) return word;
  return readNetwork(value, read.scope);
}

function placedMac(value: Value, scope: Scope): Placed<bigint> | undefined {
  const mac = readMac(value, scope);
  return mac === undefined ? undefined : { value: mac, span: spanOf(value, scope.context) };
}
