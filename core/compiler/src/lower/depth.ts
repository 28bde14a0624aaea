/** How deep chains lead into each other. */
import type { Statement } from '@weir/nftables-json';
import type { LayoutChain } from './layout.ts';

function targetOf(statement: Statement): string | undefined {
  if ('jump' in statement) return statement.jump.target;
  return 'goto' in statement ? statement.goto.target : undefined;
}

/** Chains on the longest way through the given ones. INVARIANT: no way leads back to where it came from. */
export function deepest(chains: readonly LayoutChain[]): number {
  const targets = new Map(
    chains.map(({ name, rules }) => [name, rules.flatMap((rule) => rule.statements.map(targetOf))] as const),
  );
  const known = new Map<string, number>();
  const depth = (name: string): number => {
    const found = known.get(name);
    if (found !== undefined) return found;
    let most = 0;
    for (const target of targets.get(name) ?? []) {
      // A check of own addresses is two chains that belong to no profile.
      if (target !== undefined) most = Math.max(most, targets.has(target) ? depth(target) : 2);
    }
    known.set(name, most + 1);
    return most + 1;
  };
  return Math.max(0, ...chains.map(({ name }) => depth(name)));
}
