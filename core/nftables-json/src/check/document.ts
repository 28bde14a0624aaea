/**
 * The exact check of what we write. In: a document of any shape and the release that is to read it. Out: every problem with its place.
 * Guaranteed: never throws; a document without problems has no property that nft would ignore or misread.
 */
import type { NftVersion } from '../version.ts';
import { checkCommand } from './command.ts';
import { at, createContext, report } from './context.ts';
import type { Problem } from './problem.ts';
import { describe, isRecord } from './shape.ts';

/** Checks a document for `version`; no problems means that this release reads all of it as it is meant. */
export function checkDocument(document: unknown, version: NftVersion): readonly Problem[] {
  const ctx = createContext(version);
  if (!isRecord(document)) {
    report(ctx, 'wrong-type', `expected {"nftables": […]}, found ${describe(document)}`);
    return ctx.problems;
  }
  for (const key of Object.keys(document)) {
    if (key !== 'nftables') report(ctx, 'unknown-property', `a document has only \`nftables\``, key);
  }
  const commands = document['nftables'];
  if (!Array.isArray(commands)) report(ctx, 'wrong-type', 'expected an array of commands', 'nftables');
  else {
    ctx.path.push('nftables');
    for (let index = 0; index < commands.length; index += 1) at(ctx, index, checkCommand, commands[index]);
    ctx.path.pop();
  }
  return ctx.problems;
}
