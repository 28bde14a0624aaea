/**
 * The manifest: what the other documents are, and where every emitted rule comes from.
 *
 * In: the layout, the files' texts, the target, the digests. Out: plain data. Guaranteed: rules in the order in which
 * `ruleset.json` adds them; nothing of the machine or the time.
 */
import type { Family, NftVersion } from '@weir/nftables-json';
import { indexLines, type LineIndex, positionAt } from '../diagnostics/line-index.ts';
import type { Layout, LayoutRule } from '../lower/layout.ts';
import type { KernelFeatures } from '../target/target.ts';

/** SHA-256 in lower-case hex of each file as `documentFiles` gives it. */
export interface Digests {
  readonly ruleset: string;
  readonly host: string;
  readonly profiles: Readonly<Record<string, string>>;
  readonly interfaces: Readonly<Record<string, string>>;
  readonly topology: string;
}

/** One rule of the ruleset and its source. */
export interface ManifestRule {
  readonly family: Family;
  readonly table: string;
  readonly chain: string;
  /** 0-based place in the chain. */
  readonly index: number;
  /** Display path of the file; absent for rules that no file asked for. */
  readonly file?: string;
  /** 1-based; columns in UTF-16 code units. Absent when the file's text is not known. */
  readonly line?: number;
  readonly column?: number;
  readonly item: string;
  readonly statement?: number;
  readonly plugin?: string;
  readonly purpose?: string;
}

/** The content of `manifest.json`. */
export interface Manifest {
  /** Version of the manifest's own format. */
  readonly format: 1;
  /** Version of the documents' format: their names, order and division. */
  readonly weir: 1;
  readonly target: { readonly name: string; readonly nft: NftVersion; readonly kernel: KernelFeatures };
  readonly digests: Digests;
  readonly rules: readonly ManifestRule[];
  readonly interfaces: Readonly<
    Record<string, { readonly guest: string; readonly network: string; readonly profile: string }>
  >;
}

/** Writes the manifest. */
export function writeManifest(layout: Layout, texts: ReadonlyMap<string, string>, digests: Digests): Manifest {
  const { name, nft, kernel } = layout.target;
  const { bridgeConntrack, bridgeReject, bridgeNetfilter } = kernel;
  return {
    format: 1,
    weir: 1,
    target: { name, nft, kernel: { bridgeConntrack, bridgeReject, bridgeNetfilter } },
    digests,
    rules: rulesOf(layout, texts),
    interfaces: Object.fromEntries(
      layout.interfaces.map(({ ifname, guest, network, profile }) => [ifname, { guest, network, profile }]),
    ),
  };
}

type Origin = LayoutRule['origin'];
type Place = Pick<ManifestRule, 'file' | 'line' | 'column'>;

function rulesOf(layout: Layout, texts: ReadonlyMap<string, string>): readonly ManifestRule[] {
  const placeOf = placesIn(texts);
  const chains = [...layout.chains, ...layout.profiles.flatMap((profile) => profile.chains)];
  return chains.flatMap(({ table, name, rules }) =>
    rules.map(({ origin }, index) => ({
      family: table.family,
      table: table.name,
      chain: name,
      index,
      ...placeOf(origin),
      item: origin.item,
      ...('statement' in origin && { statement: origin.statement }),
      ...(origin.plugin !== undefined && { plugin: origin.plugin }),
      ...('purpose' in origin && { purpose: origin.purpose }),
    })),
  );
}

/** Reads each file's lines once, when first asked for. */
function placesIn(texts: ReadonlyMap<string, string>): (origin: Origin) => Place {
  const indexes = new Map<string, LineIndex>();
  return ({ span }) => {
    if (!span) return {};
    const text = texts.get(span.file);
    if (text === undefined) return { file: span.file };
    const index = indexes.get(span.file) ?? indexLines(text);
    indexes.set(span.file, index);
    return { file: span.file, ...positionAt(index, span.start) };
  };
}
