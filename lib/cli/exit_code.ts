import { type ErrorCode, MultiportError } from "../multiport_error.ts";
import { Interruption } from "./host/interruption.ts";
import type { StopSignal } from "./host/ignored_signals.ts";

const EXIT_CODES: Readonly<Record<ErrorCode, number>> = {
  "usage": 2,
  "port-taken": 2,
  "port-forbidden": 2,
  "no-such-address": 2,
  "unreachable": 3,
  "local": 4,
  "no-file": 4,
  "exists": 4,
  "exists-unnamed": 4,
  "content": 5,
  "tie": 5,
  "no-digests": 5,
};

/** By shell convention 128 and the signal's number. */
const STOP_CODES: Readonly<Record<StopSignal, number>> = {
  SIGHUP: 129,
  SIGINT: 130,
  SIGBREAK: 130,
  SIGTERM: 143,
};

/**
 * The exit code that tells a script how a program ended.
 *
 * @param error What ended it; anything but a `MultiportError` and an `Interruption` is a defect of the
 * program, and 1.
 *
 * @example
 * ```ts
 * exitCode(new MultiportError("content", "Cannot finish copy.mp4: …")); // 5
 * ```
 */
export function exitCode(error: unknown): number {
  if (error instanceof Interruption) return STOP_CODES[error.signal ?? "SIGINT"];
  return error instanceof MultiportError ? EXIT_CODES[error.code] : 1;
}
