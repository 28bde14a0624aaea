/** What the compiler gives: nftables documents cut so that one guest's change touches one document, and data beside them. */
import type { NftDocument } from '@weir/nftables-json';
import type { HostTopology } from '@weir/plugin';
import type { Manifest } from './manifest.ts';

/**
 * The documents of one host. Loading `host`, then all `profiles`, then all `interfaces`, each kind in any order, gives
 * the same ruleset as `ruleset` alone.
 */
export interface Documents {
  /** All of it, in one transaction. */
  readonly ruleset: NftDocument;
  /** Tables, base chains, maps, sets with their declared members, and the networks' own rules. Starts the tables anew. */
  readonly host: NftDocument;
  /** One policy each, by name; loading one again replaces its rules. */
  readonly profiles: ReadonlyMap<string, NftDocument>;
  /** One port each, by interface name: its dispatch and its facts, as elements. Needs the port's profile. */
  readonly interfaces: ReadonlyMap<string, NftDocument>;
  /** What must exist on the host and beyond it. */
  readonly topology: HostTopology;
  /** Target, digests, and for every emitted rule its place in the source. */
  readonly manifest: Manifest;
}

/**
 * Everything that one port needs on top of `host`: its profile and its elements. Also right when the profile is
 * loaded already. Throws when no port has that interface name.
 */
export function interfaceDocument(documents: Documents, ifname: string): NftDocument {
  const own = documents.interfaces.get(ifname);
  const profile = documents.profiles.get(documents.manifest.interfaces[ifname]?.profile ?? '');
  if (!own || !profile) throw new Error(`no interface ${JSON.stringify(ifname)} in these documents`);
  return { nftables: [...profile.nftables, ...own.nftables] };
}
