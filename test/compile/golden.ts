/**
 * The part of a case's documents that a golden shows: what its own files decide.
 *
 * In: documents and the area of the case. Out: text. Guaranteed: deterministic. Cases of `modes` show the networks' own
 * chains, cases of `targets` the whole ruleset, all others the profiles, the ports and the named sets.
 */
import { type NftDocument, stringifyDocument } from '@weir/nftables-json';
import type { Documents } from '@weir/compiler';

type Command = NftDocument['nftables'][number];

/** Dispatch maps of the skeleton, the same for every host. */
const DISPATCH: ReadonlySet<string> = new Set(['out-dispatch', 'in-dispatch']);

/** The golden of `expected.nft.json`. */
export function goldenOf(documents: Documents, area: string): string {
  switch (area) {
    case 'targets':
      return stringifyDocument(documents.ruleset);
    case 'modes':
      return print([
        ['networks', documents.host.nftables.filter((command) => isIn(command, 'inet'))],
        ...ports(documents),
      ]);
    default:
      return print([
        ['sets', documents.host.nftables.filter((command) => isIn(command, 'bridge'))],
        ...[...documents.profiles].map(([name, { nftables }]) => [`profile ${name}`, nftables] as const),
        ...ports(documents),
      ]);
  }
}

type Part = readonly [title: string, commands: readonly Command[]];

const ports = ({ interfaces }: Documents): readonly Part[] =>
  [...interfaces].map(([name, { nftables }]) => [`interface ${name}`, nftables] as const);

/** True for what files decide: named sets, counters, chains without a hook and their rules, and elements. */
function isIn(command: Command, family: string): boolean {
  const [object] = 'add' in command ? Object.entries(command.add) : [];
  if (object === undefined) return false;
  const [kind, { family: own, name, chain, hook }] = object as readonly [string, Readonly<Record<string, unknown>>];
  if (own !== family || kind === 'table' || hook !== undefined) return false;
  return !DISPATCH.has(String(name)) && !/^(from|to)-guest|^net-/.test(String(chain ?? ''));
}

function print(parts: readonly Part[]): string {
  const shown = parts
    .filter(([, commands]) => commands.length > 0)
    .map(
      ([title, commands]) => `${JSON.stringify(title)}:[\n${commands.map((one) => JSON.stringify(one)).join(',\n')}\n]`,
    );
  return `{\n${shown.join(',\n')}\n}\n`;
}
