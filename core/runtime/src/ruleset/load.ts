/** Checks, loads and removes our tables through nft. Guaranteed: one transaction each; a failure changes nothing. */
import { createNft, NftError, type Nft, type NftDocument } from '@weir/nftables-json';
import { findCommand } from '../command/find-command.ts';
import { hostProblem, StepError, type HostProblem, type HostProblemCode } from '../problem.ts';
import { OWN_TABLES, removeTables, replaceTables } from './own-tables.ts';

/** The nft of a namespace. */
export function nftOf(options: { readonly netns: string | undefined; readonly timeout: number }): Nft {
  const path = findCommand('nft');
  return createNft({
    timeout: options.timeout,
    ...(path !== undefined && { path }),
    ...(options.netns !== undefined && { netns: options.netns }),
  });
}

function nftProblem(error: unknown, code: HostProblemCode, message: string): HostProblem {
  if (!(error instanceof NftError)) throw error;
  const command = error.command === undefined ? [] : [`in ${JSON.stringify(error.command).slice(0, 400)}`];
  const detail = [error.message, ...command].join('\n');
  return hostProblem(code, message, { detail });
}

/** What nft and the kernel have against the ruleset in the place of our tables; undefined when nothing. */
export async function checkRuleset(nft: Nft, ruleset: NftDocument): Promise<HostProblem | undefined> {
  try {
    await nft.check(replaceTables(ruleset));
    return undefined;
  } catch (error) {
    return nftProblem(error, 'runtime/ruleset-refused', 'nft refuses the ruleset');
  }
}

/** Puts the ruleset in the place of whatever our tables hold. */
export async function loadRuleset(nft: Nft, ruleset: NftDocument): Promise<void> {
  try {
    await nft.apply(replaceTables(ruleset));
  } catch (error) {
    throw new StepError(nftProblem(error, 'runtime/step-failed', 'the ruleset cannot be loaded'));
  }
}

/** The names of our tables that there are, as `family name`. */
export async function listOwnTables(nft: Nft): Promise<readonly string[]> {
  const found = await Promise.all(
    OWN_TABLES.map(async ({ family, name }) => {
      const listing = await nft.listTable(family, name, { terse: true });
      return listing === undefined ? [] : [`${family} ${name}`];
    }),
  );
  return found.flat();
}

/** Takes our tables away, both at once. */
export async function removeRuleset(nft: Nft): Promise<void> {
  try {
    await nft.apply({ nftables: removeTables() });
  } catch (error) {
    throw new StepError(nftProblem(error, 'runtime/step-failed', 'the tables of Weir cannot be removed'));
  }
}
