/** A port's MAC: one station's address, never a group's (IEEE 802-2014 8.4.2). In: a value. Out: the number, or reports. */
import type { Value } from '@weir/grammar';
import { defineDiagnostic } from '@weir/plugin';
import { mistyped } from '../../settings/read-number.ts';
import { spanOf, type Scope } from '../../settings/scope.ts';
import { parseMac } from '../../values/address.ts';

export const unusableMac = defineDiagnostic<{ mac: string; why: string }>(
  { code: 'inventory/unusable-mac', severity: 'error', title: 'a MAC address that no interface can have' },
  ({ mac, why }) => ({
    message: `\`${mac}\` cannot be the MAC address of an interface: ${why}`,
    help: 'the first octet is even; addresses that nobody assigned begin with `02`, `06`, `0a` or `0e`',
  }),
);

const BROADCAST = 0xffff_ffff_ffffn;
const GROUP_BIT = 0x0100_0000_0000n;

/** Undefined after a report. */
export function readMac(value: Value, scope: Scope): bigint | undefined {
  if (value.kind !== 'mac' || value.mask !== undefined) return mistyped(value, scope);
  const mac = parseMac(value.text);
  const why = mac === undefined ? 'it is none' : whyUnusable(mac);
  if (why === undefined) return mac;
  scope.report(unusableMac(spanOf(value, scope.context), { mac: value.text, why }));
  return undefined;
}

function whyUnusable(mac: bigint): string | undefined {
  if (mac === 0n) return 'it is zero';
  if (mac === BROADCAST) return 'it is the broadcast address';
  return (mac & GROUP_BIT) === 0n ? undefined : 'it is a group address (its first octet is odd)';
}
