/**
 * nftables in memory. In: documents, packets. Out: what nft and the kernel would do with them: refusals, listings, verdicts.
 * It has the methods of `createNft` for loading and listing, so that code written for nft runs on it in tests, without root or kernel.
 */
import { checkDocument } from '../check/document.ts';
import type { Nft } from '../process/nft.ts';
import type { Command, NftDocument } from '../types/command.ts';
import type { NftVersion } from '../version.ts';
import { runCommand } from './command.ts';
import { MemoryNftError, Refusal } from './error.ts';
import type { HookPlace, HookResult } from './evaluate.ts';
import { evaluateHook } from './evaluate.ts';
import { listTables } from './listing.ts';
import type { MemoryPacket } from './packet.ts';
import type { Ruleset } from './state.ts';
import { tableKey } from './state.ts';
import { Transaction } from './transaction.ts';

/** How the in-memory nftables behaves. */
export interface MemoryNftOptions {
  /** The release whose JSON is understood; the newest known one unless given. Documents it would misread are refused. */
  readonly version?: NftVersion;
}

/** nftables in memory: state, transactions, packets, and a clock that stands still until it is turned. */
export interface MemoryNft extends Pick<Nft, 'check' | 'apply' | 'list' | 'listTable' | 'version'> {
  /** `apply` without a promise. Throws `MemoryNftError`. */
  load(document: NftDocument): void;
  /** Puts a packet through the base chains of a hook. Throws `EvaluationError`; there is no verdict then. */
  evaluate(packet: MemoryPacket, place: HookPlace): HookResult;
  /** Turns the clock on: rates fill up, elements run out. Seconds, not negative. */
  advance(seconds: number): void;
}

interface State {
  ruleset: Ruleset;
  handle: number;
  /** Nanoseconds. */
  now: number;
  /** Commands ever carried out. */
  sequence: number;
}

/** An empty nftables. */
export function createMemoryNft(options: MemoryNftOptions = {}): MemoryNft {
  const version = options.version ?? '1.1.6';
  const state: State = { ruleset: new Map(), handle: 1, now: 0, sequence: 1 };
  const load = (document: NftDocument): void => {
    const done = transact(state, document, version);
    state.ruleset = done.commit;
    state.handle = done.handle;
    state.sequence += document.nftables.length;
  };
  return {
    load,
    check: (document) => promised(() => void transact(state, document, version)),
    apply: (document) => promised(() => load(document)),
    list: (how) => promised(() => listTables(state.ruleset.values(), version, state.now, how?.terse === true)),
    listTable: (family, name, how) =>
      promised(() => {
        const table = state.ruleset.get(tableKey(family, name));
        return table === undefined ? undefined : listTables([table], version, state.now, how?.terse === true);
      }),
    version: () => Promise.resolve(version),
    evaluate: (packet, place) => evaluateHook(state.ruleset, packet, place, state.now),
    advance: (seconds) => {
      if (!(seconds >= 0)) throw new RangeError('the clock only goes forward');
      state.now += Math.round(seconds * 1e9);
    },
  };
}

async function promised<T>(act: () => T): Promise<T> {
  return act();
}

interface Done {
  readonly commit: Ruleset;
  readonly handle: number;
}

function transact(state: State, document: NftDocument, version: NftVersion): Done {
  const [problem] = checkDocument(document, version);
  if (problem !== undefined) {
    const index = typeof problem.path[1] === 'number' ? problem.path[1] : 0;
    throw new MemoryNftError(
      'bad-document',
      `${problem.pointer}: ${problem.message}`,
      index,
      commandAt(document, index),
    );
  }
  const transaction = new Transaction(state.ruleset, state.handle, state.now);
  let index = 0;
  try {
    for (const [at, entry] of document.nftables.entries()) {
      index = at;
      transaction.sequence = state.sequence + at;
      if (!('metainfo' in entry)) runCommand(transaction, entry);
    }
    return { commit: transaction.commit(), handle: transaction.handle };
  } catch (error) {
    if (!(error instanceof Refusal)) throw error;
    const blamed = error.sequence === undefined ? index : error.sequence - state.sequence;
    const at = blamed >= 0 ? blamed : index;
    throw new MemoryNftError(error.reason, `${error.message} (command ${at})`, at, commandAt(document, at));
  }
}

function commandAt(document: NftDocument, index: number): Command | undefined {
  const entry = document.nftables[index];
  return entry === undefined || 'metainfo' in entry ? undefined : entry;
}
