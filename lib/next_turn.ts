import { clearImmediate, setImmediate } from "node:timers";

/** Milliseconds that a thread reads on before timers and messages have their turn. */
export const READ_ON_MS = 2;

/** When this thread last did so, in milliseconds of `performance.now()`. */
let lastAt = 0;

/** Lets timers, messages and whatever has arrived have their turn. */
export function nextTurn(): Promise<void> {
  return new Promise((resolve) => onNextTurn(resolve));
}

/**
 * Has something done once they have had their turn.
 *
 * @returns Calls it off.
 */
export function onNextTurn(work: () => void): () => void {
  const immediate = setImmediate(() => {
    lastAt = performance.now();
    work();
  });
  return () => clearImmediate(immediate);
}

/** Whether they have not had their turn for {@linkcode READ_ON_MS}. */
export function isTurnDue(): boolean {
  return performance.now() - lastAt >= READ_ON_MS;
}

/**
 * The same, but only once in {@linkcode READ_ON_MS}. A thread that reads does nothing else as long as
 * there are bytes to be read: without this, nothing was shown and nothing planned for up to 0.2 s. To
 * do so after every read costs a tenth of the time.
 */
export async function nextTurnIfDue(): Promise<void> {
  if (isTurnDue()) await nextTurn();
}
