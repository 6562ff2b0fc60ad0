import { Failure } from "../failure.ts";
import type { Manifest } from "../manifest/manifest.ts";
import type { Agreement } from "./agreement.ts";
import { fetchManifest } from "./fetch_manifest.ts";
import { MANIFEST_POLL_MS } from "./limits.ts";
import { rest } from "./rest.ts";

/**
 * Gets the manifest as soon as the servers agree on the content and one of them hands it out.
 *
 * @throws {Failure} Of kind `interrupted` if `signal` said stop first.
 */
export async function seekManifest(agreement: Agreement, signal: AbortSignal): Promise<Manifest> {
  while (!signal.aborted) {
    for (const { source } of agreement.holders) {
      try {
        if (source.info) return await fetchManifest(source.address, source.info, signal);
      } catch {
        // The next one has the same; that one is lost or lies is noticed by its content.
      }
    }
    await rest(MANIFEST_POLL_MS, signal);
  }
  throw new Failure("interrupted", "Interrupted before the servers had published digests");
}
