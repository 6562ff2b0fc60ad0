/**
 * Does the same for several things at the same time, and waits for all of them even if one goes wrong,
 * so that none is left behind.
 *
 * @throws What went wrong first.
 */
export async function together<T>(
  things: readonly T[],
  work: (thing: T) => Promise<void>,
): Promise<void> {
  const outcomes = await Promise.allSettled(things.map(work));
  for (const outcome of outcomes) if (outcome.status === "rejected") throw outcome.reason;
}
