/**
 * What went wrong, for a program that has to act on it.
 *
 * @example
 * ```ts
 * import { download, type ErrorCode, MultiportError } from "@multiport/multiport";
 *
 * const final: ErrorCode[] = ["usage", "exists", "content"];
 * try {
 *   await download({ servers: ["127.0.0.1:60000"], output: "film.mp4", wait: 0 });
 * } catch (error) {
 *   if (!(error instanceof MultiportError)) throw error;
 *   console.log(final.includes(error.code) ? "Do not try again" : "Try again later");
 * }
 * ```
 */
export type ErrorCode =
  /** An option is missing or wrong, or two of them do not go together. */
  | "usage"
  /** A port that another program has. */
  | "port-taken"
  /** A port that this user may not have. */
  | "port-forbidden"
  /** An address to listen on that is none of this machine's. */
  | "no-such-address"
  /** No server answers, or all of them were lost before the end. */
  | "unreachable"
  /** A file or folder on this machine: missing, not permitted, in use, the disk is full. */
  | "local"
  /** What is to be served is not there, or is no file. */
  | "no-file"
  /** A file has the output's name already, and was not to be replaced. */
  | "exists"
  /** The same, where the name is the servers' choice: such a file is never replaced. */
  | "exists-unnamed"
  /** The content is wrong: no server has what was asked for, or digests do not match. */
  | "content"
  /** The servers' copies differ, and as many say one thing as another. */
  | "tie"
  /** Everything has arrived and is kept, but there are no digests to compare it with. */
  | "no-digests";

/**
 * An end that was foreseen. Its message is one line for a person: what happened, to what, and why.
 * `cause` is what the system, a server or a connection said, where there was something. Any other error
 * that a function of this library throws is what a callback has thrown, the reason of a signal, or a
 * defect of the library.
 *
 * @example
 * ```ts
 * import { download, MultiportError } from "@multiport/multiport";
 *
 * try {
 *   await download({ servers: ["127.0.0.1:60000"], output: "film.mp4", wait: 0 });
 * } catch (error) {
 *   if (!(error instanceof MultiportError)) throw error;
 *   console.log(error.code, error.message); // "unreachable", "Cannot start: no server answers: …"
 * }
 * ```
 */
export class MultiportError extends Error {
  /** What `toString` begins with. */
  override readonly name = "MultiportError";
  /** What went wrong, for a program. */
  readonly code: ErrorCode;

  /**
   * Makes an error.
   *
   * @param code What went wrong, for a program.
   * @param message The same in one line, for a person.
   * @param options `cause`: what brought it about.
   */
  constructor(code: ErrorCode, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
  }
}
