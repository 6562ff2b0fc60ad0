import type { Agreement } from "../sources/agreement.ts";
import type { Sources } from "../sources/sources.ts";
import type { DownloadEvent } from "./download_event.ts";
import type { Place } from "./place.ts";

/** What would be fetched, and what each source has, for who wants to know that and nothing else. */
export function offerOf(
  sources: Sources,
  { name, size, digest }: Agreement,
  { output = "" }: Place,
): Extract<DownloadEvent, { type: "offer" }> {
  const servers = sources.all.map(({ index, name, state, reason, copy }) => ({
    index,
    address: name,
    state,
    reason: reason === "" ? undefined : reason,
    size: copy?.size ?? null,
    sha256: copy?.digest?.sha256 ?? null,
    modified: copy?.modified?.toISOString() ?? null,
  }));
  return { type: "offer", name, size, output, sha256: digest?.sha256 ?? null, servers };
}
