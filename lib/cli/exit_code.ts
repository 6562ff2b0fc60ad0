import { Failure, type FailureKind } from "../failure.ts";

/** The exit code after the terminal was closed, by shell convention 128 + SIGHUP. */
export const EXIT_HUNG_UP = 129;
/** The exit code after Ctrl-C, by shell convention 128 + SIGINT. */
export const EXIT_INTERRUPTED = 130;
/** The exit code after SIGTERM, by shell convention 128 + SIGTERM. */
export const EXIT_TERMINATED = 143;

const EXIT_CODES: Readonly<Record<FailureKind, number>> = {
  usage: 2,
  unreachable: 3,
  local: 4,
  content: 5,
  interrupted: EXIT_INTERRUPTED,
};

/**
 * The exit code that tells a script how a program ended.
 *
 * @param error What ended it; anything but a `Failure` is a defect of the program, and 1.
 *
 * @example
 * ```ts
 * exitCode(new Failure("content", "Cannot finish copy.mp4: …")); // 5
 * ```
 */
export function exitCode(error: unknown): number {
  return error instanceof Failure ? EXIT_CODES[error.kind] : 1;
}
