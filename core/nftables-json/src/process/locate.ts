/**
 * Finds the command that nft refused. In: a document that fails. Out: the index of the command whose presence makes it fail.
 * WHY: nft's JSON errors always say `internal:0:0-0`; so growing prefixes of the transaction are tried with `nft -c`.
 */
import type { NftDocument } from '../types/command.ts';

/** Asks nft whether it takes a document, without loading it. */
export type Probe = (document: NftDocument) => Promise<boolean>;

/**
 * The smallest index whose prefix of the document is refused; undefined when every probe passes (a failure that `nft -c` cannot see).
 * INVARIANT: a prefix of an accepted prefix is accepted, because later commands only use what earlier ones made.
 */
export async function locateFailure(document: NftDocument, isAccepted: Probe): Promise<number | undefined> {
  const { nftables } = document;
  const prefix = (length: number): NftDocument => ({ nftables: nftables.slice(0, length) });
  if (nftables.length === 0 || (await isAccepted(document))) return undefined;
  let accepted = 0;
  let refused = nftables.length;
  while (refused - accepted > 1) {
    const middle = (accepted + refused) >> 1;
    if (await isAccepted(prefix(middle))) accepted = middle;
    else refused = middle;
  }
  return refused - 1;
}
