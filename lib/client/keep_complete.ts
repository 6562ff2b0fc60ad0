import { now } from "../clock.ts";
import { MultiportError } from "../multiport_error.ts";
import { Agreement } from "../sources/agreement.ts";
import type { Sources } from "../sources/sources.ts";
import { waitForSources } from "../sources/wait_for_sources.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { DownloadResult } from "./download_options.ts";
import type { DownloadSettings } from "./download_settings.ts";
import type { Place } from "./place.ts";

/** What it takes to find out whether the file that is there is the one that is wanted. */
export interface KeepContext {
  readonly settings: DownloadSettings;
  readonly onEvent: (event: DownloadEvent) => void;
  readonly sources: Sources;
  readonly place: Place;
}

/**
 * Checks whether the file that already has the output's name is the wanted one. If so, there is nothing
 * to download. The expected digest is the one that was named, else that of the sources that answer at
 * once.
 *
 * @throws {MultiportError} With the code `local` if it is another file, or nothing tells.
 */
export async function keepComplete(
  context: KeepContext,
  signal: AbortSignal,
): Promise<DownloadResult> {
  const { onEvent, sources, place } = context;
  const startedAt = now();
  const { sha256, size } = await wanted(context, signal);
  if (sha256 === undefined || !await place.isComplete(size, sha256, signal)) throw place.refusal();
  onEvent({ type: "notice", message: `${place.output} is there already, SHA-256 ${sha256}` });
  const servers = sources.progress.map((one) => ({ ...one, remaining: 0, portion: [] }));
  const elapsed = now() - startedAt;
  const { length } = place;
  onEvent({ type: "done", size: length, received: 0, elapsed, rate: 0, sha256, servers });
  return { path: place.output ?? null, size: length, sha256 };
}

async function wanted(
  { settings: { sha256 }, onEvent, sources, place }: KeepContext,
  signal: AbortSignal,
): Promise<{ readonly sha256?: string; readonly size?: number }> {
  if (sha256 !== undefined) return { sha256 };
  try {
    await waitForSources(sources, 0, onEvent, signal);
    const { digest, size } = new Agreement(sources);
    return { sha256: digest?.sha256, size };
  } catch (error) {
    // Without an answer nobody can tell whether it is the right file: leave it alone.
    signal.throwIfAborted();
    if (error instanceof MultiportError) throw place.refusal();
    throw error;
  }
}
