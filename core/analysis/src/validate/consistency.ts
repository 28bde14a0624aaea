/** What a ruleset leads to profiles that no port of the policy asked for. In: the entries, the ports. Out: what is wrong, in words. */
import type { Port } from '@weir/compiler';
import type { Entry } from '../ruleset/ruleset-diagram.ts';

/**
 * Devices in dispatch maps that are no ports. That every port is there and led to its own profile, and that its elements in
 * other sets are its facts, is asked where those are read.
 */
export function strangersIn(entries: readonly Entry[], ports: readonly Port[]): readonly string[] {
  const names = new Set(ports.map(({ ifname }) => ifname));
  const seen = new Set<string>();
  const found: string[] = [];
  for (const { table, chain, hook } of entries) {
    for (const { statements } of chain.rules) {
      for (const statement of statements) {
        if (!('vmap' in statement) || typeof statement.vmap.data !== 'string') continue;
        const name = statement.vmap.data.slice(1);
        const key = `${table.family} ${table.name} ${name}`;
        if (seen.has(key)) continue;
        seen.add(key);
        const strangers = (table.sets.get(name)?.elements ?? []).filter(
          ({ device }) => device === undefined || !names.has(device),
        );
        for (const { device } of strangers)
          found.push(`the map ${name} leads the device ${device ?? '?'}, which is no port, at ${hook.hook}`);
      }
    }
  }
  return found;
}
