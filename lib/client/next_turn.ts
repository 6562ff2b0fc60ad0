import { setImmediate } from "node:timers";

/**
 * Lets timers and messages have their turn. A thread that reads does nothing else as long as there
 * are bytes to be read: without this, nothing was shown and nothing planned for up to 0.2 s.
 */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
