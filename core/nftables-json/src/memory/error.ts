/**
 * What can go wrong in the in-memory nftables, as coded errors. Loading gives a `MemoryNftError`, which is an `NftError` so that code under
 * test cannot tell it from the real nft's; evaluating a packet gives an `EvaluationError`.
 */
import { NftError } from '../process/error.ts';
import type { Command } from '../types/command.ts';

/** Why a document was refused; permanent. */
export const MEMORY_REASONS = [
  /** The check of documents found a problem. */
  'bad-document',
  'unknown-table',
  'unknown-chain',
  'unknown-set',
  'unknown-element',
  'unknown-object',
  'unknown-rule',
  /** `create` of something that is there, or a set or object declared otherwise than before. */
  'exists',
  /** A base chain declared with another type, hook or priority than it has. */
  'base-chain-differs',
  /** Deleting a chain, set or object that something refers to. */
  'in-use',
  /** A key that is in the map already, with other data. */
  'duplicate-key',
  'interval-overlap',
  /** A value that is not of the type or width that its place has. */
  'wrong-type',
  /** A rule that reads headers which exclude each other. */
  'conflicting-protocols',
  /** A chain that leads back to itself, reachable from a base chain. */
  'jump-cycle',
  /** More than 16 chains deep, counted from a base chain. */
  'jump-depth',
  'set-full',
  /** The in-memory nftables has no such thing; the real one has. */
  'unsupported',
] as const;

/** Why a document was refused. */
export type MemoryReason = (typeof MEMORY_REASONS)[number];

/** WHY: the texts are those of the errno values that the kernel answers with; callers look for some of them in `stderr`. */
const ERRNO_TEXT: Readonly<Partial<Record<MemoryReason, string>>> = {
  'unknown-table': 'No such file or directory',
  'unknown-chain': 'No such file or directory',
  'unknown-set': 'No such file or directory',
  'unknown-element': 'No such file or directory',
  'unknown-object': 'No such file or directory',
  'unknown-rule': 'No such file or directory',
  exists: 'File exists',
  'base-chain-differs': 'Operation not supported',
  'in-use': 'Device or resource busy',
  'duplicate-key': 'File exists',
  'interval-overlap': 'File exists',
  'wrong-type': 'datatype mismatch',
  'conflicting-protocols': 'conflicting protocols specified',
  'jump-cycle': 'Too many links',
  'jump-depth': 'Too many links',
  'set-full': 'Too many open files in system',
};

/** A refusal inside a transaction, before it is known which command it belongs to. */
export class Refusal extends Error {
  readonly reason: MemoryReason;
  /** The sequence number of the command that is to blame, when it is not the one being carried out. */
  readonly sequence: number | undefined;

  constructor(reason: MemoryReason, message: string, sequence?: number) {
    super(message);
    this.reason = reason;
    this.sequence = sequence;
  }
}

/** A document that was refused as a whole; `commandIndex` names the command and `reason` the cause. */
export class MemoryNftError extends NftError {
  readonly reason: MemoryReason;

  constructor(reason: MemoryReason, message: string, commandIndex: number, command: Command | undefined) {
    const stderr = `Error: ${ERRNO_TEXT[reason] ?? 'Could not process the document'}: ${message}\n`;
    super({ code: 'refused', message, stderr, commandIndex, ...(command !== undefined && { command }) });
    this.name = 'MemoryNftError';
    this.reason = reason;
  }
}

/** Codes of failures of an evaluation; permanent. */
export const EVALUATION_CODES = [
  /** The packet reached something that the in-memory nftables does not carry out. */
  'unsupported',
  /** The packet reached a question whose answer the caller did not give (`fib`, `ct count`, `pkttype`, …). */
  'fact-missing',
  /** The packet is no packet, or the hook is none of the family's. */
  'misuse',
] as const;

/** The code of a failure of an evaluation. */
export type EvaluationCode = (typeof EVALUATION_CODES)[number];

/** A packet that could not be evaluated. Nothing is guessed: there is no verdict. */
export class EvaluationError extends Error {
  readonly code: EvaluationCode;

  constructor(code: EvaluationCode, message: string) {
    super(message);
    this.name = 'EvaluationError';
    this.code = code;
  }
}
