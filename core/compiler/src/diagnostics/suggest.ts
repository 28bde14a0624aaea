/**
 * The name that a writer probably meant.
 *
 * In: a word nobody knows and the words somebody does. Out: the nearest of them, if it is near. Guaranteed: the order of
 * the candidates does not matter; of equally near ones the first in code units is taken.
 */
import { nearest } from '@weir/grammar';

/** The nearest candidate other than the word itself, or undefined when none is a slip of the hand away. */
export function suggest(word: string, candidates: Iterable<string>): string | undefined {
  return nearest(word, [...candidates].filter((name) => name !== word).toSorted());
}
