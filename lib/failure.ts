/** What kind of thing went wrong; `lib/cli` gives each kind its exit code. */
export type FailureKind =
  /** What was asked for makes no sense: a wrong option, a port that is taken. Exit code 2. */
  | "usage"
  /** No server answers, or all of them were lost before the end. Exit code 3. */
  | "unreachable"
  /** A file on this machine: missing, exists already, not permitted, disk full. Exit code 4. */
  | "local"
  /** The content is wrong: copies differ, or digests do not match. Exit code 5. */
  | "content"
  /** Someone asked the program to stop. Exit code 130, or 143 for SIGTERM. */
  | "interrupted";

/**
 * An end that was foreseen: its message is one line for a person, saying what happened, to what, and
 * what to do about it. Any other error is a defect of the program.
 *
 * @example
 * ```ts
 * throw new Failure("local", "Cannot write copy.mp4: it exists already; use --force to replace it");
 * ```
 */
export class Failure extends Error {
  override readonly name = "Failure";

  constructor(readonly kind: FailureKind, message: string, options?: ErrorOptions) {
    super(message, options);
  }
}
