import { setImmediate } from "node:timers";

/**
 * Lets everything else in this thread have its turn. Waiting for bytes does not when they are there
 * already: without this, the fastest source would keep its lane to itself, and timers from running.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
