import { HeadError } from "../http/head_error.ts";

/** Why a server cannot be used, in words that follow its name: `Server2: connection refused`. */
export class LostError extends Error {
  override readonly name = "LostError";

  /**
   * @param message In words, without the server's name.
   * @param final Whether trying again is useless: the server does not serve what is asked for.
   */
  constructor(message: string, readonly final = false) {
    super(message);
  }

  /** Puts whatever a connection threw into words. */
  static from(cause: unknown): LostError {
    if (cause instanceof LostError) return cause;
    if (cause instanceof HeadError) {
      return new LostError(`not a valid HTTP answer: ${cause.message}`);
    }
    if (cause instanceof Deno.errors.ConnectionRefused) return new LostError("connection refused");
    if (cause instanceof Deno.errors.ConnectionReset) return new LostError("connection reset");
    if (cause instanceof Deno.errors.TimedOut) return new LostError(cause.message);
    if (cause instanceof Deno.errors.BrokenPipe) return new LostError("connection closed");
    if (cause instanceof Error) {
      return new LostError(cause.message.replace(/ \(os error \d+\)$/, ""));
    }
    return new LostError(String(cause));
  }
}
