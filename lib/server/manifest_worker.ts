/**
 * The Web Worker that computes the digests of the served files, one file after the other; see
 * `manifest_message.ts` for what it is told and tells.
 *
 * @module
 */
import type { FileIdentity } from "./file_identity.ts";
import { hashFile } from "./hash_file.ts";
import type { FromManifestWorker, ToManifestWorker } from "./manifest_message.ts";
import { FileChangedError } from "./served_file.ts";

/** Milliseconds between two reports of how far a file is. */
const PROGRESS_INTERVAL_MS = 250;

declare const self: {
  onmessage: (event: MessageEvent<ToManifestWorker>) => void;
  postMessage(message: FromManifestWorker): void;
};

self.onmessage = ({ data: { files } }) => {
  for (const file of files) self.postMessage(hashed(file));
  self.postMessage({ type: "ended" });
};

function hashed(file: FileIdentity): FromManifestWorker {
  let toldMs = performance.now();
  try {
    const { manifest, piecesSha256 } = hashFile(file, (doneBytes) => {
      const nowMs = performance.now();
      if (nowMs - toldMs < PROGRESS_INTERVAL_MS || doneBytes === file.size) return;
      toldMs = nowMs;
      self.postMessage({ type: "progress", file, doneBytes });
    });
    return { type: "ready", file, manifest, piecesSha256 };
  } catch (error) {
    return { type: "withheld", file, reason: reasonOf(error) };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof FileChangedError) return "it was changed meanwhile; restart mpserver";
  return error instanceof Error ? error.message : String(error);
}
