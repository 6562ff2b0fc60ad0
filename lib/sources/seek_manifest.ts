import { Failure } from "../failure.ts";
import type { Manifest } from "../content/manifest.ts";
import type { Agreement } from "./agreement.ts";
import { MANIFEST_PATIENCE_MS, MANIFEST_POLL_MS } from "./limits.ts";
import type { Source } from "./source.ts";
import { delay } from "../delay.ts";

/**
 * Gets the manifest as soon as the servers agree on the content and one of them hands it out.
 *
 * @throws {Failure} Of kind `interrupted` if `signal` said stop first.
 */
export async function obtainManifest(agreement: Agreement, signal: AbortSignal): Promise<Manifest> {
  while (!signal.aborted) {
    const found = await askInTurn(agreement.holders, signal);
    if (found) return found;
    await delay(MANIFEST_POLL_MS, signal);
  }
  throw new Failure("interrupted", "Interrupted before the servers had published digests");
}

/** Asks one after the other, and the next one too when an answer takes long: the first one counts. */
async function askInTurn(
  holders: readonly Source[],
  signal: AbortSignal,
): Promise<Manifest | undefined> {
  const enough = new AbortController();
  const asked: Promise<Manifest>[] = [];
  try {
    for (const source of holders) {
      if (signal.aborted) break;
      asked.push(source.fetchManifest(AbortSignal.any([signal, enough.signal])));
      // One that is lost or lies is noticed by its content; the next one has the same manifest.
      const patience = delay(MANIFEST_PATIENCE_MS, enough.signal);
      const first = await Promise.race([Promise.any(asked), patience]).catch(() => undefined);
      if (first) return first;
    }
    return await Promise.any(asked).catch(() => undefined);
  } finally {
    enough.abort();
  }
}
