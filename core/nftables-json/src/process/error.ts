/** What can go wrong with the nft process, as one typed error. */
import type { Command } from '../types/command.ts';

/** Codes of all failures of the process; permanent. */
export const NFT_ERROR_CODES = [
  /** There is no nft at the given path. */
  'nft-missing',
  /** The kernel refuses: not root, or no CAP_NET_ADMIN. */
  'not-permitted',
  /** The network namespace does not exist. */
  'no-namespace',
  /** nft did not end in time and was killed. */
  'timeout',
  /** nft or the kernel refused the document. */
  'refused',
  /** nft wrote to stderr although it returned success: it ignored something. */
  'warned',
  /** nft ended by a signal. */
  'crashed',
  /** What nft printed is not what was asked for. */
  'bad-output',
] as const;

/** The code of a failure. */
export type NftErrorCode = (typeof NFT_ERROR_CODES)[number];

/** What is known of a failure. */
export interface NftFailure {
  readonly code: NftErrorCode;
  readonly message: string;
  /** What nft wrote to stderr. */
  readonly stderr: string;
  /** Index in the document of the command that failed, when it could be found. */
  readonly commandIndex?: number;
  /** That command. */
  readonly command?: Command;
}

/** A failure of nft, of the kernel, or of starting nft. */
export class NftError extends Error {
  readonly code: NftErrorCode;
  readonly stderr: string;
  readonly commandIndex: number | undefined;
  readonly command: Command | undefined;

  constructor(failure: NftFailure) {
    super(failure.message);
    this.name = 'NftError';
    this.code = failure.code;
    this.stderr = failure.stderr;
    this.commandIndex = failure.commandIndex;
    this.command = failure.command;
  }
}
