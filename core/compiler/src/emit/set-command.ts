/**
 * Sets and maps as commands. In: their layout. Out: commands.
 *
 * Guaranteed: adding a set that is there already with the same declaration changes nothing.
 */
import { addElement, addMap, addSet, type Command, type Expression, type TableName } from '@weir/nftables-json';
import type { LayoutSet } from '../lower/layout.ts';

/** Declares a set or map, without elements. */
export function declareSet({ table, name, type, map, flags, size }: LayoutSet): Command {
  const options = { flags, ...(size !== undefined && { size }) };
  return map === undefined ? addSet(table, name, type, options) : addMap(table, name, type, map, options);
}

/** Adds elements in one command; none for no elements. WHY: nft refuses an empty list. */
export function fill(table: TableName, name: string, elements: readonly Expression[]): readonly Command[] {
  return elements.length === 0 ? [] : [addElement(table, name, elements)];
}
