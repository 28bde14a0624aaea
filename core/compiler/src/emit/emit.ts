/**
 * The emission pass: from a layout to the documents of one host.
 *
 * In: a layout and the files' texts (for lines). Out: documents, or errors when Weir itself made something that
 * the target's nft would not read as meant. Guaranteed: equal layouts give equal bytes.
 */
import { document } from '@weir/nftables-json';
import type { Layout } from '../lower/layout.ts';
import type { PassResult } from '../pass-result.ts';
import { checkDocuments, type Drafts } from './check-documents.ts';
import { allInterfaceCommands, hostCommands, interfaceCommands, profileCommands } from './division.ts';
import type { Documents } from './documents.ts';
import { dataText, digestOf, documentText } from './files.ts';
import { settleDynamicSets } from './dynamic-set.ts';
import { type Digests, writeManifest } from './manifest.ts';

/** What emission needs beside the layout. */
export interface EmitEnv {
  /** Texts of the rule files by display path. */
  readonly texts: ReadonlyMap<string, string>;
}

/** Writes the documents. */
export function emit(layout: Layout, env: EmitEnv): PassResult<Documents | undefined> {
  const drafts = draft(settleDynamicSets(layout));
  const diagnostics = checkDocuments(layout, drafts);
  if (diagnostics.length > 0) return { value: undefined, diagnostics };
  const manifest = writeManifest(layout, env.texts, digestsOf(layout, drafts));
  return { value: { ...drafts, topology: layout.topology, manifest }, diagnostics };
}

function draft(layout: Layout): Drafts {
  const host = hostCommands(layout);
  const profiles = layout.profiles.map((profile) => [profile.name, document(profileCommands(profile))] as const);
  const ports = layout.interfaces.map((port) => [port.ifname, document(interfaceCommands(port))] as const);
  const ofProfiles = profiles.flatMap(([, { nftables }]) => nftables);
  return {
    ruleset: { nftables: [...host, ...ofProfiles, ...allInterfaceCommands(layout)] },
    host: document(host),
    profiles: new Map(profiles),
    interfaces: new Map(ports),
  };
}

function digestsOf(layout: Layout, drafts: Drafts): Digests {
  return {
    ruleset: digestOf(documentText(drafts.ruleset)),
    host: digestOf(documentText(drafts.host)),
    profiles: digestsOfAll(drafts.profiles),
    interfaces: digestsOfAll(drafts.interfaces),
    topology: digestOf(dataText(layout.topology)),
  };
}

function digestsOfAll(documents: Drafts['profiles']): Readonly<Record<string, string>> {
  return Object.fromEntries([...documents].map(([name, one]) => [name, digestOf(documentText(one))]));
}
