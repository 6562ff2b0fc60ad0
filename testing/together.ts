/**
 * Does the same for several things at the same time, and waits for all of them even if one goes wrong,
 * so that none is left behind.
 *
 * @throws {Error} If anything went wrong: for which of the things, and what.
 */
export async function together<T>(
  things: readonly T[],
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(things.map(work));
  for (const [at, outcome] of outcomes.entries()) {
    if (outcome.status === "fulfilled") continue;
    const { reason } = outcome;
    const message = reason instanceof Error ? reason.message : String(reason);
    throw new Error(`For ${JSON.stringify(things[at])}: ${message}`, { cause: reason });
  }
}
