import { Patience } from "../lib/patience.ts";

/** Milliseconds that anything awaited in a test may take: far more than it should on a busy machine. */
export const DEADLINE_MS = 120_000;

/**
 * Bounds a wait, so that a test which would hang fails and says what it was waiting for. Time in which the
 * machine was too busy to let this process run does not count.
 *
 * @param wait What is waited for.
 * @param describe Called when it took too long: what was waited for, and how things stand.
 * @throws {Error} When it took too long; else whatever `wait` throws.
 */
export async function beforeDeadline<T>(
  wait: Promise<T>,
  describe: () => string,
  deadlineMs = DEADLINE_MS,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  using _patience = new Patience(deadlineMs, () => {
    late.reject(new Error(`Nothing within ${deadlineMs / 1000} s: ${describe()}`));
  });
  try {
    return await Promise.race([wait, late.promise]);
  } finally {
    wait.catch(() => {});
  }
}
