/**
 * The Web Worker that computes the digests of the served files, one file after the other.
 *
 * @module
 */
import type { Manifest } from "../content/manifest.ts";
import { hashFile } from "./hash_file.ts";
import { FileChangedError, type FileIdentity } from "./served_file.ts";

/** What the supervisor tells the manifest worker: the one message there is. */
export interface ToManifestWorker {
  /** Every file once, whatever the number of its servers. */
  readonly files: readonly FileIdentity[];
}

/** What the manifest worker tells the supervisor. */
export type FromManifestWorker =
  | { readonly type: "progress"; readonly file: FileIdentity; readonly doneBytes: number }
  | {
    readonly type: "ready";
    readonly file: FileIdentity;
    readonly manifest: Manifest;
    /** SHA-256 over the raw digests of all pieces, in hexadecimal. */
    readonly piecesSha256: string;
  }
  /** There will be no manifest of this file. */
  | {
    readonly type: "withheld";
    readonly file: FileIdentity;
    readonly reason: string;
    /** Whether the file is not what it was when the servers started. */
    readonly isChanged: boolean;
  }
  /** All files are done. */
  | { readonly type: "ended" };

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
    const isChanged = error instanceof FileChangedError;
    return { type: "withheld", file, reason: reasonOf(error), isChanged };
  }
}

function reasonOf(error: unknown): string {
  if (error instanceof FileChangedError) return "it was changed meanwhile";
  return error instanceof Error ? error.message : String(error);
}
