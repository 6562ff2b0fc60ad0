/** A proxy that cannot be used; what lies behind it was never asked. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
  readonly wantsCredentials: boolean;

  /**
   * @param message In words, that follow the name of what lies behind it.
   * @param options `wantsCredentials`: it wants a name and a password, and none were given.
   */
  constructor(message: string, options: ErrorOptions & { wantsCredentials?: boolean } = {}) {
    super(message, options);
    this.wantsCredentials = options.wantsCredentials ?? false;
  }
}
