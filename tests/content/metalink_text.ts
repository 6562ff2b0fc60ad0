import type { Manifest } from "../../lib/content/manifest.ts";
import { completeMetalink, writeMetalinkSkeleton } from "../../lib/content/metalink_write.ts";

/** A manifest as a server sends it. */
export function metalinkText(manifest: Manifest, urls: readonly string[] = []): string {
  const decoder = new TextDecoder();
  const parts = [completeMetalink(writeMetalinkSkeleton(manifest), urls)].flat();
  return parts.map((part) => decoder.decode(part, { stream: true })).join("");
}
