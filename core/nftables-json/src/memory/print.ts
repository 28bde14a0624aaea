/** How state is printed: atoms by their type, stateful statements with what they have counted. Out: JSON as nft prints it. */
import type { Expression } from '../types/expression.ts';
import { formatIpv4, formatIpv6, formatMac } from '../value/address.ts';
import type { ValueType, ValueTypes } from '../value/value-type.ts';
import type { Atom } from './atom.ts';
import { bigOf } from './atom.ts';
import type { Stateful } from './stateful.ts';

/** An atom as a constant of its type. */
export function printAtom(atom: Atom, type: ValueType | undefined): Expression {
  switch (type?.type) {
    case 'ipv4_addr':
      return formatIpv4(bigOf(atom));
    case 'ipv6_addr':
      return formatIpv6(bigOf(atom));
    case 'ether_addr':
      return formatMac(bigOf(atom));
    default:
      return typeof atom === 'bigint' ? `0x${atom.toString(16)}` : atom;
  }
}

/** A key of one or several atoms. */
export function printKey(atoms: readonly Atom[], types: ValueTypes): Expression {
  const [only] = atoms;
  if (atoms.length === 1 && only !== undefined) return printAtom(only, types[0]);
  return { concat: atoms.map((atom, index) => printAtom(atom, types[index])) };
}

/** A stateful statement with its state. */
export function printStateful(state: Stateful): object {
  switch (state.kind) {
    case 'counter':
      return { counter: { packets: state.packets, bytes: state.bytes } };
    case 'last':
      return { last: state.used === undefined ? null : { used: Math.floor(state.used / 1e6) } };
    case 'limit':
      return { limit: state.body };
    case 'quota':
      return { quota: { ...state.body, used: state.used, used_unit: 'bytes' } };
    case 'ct count':
      return { 'ct count': { val: state.limit, ...(state.isInverted && { inv: true }) } };
    default:
      return state satisfies never;
  }
}
