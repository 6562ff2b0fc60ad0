import { Patience } from "../patience.ts";

/**
 * Bounds a wait: when it takes too long, `giveUp` is called (to close what is waited for) and the wait
 * ends with an error. Time in which this program did not run does not count.
 *
 * @param wait What is waited for.
 * @param milliseconds For how long at most.
 * @param giveUp Called once when the time is over.
 * @throws {Deno.errors.TimedOut} When the time is over; else whatever `wait` throws.
 *
 * @example
 * ```ts
 * const head = await withDeadline(connection.head(), 5_000, () => connection.close());
 * ```
 */
export async function withDeadline<T>(
  wait: Promise<T>,
  milliseconds: number,
  giveUp: () => void,
): Promise<T> {
  const late = Promise.withResolvers<never>();
  using _patience = new Patience(milliseconds, () => {
    late.reject(new Deno.errors.TimedOut(`no answer within ${milliseconds / 1000} s`));
    giveUp();
  });
  try {
    return await Promise.race([wait, late.promise]);
  } finally {
    wait.catch(() => {}); // Lost the race: its end no longer matters to anybody.
  }
}
