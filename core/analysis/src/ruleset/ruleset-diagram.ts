/** What a ruleset makes of the packets of one profile's ports in one direction. */
import type { Attachment } from '@weir/plugin';
import type { Diagram } from '../engine/diagrams.ts';
import type { Outcome } from '../outcome.ts';
import type { Way } from '../policy/policy-analysis.ts';
import { Headers } from '../space/headers.ts';
import type { Planner, Space } from '../space/space.ts';
import type { Terms } from '../space/terms.ts';
import { UnreadableError } from '../unreadable.ts';
import { ChainReader } from './chain-diagram.ts';
import type { ChainWorld } from './chain-diagram.ts';
import { nothingKnown } from './read-set.ts';
import type { IndexedChain, IndexedRule, IndexedTable, RulesetIndex } from './ruleset-index.ts';

type Hook = Attachment['hooks'][number];

/** Where the packets of a way enter the ruleset: one base chain for each hook that sees them. */
export interface Entry {
  readonly hook: Hook;
  readonly table: IndexedTable;
  readonly chain: IndexedChain;
}

/** The base chains that lead packets of a way to their profile. Refused unless each hook has exactly one that asks for the device. */
export function entriesOf(way: Way, index: RulesetIndex): readonly Entry[] {
  const { attachment, direction } = way;
  return attachment.hooks
    .filter((hook) => hook.direction === direction)
    .map((hook) => {
      const found = [...index.values()]
        .filter(({ family }) => family === attachment.family)
        .flatMap((table) => [...table.chains.values()].map((chain) => ({ hook, table, chain })))
        .filter(({ chain }) => chain.body.hook === hook.hook && asksDevice(chain, hook.device, attachment.prefix));
      const [entry, more] = found;
      if (entry === undefined || more !== undefined)
        throw new UnreadableError(
          `the way of ${direction} packets at ${hook.hook}: ${found.length} base chains ask for the port`,
        );
      return entry;
    });
}

function asksDevice(chain: IndexedChain, device: string, prefix: string): boolean {
  return chain.rules.some(({ statements }) =>
    statements.some(
      (one) =>
        'vmap' in one &&
        JSON.stringify(one.vmap.key) === JSON.stringify({ meta: { key: device } }) &&
        typeof one.vmap.data === 'string' &&
        (prefix === '' || one.vmap.data.startsWith(`@${prefix}`)),
    ),
  );
}

function readerOf(way: Way, { hook, table }: Entry, terms: Terms, leaf: ChainWorld['leaf']): ChainReader {
  return new ChainReader({
    headers: new Headers(terms),
    table,
    counterPrefix: `${way.attachment.prefix}count-`,
    ports: way.ports,
    device: hook.device,
    own: way.own,
    leaf,
  });
}

const knownAt = (way: Way, { table }: Entry): ReturnType<typeof nothingKnown> => ({
  ...nothingKnown(table.family === 'inet', !way.place.isReassembled),
  ...(way.place.layer === 'network' && { kinds: ['ip4', 'ip6'] }),
});

/** Asks everything that the ruleset asks of a way's packets. */
export function planEntry(way: Way, entry: Entry, planner: Planner): void {
  readerOf(way, entry, planner, () => 1).plan(entry.chain, knownAt(way, entry));
}

/** What becomes of every packet of a way. `leaf`: what an outcome that a rule gave becomes; the outcome itself unless given. */
export function entryDiagram(
  way: Way,
  entry: Entry,
  space: Space,
  leaf: (outcome: Outcome, rule: IndexedRule | undefined) => Diagram = (outcome) => space.outcome(outcome),
): Diagram {
  return readerOf(way, entry, space, leaf).base(entry.chain, knownAt(way, entry));
}
