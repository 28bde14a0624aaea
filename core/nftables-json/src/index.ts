/** The public face of `@weir/nftables-json`. */
export * from './version.ts';
export * from './types/family.ts';
export * from './types/datatype.ts';
export * from './types/payload-field.ts';
export * from './types/option-field.ts';
export * from './types/meta-key.ts';
export * from './types/ct-key.ts';
export * from './types/expression.ts';
export * from './types/statement.ts';
export * from './types/object.ts';
export * from './types/command.ts';
export * from './types/kind.ts';
export * from './build/expression.ts';
export * from './build/statement.ts';
export * from './build/command.ts';
export * from './stringify.ts';
export { PROBLEM_CODES, jsonPointer } from './check/problem.ts';
export type { Problem, ProblemCode } from './check/problem.ts';
export { checkDocument } from './check/document.ts';
export { checkReferences } from './check/reference.ts';
export type { ReferenceOptions } from './check/reference.ts';
export {
  isSafeComment,
  isSafeName,
  MAX_COMMENT_BYTES,
  MAX_IFNAME_BYTES,
  MAX_NAME_BYTES,
  MAX_PREFIX_BYTES,
  CONSTANT_NAMES,
} from './check/text.ts';
export { KEYWORDS } from './check/keyword.ts';
export * from './types/symbol.ts';
export * from './value/address.ts';
export { keyBytes, typeOfExpression, typesOfDeclaration } from './value/value-type.ts';
export type { ValueType, ValueTypes } from './value/value-type.ts';
export { readListing } from './read/listing.ts';
export type { Listing } from './read/listing.ts';
export { normalize } from './normal/ruleset.ts';
export type { NormalRuleset } from './normal/ruleset.ts';
export { compareRulesets } from './normal/compare.ts';
export type { RulesetDifference } from './normal/compare.ts';
export { NFT_ERROR_CODES, NftError } from './process/error.ts';
export type { NftErrorCode, NftFailure } from './process/error.ts';
export { createNft } from './process/nft.ts';
export type { Nft } from './process/nft.ts';
export type { NftOptions } from './process/run.ts';
export { CAPABILITIES, probe } from './process/probe.ts';
export type { Capabilities, Capability } from './process/probe.ts';
export { createMemoryNft } from './memory/memory-nft.ts';
export type { MemoryNft, MemoryNftOptions } from './memory/memory-nft.ts';
export { EVALUATION_CODES, EvaluationError, MEMORY_REASONS, MemoryNftError } from './memory/error.ts';
export type { EvaluationCode, MemoryReason } from './memory/error.ts';
export type { FibQuestion, MemoryPacket, PacketConnection } from './memory/packet.ts';
export type { ChainOutcome, HookPlace, HookResult } from './memory/evaluate.ts';
export type { Effect, RulePlace } from './memory/run.ts';
