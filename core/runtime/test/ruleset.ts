// Small rulesets for the kernel tests.
import { addBaseChain, addTable, type Command, type NftDocument } from '@weir/nftables-json';

const BRIDGE = { family: 'bridge', name: 'weir' } as const;
const INET = { family: 'inet', name: 'weir' } as const;

/** Both tables, each with a base chain that accepts; `mark` names a further chain, to tell one ruleset from another. */
export function ruleset(mark = 'one'): NftDocument {
  return {
    nftables: [
      addTable(BRIDGE),
      addBaseChain(BRIDGE, 'from-guest', { type: 'filter', hook: 'prerouting', prio: 10, policy: 'accept' }),
      addTable(INET),
      addBaseChain(INET, 'forward', { type: 'filter', hook: 'forward', prio: 0, policy: 'accept' }),
      { add: { chain: { family: 'inet', table: 'weir', name: mark } } },
    ],
  };
}

/** A ruleset that nft reads and the kernel refuses. */
export function badRuleset(): NftDocument {
  const jump = {
    add: { rule: { family: 'inet', table: 'weir', chain: 'forward', expr: [{ jump: { target: 'nowhere' } }] } },
  };
  return { nftables: [...ruleset().nftables, jump as Command] };
}
