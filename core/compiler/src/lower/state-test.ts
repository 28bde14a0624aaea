/**
 * The state of a connection, as the kernel's bridge conntrack says it or as carried in two bits of the packet mark.
 */
import { and, anonMap, anonSet, accept, ct, drop, match, meta, type Statement, vmap } from '@weir/nftables-json';
import type { Test } from '../policy/match.ts';
import type { Context } from './context.ts';
import { notAvailable } from './findings.ts';

/** Bits of `ct state` by name (Linux include/uapi/linux/netfilter/nf_conntrack_common.h, NF_CT_STATE_BIT). */
export const STATE_BITS = { invalid: 1, established: 2, related: 4, new: 8, untracked: 64 } as const;

type StateName = keyof typeof STATE_BITS;

interface StateAlternatives {
  readonly kind: 'alternatives';
  readonly of: readonly (readonly Statement[])[];
}

/** `connection.state` compared with a list; undefined (and a finding) where the target cannot tell the states apart. */
export function stateTest(test: Test, context: Context): StateAlternatives | undefined {
  if (test.operand.kind !== 'values') return undefined;
  const { ranges } = test.operand;
  const wanted = (Object.keys(STATE_BITS) as StateName[]).filter((name) => {
    const bit = BigInt(STATE_BITS[name]);
    return ranges.some((range) => range.low <= bit && bit <= range.high) !== test.negated;
  });
  if (context.state === 'conntrack') {
    const names = wanted.length === 1 ? (wanted[0] ?? '') : anonSet(wanted);
    return { kind: 'alternatives', of: wanted.length === 0 ? [] : [[match(ct('state'), '==', names)]] };
  }
  return carriedTest(test, wanted, context);
}

/** WHY: the marks hold "established or related", "invalid", and neither for what is new. */
function carriedTest(test: Test, wanted: readonly StateName[], context: Context): StateAlternatives | undefined {
  const { established, invalid } = context.target.marks;
  const has = (name: StateName): boolean => wanted.includes(name);
  if (context.state === 'none' || has('established') !== has('related') || has('untracked')) {
    context.findings.add(notAvailable(test.span, { what: 'this connection state', target: context.target.name }));
    return undefined;
  }
  const bits = (mask: number, set: boolean): Statement => match(and(meta('mark'), mask), set ? '!=' : '==', 0);
  return {
    kind: 'alternatives',
    of: [
      ...(has('established') ? [[bits(established, true)]] : []),
      ...(has('invalid') ? [[bits(invalid, true)]] : []),
      ...(has('new') ? [[bits(established + invalid, false)]] : []),
    ],
  };
}

/** The shortcut in front of stateful filters: established and related are delivered, invalid is dropped. */
export function stateShortcut(context: Context): readonly (readonly Statement[])[] {
  if (context.state === 'conntrack') {
    const verdicts = anonMap([
      ['established', accept],
      ['related', accept],
      ['invalid', drop],
    ]);
    return [[vmap(ct('state'), verdicts)]];
  }
  const { established, invalid } = context.target.marks;
  return [
    [match(and(meta('mark'), invalid), '!=', 0), drop],
    [match(and(meta('mark'), established), '!=', 0), accept],
  ];
}
