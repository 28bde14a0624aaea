/**
 * Weir's own tables, and nothing else. In: a document. Out: whether all of it stays inside them, and the document that
 * replaces what they hold in one transaction. Pure.
 */
import type { Command, NftDocument } from '@weir/nftables-json';
import { hostProblem, type HostProblem } from '../problem.ts';

/** The tables that Weir loads and removes: policy of the ports, and the networks' own rules. */
export const OWN_TABLES = [
  { family: 'bridge', name: 'weir' },
  { family: 'inet', name: 'weir' },
] as const;

type Json = Readonly<Record<string, unknown>>;

const CHANGING = new Set(['add', 'insert', 'create', 'delete', 'destroy', 'flush', 'replace', 'rename']);

function isOwn(family: unknown, name: unknown): boolean {
  return OWN_TABLES.some((table) => table.family === family && table.name === name);
}

function describe(verb: string, kind: string, body: Json): string {
  const name = kind === 'table' ? body['name'] : body['table'];
  return [verb, kind, ...[body['family'], name].filter((part) => typeof part === 'string')].join(' ');
}

function foreignCommand(command: Json): string | undefined {
  if ('metainfo' in command) return undefined;
  const [verb = '', content] = Object.entries(command)[0] ?? [];
  const [kind = '', body] = Object.entries((content ?? {}) as Json)[0] ?? [];
  const about = (body ?? {}) as Json;
  const own = isOwn(about['family'], kind === 'table' ? about['name'] : about['table']);
  return own && CHANGING.has(verb) ? undefined : describe(verb, kind, about);
}

/** A problem for each kind of command that would reach outside our tables. */
export function checkOwnTables(ruleset: NftDocument): readonly HostProblem[] {
  const outside = new Set(ruleset.nftables.flatMap((entry) => foreignCommand(entry as unknown as Json) ?? []));
  return [...outside].map((what) =>
    hostProblem('runtime/foreign-table', `the ruleset has \`${what}\`, which is not in a table of Weir`, {
      help: 'Weir loads only into the tables `bridge weir` and `inet weir`',
    }),
  );
}

/**
 * Commands that leave no table of ours, whether or not they were there.
 * WHY: `destroy` needs nft 1.0.7 and kernel 6.3; add, then delete, works in every release.
 */
export function removeTables(): readonly Command[] {
  return OWN_TABLES.flatMap((table): readonly Command[] => [{ add: { table } }, { delete: { table } }]);
}

/** The document that puts the ruleset in the place of whatever our tables hold. One transaction: no moment without rules. */
export function replaceTables(ruleset: NftDocument): NftDocument {
  return { nftables: [...removeTables(), ...ruleset.nftables] };
}
