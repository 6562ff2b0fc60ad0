/**
 * Numbers in a row, in short.
 *
 * @param numbers In any order; only those that follow each other make a run.
 *
 * @example
 * ```ts
 * runsOf([1, 2, 3, 5]); // [{ first: 1, last: 3 }, { first: 5, last: 5 }]
 * ```
 */
export function runsOf(
  numbers: readonly number[],
): readonly { readonly first: number; readonly last: number }[] {
  const runs: { first: number; last: number }[] = [];
  for (const number of numbers) {
    const run = runs.at(-1);
    if (run?.last === number - 1) run.last = number;
    else runs.push({ first: number, last: number });
  }
  return runs;
}
