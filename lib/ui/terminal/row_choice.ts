/** Rows that fit, and those that were left out. */
export interface RowChoice<Row> {
  readonly shown: readonly Row[];
  readonly hidden: readonly Row[];
}

/**
 * Chooses which rows to show where not all fit: those with the lowest interest number, and of equals
 * the first, all in their usual order. When some are left out, one line less is used, for saying so.
 *
 * @param interest 0 for what must be seen; higher for what matters less. It should not depend on
 * figures that change all the time, or other rows would be shown in every frame.
 *
 * @example
 * ```ts
 * chooseRows([5, 1, 4], 2, (row) => row); // { shown: [1], hidden: [5, 4] }
 * ```
 */
export function chooseRows<Row>(
  rows: readonly Row[],
  room: number,
  interest: (row: Row) => number,
): RowChoice<Row> {
  if (rows.length <= room) return { shown: rows, hidden: [] };
  const chosen = new Set(
    rows.map((_, at) => at)
      .sort((a, b) => interestAt(a) - interestAt(b) || a - b)
      .slice(0, Math.max(room - 1, 0)),
  );
  return {
    shown: rows.filter((_, at) => chosen.has(at)),
    hidden: rows.filter((_, at) => !chosen.has(at)),
  };

  function interestAt(at: number): number {
    const row = rows[at];
    return row === undefined ? Infinity : interest(row);
  }
}

/**
 * How many of some rows are in which state, the most frequent first.
 *
 * @example
 * ```ts
 * countStates(hidden); // "58 downloading, 2 idle"
 * ```
 */
export function countStates(rows: readonly { readonly state: string }[]): string {
  const counts = new Map<string, number>();
  for (const { state } of rows) counts.set(state, (counts.get(state) ?? 0) + 1);
  return [...counts].sort(([, one], [, other]) => other - one).map(([state, count]) =>
    `${count} ${state}`
  ).join(", ");
}
