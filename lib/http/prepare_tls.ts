let prepared: Promise<void> | undefined;

/**
 * Has another thread do what the first TLS handshake of a process waits for: the library below Deno spends
 * 50 ms of CPU on gathering entropy, in whichever thread needs it first. Asked for a key, Deno uses a
 * thread of its own.
 *
 * @returns Resolves once that is done. Where it fails, the first handshake takes its time as ever.
 *
 * @example
 * ```ts
 * const prepared = prepareTls();
 * const conn = await Deno.connect({ hostname: "example.org", port: 443 });
 * await prepared;
 * const secured = await Deno.startTls(conn, { hostname: "example.org" });
 * ```
 */
export function prepareTls(): Promise<void> {
  return prepared ??= crypto.subtle.generateKey(
    { name: "AES-GCM", length: 256 },
    false,
    ["encrypt"],
  ).then(() => {}, () => {});
}
