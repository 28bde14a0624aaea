/**
 * The nft program as functions. In: documents. Out: nothing, listings, or an `NftError` that names the failed command.
 * Every document goes through standard input as JSON; nothing is ever put together as text for a shell.
 */
import { documentLines } from '../stringify.ts';
import type { Command, NftDocument } from '../types/command.ts';
import type { Family } from '../types/family.ts';
import { readListing } from '../read/listing.ts';
import type { Listing } from '../read/listing.ts';
import { NftError } from './error.ts';
import { locateFailure } from './locate.ts';
import type { NftOptions, NftOutput } from './run.ts';
import { failureOf, runNft } from './run.ts';

/** The nft of one host or network namespace. */
export interface Nft {
  readonly options: NftOptions;
  /** Asks nft and the kernel whether they would take the document; changes nothing. Rejects with `NftError`. */
  check(document: NftDocument): Promise<void>;
  /** Loads the document as one transaction: all of it, or nothing. Rejects with `NftError`. */
  apply(document: NftDocument): Promise<void>;
  /** Everything in one table; undefined when there is no such table. `terse` leaves the elements of sets out. */
  listTable(family: Family, name: string, how?: { readonly terse?: boolean }): Promise<Listing | undefined>;
  /** Everything in this network namespace. Expensive with large sets: prefer `terse`. */
  list(how?: { readonly terse?: boolean }): Promise<Listing>;
  /** The version of nft, such as `1.0.6`. */
  version(): Promise<string>;
}

/** An nft with these options. Nothing runs until a method is called. */
export function createNft(options: NftOptions = {}): Nft {
  return {
    options,
    check: (document) => load(options, ['-c'], document),
    apply: (document) => load(options, [], document),
    listTable: (family, name, how) => listTable(options, family, name, how?.terse === true),
    list: async (how) => readOutput(await succeed(options, listArguments(how?.terse === true, ['ruleset']))),
    version: () => version(options),
  };
}

async function load(options: NftOptions, flags: readonly string[], document: NftDocument): Promise<void> {
  const failure = failureOf(await feed(options, flags, document), options);
  if (failure === undefined) return;
  if (failure.code !== 'refused' && failure.code !== 'warned' && failure.code !== 'crashed') throw failure;
  const index = await locate(options, document);
  throw index === undefined ? failure : located(failure, document, index);
}

function feed(options: NftOptions, flags: readonly string[], document: NftDocument): Promise<NftOutput> {
  return runNft(options, [...flags, '-j', '-f', '-'], documentLines(document));
}

function locate(options: NftOptions, document: NftDocument): Promise<number | undefined> {
  return locateFailure(
    document,
    async (prefix) => failureOf(await feed(options, ['-c'], prefix), options) === undefined,
  );
}

function located(failure: NftError, document: NftDocument, commandIndex: number): NftError {
  const entry = document.nftables[commandIndex];
  const command: Command | undefined = entry === undefined || 'metainfo' in entry ? undefined : entry;
  const message = `${failure.message} (command ${commandIndex})`;
  const { code, stderr } = failure;
  return new NftError({ code, message, stderr, commandIndex, ...(command !== undefined && { command }) });
}

async function succeed(options: NftOptions, args: readonly string[]): Promise<NftOutput> {
  const output = await runNft(options, args);
  const failure = failureOf(output, options);
  if (failure !== undefined) throw failure;
  return output;
}

function listArguments(isTerse: boolean, what: readonly string[]): readonly string[] {
  return [...(isTerse ? ['-t'] : []), '-j', 'list', ...what];
}

async function listTable(
  options: NftOptions,
  family: Family,
  name: string,
  isTerse: boolean,
): Promise<Listing | undefined> {
  const output = await runNft(options, listArguments(isTerse, ['table', family, name]));
  const failure = failureOf(output, options);
  if (failure === undefined) return readOutput(output);
  if (failure.code === 'refused' && /No such file or directory/.test(failure.stderr)) return undefined;
  throw failure;
}

function readOutput(output: NftOutput): Listing {
  const listing = readListing(output.stdout);
  const [problem] = listing.problems;
  if (problem !== undefined && listing.objects.length === 0) {
    throw new NftError({
      code: 'bad-output',
      message: `nft printed no listing: ${problem.message}`,
      stderr: output.stderr,
    });
  }
  return listing;
}

async function version(options: NftOptions): Promise<string> {
  const { stdout } = await succeed(options, ['--version']);
  const match = /v(\d+(?:\.\d+)+)/.exec(stdout);
  if (match?.[1] === undefined)
    throw new NftError({ code: 'bad-output', message: 'nft did not tell its version', stderr: stdout });
  return match[1];
}
