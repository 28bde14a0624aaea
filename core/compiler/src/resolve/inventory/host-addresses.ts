/**
 * `host { address … }`: what else the host answers to besides its gateways.
 *
 * In: all `host` items. Out: ranges in normal form. Guaranteed: what could not be read is reported and left out.
 */
import type { Diagnostic } from '@weir/plugin';
import type { Inventory } from '../../model/inventory.ts';
import type { ValueRange } from '../../policy/match.ts';
import { mistyped } from '../../settings/read-number.ts';
import { simpleName, spanOf } from '../../settings/scope.ts';
import { normalise } from '../../values/ranges.ts';
import type { Declarations } from './declarations.ts';
import { readPortAddresses, type PortAddress } from './port-addresses.ts';
import { readBlock } from './read-block.ts';

const KEYS = {
  address: {
    wants: 'addresses, prefixes or ranges',
    doc: "the host's own addresses besides its gateways",
    repeat: true,
    takes: 'values',
  },
} as const;

export function readHostAddresses(
  hosts: Declarations['hosts'],
  report: (diagnostic: Diagnostic) => void,
): Inventory['hostAddresses'] {
  const found = hosts.flatMap(({ file, item }) => readHost(file, item, report));
  const of = (family: PortAddress['family']): readonly ValueRange[] =>
    normalise(found.filter((range) => range.family === family).map(({ low, high }) => ({ low, high })));
  return { ipv4: of('ipv4'), ipv6: of('ipv6') };
}

function readHost(
  file: string,
  item: Declarations['hosts'][number]['item'],
  report: (diagnostic: Diagnostic) => void,
): readonly PortAddress[] {
  const context = {
    file,
    owner: '`host`',
    at: spanOf(item, { file }),
    guestPorts: () => undefined,
    guestNames: [],
    networkNames: [],
  };
  const read = readBlock(item.block.entries, KEYS, context, report).address;
  if (!read) return [];
  const words = read.values.filter((value) => simpleName(value) !== undefined);
  for (const word of words) mistyped(word, read.scope);
  const addresses = readPortAddresses(
    read.values.filter((value) => !words.includes(value)),
    read.scope,
  );
  return addresses === undefined || addresses === 'any' ? [] : addresses;
}
