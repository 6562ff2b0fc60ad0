import { nextTurn } from "./next_turn.ts";

/** Milliseconds by which a timer may be late in a thread that was not held up. */
const PUNCTUAL_MS = 2;

/**
 * Waits for so many milliseconds, or until `signal` says stop; never throws. Where the thread was held
 * up meanwhile, what has arrived has its turn first: it came in time.
 */
export async function delay(milliseconds: number, signal: AbortSignal): Promise<void> {
  if (signal.aborted) return;
  const { promise, resolve } = Promise.withResolvers<void>();
  const wake = () => resolve();
  const sinceMs = performance.now();
  const timer = setTimeout(wake, milliseconds);
  signal.addEventListener("abort", wake);
  await promise;
  clearTimeout(timer);
  signal.removeEventListener("abort", wake);
  const isLate = performance.now() - sinceMs > milliseconds + PUNCTUAL_MS;
  if (isLate && !signal.aborted) await nextTurn();
}
