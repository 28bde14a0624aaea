/**
 * Sets that rules fill, in the form that the target's nft can load again and again.
 *
 * In: a layout. Out: the same layout for its target's nft. Guaranteed: every such set has a size; for nft that knows the
 * set flag `dynamic` nothing else changes; for older ones, sets that hold a statement per key (a limit, a count of
 * connections) for one rule become meters, which need no declaration, and the others get the flag `timeout` instead.
 *
 * WHY: nft 1.0.6 refuses the flag in JSON. With `timeout` it makes the set dynamic by itself, but only in the transaction
 * that also has a rule which fills it, and adding the set once more fails with EEXIST, because the flags told then differ
 * from the set's own (tried with nft 1.0.6 on kernel 6.18). A meter's set comes and goes with its rule.
 */
import { isAtLeast, type SetFlag, type Statement } from '@weir/nftables-json';
import type { Layout, LayoutChain, LayoutRule, LayoutSet } from '../lower/layout.ts';

/** Elements that a set filled by rules holds unless the layout says otherwise; with no bound, guests could fill the host's memory. */
const DYNAMIC_SET_SIZE = 65_535;

interface Part {
  readonly sets: readonly LayoutSet[];
  readonly chains: readonly LayoutChain[];
}

/** The layout with its dynamic sets in the form for its target. */
export function settleDynamicSets(layout: Layout): Layout {
  const isOld = !isAtLeast(layout.target.nft, '1.0.6.1');
  const settle = <T extends Part>(part: T): T => (part.sets.some(isDynamic) ? settlePart(part, isOld) : part);
  return { ...settle(layout), profiles: layout.profiles.map(settle) };
}

function isDynamic({ flags }: LayoutSet): boolean {
  return flags.includes('dynamic') || flags.includes('timeout');
}

function settlePart<T extends Part>(part: T, isOld: boolean): T {
  const metered = isOld ? meteredSets(part) : new Map<string, LayoutSet>();
  const sets = part.sets
    .filter(({ name }) => !metered.has(name))
    .map((set) => (isDynamic(set) ? sized(set, isOld) : set));
  if (metered.size === 0) return { ...part, sets };
  const rewrite = (rule: LayoutRule): LayoutRule => ({
    ...rule,
    statements: rule.statements.map((statement) => toMeter(statement, metered)),
  });
  return { ...part, sets, chains: part.chains.map((chain) => ({ ...chain, rules: chain.rules.map(rewrite) })) };
}

function sized(set: LayoutSet, isOld: boolean): LayoutSet {
  const others = set.flags.filter((flag) => flag !== 'dynamic' && flag !== 'timeout');
  const flags: readonly SetFlag[] = isOld ? [...others, 'timeout'] : set.flags;
  return { ...set, flags, size: set.size ?? DYNAMIC_SET_SIZE };
}

/** Dynamic sets that one statement alone refers to, which adds a key with one statement. */
function meteredSets({ sets, chains }: Part): ReadonlyMap<string, LayoutSet> {
  const statements = chains.flatMap((chain) => chain.rules.flatMap((rule) => rule.statements));
  return new Map(sets.filter((set) => isDynamic(set) && isOwn(set, statements)).map((set) => [set.name, set]));
}

function isOwn({ name }: LayoutSet, statements: readonly Statement[]): boolean {
  const [user, ...others] = statements.filter((statement) => JSON.stringify(statement).includes(`"@${name}"`));
  if (user === undefined || others.length > 0 || !('set' in user)) return false;
  return user.set.op !== 'delete' && user.set.stmt?.length === 1;
}

function toMeter(statement: Statement, metered: ReadonlyMap<string, LayoutSet>): Statement {
  if (!('set' in statement)) return statement;
  const { set: reference, elem, stmt } = statement.set;
  const set = metered.get(reference.slice(1));
  const only = stmt?.[0];
  if (set === undefined || only === undefined) return statement;
  return { meter: { name: set.name, key: elem, stmt: only, size: set.size ?? DYNAMIC_SET_SIZE } };
}
