/** The bridge of a network that names none. In: the network's name. Out: a device name. Pure. */
import { createHash } from 'node:crypto';
import { INTERFACE_NAME_MAX, isInterfaceName } from '../../settings/interface-name.ts';

const HASH_DIGITS = 6;

/** `weir-NAME`; where that is too long, `w-`, the name's start and a hash of the whole of it. */
export function bridgeNameOf(network: string): string {
  const plain = `weir-${network}`;
  if (isInterfaceName(plain)) return plain;
  const hash = createHash('sha256').update(network).digest('hex').slice(0, HASH_DIGITS);
  return `w-${network.slice(0, INTERFACE_NAME_MAX - 2 - HASH_DIGITS)}${hash}`;
}
