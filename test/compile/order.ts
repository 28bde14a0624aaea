/** Other orders of the same things, always the same ones. In: a list and a seed. Out: all of its entries, in another order. */

/** A permutation that depends on nothing but the length and the seed (Fisher and Yates, with a linear congruence). */
export function shuffled<T>(entries: readonly T[], seed: number): readonly T[] {
  const result = [...entries];
  let state = seed;
  for (let at = result.length - 1; at > 0; at -= 1) {
    state = (Math.imul(state, 1_664_525) + 1_013_904_223) >>> 0;
    const other = state % (at + 1);
    [result[at], result[other]] = [result[other] as T, result[at] as T];
  }
  return result;
}
