/**
 * Documents in a real kernel: each call has a network namespace of its own, made and removed here.
 *
 * In: documents in the order of loading. Out: what the kernel holds afterwards. Guaranteed: nothing outside the
 * namespace is touched, and it is gone whatever happens.
 */
import { createNft, type Listing, type NftDocument } from '@weir/nftables-json';
import { mustRun, runCommand } from '../kernel/process.ts';

let made = 0;

/** Loads the documents one after the other; rejects with what nft said. */
export async function loadInOrder(documents: readonly NftDocument[]): Promise<Listing> {
  made += 1;
  const netns = `weir-case-${process.pid}-${made}`;
  await mustRun(['ip', 'netns', 'add', netns]);
  try {
    const nft = createNft({ netns });
    for (const document of documents) await nft.apply(document);
    return await nft.list();
  } finally {
    await runCommand(['ip', 'netns', 'del', netns]);
  }
}
