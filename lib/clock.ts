/** Seconds, on a clock that never goes back. */
export function now(): number {
  return performance.now() / 1_000;
}
