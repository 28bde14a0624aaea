/** Checks of address translation: snat, dnat, masquerade, redirect, tproxy. */
import { NAT_FLAGS, NAT_TYPE_FLAGS } from '../../types/statement.ts';
import type { ValueTypes } from '../../value/value-type.ts';
import { argument } from '../argument.ts';
import type { Check, CheckContext } from '../context.ts';
import { report } from '../context.ts';
import type { Shape } from '../shape.ts';
import { checkShape, isRecord, listOf, nothingOr, optional, shaped, word } from '../shape.ts';

const IPV4: ValueTypes = [{ type: 'ipv4_addr', bits: 32 }];
const IPV6: ValueTypes = [{ type: 'ipv6_addr', bits: 128 }];
const PORT: ValueTypes = [{ type: 'inet_service', bits: 16 }];

function addressTypes(ctx: CheckContext, body: unknown): ValueTypes | undefined {
  const family = (isRecord(body) ? body['family'] : undefined) ?? ctx.family;
  if (family === 'ip') return IPV4;
  return family === 'ip6' ? IPV6 : undefined;
}

/** The address of a translation; with a concatenating map it gives address and port at once. */
const address =
  (types: ValueTypes | undefined): Check =>
  (ctx, value) => {
    const isMap = isRecord(value) && 'map' in value;
    argument(isMap ? undefined : types, true)(ctx, value);
  };

const port: Check = argument(PORT, true);
const flags = optional(listOf(word(NAT_FLAGS)));
const family = optional(word(['ip', 'ip6']));

function requireFamily(ctx: CheckContext, body: Readonly<Record<string, unknown>>): void {
  if (ctx.family === 'inet' && body['addr'] !== undefined && body['family'] === undefined) {
    report(ctx, 'missing-property', 'a translation with an address needs `family` in an inet table');
  }
  // WHY: the kernel has no nat chains in bridge, arp and netdev tables.
  if (ctx.family === 'bridge' || ctx.family === 'arp' || ctx.family === 'netdev') {
    report(ctx, 'wrong-family', `the family ${ctx.family} has no address translation`);
  }
}

/** snat and dnat. */
export const nat: Check = (ctx, body) => {
  const shape: Shape = {
    family,
    addr: optional(address(addressTypes(ctx, body))),
    port: optional(port),
    flags,
    type_flags: optional(listOf(word(NAT_TYPE_FLAGS))),
  };
  if (!checkShape(ctx, body, shape)) return;
  requireFamily(ctx, body);
  if (body['addr'] === undefined && body['port'] === undefined) {
    report(ctx, 'missing-property', 'a translation needs `addr` or `port`');
  }
};

/** masquerade and redirect. */
export const portNat: Check = (ctx, body) => {
  nothingOr(shaped({ port: optional(port), flags }))(ctx, body);
  requireFamily(ctx, {});
};

/** Transparent proxying. */
export const tproxy: Check = (ctx, body) => {
  const shape: Shape = { family, addr: optional(address(addressTypes(ctx, body))), port: optional(port) };
  if (!checkShape(ctx, body, shape)) return;
  if (body['addr'] === undefined && body['port'] === undefined) {
    report(ctx, 'missing-property', 'tproxy needs `addr` or `port`');
  }
};
