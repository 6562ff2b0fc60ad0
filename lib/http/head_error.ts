/**
 * A request or response head that breaks the rules of RFC 9112 or is longer than it may be. The
 * connection that it came over cannot be used any more: where the next message begins is unknown.
 */
export class HeadError extends Error {
  override readonly name = "HeadError";

  /**
   * @param message What is wrong with the head, as one line.
   * @param status The status that a server answers such a request with.
   */
  constructor(message: string, readonly status: 400 | 414 | 431 | 505 = 400) {
    super(message);
  }
}
