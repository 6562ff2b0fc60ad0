/** More edits than this and the two names have nothing to do with each other. */
const MAX_EDITS = 2;

/**
 * The name that someone who typed `typed` probably meant: the one that takes the fewest single-letter
 * edits, if that is at most two and fewer than the letters typed, or one that `typed` abbreviates.
 *
 * @example
 * ```ts
 * closestName("port", ["ports", "output"]); // "ports"
 * ```
 */
export function closestName(typed: string, names: readonly string[]): string | undefined {
  let closest: string | undefined;
  let fewest = Math.min(MAX_EDITS, typed.length - 1) + 1;
  for (const name of names) {
    const edits = editDistance(typed.toLowerCase(), name);
    if (edits < fewest) [closest, fewest] = [name, edits];
  }
  if (closest !== undefined || typed.length < 2) return closest;
  return names.find((name) => name.startsWith(typed.toLowerCase()));
}

/** Levenshtein's distance, row by row. */
function editDistance(a: string, b: string): number {
  let row = Array.from({ length: b.length + 1 }, (_, column) => column);
  for (let i = 1; i <= a.length; i++) {
    const above = row;
    row = [i];
    for (let j = 1; j <= b.length; j++) {
      row.push(Math.min(
        (row[j - 1] ?? 0) + 1,
        (above[j] ?? 0) + 1,
        (above[j - 1] ?? 0) + (a[i - 1] === b[j - 1] ? 0 : 1),
      ));
    }
  }
  return row[b.length] ?? 0;
}
