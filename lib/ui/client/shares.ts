/**
 * What parts are of their whole, in whole percents that add up to 100: by the method of the largest
 * remainder, as seats are given to parties.
 *
 * @param amounts None of them negative.
 *
 * @example
 * ```ts
 * sharesOf([1, 1, 1]); // [34, 33, 33]
 * ```
 */
export function sharesOf(amounts: readonly number[]): number[] {
  const total = amounts.reduce((sum, amount) => sum + amount, 0);
  if (total === 0) return amounts.map(() => 0);
  const exact = amounts.map((amount) => amount / total * 100);
  const shares = exact.map(Math.floor);
  const missing = 100 - shares.reduce((sum, share) => sum + share, 0);
  exact.map((share, at) => ({ at, remainder: share - Math.floor(share) }))
    .sort((a, b) => b.remainder - a.remainder)
    .slice(0, missing)
    .forEach(({ at }) => shares[at] = (shares[at] ?? 0) + 1);
  return shares;
}
