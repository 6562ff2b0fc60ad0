/** Milliseconds that anything awaited in a test may take: far more than it should on a busy machine. */
export const DEADLINE_MS = 120_000;

/**
 * Bounds a wait, so that a test which would hang fails and says what it was waiting for.
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
  let timer: ReturnType<typeof setTimeout> | undefined;
  const late = new Promise<never>((_, reject) => {
    timer = setTimeout(
      () => reject(new Error(`Nothing within ${deadlineMs / 1000} s: ${describe()}`)),
      deadlineMs,
    );
  });
  try {
    return await Promise.race([wait, late]);
  } finally {
    clearTimeout(timer);
    wait.catch(() => {});
  }
}
