/**
 * The last look at what is about to be given out.
 *
 * In: the documents and the nft they are for. Out: errors, each a fault of Weir and not of the files. Guaranteed: without
 * one, that nft reads every document as it is meant, and nothing refers to what is not there when it is loaded.
 */
import {
  checkDocument,
  checkReferences,
  type NftDocument,
  type NftVersion,
  type Problem,
  type TableName,
} from '@weir/nftables-json';
import { defineDiagnostic, type Diagnostic } from '@weir/plugin';
import type { Layout } from '../lower/layout.ts';

/** The one diagnostic of the last look: always a fault of Weir. */
export const invalidDocument = defineDiagnostic<{
  readonly file: string;
  readonly nft: NftVersion;
  readonly problem: Problem;
}>(
  { code: 'emit/invalid-document', severity: 'error', title: 'a document that nft would not read' },
  ({ file, nft, problem }) => ({
    message: `a fault of Weir: nft ${nft} would not read \`${file}\` as meant at \`${problem.pointer}\`: ${problem.message} (${problem.code})`,
    help: 'nothing was written; report this with the rule files that lead to it',
  }),
);

/** The documents to look at, before they have digests. */
export interface Drafts {
  readonly ruleset: NftDocument;
  readonly host: NftDocument;
  readonly profiles: ReadonlyMap<string, NftDocument>;
  readonly interfaces: ReadonlyMap<string, NftDocument>;
}

/** Checks all documents. */
export function checkDocuments(layout: Layout, drafts: Drafts): readonly Diagnostic[] {
  const { nft } = layout.target;
  const say = (file: string, problems: readonly Problem[]): readonly Diagnostic[] =>
    problems.map((problem) => invalidDocument(undefined, { file, nft, problem }));
  const known = knownOf(layout);
  return [
    // WHY: the whole ruleset holds the commands of every other document, and knows the most about the sets they use.
    ...say('ruleset.json', checkDocument(drafts.ruleset, nft)),
    ...say('host.json', checkReferences(drafts.host)),
    ...[...drafts.profiles].flatMap(([name, document]) =>
      say(`profiles/${name}.json`, checkReferences(document, { known })),
    ),
    ...checkPorts(layout, drafts, known).flatMap(({ file, problems }) => say(file, problems)),
  ];
}

/**
 * WHY: every port's elements stand in the ruleset's batches, which are checked; what is left is that its profile and its
 * sets exist. References within elements (the dispatch) are followed for the first port of each profile, as the ports of
 * a profile differ in values only.
 */
function checkPorts(
  layout: Layout,
  drafts: Drafts,
  known: readonly string[],
): readonly { readonly file: string; readonly problems: readonly Problem[] }[] {
  const seen = new Set<string>();
  const sets = new Set(known);
  return layout.interfaces.flatMap(({ ifname, profile, elements }) => {
    const file = `interfaces/${ifname}.json`;
    const own = drafts.profiles.get(profile);
    if (!own) return [{ file, problems: [missing(`profile \`${profile}\``)] }];
    if (!seen.has(profile)) {
      seen.add(profile);
      const document = { nftables: [...own.nftables, ...(drafts.interfaces.get(ifname)?.nftables ?? [])] };
      return [{ file, problems: checkReferences(document, { known }) }];
    }
    const problems = elements
      .filter(({ table, set }) => !sets.has(`${table.family} ${table.name} set ${set}`))
      .map(({ set }) => missing(`set \`${set}\``));
    return problems.length > 0 ? [{ file, problems }] : [];
  });
}

function missing(what: string): Problem {
  return { path: [], pointer: '', code: 'unknown-reference', message: `${what} does not exist at this point` };
}

/** What is there once the host's document is loaded, as `checkReferences` names it. */
function knownOf({ tables, sets, counters, chains }: Layout): readonly string[] {
  return [
    ...tables.map(({ family, name }) => `${family} ${name}`),
    ...sets.map((set) => named('set', set)),
    ...counters.map((counter) => named('counter', counter)),
    ...chains.map((chain) => named('chain', chain)),
  ];
}

interface Named {
  readonly table: TableName;
  readonly name: string;
}

function named(kind: string, { table, name }: Named): string {
  return `${table.family} ${table.name} ${kind} ${name}`;
}
