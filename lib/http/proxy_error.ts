/** A proxy that cannot be used; what lies behind it was never asked. */
export class ProxyError extends Error {
  override readonly name = "ProxyError";
}
