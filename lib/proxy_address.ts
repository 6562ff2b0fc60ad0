/**
 * Reads the address of an HTTP proxy, which a name and a password may be in; one without a scheme speaks
 * HTTP.
 *
 * @returns Undefined if it is none. As a password may be in it, no message repeats what it was.
 *
 * @example
 * ```ts
 * parseProxy("proxy.example:3128"); // URL { href: "http://proxy.example:3128/" }
 * parseProxy("socks5://proxy.example"); // undefined
 * ```
 */
export function parseProxy(text: string): URL | undefined {
  const url = URL.parse(text.includes("://") ? text : `http://${text}`);
  return url?.protocol === "http:" ? url : undefined;
}
