/**
 * What a check carries along: the target version, where it is, what it found, and the sets it has seen declared.
 * The path is one array that grows and shrinks; it is copied only when a problem is reported.
 */
import type { Family } from '../types/family.ts';
import type { ValueTypes } from '../value/value-type.ts';
import type { NftVersion } from '../version.ts';
import { isAtLeast } from '../version.ts';
import type { Problem, ProblemCode } from './problem.ts';
import { jsonPointer } from './problem.ts';

/** A set or map declared earlier in the document. */
export interface DeclaredSet {
  readonly key: ValueTypes | undefined;
  /** What a map gives; undefined for sets. Named objects are strings, verdicts are verdicts. */
  readonly data: 'verdict' | 'object' | ValueTypes | 'unknown' | undefined;
  readonly isInterval: boolean;
  readonly hasTimeout: boolean;
  /** Keys seen so far, in text form; only filled for maps. */
  readonly keys: Set<string>;
}

/** The state of one check. */
export interface CheckContext {
  readonly version: NftVersion;
  readonly problems: Problem[];
  readonly path: (string | number)[];
  readonly sets: Map<string, DeclaredSet>;
  /** Family and table of the object being checked. */
  family: Family | undefined;
  table: string;
}

/** A check of one value. */
export type Check = (ctx: CheckContext, value: unknown) => void;

/** A fresh context. */
export function createContext(version: NftVersion): CheckContext {
  return { version, problems: [], path: [], sets: new Map(), family: undefined, table: '' };
}

/** Records a problem at the current place, or at `tail` below it. */
export function report(ctx: CheckContext, code: ProblemCode, message: string, ...tail: (string | number)[]): void {
  const path = [...ctx.path, ...tail];
  ctx.problems.push({ path, pointer: jsonPointer(path), code, message });
}

/** Runs `check` on `value` one step further down. */
export function at(ctx: CheckContext, step: string | number, check: Check, value: unknown): void {
  ctx.path.push(step);
  check(ctx, value);
  ctx.path.pop();
}

/** Reports when the target is older than `since`; true when it is new enough. */
export function requireVersion(ctx: CheckContext, since: NftVersion, what: string): boolean {
  if (isAtLeast(ctx.version, since)) return true;
  report(ctx, 'needs-version', `${what} needs nft ${since}, the target is ${ctx.version}`);
  return false;
}

/** The key under which a set of the current table is remembered. */
export function setKey(family: string | undefined, table: string, name: string): string {
  return `${family ?? ''} ${table} ${name}`;
}

/** The set `@name` of the current table, if the document declared it earlier. */
export function declaredSet(ctx: CheckContext, name: string): DeclaredSet | undefined {
  return ctx.sets.get(setKey(ctx.family, ctx.table, name));
}
