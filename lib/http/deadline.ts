/**
 * Bounds a wait: when it takes too long, `giveUp` is called (to close what is waited for) and the wait
 * ends with an error.
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(() => {
      reject(new Deno.errors.TimedOut(`no answer within ${milliseconds / 1000} s`));
      giveUp();
    }, milliseconds);
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
    wait.catch(() => {}); // Lost the race: its end no longer matters to anybody.
  }
}
