import { describeFault, isFaultOfPeer } from "../http/describe_fault.ts";

/** Why a server cannot be used, in words that follow its name: `Server2: connection refused`. */
export class LostError extends Error {
  override readonly name = "LostError";

  /**
   * @param message In words, without the server's name.
   * @param final Whether trying again is useless: the server does not serve what is asked for.
   */
  constructor(message: string, readonly final = false, options?: ErrorOptions) {
    super(message, options);
  }

  /**
   * Puts whatever a connection threw into words.
   *
   * @returns Undefined if it is no fault of the other side or of the network: a defect of the program.
   */
  static from(cause: unknown): LostError | undefined {
    if (cause instanceof LostError) return cause;
    return isFaultOfPeer(cause) ? new LostError(describeFault(cause), false, { cause }) : undefined;
  }
}
