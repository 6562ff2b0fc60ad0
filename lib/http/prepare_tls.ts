let isPrepared = false;

/**
 * Has another thread do what the first TLS handshake of a process waits for: the library below Deno spends
 * 50 ms of CPU on gathering entropy, in whichever thread needs it first. Asked for a key, Deno uses a
 * thread of its own. Everything after the first call does nothing.
 *
 * @example
 * ```ts
 * prepareTls();
 * const conn = await Deno.connect({ hostname: "example.org", port: 443 });
 * ```
 */
export function prepareTls(): void {
  if (isPrepared) return;
  isPrepared = true;
  // Where it fails, the first handshake takes its time as ever.
  crypto.subtle.generateKey({ name: "AES-GCM", length: 256 }, false, ["encrypt"]).catch(() => {});
}
