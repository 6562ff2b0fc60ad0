import type { StopSignal } from "./ignored_signals.ts";

/**
 * The program was asked to end. It is the reason of `Scene.stopped`, and so what the work of a program
 * ends with.
 *
 * @example
 * ```ts
 * new Interruption("SIGTERM").message; // "Interrupted"
 * ```
 */
export class Interruption extends Error {
  override readonly name = "Interruption";

  /**
   * @param signal By which signal; undefined if nobody reads the output any more.
   * @param message What a person is told.
   */
  constructor(readonly signal?: StopSignal, message = "Interrupted") {
    super(message);
  }
}
