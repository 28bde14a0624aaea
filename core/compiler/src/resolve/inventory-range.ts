/** Canonical address text of checked views, back as ranges. */
import type { Family, Subnet } from '@weir/plugin';
import type { ValueRange } from '../policy/match.ts';
import { addressBits, parseAddress } from '../values/address.ts';
import { one, prefixRange } from '../values/ranges.ts';

/** INVARIANT: views and topologies hold canonical addresses only. */
function known(family: Family, text: string): bigint {
  const value = parseAddress(family, text);
  if (value === undefined) throw new Error(`a checked view holds \`${text}\`, which is no address`);
  return value;
}

export function literalRange(family: Family, address: string): ValueRange {
  return one(known(family, address));
}

export function subnetRange(subnet: Subnet): ValueRange {
  return prefixRange(known(subnet.family, subnet.address), subnet.length, addressBits(subnet.family));
}
