/** Somebody wants the bench to end; everything is to be put away on the way out. */
export class InterruptedError extends Error {
  override readonly name = "InterruptedError";
}

const SIGNALS = ["SIGINT", "SIGTERM", "SIGHUP"] as const;

/**
 * Turns the requests to stop into an aborted signal, so that everything is put away on the usual way
 * out. Asking again does not hurry it: what is left to do is short.
 *
 * @returns The signal, whose reason is an {@linkcode InterruptedError}.
 */
export function interruption(): AbortSignal {
  const controller = new AbortController();
  for (const signal of SIGNALS) {
    Deno.addSignalListener(signal, () => controller.abort(new InterruptedError("Interrupted")));
  }
  return controller.signal;
}
