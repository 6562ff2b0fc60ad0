import { describeFault } from "../http/describe_fault.ts";

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
    return cause instanceof LostError ? cause : new LostError(describeFault(cause));
  }
}
